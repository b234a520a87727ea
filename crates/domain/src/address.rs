//! Where things are sent, and the e-mail address of who ordered them.

use crate::{
    geography::CountryCode,
    text::{check_optional_text, check_text},
};

mod email;

pub(crate) use email::is_domain;
pub use email::{Email, InvalidEmail};

/// Characters of a name, a line, a city or a state.
const LINE_MAX: usize = 120;
/// Characters of a postcode.
const POSTCODE_MAX: usize = 16;
/// Characters of a telephone number.
const PHONE_MAX: usize = 32;
/// Digits a telephone number has at least.
const PHONE_DIGITS_MIN: usize = 5;

/// A postal address. Whether a state and a postcode are needed depends on the country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Given name of the recipient.
    pub first_name: Option<String>,
    /// Family name of the recipient.
    pub last_name: Option<String>,
    /// Company of the recipient.
    pub company: Option<String>,
    /// Street and number.
    pub line1: String,
    /// Flat, floor, building.
    pub line2: Option<String>,
    /// City or town.
    pub city: String,
    /// Code of the state, province or prefecture, without its country: `CA`.
    pub state: Option<String>,
    /// Postcode as the country writes it.
    pub postcode: Option<String>,
    /// Country.
    pub country: CountryCode,
    /// Telephone number.
    pub phone: Option<String>,
}

/// One thing wrong with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressFault {
    /// Name of the field in the API: `line1`.
    pub field: &'static str,
    /// What is wrong, for a person.
    pub message: String,
}

impl Address {
    /// The address as it is kept: outer blanks gone, empty fields absent, the state as its code where the
    /// country has a list, the postcode in capitals. Says the same place; rules compare it as it is.
    pub fn normalized(self) -> Self {
        let state = tidy(self.state);
        let code =
            state.as_deref().and_then(|state| self.country.state(state)).map(|(code, _)| code.to_owned());
        Self {
            first_name: tidy(self.first_name),
            last_name: tidy(self.last_name),
            company: tidy(self.company),
            line1: self.line1.trim().to_owned(),
            line2: tidy(self.line2),
            city: self.city.trim().to_owned(),
            state: code.or(state),
            postcode: tidy(self.postcode).map(|postcode| postcode.to_uppercase()),
            country: self.country,
            phone: tidy(self.phone),
        }
    }

    /// Everything that is wrong with the address; nothing when something can be sent there. Where the
    /// country requires a state, it must be one of the country's, by code or name; elsewhere any text
    /// will do.
    pub fn validate(&self) -> Vec<AddressFault> {
        let mut faults = Vec::new();
        let mut fault = |field, message: String| faults.push(AddressFault { field, message });
        for (field, text) in [("line1", &self.line1), ("city", &self.city)] {
            if let Err(error) = check_text(text, LINE_MAX) {
                fault(field, error.to_string());
            }
        }
        for (field, text) in [
            ("firstName", &self.first_name),
            ("lastName", &self.last_name),
            ("company", &self.company),
            ("line2", &self.line2),
        ] {
            if let Err(error) = check_optional_text(text.as_deref().unwrap_or_default(), LINE_MAX) {
                fault(field, error.to_string());
            }
        }
        if let Err(message) = self.check_state() {
            fault("state", message);
        }
        if let Err(message) = self.check_postcode() {
            fault("postcode", message);
        }
        if self.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            fault("phone", "must be a telephone number".to_owned());
        }
        faults
    }

    /// The recipient's full name; `None` when no part of it was given.
    pub fn full_name(&self) -> Option<String> {
        let parts: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() { None } else { Some(parts.join(" ")) }
    }

    fn check_state(&self) -> Result<(), String> {
        let country = self.country;
        let state = self.state.as_deref().unwrap_or_default();
        if state.trim().is_empty() {
            let missing = country.requires_state();
            return if missing { Err(format!("is required for {}", country.name())) } else { Ok(()) };
        }
        check_optional_text(state, LINE_MAX).map_err(|error| error.to_string())?;
        let known = country.states().is_empty() || country.state(state).is_some();
        if known || !country.requires_state() {
            Ok(())
        } else {
            Err(format!("must be a state of {}", country.name()))
        }
    }

    fn check_postcode(&self) -> Result<(), String> {
        let country = self.country;
        let postcode = self.postcode.as_deref().unwrap_or_default();
        if postcode.trim().is_empty() {
            let missing = country.requires_postcode();
            return if missing { Err(format!("is required for {}", country.name())) } else { Ok(()) };
        }
        check_optional_text(postcode, POSTCODE_MAX).map_err(|error| error.to_string())?;
        // Where there are none, people fill the field with whatever a form accepts.
        if country.postcode_valid(postcode) || !country.has_postcodes() {
            Ok(())
        } else {
            Err(format!("must be a valid {} of {}", country.postcode_label(), country.name()))
        }
    }
}

fn tidy(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Digits with the signs people write between them.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.chars().count() <= PHONE_MAX
        && digits >= PHONE_DIGITS_MIN
        && text.chars().all(|c| c.is_ascii_digit() || "+-()./ x#".contains(c))
}

#[cfg(test)]
mod tests;
