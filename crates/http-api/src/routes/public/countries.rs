//! Where parcels can go.

use actix_web::{get, web::Path};
use application::shipping;
use domain::geography::CountryCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::Public,
    error::{ApiError, ApiResult},
    respond::{self, Data},
    routes::Routes,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(states);
}

/// A country that the store ships to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Country)]
struct CountryBody {
    /// Code of ISO 3166-1.
    #[schema(examples("GB"))]
    code: &'static str,
    /// English name.
    #[schema(examples("United Kingdom"))]
    name: &'static str,
    /// Whether an address needs a state.
    requires_state: bool,
    /// Whether an address needs a postcode.
    requires_postcode: bool,
    /// What people there call the postcode.
    #[schema(examples("Postcode"))]
    postcode_label: &'static str,
}

impl From<CountryCode> for CountryBody {
    fn from(country: CountryCode) -> Self {
        Self {
            code: country.as_str(),
            name: country.name(),
            requires_state: country.requires_state(),
            requires_postcode: country.requires_postcode(),
            postcode_label: country.postcode_label(),
        }
    }
}

/// A state, province or region of a country.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = State)]
struct StateBody {
    /// What an address carries as its state.
    #[schema(examples("CA"))]
    code: &'static str,
    /// Name.
    #[schema(examples("California"))]
    name: &'static str,
}

/// List the countries shipped to
///
/// Says of each whether an address needs a state, and what its postcode is called.
#[utoipa::path(
    operation_id = "listCountries",
    tag = "Shipping",
    responses((status = 200, description = "The countries, by code.", body = Data<Vec<CountryBody>>))
)]
#[get("/countries")]
async fn list(caller: Public) -> ApiResult {
    let shipped_to = shipping::destinations(&caller.principal.config);
    let countries: Vec<CountryBody> = shipped_to.into_iter().map(CountryBody::from).collect();
    respond::ok(countries)
}

#[derive(Debug, Deserialize)]
struct CountryPath {
    country: String,
}

/// List the states of a country
///
/// Addresses take the codes given here; the list is empty where addresses need no state.
#[utoipa::path(
    operation_id = "listStates",
    tag = "Shipping",
    params(("country" = String, Path, description = "Code of the country.", example = "US")),
    responses((status = 200, description = "The states, in the order people know them by.", body = Data<Vec<StateBody>>))
)]
#[get("/countries/{country}/states")]
async fn states(caller: Public, path: Path<CountryPath>) -> ApiResult {
    let country = CountryCode::parse(&path.country)
        .ok()
        .filter(|wanted| shipping::destinations(&caller.principal.config).contains(wanted))
        .ok_or_else(|| ApiError::not_found("The store does not ship to this country."))?;
    let states = country.states().iter().map(|(code, name)| StateBody { code, name });
    respond::ok(states.collect::<Vec<_>>())
}
