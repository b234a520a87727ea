//! Where a method goes, as its owner says it.

use domain::{
    geography::{CountryCode, PostcodePattern},
    shipping::Zone,
};

use crate::{Error, Result};

/// A country, or parts of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneInput {
    /// Code of the country.
    pub country: String,
    /// Codes or names of states; all when empty.
    pub states: Vec<String>,
    /// Patterns of postcodes; all when empty.
    pub postcodes: Vec<String>,
}

/// Reads zones, and names every fault by its place.
pub(super) fn read(zones: Vec<ZoneInput>) -> Result<Vec<Zone>> {
    let mut faults = Vec::new();
    let mut read = Vec::with_capacity(zones.len());
    for (index, zone) in zones.into_iter().enumerate() {
        let place = |field: &str| format!("zones.{index}.{field}");
        let country = match CountryCode::parse(&zone.country) {
            Ok(country) => country,
            Err(fault) => {
                faults.push((place("country"), fault.to_string()));
                continue;
            }
        };
        let mut states = Vec::new();
        for (nth, text) in zone.states.iter().enumerate() {
            match state_code(country, text) {
                Some(code) => states.push(code),
                None => faults.push((place(&format!("states.{nth}")), unknown_state(country))),
            }
        }
        let mut postcodes = Vec::new();
        for (nth, text) in zone.postcodes.iter().enumerate() {
            match PostcodePattern::parse(text) {
                Ok(pattern) => postcodes.push(pattern),
                Err(fault) => faults.push((place(&format!("postcodes.{nth}")), fault.to_string())),
            }
        }
        read.push(Zone { country, states, postcodes });
    }
    Error::from_faults(faults).map_or(Ok(read), Err)
}

/// The code of a state, given by code or name. Where we keep no list of a country's states, any text
/// that could be one is taken.
pub(crate) fn state_code(country: CountryCode, text: &str) -> Option<String> {
    if country.states().is_empty() {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= 100 && !text.chars().any(char::is_control);
        return fits.then(|| text.to_owned());
    }
    country.state(text).map(|(code, _)| code.to_owned())
}

pub(crate) fn unknown_state(country: CountryCode) -> String {
    format!("must be a state of {}", country.name())
}
