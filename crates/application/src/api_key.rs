//! Keys to a store: making, listing, changing, rotating and revoking them.
//!
//! Nobody hands out more than they have: a key makes and changes only keys that are no mightier than
//! itself in scopes, mode, addresses and time.

use chrono::{DateTime, Utc};
use domain::{
    access::{ApiKey, KeyKind, KeyRefusal, Mode},
    audit::Action,
    id::ApiKeyId,
};
use ports::{
    UnitOfWork,
    keys::KeyRow,
    list::{Slice, Window},
};
use secrecy::SecretString;

use crate::{Change, Context, Core, Error, ErrorCode, Result, access, audit, store_config};

mod fields;
mod limits;
mod signing;

use fields::{check, read_networks, read_scopes};
pub use limits::Grantor;
pub use signing::{SigningSecret, give_signing_secret, take_signing_secret};

/// Characters at the end of a key that tell it from others.
const HINT_LEN: usize = 4;
const REVOKED: &str = "The key was revoked; make a new one.";

/// What is asked of a new key.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What its owner calls it.
    pub name: String,
    /// For browsers or for servers.
    pub kind: KeyKind,
    /// Live or test; the mode of the request when absent.
    pub mode: Option<Mode>,
    /// Scopes by name. A secret key has at least one, a publishable one has none.
    pub scopes: Vec<String>,
    /// Addresses and networks it may be used from; anywhere when empty.
    pub ip_allowlist: Vec<String>,
    /// Requests a minute, at most what the plan gives.
    pub rate_limit_per_minute: Option<u32>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it gets a signing secret, so that its requests have to be signed.
    pub signing: bool,
}

/// What is to be changed about a key.
#[derive(Debug, Clone, Default)]
pub struct KeyChanges {
    /// A new name.
    pub name: Option<String>,
    /// Other scopes.
    pub scopes: Option<Vec<String>>,
    /// Other addresses; empty for anywhere.
    pub ip_allowlist: Option<Vec<String>>,
    /// Another limit, or the plan's.
    pub rate_limit_per_minute: Change<u32>,
    /// Another end, or none.
    pub expires_at: Change<DateTime<Utc>>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// A key with its text, which is known at this moment and, for a secret key, never again.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    /// The key.
    pub key: ApiKey,
    /// The whole of it.
    pub text: SecretString,
    /// What its requests are to be signed with, when that is as new as the key.
    pub signing_secret: Option<SecretString>,
}

