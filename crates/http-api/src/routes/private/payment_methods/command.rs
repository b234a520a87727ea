//! Payment methods as merchants send them.

use application::{
    Change,
    payment_method::{KeyChanges, NewPaymentMethod, PaymentMethodChanges},
};
use domain::payment::Provider;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::patch::{Patch, not_null};

/// Whether to try the keys.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Verification {
    /// Ask Stripe whether it accepts the secret keys given, before anything is kept. Can be said in the
    /// body as well.
    pub(super) verify: Option<bool>,
}

/// Who takes the money.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentProvider)]
pub(super) enum ProviderBody {
    /// Stripe, with the keys of the store.
    Stripe,
    /// The customer transfers; staff marks the order paid.
    BankTransfer,
    /// The customer pays an invoice; staff marks the order paid.
    Invoice,
    /// The built-in gateway that pretends, in test mode.
    Sandbox,
}

impl From<ProviderBody> for Provider {
    fn from(provider: ProviderBody) -> Self {
        match provider {
            ProviderBody::Stripe => Self::Stripe,
            ProviderBody::BankTransfer => Self::BankTransfer,
            ProviderBody::Invoice => Self::Invoice,
            ProviderBody::Sandbox => Self::Sandbox,
        }
    }
}

/// A payment method to be made.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewPaymentMethod)]
pub(super) struct NewPaymentMethodBody {
    /// Name that storefronts use: lower-case letters, digits and underscores, unique in the store.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64, examples("card"))]
    code: String,
    /// Who takes the money.
    provider: ProviderBody,
    /// What the shopper reads.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100, examples("Card"))]
    label: String,
    /// Picture beside the label.
    #[schema(examples("https://cdn.example.com/card.svg"))]
    icon_url: Option<String>,
    /// What the shopper has to do, as the account to transfer to.
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    instructions: Option<String>,
    /// Stripe's `pk_live_…`.
    publishable_key: Option<String>,
    /// Stripe's `sk_live_…` or `rk_live_…`; write only.
    #[schema(value_type = Option<String>, write_only)]
    secret_key: Option<SecretString>,
    /// Stripe's `whsec_…` for live events; write only.
    #[schema(value_type = Option<String>, write_only)]
    webhook_secret: Option<SecretString>,
    /// Stripe's `pk_test_…`.
    test_publishable_key: Option<String>,
    /// Stripe's `sk_test_…` or `rk_test_…`; write only.
    #[schema(value_type = Option<String>, write_only)]
    test_secret_key: Option<SecretString>,
    /// Stripe's `whsec_…` for test events; write only.
    #[schema(value_type = Option<String>, write_only)]
    test_webhook_secret: Option<SecretString>,
    /// Whether it is offered.
    #[schema(default = true, nullable = false)]
    enabled: Option<bool>,
    /// Position at the checkout, smallest first.
    #[serde(default)]
    sort_order: i32,
    /// Ask Stripe whether it accepts the secret keys, before anything is kept.
    #[serde(default)]
    verify: bool,
}

impl NewPaymentMethodBody {
    pub(super) fn into_new(self, verify: Option<bool>) -> NewPaymentMethod {
        let live_keys = KeyChanges {
            publishable_key: set(self.publishable_key),
            secret_key: set(self.secret_key),
            webhook_secret: set(self.webhook_secret),
        };
        let test_keys = KeyChanges {
            publishable_key: set(self.test_publishable_key),
            secret_key: set(self.test_secret_key),
            webhook_secret: set(self.test_webhook_secret),
        };
        NewPaymentMethod {
            code: self.code,
            provider: self.provider.into(),
            label: self.label,
            icon_url: self.icon_url,
            instructions: self.instructions,
            live_keys,
            test_keys,
            enabled: self.enabled.unwrap_or(true),
            sort_order: self.sort_order,
            verify: self.verify || verify.unwrap_or_default(),
        }
    }
}

fn set<T>(given: Option<T>) -> Change<T> {
    given.map_or(Change::Keep, Change::Set)
}

/// What to change of a payment method.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangePaymentMethod)]
pub(super) struct ChangePaymentMethodBody {
    /// A new code.
    #[validate(length(min = 1, max = 64))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 64, nullable = false)]
    code: Option<String>,
    /// A new label.
    #[validate(length(min = 1, max = 100))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    label: Option<String>,
    /// Another picture, or `null` for none.
    #[serde(default)]
    icon_url: Patch<String>,
    /// Other instructions, or `null` for none.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[schema(max_length = 2000)]
    instructions: Patch<String>,
    /// Another `pk_live_…`, or `null` to forget it.
    #[serde(default)]
    publishable_key: Patch<String>,
    /// Another `sk_live_…`, or `null` to forget it; write only.
    #[serde(default)]
    #[schema(value_type = Option<String>, write_only)]
    secret_key: Patch<SecretString>,
    /// Another `whsec_…` for live events, or `null` to forget it; write only.
    #[serde(default)]
    #[schema(value_type = Option<String>, write_only)]
    webhook_secret: Patch<SecretString>,
    /// Another `pk_test_…`, or `null` to forget it.
    #[serde(default)]
    test_publishable_key: Patch<String>,
    /// Another `sk_test_…`, or `null` to forget it; write only.
    #[serde(default)]
    #[schema(value_type = Option<String>, write_only)]
    test_secret_key: Patch<SecretString>,
    /// Another `whsec_…` for test events, or `null` to forget it; write only.
    #[serde(default)]
    #[schema(value_type = Option<String>, write_only)]
    test_webhook_secret: Patch<SecretString>,
    /// Whether it is offered.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
    /// Another position.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    sort_order: Option<i32>,
    /// Ask Stripe whether it accepts the new secret keys, before anything is kept.
    #[serde(default)]
    verify: bool,
}

impl ChangePaymentMethodBody {
    pub(super) fn into_changes(self, verify: Option<bool>, if_version: Option<i32>) -> PaymentMethodChanges {
        let live_keys = KeyChanges {
            publishable_key: self.publishable_key.into(),
            secret_key: self.secret_key.into(),
            webhook_secret: self.webhook_secret.into(),
        };
        let test_keys = KeyChanges {
            publishable_key: self.test_publishable_key.into(),
            secret_key: self.test_secret_key.into(),
            webhook_secret: self.test_webhook_secret.into(),
        };
        PaymentMethodChanges {
            code: self.code,
            label: self.label,
            icon_url: self.icon_url.into(),
            instructions: self.instructions.into(),
            live_keys,
            test_keys,
            enabled: self.enabled,
            sort_order: self.sort_order,
            verify: self.verify || verify.unwrap_or_default(),
            if_version,
        }
    }
}
