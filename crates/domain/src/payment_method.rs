//! The ways to pay that a store offers, with the gateway account behind each.

use chrono::{DateTime, Utc};

use crate::{
    access::Mode,
    id::PaymentMethodId,
    payment::Provider,
    store::is_web_address,
    text::{Fault, Faults},
};

/// Characters of a code.
const CODE_MAX: usize = 64;
/// Characters of a label.
const LABEL_MAX: usize = 100;
/// Characters of the instructions.
const INSTRUCTIONS_MAX: usize = 2_000;
/// Characters of a gateway's key.
const KEY_MAX: usize = 255;

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
    /// What is wrong with the method, by the API's names; nothing when it can be kept. Keys are checked
    /// where they are known in clear.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        let plain = self.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        faults.require(
            plain && (1..=CODE_MAX).contains(&self.code.len()),
            "code",
            format_args!("must be 1 to {CODE_MAX} lower-case letters, digits and underscores"),
        );
        faults.text("label", &self.label, LABEL_MAX);
        faults.optional_text("instructions", self.instructions.as_deref(), INSTRUCTIONS_MAX);
        let picture = self.icon_url.as_deref().is_none_or(is_web_address);
        faults.require(picture, "iconUrl", "must be an http or https address");
        faults.into_vec()
    }

    /// Whether a shopper can pay this way in a mode: it is offered, and somebody is there to take the
    /// money. The sandbox takes none in live mode, and Stripe none without the store's keys.
    pub const fn is_usable_in(&self, mode: Mode) -> bool {
        let taken = match (mode, self.provider) {
            (Mode::Live, Provider::Sandbox) => false,
            (Mode::Live, Provider::Stripe) => self.live_keys.sealed_secret_key.is_some(),
            _ => true,
        };
        self.enabled && taken
    }

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

/// Which of a gateway's keys a text should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// For the shopper's browser.
    Publishable,
    /// For the API.
    Secret,
    /// For the signatures of webhooks.
    Webhook,
}

/// Whether `text` has the form that Stripe gives such a key in a mode. A secret key may be a restricted
/// one. Webhook secrets look the same in both modes.
pub fn is_stripe_key(role: KeyRole, mode: Mode, text: &str) -> bool {
    let prefixes: &[&str] = match (role, mode) {
        (KeyRole::Publishable, Mode::Live) => &["pk_live_"],
        (KeyRole::Publishable, Mode::Test) => &["pk_test_"],
        (KeyRole::Secret, Mode::Live) => &["sk_live_", "rk_live_"],
        (KeyRole::Secret, Mode::Test) => &["sk_test_", "rk_test_"],
        (KeyRole::Webhook, _) => &["whsec_"],
    };
    let body = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    text.len() <= KEY_MAX
        && body.is_some_and(|body| {
            !body.is_empty()
                && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+/=-".contains(&byte))
        })
}

#[cfg(test)]
mod tests;
