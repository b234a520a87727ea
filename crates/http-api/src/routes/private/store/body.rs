//! A store on the wire, as its owner sees it.

use application::store::StoreChanges;
use domain::store::Store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    fields::Resource,
    patch::{Patch, not_null},
    routes::public::BrandingBody,
    timestamp::Timestamp,
};

/// A store as its owner sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Store)]
pub(in crate::routes::private) struct StoreBody {
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
    pub(in crate::routes::private) fn new(store: Store, livemode: bool) -> Self {
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

/// What to change of a store.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeStore)]
pub(in crate::routes::private) struct ChangeStoreBody {
    /// A new name.
    #[validate(length(min = 1, max = 120))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 120, nullable = false, examples("Acme Candles Ltd"))]
    name: Option<String>,
    /// Other currencies to show prices in; the store's own is always one of them.
    #[validate(length(min = 1, max = 50))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_items = 1, max_items = 50, nullable = false, examples(json!(["GBP", "EUR"])))]
    supported_currencies: Option<Vec<String>>,
    /// Another default language, one of the supported ones.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, examples("en"))]
    default_locale: Option<String>,
    /// Other languages of the storefront.
    #[validate(length(min = 1, max = 50))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_items = 1, max_items = 50, nullable = false, examples(json!(["en", "fr"])))]
    supported_locales: Option<Vec<String>>,
    /// Another time zone.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, examples("Europe/London"))]
    timezone: Option<String>,
    /// Another address to write to, or `null` for none.
    #[serde(default)]
    #[schema(examples("hello@acme.example"))]
    contact_email: Patch<String>,
    /// Another website of the shop's own, or `null` for none.
    #[serde(default)]
    #[schema(examples("shop.example.com"))]
    domain: Patch<String>,
    /// The host names whose pages may call the public surface; every page may when empty.
    #[validate(length(max = 10))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 10, nullable = false, examples(json!(["shop.example.com"])))]
    allowed_domains: Option<Vec<String>>,
    /// Other looks; what is left out stays.
    #[validate(nested)]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    branding: Option<ChangeBrandingBody>,
}

/// What to change about a store's looks.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeBranding)]
pub(in crate::routes::private) struct ChangeBrandingBody {
    /// Another main colour, or `null` for none.
    #[serde(default)]
    #[schema(examples("#FF5C00"))]
    primary_color: Patch<String>,
    /// Address of another logo, or `null` for none.
    #[serde(default)]
    #[schema(examples("https://cdn.example.com/logo.svg"))]
    logo_url: Patch<String>,
}

impl ChangeStoreBody {
    pub(in crate::routes::private) fn into_changes(self, if_version: Option<i32>) -> StoreChanges {
        let Self {
            name,
            supported_currencies,
            default_locale,
            supported_locales,
            timezone,
            contact_email,
            domain,
            allowed_domains,
            branding,
        } = self;
        let ChangeBrandingBody { primary_color, logo_url } = branding.unwrap_or_default();
        StoreChanges {
            name,
            supported_currencies,
            default_locale,
            supported_locales,
            timezone,
            contact_email: contact_email.into(),
            domain: domain.into(),
            allowed_domains,
            primary_color: primary_color.into(),
            logo_url: logo_url.into(),
            tier: None,
            status: None,
            if_version,
        }
    }
}
