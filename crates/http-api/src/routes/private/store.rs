//! The store of the calling key.

use actix_web::get;
use domain::store::Store;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    auth::{Secret, scope},
    error::ApiResult,
    fields::Resource,
    respond::Data,
    routes::public::BrandingBody,
    timestamp::Timestamp,
    view::View,
};

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(show);
}

/// A store as its owner sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Store)]
struct StoreBody {
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
    supported_currencies: Vec<&'static str>,
    /// Language tags the storefront speaks.
    supported_locales: Vec<String>,
    /// The language where nothing else is asked for.
    #[schema(examples("en"))]
    default_locale: String,
    /// Time zone of months and days in reports and plans.
    #[schema(examples("Europe/London"))]
    timezone: String,
    /// `active` or `suspended`.
    #[schema(examples("active"))]
    status: &'static str,
    /// The plan.
    #[schema(examples("pro"))]
    plan: &'static str,
    /// Where the operator and shoppers can write to.
    #[schema(required)]
    contact_email: Option<String>,
    /// Host name of the shop's own website.
    #[schema(required, examples("shop.example.com"))]
    domain: Option<String>,
    /// Host names whose pages may call the public surface; all when empty.
    allowed_domains: Vec<String>,
    /// How it should look.
    branding: BrandingBody,
    /// Whether the calling key is a live one.
    livemode: bool,
    /// When it was opened.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for StoreBody {}

impl StoreBody {
    fn new(store: Store, livemode: bool) -> Self {
        // Taken apart in full, so that a new field of a store must be shown or left out on purpose.
        let Store {
            id,
            name,
            currency,
            supported_currencies,
            supported_locales,
            default_locale,
            timezone,
            status,
            tier,
            contact_email,
            domain,
            allowed_domains,
            branding,
            version: _,
            created_at,
            updated_at,
        } = store;
        Self {
            id: id.to_string(),
            name,
            currency: currency.code(),
            supported_currencies: supported_currencies.iter().map(|known| known.code()).collect(),
            supported_locales,
            default_locale,
            timezone,
            status: status.as_str(),
            plan: tier.as_str(),
            contact_email: contact_email.map(|email| email.to_string()),
            domain,
            allowed_domains,
            branding: branding.into(),
            livemode,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// Get the store of the calling key
///
/// Also a way to see that a secret key works, and in which mode.
#[utoipa::path(
    operation_id = "getStore",
    tag = "Store",
    params(View<StoreBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The store.", body = Data<StoreBody>))
)]
#[get("/store")]
async fn show(caller: Secret<scope::ReadSettings>, view: View<StoreBody>) -> ApiResult {
    let store = caller.store();
    let body = StoreBody::new(store.clone(), caller.context.mode.is_live());
    view.answer(store.id, store.version, &body)
}
