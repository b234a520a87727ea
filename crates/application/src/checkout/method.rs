//! Which gateway a chosen means of payment belongs to.

use domain::{access::Mode, payment::Provider};
use ports::stores::StoreConfig;

use crate::{Error, ErrorCode, Result};

/// How Stripe's names for means of payment begin, and the sandbox's after them.
const TOKEN_PREFIX: &str = "pm_";

/// A means of payment and who takes the money with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Means {
    pub(super) provider: Provider,
    pub(super) method: String,
}

/// Finds out who takes the money for what the shopper chose: the id of a means of payment that was
/// collected in the browser (`pm_…`), or the code of an offline method of the store.
pub(super) fn resolve(config: &StoreConfig, mode: Mode, chosen: &str) -> Result<Means> {
    let offered = config.payment_methods.iter().filter(|method| method.enabled);
    let provider = if chosen.starts_with(TOKEN_PREFIX) {
        let card = offered
            .map(|method| method.provider_in(mode))
            .find(|provider| !provider.is_offline() && (mode == Mode::Test || *provider == Provider::Stripe));
        match (card, mode) {
            (Some(provider), _) => provider,
            // Trying things out must not need any setting up.
            (None, Mode::Test) => Provider::Sandbox,
            (None, Mode::Live) => return Err(ports::gateway::GatewayError::NotConfigured.into()),
        }
    } else {
        let method = offered
            .into_iter()
            .find(|method| method.code == chosen)
            .ok_or_else(|| Error::invalid("paymentMethod", "is not a payment method of this store"))?;
        let provider = method.provider_in(mode);
        if !provider.is_offline() {
            return Err(Error::new(
                ErrorCode::ValidationFailed,
                "Collect the card in the browser and send the id of the payment method (pm_…).",
            )
            .on_field("paymentMethod"));
        }
        provider
    };
    Ok(Means { provider, method: chosen.to_owned() })
}
