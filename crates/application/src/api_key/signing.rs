//! The signing secret of a key: given, replaced and taken away.

use domain::{
    access::{ApiKey, KeyKind},
    audit::Action,
    id::ApiKeyId,
};
use ports::UnitOfWork;
use secrecy::SecretString;

use super::{Grantor, missing, refuse_revoked};
use crate::{Context, Core, Error, ErrorCode, Result, access, audit};

/// A key and its new signing secret, which is known at this moment and never again.
#[derive(Debug, Clone)]
pub struct SigningSecret {
    /// The key.
    pub key: ApiKey,
    /// The secret.
    pub secret: SecretString,
}

/// Gives a secret key a signing secret, in place of the one it may have: from now on its requests have
/// to be signed with the new one.
pub async fn give_signing_secret(
    core: &Core,
    ctx: &Context,
    by: Grantor<'_>,
    id: ApiKeyId,
) -> Result<SigningSecret> {
    let mut work = core.begin(ctx).await?;
    let mut key = changeable(&mut *work, by, id, None).await?;
    if key.kind == KeyKind::Publishable {
        let message = "A publishable key is used in browsers, which keep no secret to sign with.";
        return Err(Error::new(ErrorCode::InvalidState, message));
    }
    let before = key.clone();
    let secret = access::signature::new_secret(core);
    key.sealed_signing_secret = Some(core.sealer.seal(ctx.store, &secret));
    key.updated_at = ctx.now;
    work.keys().update(&mut key).await?;
    work.audit(Action::SigningSecretGiven, audit::changed(&before, &key));
    work.commit().await?;
    Ok(SigningSecret { key, secret })
}

/// Takes a key's signing secret away: its requests need no signature any more. Nothing happens to a key
/// that has none.
pub async fn take_signing_secret(
    core: &Core,
    ctx: &Context,
    by: Grantor<'_>,
    id: ApiKeyId,
    if_version: Option<i32>,
) -> Result<()> {
    let mut work = core.begin(ctx).await?;
    let mut key = changeable(&mut *work, by, id, if_version).await?;
    let before = key.clone();
    if key.sealed_signing_secret.take().is_none() {
        return Ok(());
    }
    key.updated_at = ctx.now;
    work.keys().update(&mut key).await?;
    work.audit(Action::SigningSecretTaken, audit::changed(&before, &key));
    work.commit().await
}

async fn changeable(
    work: &mut dyn UnitOfWork,
    by: Grantor<'_>,
    id: ApiKeyId,
    if_version: Option<i32>,
) -> Result<ApiKey> {
    let key = work.keys().find(id).await?.ok_or_else(missing)?;
    Error::check_version(if_version, key.version)?;
    by.check(&key)?;
    refuse_revoked(&key)?;
    Ok(key)
}
