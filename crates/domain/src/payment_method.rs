//! The ways to pay that a store offers, with the gateway account behind each.

use chrono::{DateTime, Utc};

use crate::{access::Mode, id::PaymentMethodId, payment::Provider};

/// A store's account at a gateway for one mode. Secrets are sealed: this crate never sees them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GatewayKeys {
    /// Key for the shopper's browser, public by nature.
    pub publishable_key: Option<String>,
    /// Sealed API key.
    pub sealed_secret_key: Option<String>,
    /// Sealed secret that webhooks are signed with.
    pub sealed_webhook_secret: Option<String>,
}

/// A way to pay, as shown at the checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentMethod {
    /// Identifier for the merchant.
    pub id: PaymentMethodId,
    /// Name that storefronts use, unique in the store: `card`, `bank_transfer`.
    pub code: String,
    /// Who takes the money.
    pub provider: Provider,
    /// What the shopper reads.
    pub label: String,
    /// Picture beside the label.
    pub icon_url: Option<String>,
    /// What the shopper has to do, as the bank account to transfer to.
    pub instructions: Option<String>,
    /// Account for live sales.
    pub live_keys: GatewayKeys,
    /// Account for test sales.
    pub test_keys: GatewayKeys,
    /// Whether it is offered.
    pub enabled: bool,
    /// Position at the checkout, smallest first.
    pub sort_order: i32,
    /// Number of writes, from 1.
    pub version: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
}

impl PaymentMethod {
    /// The account for a mode.
    pub const fn keys(&self, mode: Mode) -> &GatewayKeys {
        match mode {
            Mode::Live => &self.live_keys,
            Mode::Test => &self.test_keys,
        }
    }

    /// Who takes the money in a mode. A card method without keys for test sales falls back to the
    /// sandbox there; live sales never do.
    pub const fn provider_in(&self, mode: Mode) -> Provider {
        match (mode, self.provider) {
            (Mode::Test, Provider::Stripe) if self.test_keys.sealed_secret_key.is_none() => Provider::Sandbox,
            (_, provider) => provider,
        }
    }
}
