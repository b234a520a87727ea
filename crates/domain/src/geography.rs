//! Countries, their subdivisions and their postcodes, as far as a shop needs to know them.

use std::{fmt, str::FromStr};

use thiserror::Error;

mod postcode_pattern;

pub use postcode_pattern::{InvalidPostcodePattern, PostcodePattern};

/// A country by its two-letter code of ISO 3166-1, in upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// The text is not the code of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be the two-letter code of a country")]
pub struct UnknownCountry;

impl CountryCode {
    /// Reads a code in upper or lower case.
    pub fn parse(text: &str) -> Result<Self, UnknownCountry> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(UnknownCountry),
        }
    }

    /// The code in upper case, `GB`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the bytes are ASCII letters, parse let nothing else in")
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
