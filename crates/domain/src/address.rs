//! Where things are sent, and the e-mail address of who ordered them.

use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use thiserror::Error;

use crate::geography::CountryCode;

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

/// Characters an e-mail address may have at most (RFC 5321).
const EMAIL_MAX: usize = 254;
/// Characters the part before the `@` may have at most (RFC 5321).
const LOCAL_MAX: usize = 64;

/// An e-mail address, trimmed, the domain in lower case and the local part as it was written. Two
/// addresses that differ only in case are the same address.
#[derive(Debug, Clone)]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a valid e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// Reads an address of the plain form `name@domain.tld`. Quoted local parts and bare IP addresses
    /// are refused: no shopper has one, and much that looks like one is an attack.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let local_fits = !local.is_empty()
            && local.len() <= LOCAL_MAX
            && !local.split('.').any(str::is_empty)
            && local.chars().all(is_local_char);
        if text.len() > EMAIL_MAX || !local_fits || !is_domain(domain) {
            return Err(InvalidEmail);
        }
        Ok(Self(format!("{local}@{}", domain.to_lowercase())))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in lower case: what to look customers up by.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

fn is_local_char(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

/// Whether the text is a host name of at least two labels, the last one not a number.
pub(crate) fn is_domain(text: &str) -> bool {
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let last_is_name = text
        .rsplit('.')
        .next()
        .is_some_and(|last| last.chars().count() >= 2 && !last.chars().all(|c| c.is_ascii_digit()));
    text.contains('.') && text.split('.').all(label_fits) && last_is_name
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Email {}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        Self::parse(text)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