/// Makes a key.
pub async fn create(core: &Core, ctx: &Context, by: Grantor<'_>, new: NewKey) -> Result<IssuedKey> {
    let config = store_config(core, ctx).await?;
    let mut faults = Vec::new();
    let secret = new.signing.then(|| access::signature::new_secret(core));
    let key = ApiKey {
        id: core.ids.id(),
        store: ctx.store,
        name: new.name.trim().to_owned(),
        kind: new.kind,
        mode: new.mode.unwrap_or(ctx.mode),
        hint: String::new(),
        scopes: read_scopes(&new.scopes, &mut faults),
        ip_allowlist: read_networks(&new.ip_allowlist, &mut faults),
        rate_limit_per_minute: new.rate_limit_per_minute,
        sealed_signing_secret: secret.as_ref().map(|secret| core.sealer.seal(ctx.store, secret)),
        expires_at: new.expires_at,
        last_used_at: None,
        revoked_at: None,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    let most = core.tiers.limits(config.store.tier).requests_per_minute;
    check(&key, most, ctx.now, faults)?;
    by.check(&key)?;
    let mut work = core.begin(ctx).await?;
    let issued = issue(core, &mut *work, key).await?;
    work.audit(Action::ApiKeyCreated, audit::created(&issued.key));
    work.commit().await?;
    Ok(IssuedKey { signing_secret: secret, ..issued })
}

/// The store's keys, newest first, revoked ones too.
pub async fn list(core: &Core, ctx: &Context, window: &Window) -> Result<Slice<KeyRow>> {
    Ok(core.db.keys().keys(ctx.store, window).await?)
}

/// One key.
pub async fn get(core: &Core, ctx: &Context, key: ApiKeyId) -> Result<KeyRow> {
    core.db.keys().key(ctx.store, key).await?.ok_or_else(missing)
}

/// Changes a key.
pub async fn update(
    core: &Core,
    ctx: &Context,
    by: Grantor<'_>,
    id: ApiKeyId,
    changes: KeyChanges,
) -> Result<KeyRow> {
    let config = store_config(core, ctx).await?;
    let mut work = core.begin(ctx).await?;
    let mut key = work.keys().find(id).await?.ok_or_else(missing)?;
    Error::check_version(changes.if_version, key.version)?;
    by.check(&key)?;
    refuse_revoked(&key)?;
    let before = key.clone();
    let mut faults = Vec::new();
    if let Some(name) = changes.name {
        name.trim().clone_into(&mut key.name);
    }
    if let Some(scopes) = changes.scopes {
        key.scopes = read_scopes(&scopes, &mut faults);
    }
    if let Some(networks) = changes.ip_allowlist {
        key.ip_allowlist = read_networks(&networks, &mut faults);
    }
    let ends_anew = changes.expires_at != Change::Keep;
    changes.rate_limit_per_minute.apply(&mut key.rate_limit_per_minute);
    changes.expires_at.apply(&mut key.expires_at);
    key.updated_at = ctx.now;
    // An end that has passed already may stay, so that a dead key can still be renamed.
    let earliest = if ends_anew { ctx.now } else { DateTime::<Utc>::MIN_UTC };
    check(&key, core.tiers.limits(config.store.tier).requests_per_minute, earliest, faults)?;
    by.check(&key)?;
    work.keys().update(&mut key).await?;
    work.audit(Action::ApiKeyUpdated, audit::changed(&before, &key));
    work.commit().await?;
    settle(core, key.kind).await;
    get(core, ctx, id).await
}

/// Gives a key a new text; the old one stops working at once.
pub async fn rotate(core: &Core, ctx: &Context, by: Grantor<'_>, id: ApiKeyId) -> Result<IssuedKey> {
    let mut work = core.begin(ctx).await?;
    let mut key = work.keys().find(id).await?.ok_or_else(missing)?;
    by.check(&key)?;
    key.usable(ctx.now).map_err(|refusal| Error::new(ErrorCode::InvalidState, why_not(refusal)))?;
    let before = key.clone();
    let text = access::new_key_text(core, key.kind, key.mode);
    key.hint = hint_of(&text);
    key.updated_at = ctx.now;
    let shown = shown(key.kind, &text);
    work.keys().replace(&mut key, &access::hash_key(&text), shown).await?;
    work.audit(Action::ApiKeyRotated, audit::changed(&before, &key));
    work.commit().await?;
    settle(core, key.kind).await;
    Ok(IssuedKey { key, text: text.into(), signing_secret: None })
}

/// Withdraws a key for good; nothing happens to one that is withdrawn already.
pub async fn revoke(
    core: &Core,
    ctx: &Context,
    by: Grantor<'_>,
    id: ApiKeyId,
    if_version: Option<i32>,
) -> Result<()> {
    let mut work = core.begin(ctx).await?;
    let mut key = work.keys().find(id).await?.ok_or_else(missing)?;
    Error::check_version(if_version, key.version)?;
    by.check(&key)?;
    if key.revoked_at.is_some() {
        return Ok(());
    }
    let before = key.clone();
    key.revoked_at = Some(ctx.now);
    key.updated_at = ctx.now;
    work.keys().update(&mut key).await?;
    work.audit(Action::ApiKeyRevoked, audit::changed(&before, &key));
    work.commit().await?;
    settle(core, key.kind).await;
    Ok(())
}

/// What was changed about a key is so with the next request to any server. Secret keys are read anew
/// each time; publishable ones the servers may remember, so the answer waits until they have heard.
async fn settle(core: &Core, kind: KeyKind) {
    if kind == KeyKind::Publishable {
        core.db.announced().await;
    }
}

/// Gives `key` its text and adds it to the store of `work`.
pub(crate) async fn issue(core: &Core, work: &mut dyn UnitOfWork, mut key: ApiKey) -> Result<IssuedKey> {
    let text = access::new_key_text(core, key.kind, key.mode);
    key.hint = hint_of(&text);
    work.keys().insert(&key, &access::hash_key(&text), shown(key.kind, &text)).await?;
    Ok(IssuedKey { key, text: text.into(), signing_secret: None })
}

fn shown(kind: KeyKind, text: &str) -> Option<&str> {
    (kind == KeyKind::Publishable).then_some(text)
}

fn hint_of(text: &str) -> String {
    text.get(text.len().saturating_sub(HINT_LEN)..).unwrap_or_default().to_owned()
}

fn missing() -> Error {
    Error::not_found("API key")
}

fn refuse_revoked(key: &ApiKey) -> Result<()> {
    match key.revoked_at {
        Some(_) => Err(Error::new(ErrorCode::InvalidState, REVOKED)),
        None => Ok(()),
    }
}

const fn why_not(refusal: KeyRefusal) -> &'static str {
    match refusal {
        KeyRefusal::Revoked => REVOKED,
        KeyRefusal::Expired => "The key has expired; give it another end first.",
    }
}
