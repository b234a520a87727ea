//! Payment methods as answered: never with a secret in them.

use application::payment_method::{KeyHint, PaymentMethodView};
use domain::payment_method::PaymentMethod;
use ports::{list::Sort, terms::MethodSort};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{fields::Resource, list::ListSpec, timestamp::Timestamp};

/// A way to pay.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PaymentMethod)]
pub(super) struct PaymentMethodBody {
    /// Identity.
    #[schema(examples("pmt_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Name that storefronts use.
    #[schema(examples("card"))]
    code: String,
    /// Who takes the money: `stripe`, `bank_transfer`, `invoice` or `sandbox`.
    #[schema(examples("stripe"))]
    provider: &'static str,
    /// What the shopper reads.
    #[schema(examples("Card"))]
    label: String,
    /// Picture beside the label.
    #[schema(required, examples("https://cdn.example.com/card.svg"))]
    icon_url: Option<String>,
    /// What the shopper has to do.
    #[schema(required)]
    instructions: Option<String>,
    /// Key for the shopper's browser, live sales.
    #[schema(required, examples("pk_live_51Abc"))]
    publishable_key: Option<String>,
    /// Whether there is a secret key for live sales.
    has_secret_key: bool,
    /// How it ends.
    #[schema(required, examples("4f2a"))]
    secret_key_hint: Option<String>,
    /// Whether there is a webhook secret for live sales.
    has_webhook_secret: bool,
    /// How it ends.
    #[schema(required)]
    webhook_secret_hint: Option<String>,
    /// Key for the shopper's browser, test sales.
    #[schema(required)]
    test_publishable_key: Option<String>,
    /// Whether there is a secret key for test sales.
    has_test_secret_key: bool,
    /// How it ends.
    #[schema(required)]
    test_secret_key_hint: Option<String>,
    /// Whether there is a webhook secret for test sales.
    has_test_webhook_secret: bool,
    /// How it ends.
    #[schema(required)]
    test_webhook_secret_hint: Option<String>,
    /// Whether it is offered.
    enabled: bool,
    /// Position at the checkout, smallest first.
    #[schema(examples(10))]
    sort_order: i32,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for PaymentMethodBody {}

impl From<PaymentMethodView> for PaymentMethodBody {
    fn from(PaymentMethodView { method, live, test }: PaymentMethodView) -> Self {
        let PaymentMethod {
            id,
            code,
            provider,
            label,
            icon_url,
            instructions,
            live_keys,
            test_keys,
            enabled,
            sort_order,
            version: _,
            created_at,
            updated_at,
        } = method;
        let KeyHint { is_set: has_secret_key, ending: secret_key_hint } = live.secret_key;
        let KeyHint { is_set: has_webhook_secret, ending: webhook_secret_hint } = live.webhook_secret;
        let KeyHint { is_set: has_test_secret_key, ending: test_secret_key_hint } = test.secret_key;
        let KeyHint { is_set: has_test_webhook_secret, ending: test_webhook_secret_hint } =
            test.webhook_secret;
        Self {
            id: id.to_string(),
            code,
            provider: provider.as_str(),
            label,
            icon_url,
            instructions,
            publishable_key: live_keys.publishable_key,
            has_secret_key,
            secret_key_hint,
            has_webhook_secret,
            webhook_secret_hint,
            test_publishable_key: test_keys.publishable_key,
            has_test_secret_key,
            test_secret_key_hint,
            has_test_webhook_secret,
            test_webhook_secret_hint,
            enabled,
            sort_order,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// The list of payment methods.
#[derive(Debug)]
pub(super) struct PaymentMethods;

impl ListSpec for PaymentMethods {
    type Row = PaymentMethodBody;
    type By = MethodSort;
    const NAME: &'static str = "payment-methods";
    const SORTS: &'static [(&'static str, MethodSort)] = &[
        ("sortOrder", MethodSort::SortOrder),
        ("label", MethodSort::Name),
        ("createdAt", MethodSort::CreatedAt),
    ];
    const DEFAULT: Sort<MethodSort> = Sort { by: MethodSort::SortOrder, descending: false };
}
