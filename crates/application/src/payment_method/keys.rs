//! Keys to a store's accounts at gateways: checking their form, sealing them, asking whether they are
//! accepted, and telling them apart afterwards without showing them.

use domain::{
    access::Mode,
    payment::Provider,
    payment_method::{GatewayKeys, KeyRole, is_stripe_key},
};
use ports::gateway::Account;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{Change, Context, Core, Error, ErrorCode, Result};

/// Characters at the end of a secret that may be shown.
const HINT: usize = 4;

/// What to do with the keys of one mode.
#[derive(Debug, Clone, Default)]
pub struct KeyChanges {
    /// For the shopper's browser.
    pub publishable_key: Change<String>,
    /// For the gateway's API.
    pub secret_key: Change<SecretString>,
    /// For the signatures of its webhooks.
    pub webhook_secret: Change<SecretString>,
}

/// What may be told of one secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyHint {
    /// Whether there is one.
    pub is_set: bool,
    /// Its last characters; `None` also when it cannot be opened any more.
    pub ending: Option<String>,
}

/// What may be told of the secrets of one mode.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyHints {
    /// The key to the gateway's API.
    pub secret_key: KeyHint,
    /// The secret of its webhooks.
    pub webhook_secret: KeyHint,
}

impl KeyHints {
    pub(super) fn of(core: &Core, ctx: &Context, keys: &GatewayKeys) -> Self {
        let hint = |sealed: &Option<String>| {
            let opened = sealed.as_deref().and_then(|sealed| core.sealer.open(ctx.store, sealed).ok());
            let ending = opened.map(|secret| {
                let text = secret.expose_secret();
                let hidden = text.chars().count().saturating_sub(HINT);
                text.chars().skip(hidden).collect()
            });
            KeyHint { is_set: sealed.is_some(), ending }
        };
        Self { secret_key: hint(&keys.sealed_secret_key), webhook_secret: hint(&keys.sealed_webhook_secret) }
    }
}

/// Refuses keys that cannot be what their field says, and keys where none are used.
pub(super) fn check_keys(provider: Provider, live: &KeyChanges, test: &KeyChanges) -> Result<()> {
    let given: Vec<_> =
        given(live, Mode::Live).into_iter().chain(given(test, Mode::Test)).flatten().collect();
    if provider != Provider::Stripe {
        let faults = given.into_iter().map(|key| (key.field.to_owned(), "is for Stripe only".to_owned()));
        return Error::from_faults(faults).map_or(Ok(()), Err);
    }
    let bad = given.into_iter().filter(|key| !is_stripe_key(key.role, key.mode, key.text));
    let faults = bad.map(|key| {
        let looks = match (key.role, key.mode) {
            (KeyRole::Publishable, Mode::Live) => "pk_live_…",
            (KeyRole::Publishable, Mode::Test) => "pk_test_…",
            (KeyRole::Secret, Mode::Live) => "sk_live_… or rk_live_…",
            (KeyRole::Secret, Mode::Test) => "sk_test_… or rk_test_…",
            (KeyRole::Webhook, _) => "whsec_…",
        };
        (key.field.to_owned(), format!("must be a key of Stripe that looks like {looks}"))
    });
    match Error::from_faults(faults) {
        Some(error) => Err(Error { code: ErrorCode::StripeInvalidKeys, ..error }),
        None => Ok(()),
    }
}

/// A key that was given, and where.
struct Given<'a> {
    field: &'static str,
    role: KeyRole,
    mode: Mode,
    text: &'a str,
}

fn given(keys: &KeyChanges, mode: Mode) -> [Option<Given<'_>>; 3] {
    let [publishable, secret, webhook] = match mode {
        Mode::Live => ["publishableKey", "secretKey", "webhookSecret"],
        Mode::Test => ["testPublishableKey", "testSecretKey", "testWebhookSecret"],
    };
    let key = |field, role, text| Some(Given { field, role, mode, text });
    [
        match &keys.publishable_key {
            Change::Set(text) => key(publishable, KeyRole::Publishable, text.as_str()),
            Change::Keep | Change::Clear => None,
        },
        match &keys.secret_key {
            Change::Set(text) => key(secret, KeyRole::Secret, text.expose_secret()),
            Change::Keep | Change::Clear => None,
        },
        match &keys.webhook_secret {
            Change::Set(text) => key(webhook, KeyRole::Webhook, text.expose_secret()),
            Change::Keep | Change::Clear => None,
        },
    ]
}

/// Carries key changes out; secrets are sealed for the store.
pub(super) fn seal_into(core: &Core, ctx: &Context, changes: KeyChanges, keys: &mut GatewayKeys) {
    let KeyChanges { publishable_key, secret_key, webhook_secret } = changes;
    let seal = |change: Change<SecretString>| match change {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(secret) => Change::Set(core.sealer.seal(ctx.store, &secret)),
    };
    publishable_key.apply(&mut keys.publishable_key);
    seal(secret_key).apply(&mut keys.sealed_secret_key);
    seal(webhook_secret).apply(&mut keys.sealed_webhook_secret);
}

/// Asks Stripe whether it accepts the secret keys that were given.
pub(super) async fn verify(core: &Core, ctx: &Context, live: &KeyChanges, test: &KeyChanges) -> Result<()> {
    for (field, keys) in [("secretKey", live), ("testSecretKey", test)] {
        let Change::Set(secret) = &keys.secret_key else { continue };
        let account = Account { store: ctx.store, secret_key: Some(secret.clone()), webhook_secret: None };
        core.gateways.stripe.verify_account(&account).await.map_err(|cause| {
            let error = Error::from(cause);
            match error.code {
                ErrorCode::StripeAuthError => error.on_field(field),
                ErrorCode::GatewayUnavailable => Error {
                    message: "Stripe did not answer, so the keys were not verified and nothing was saved."
                        .into(),
                    ..error
                },
                _ => error,
            }
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
