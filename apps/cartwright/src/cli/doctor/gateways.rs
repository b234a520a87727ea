//! Stripe, and the keys to it that stores have given.

use std::time::Duration;

use anyhow::{Context as _, Result};
use application::{Core, store};
use cartwright::config::Config;
use domain::{payment_method::PaymentMethod, store::Store};
use ports::{
    gateway::{Account, GatewayError},
    list::Window,
};
use secrecy::SecretString;

use super::finding::Finding;

const PATIENCE: Duration = Duration::from_secs(5);
const STORES_PER_PAGE: u32 = 100;

/// Whether anybody answers where Stripe is; any answer will do.
pub(super) async fn reach(config: &Config) -> Finding {
    let name = "Stripe";
    let base = &config.stripe_api_base;
    let asked = async {
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        client.get(base).send().await
    };
    match asked.await {
        Ok(_) => Finding::ok(name, format!("{base} answers")),
        Err(error) => Finding::warn(
            name,
            format!(
                "{base} cannot be reached ({}); stores cannot take cards until it can",
                error.without_url()
            ),
        ),
    }
}

/// Whether the master key opens what stores have sealed and, if asked, whether Stripe takes it.
pub(super) async fn sealed_keys(core: &Core, ask_stripe: bool) -> Finding {
    let name = "store keys";
    match each_store(core, ask_stripe).await {
        Ok(0) => Finding::ok(name, "no store has any; cards are taken by the sandbox, in test mode only"),
        Ok(known) if ask_stripe => Finding::ok(name, format!("Stripe accepts all {known}")),
        Ok(known) => {
            Finding::ok(name, format!("the master key opens all {known}; --stores asks Stripe about them"))
        }
        Err(error) => Finding::fail(name, format!("{error:#}")),
    }
}

async fn each_store(core: &Core, ask_stripe: bool) -> Result<usize> {
    let (mut known, mut last) = (0_usize, None);
    loop {
        let slice = store::list(core, &Window::After { last, per_page: STORES_PER_PAGE }).await?;
        for store in &slice.items {
            let config = core.db.stores().config(store.id).await?.context("a store is gone")?;
            for secret in config.payment_methods.iter().flat_map(|method| opened(core, store, method)) {
                let secret = secret?;
                if ask_stripe {
                    ask(core, store, secret).await?;
                }
                known = known.saturating_add(1);
            }
        }
        last = slice.next;
        if last.is_none() {
            return Ok(known);
        }
    }
}

/// The secret keys of a method, live and test.
fn opened(core: &Core, store: &Store, method: &PaymentMethod) -> Vec<Result<SecretString>> {
    let sealed = [&method.live_keys.sealed_secret_key, &method.test_keys.sealed_secret_key];
    let open = |sealed: &String| {
        core.sealer.open(store.id, sealed).ok().with_context(|| {
            let name = &store.name;
            format!("those of {name} were sealed with another master key; restore it, or enter them again")
        })
    };
    sealed.into_iter().flatten().map(open).collect()
}

async fn ask(core: &Core, store: &Store, secret: SecretString) -> Result<()> {
    let account = Account { store: store.id, secret_key: Some(secret), webhook_secret: None };
    core.gateways.stripe.verify_account(&account).await.map_err(|error| advice(&error, &store.name))
}

fn advice(error: &GatewayError, store: &str) -> anyhow::Error {
    match error {
        GatewayError::Unauthorized | GatewayError::InvalidKeys => anyhow::anyhow!(
            "Stripe does not accept those of {store}; enter them again with PATCH /v1/private/payment-methods/{{id}}"
        ),
        other => anyhow::anyhow!("Stripe cannot be asked about those of {store}: {other}"),
    }
}
