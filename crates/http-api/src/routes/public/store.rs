//! The store itself, as its own pages need to know it.

use actix_web::get;
use domain::store::{Branding, Store};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{auth::Public, error::ApiResult, fields::Resource, respond::Data, routes::Routes, view::View};

pub(super) fn configure(config: &mut Routes) {
    config.service(show);
}

/// A store as shoppers see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicStore)]
struct PublicStoreBody {
    /// Identity.
    #[schema(examples("str_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What shoppers call it.
    #[schema(examples("Acme Candles"))]
    name: String,
    /// The currency prices are kept in.
    #[schema(examples("GBP"))]
    currency: &'static str,
    /// Currencies prices can be shown in.
    #[schema(examples(json!(["GBP", "EUR"])))]
    supported_currencies: Vec<&'static str>,
    /// Language tags the storefront speaks.
    #[schema(examples(json!(["en", "fr"])))]
    supported_locales: Vec<String>,
    /// The language where nothing else is asked for.
    #[schema(examples("en"))]
    default_locale: String,
    /// What a storefront can offer.
    features: FeaturesBody,
    /// How it should look.
    branding: BrandingBody,
}

impl Resource for PublicStoreBody {}

/// What a storefront can offer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Features)]
struct FeaturesBody {
    /// Carts take discount codes.
    discounts: bool,
    /// Prices can be shown in more than one currency.
    multi_currency: bool,
}

/// How a storefront should look.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Branding)]
pub(crate) struct BrandingBody {
    /// Main colour.
    #[schema(required, examples("#FF5C00"))]
    primary_color: Option<String>,
    /// Address of the logo.
    #[schema(required, examples("https://cdn.example.com/logo.svg"))]
    logo_url: Option<String>,
}

impl From<Branding> for BrandingBody {
    fn from(Branding { primary_color, logo_url }: Branding) -> Self {
        Self { primary_color, logo_url }
    }
}

impl From<&Store> for PublicStoreBody {
    fn from(store: &Store) -> Self {
        Self {
            id: store.id.to_string(),
            name: store.name.clone(),
            currency: store.currency.code(),
            supported_currencies: store.supported_currencies.iter().map(|known| known.code()).collect(),
            supported_locales: store.supported_locales.clone(),
            default_locale: store.default_locale.clone(),
            features: FeaturesBody {
                // Every plan has at least one coupon.
                discounts: true,
                multi_currency: store.supported_currencies.len() > 1,
            },
            branding: store.branding.clone().into(),
        }
    }
}

/// Get the store
///
/// What a storefront needs to start: name, currencies, languages, features and looks.
#[utoipa::path(
    operation_id = "getStore",
    tag = "Store",
    params(View<PublicStoreBody>),
    responses((status = 200, description = "The store.", body = Data<PublicStoreBody>))
)]
#[get("")]
async fn show(caller: Public, view: View<PublicStoreBody>) -> ApiResult {
    let store = caller.store();
    view.answer(store.id, store.version, &store.into())
}
