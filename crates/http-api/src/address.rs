//! Postal addresses on the wire.

use application::cart::PostalAddress;
use domain::address::Address;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// A postal address.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Address)]
pub struct AddressBody {
    /// Given name of the recipient.
    #[schema(required, examples("Sam"))]
    first_name: Option<String>,
    /// Family name of the recipient.
    #[schema(required, examples("Buyer"))]
    last_name: Option<String>,
    /// Company of the recipient.
    #[schema(required, examples("Acme Ltd"))]
    company: Option<String>,
    /// Street and number.
    #[schema(examples("221B Baker Street"))]
    line1: String,
    /// Flat, floor, building.
    #[schema(required, examples("Flat 2"))]
    line2: Option<String>,
    /// City or town.
    #[schema(examples("London"))]
    city: String,
    /// State or region, by its code where the country has a list of them.
    #[schema(required, examples("CA"))]
    state: Option<String>,
    /// Postcode as the country writes it.
    #[schema(required, examples("NW1 6XE"))]
    postcode: Option<String>,
    /// Country, by its code of ISO 3166-1.
    #[schema(examples("GB"))]
    country_code: &'static str,
    /// Telephone number.
    #[schema(required, examples("+447700900123"))]
    phone: Option<String>,
}

impl From<Address> for AddressBody {
    fn from(address: Address) -> Self {
        let Address { first_name, last_name, company, line1, line2, city, state, postcode, country, phone } =
            address;
        let country_code = country.as_str();
        Self { first_name, last_name, company, line1, line2, city, state, postcode, country_code, phone }
    }
}

/// An address as it is typed. All of it is checked at once, so what is missing is reported beside what is
/// wrong.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewAddress)]
pub struct NewAddressBody {
    /// Given name of the recipient.
    #[schema(max_length = 120, examples("Sam"))]
    first_name: Option<String>,
    /// Family name of the recipient.
    #[schema(max_length = 120, examples("Buyer"))]
    last_name: Option<String>,
    /// Company of the recipient.
    #[schema(max_length = 120)]
    company: Option<String>,
    /// Street and number.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 120, examples("221B Baker Street"))]
    line1: String,
    /// Flat, floor, building.
    #[schema(max_length = 120)]
    line2: Option<String>,
    /// City or town.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 120, examples("London"))]
    city: String,
    /// State or region by code or name; needed where the country says so.
    #[schema(max_length = 120, examples("CA"))]
    state: Option<String>,
    /// Postcode; needed, and checked, where the country has them.
    #[schema(max_length = 16, examples("NW1 6XE"))]
    postcode: Option<String>,
    /// Country, by its code of ISO 3166-1.
    #[serde(default)]
    #[schema(required, min_length = 2, max_length = 2, examples("GB"))]
    country_code: String,
    /// Telephone number.
    #[schema(max_length = 32, examples("+447700900123"))]
    phone: Option<String>,
}

impl From<NewAddressBody> for PostalAddress {
    fn from(body: NewAddressBody) -> Self {
        let NewAddressBody {
            first_name,
            last_name,
            company,
            line1,
            line2,
            city,
            state,
            postcode,
            country_code: country,
            phone,
        } = body;
        Self { first_name, last_name, company, line1, line2, city, state, postcode, country, phone }
    }
}
