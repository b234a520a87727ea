//! Countries, their subdivisions and their postcodes, as far as a shop needs to know them.

use std::{fmt, str::FromStr};

use thiserror::Error;

mod countries;
mod postcode_pattern;
mod postcodes;
mod states;

pub use postcode_pattern::{InvalidPostcodePattern, PostcodePattern};

/// A country by its two-letter code of ISO 3166-1, in upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// The text is not the code of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be the two-letter code of a country")]
pub struct UnknownCountry;

/// A state, province or prefecture: its code without the country, and its name.
pub type Subdivision = (&'static str, &'static str);

impl CountryCode {
    /// Reads the code of one of the 249 countries, in upper or lower case.
    pub fn parse(text: &str) -> Result<Self, UnknownCountry> {
        let [a, b] = text.as_bytes() else { return Err(UnknownCountry) };
        let code = Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]);
        code.entry().map(|_| code).ok_or(UnknownCountry)
    }

    /// Every country, ordered by code.
    pub fn all() -> impl Iterator<Item = Self> {
        countries::COUNTRIES.iter().filter_map(|(code, _)| Self::parse(code).ok())
    }

    /// The code in upper case, `GB`.
    pub fn as_str(self) -> &'static str {
        self.entry().expect("parse lets only codes in that have an entry").0
    }

    /// The short English name.
    pub fn name(self) -> &'static str {
        self.entry().expect("parse lets only codes in that have an entry").1
    }

    /// Whether an address is incomplete without a state.
    pub fn requires_state(self) -> bool {
        states::required(self.as_str())
    }

    /// The subdivisions that addresses name; empty for countries whose addresses don't.
    pub fn states(self) -> &'static [Subdivision] {
        states::of(self.as_str())
    }

    /// Finds a subdivision by its code, its code with the country (`US-CA`) or its name, in any case.
    pub fn state(self, text: &str) -> Option<Subdivision> {
        let text = text.trim();
        let with_country = text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(self.as_str()));
        let bare = text.get(2..).filter(|_| with_country).and_then(|rest| rest.strip_prefix('-'));
        let (code, name) = (bare.unwrap_or(text), text.to_lowercase());
        let mut states = self.states().iter().copied();
        states
            .clone()
            .find(|(known, _)| known.eq_ignore_ascii_case(code))
            .or_else(|| states.find(|(_, known)| known.to_lowercase() == name))
    }

    /// What people there call a postcode: "ZIP code", "PLZ".
    pub fn postcode_label(self) -> &'static str {
        postcodes::label(self.as_str())
    }

    /// Whether the country has postcodes.
    pub fn has_postcodes(self) -> bool {
        postcodes::exist(self.as_str())
    }

    /// Whether an address is incomplete without a postcode.
    pub fn requires_postcode(self) -> bool {
        postcodes::required(self.as_str())
    }

    /// Whether the text has the shape of a postcode of this country; blanks, hyphens and the case of
    /// letters make no difference. Where the shape is not known, any few letters and digits will do.
    pub fn postcode_valid(self, postcode: &str) -> bool {
        postcodes::valid(self.as_str(), postcode)
    }

    fn entry(self) -> Option<(&'static str, &'static str)> {
        let table = countries::COUNTRIES;
        let index = table.binary_search_by(|(code, _)| code.as_bytes().cmp(&self.0)).ok()?;
        table.get(index).copied()
    }
}

impl FromStr for CountryCode {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        Self::parse(text)
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn country(code: &str) -> CountryCode {
        CountryCode::parse(code).unwrap()
    }

    #[test]
    fn there_are_249_countries_in_order() {
        assert!(countries::COUNTRIES.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(CountryCode::all().count(), 249);
        assert!(CountryCode::all().all(|country| !country.name().is_empty()));
    }

    #[test]
    fn a_country_is_read_in_any_case_and_nothing_else_is() {
        assert_eq!(country("gb"), country("GB"));
        assert_eq!(country("gb").as_str(), "GB");
        assert_eq!(country("gb").name(), "United Kingdom");
        for other in ["", "G", "GBR", "UK", "XX", "EU", "é", "1 "] {
            assert_eq!(CountryCode::parse(other), Err(UnknownCountry), "{other}");
        }
    }

    #[test]
    fn a_country_that_requires_a_state_lists_them() {
        let requiring: Vec<&str> =
            CountryCode::all().filter(|c| c.requires_state()).map(CountryCode::as_str).collect();
        assert_eq!(requiring, ["AU", "BR", "CA", "IN", "MX", "MY", "US"]);
        let counts = [("AU", 8), ("BR", 27), ("CA", 13), ("IN", 36), ("MX", 32), ("MY", 16), ("US", 59)];
        for (code, count) in counts.into_iter().chain([("AR", 24), ("ES", 52), ("IT", 107), ("JP", 47)]) {
            assert_eq!(country(code).states().len(), count, "{code}");
        }
        assert_eq!(country("DE").states(), []);
    }

    #[test]
    fn codes_and_names_of_states_are_unique() {
        for country in CountryCode::all() {
            let states = country.states();
            let codes: HashSet<&str> = states.iter().map(|(code, _)| *code).collect();
            let names: HashSet<&str> = states.iter().map(|(_, name)| *name).collect();
            assert_eq!((codes.len(), names.len()), (states.len(), states.len()), "{country}");
        }
    }

    #[test]
    fn a_state_is_found_by_code_and_by_name() {
        let california = Some(("CA", "California"));
        for text in ["CA", "ca", " US-CA ", "california"] {
            assert_eq!(country("US").state(text), california, "{text}");
        }
        assert_eq!(country("BR").state("SÃO PAULO"), Some(("SP", "São Paulo")));
        for text in ["", "XX", "CA-CA", "US-", "Ontario"] {
            assert_eq!(country("US").state(text), None, "{text}");
        }
    }

    #[test]
    fn postcodes_go_by_their_local_name() {
        for (code, label) in [
            ("US", "ZIP code"),
            ("GB", "Postcode"),
            ("DE", "PLZ"),
            ("IN", "PIN code"),
            ("BR", "CEP"),
            ("IE", "Eircode"),
            ("FR", "Postal code"),
        ] {
            assert_eq!(country(code).postcode_label(), label);
        }
    }

    #[test]
    fn some_countries_need_no_postcode() {
        assert!(country("GB").requires_postcode());
        assert!(!country("IE").requires_postcode() && country("IE").has_postcodes());
        assert!(!country("HK").requires_postcode() && !country("HK").has_postcodes());
    }
}
