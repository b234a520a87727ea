//! A postal address inside a JSON document.

use domain::{address::Address, geography::CountryCode};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AddressDocument {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    company: Option<String>,
    line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line2: Option<String>,
    city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postcode: Option<String>,
    country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

impl From<&Address> for AddressDocument {
    fn from(address: &Address) -> Self {
        let Address { first_name, last_name, company, line1, line2, city, state, postcode, country, phone } =
            address.clone();
        Self {
            first_name,
            last_name,
            company,
            line1,
            line2,
            city,
            state,
            postcode,
            country: country.as_str().to_owned(),
            phone,
        }
    }
}

impl AddressDocument {
    /// The address; `None` when its country is none.
    pub(crate) fn read(self) -> Option<Address> {
        let Self { first_name, last_name, company, line1, line2, city, state, postcode, country, phone } =
            self;
        let country = CountryCode::parse(&country).ok()?;
        Some(Address { first_name, last_name, company, line1, line2, city, state, postcode, country, phone })
    }
}
