//! Stores on the wire, as the operator sees and makes them.

use application::{
    api_key::IssuedKey,
    store::{FirstKeys, NewStore, StoreChanges},
};
use domain::{
    store::{Branding, StoreStatus},
    tier::Tier,
};
use ports::list::Sort;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    list::ListSpec,
    patch::not_null,
    routes::private::{store::body::StoreBody, tier::PlanBody},
};

/// The list of stores; it has one order.
#[derive(Debug)]
pub(super) struct Stores;

impl ListSpec for Stores {
    type Row = StoreBody;
    type By = ();
    const NAME: &'static str = "stores";
    const SORTS: &'static [(&'static str, ())] = &[];
    const DEFAULT: Sort<()> = Sort { by: (), descending: false };
}

/// A store to be opened.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewStore)]
pub(super) struct NewStoreBody {
    /// What shoppers call it.
    #[validate(length(min = 1, max = 120))]
    #[schema(min_length = 1, max_length = 120, examples("Acme Candles"))]
    name: String,
    /// Code of the currency prices are kept in; it stays for good.
    #[schema(examples("GBP"))]
    currency: String,
    /// Currencies prices can be shown in; the store's own when left out.
    #[validate(length(min = 1, max = 50))]
    #[schema(min_items = 1, max_items = 50, examples(json!(["GBP", "EUR"])))]
    supported_currencies: Option<Vec<String>>,
    /// The language where nothing else is asked for.
    #[schema(examples("en"), default = "en")]
    default_locale: Option<String>,
    /// Languages of the storefront; the default one when left out.
    #[validate(length(min = 1, max = 50))]
    #[schema(min_items = 1, max_items = 50, examples(json!(["en", "fr"])))]
    supported_locales: Option<Vec<String>>,
    /// Time zone of months and days.
    #[schema(examples("Europe/London"), default = "UTC")]
    timezone: Option<String>,
    /// The plan; what the installation starts stores on when left out.
    plan: Option<PlanBody>,
    /// Where the operator and shoppers can write to.
    #[schema(examples("hello@acme.example"))]
    contact_email: Option<String>,
    /// Host name of the shop's own website.
    #[schema(examples("shop.example.com"))]
    domain: Option<String>,
    /// Host names whose pages may call the public surface; every page may when left out.
    #[validate(length(max = 10))]
    #[schema(max_items = 10, examples(json!(["shop.example.com"])))]
    allowed_domains: Option<Vec<String>>,
    /// How it should look.
    #[validate(nested)]
    branding: Option<NewBrandingBody>,
}

/// How a new store should look.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewBranding)]
struct NewBrandingBody {
    /// Main colour.
    #[schema(examples("#FF5C00"))]
    primary_color: Option<String>,
    /// Address of the logo.
    #[schema(examples("https://cdn.example.com/logo.svg"))]
    logo_url: Option<String>,
}

impl From<NewStoreBody> for NewStore {
    fn from(body: NewStoreBody) -> Self {
        let NewStoreBody {
            name,
            currency,
            supported_currencies,
            default_locale,
            supported_locales,
            timezone,
            plan,
            contact_email,
            domain,
            allowed_domains,
            branding,
        } = body;
        let NewBrandingBody { primary_color, logo_url } = branding.unwrap_or_default();
        Self {
            name,
            currency,
            supported_currencies,
            default_locale,
            supported_locales,
            timezone,
            tier: plan.map(Tier::from),
            contact_email,
            domain,
            allowed_domains: allowed_domains.unwrap_or_default(),
            branding: Branding { primary_color, logo_url },
        }
    }
}

/// A new store with its keys.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OpenedStore)]
pub(super) struct OpenedStoreBody {
    #[serde(flatten)]
    store: StoreBody,
    /// Its first keys. The secret ones are shown here and never again.
    keys: FirstKeysBody,
}

/// The keys that a store starts with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FirstKeys)]
struct FirstKeysBody {
    /// For browsers, live.
    #[schema(examples("pk_live_5f1d…"))]
    live_publishable: String,
    /// For servers, live; may do everything.
    #[schema(examples("sk_live_9c02…"))]
    live_secret: String,
    /// For browsers, to try things out.
    #[schema(examples("pk_test_07ab…"))]
    test_publishable: String,
    /// For servers, to try things out; may do everything.
    #[schema(examples("sk_test_e3b4…"))]
    test_secret: String,
}

impl OpenedStoreBody {
    pub(super) fn new(store: StoreBody, keys: &FirstKeys) -> Self {
        let FirstKeys { live_publishable, live_secret, test_publishable, test_secret } = keys;
        let text = |key: &IssuedKey| key.text.expose_secret().to_owned();
        let keys = FirstKeysBody {
            live_publishable: text(live_publishable),
            live_secret: text(live_secret),
            test_publishable: text(test_publishable),
            test_secret: text(test_secret),
        };
        Self { store, keys }
    }
}

/// What the operator can change of a store.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = OperatorChanges)]
pub(super) struct OperatorChangesBody {
    /// Another plan.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    plan: Option<PlanBody>,
    /// Open for business, or closed.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    status: Option<StatusBody>,
}

/// Whether a store is open for business.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = StoreStatus)]
enum StatusBody {
    /// Open.
    Active,
    /// Closed: every request is refused.
    Suspended,
}

impl OperatorChangesBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> StoreChanges {
        let Self { plan, status } = self;
        let status = status.map(|status| match status {
            StatusBody::Active => StoreStatus::Active,
            StatusBody::Suspended => StoreStatus::Suspended,
        });
        StoreChanges { tier: plan.map(Tier::from), status, if_version, ..StoreChanges::default() }
    }
}
