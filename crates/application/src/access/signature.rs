//! Signed requests: a key with a signing secret opens the store only to whoever holds that secret too.
//!
//! A signature is the HMAC-SHA256 of `TIME.BODY`, or of `TIME.NONCE.BODY` where the client adds a nonce,
//! under the text of the signing secret. It is good for five minutes around its time, and once. It says
//! nothing about method and path: those are the connection's to protect.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::ApiKey;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ports::signatures::SpentSignature;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::new_secret_text;
use crate::{Core, Error, ErrorCode, Result};

/// How far the time of a signature may lie from ours, either way.
pub const TOLERANCE: TimeDelta = TimeDelta::seconds(300);
/// How long after its time a signature is remembered: for as long as any server may still accept it,
/// however their clocks differ within the tolerance.
const REMEMBERED: TimeDelta = TimeDelta::seconds(600);
/// How a signing secret begins.
const PREFIX: &str = "sks_";

/// What a request shows of its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature<'a> {
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// Made up by the client, so that two requests of one second with equal bodies differ. Letters,
    /// digits, `-` and `_`, so that it cannot be taken for the beginning of a JSON body.
    pub nonce: Option<&'a str>,
    /// The HMAC.
    pub code: [u8; 32],
}

/// A new signing secret: `sks_` and 64 hexadecimal digits.
pub(crate) fn new_secret(core: &Core) -> SecretString {
    new_secret_text(core, PREFIX).into()
}

/// Accepts the signature of a request by `key` with this body, once; keys without a signing secret have
/// no use for this. It is noted as used only when everything about it is right, so that strangers cannot
/// fill the notes; when the note cannot be written, the request is refused.
pub async fn accept(core: &Core, key: &ApiKey, signature: &Signature<'_>, body: &[u8]) -> Result<()> {
    let Some(sealed) = &key.sealed_signing_secret else { return Ok(()) };
    let now = core.clock.now();
    let made = DateTime::from_timestamp(signature.time, 0).filter(|made| is_fresh(*made, now));
    let made = made.ok_or_else(|| {
        refusal("The signature's time lies more than 300 seconds from ours; sign anew, by an exact clock.")
    })?;
    let secret = core.sealer.open(key.store, sealed).map_err(Error::internal)?;
    if !is_right(&secret, signature, body) {
        return Err(refusal("The signature is not that of this body and time under the signing secret."));
    }
    let spent = SpentSignature {
        store: key.store,
        key: key.id,
        code: signature.code,
        kept_until: made.checked_add_signed(REMEMBERED).unwrap_or(now),
    };
    match core.db.signatures().spend(&spent).await {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(refusal("This signature was used already; sign every request anew, with a nonce if need be."))
        }
        // Whatever the reason: without the note the next request could carry the same signature.
        Err(cause) => Err(Error {
            source: Some(Box::new(cause)),
            ..Error::new(ErrorCode::Unavailable, "The signature cannot be checked at the moment; try again.")
        }),
    }
}

/// Forgets signatures that are too old to be accepted again, and tells how many.
pub(crate) async fn forget_old(core: &Core) -> Result<u64> {
    Ok(core.db.signatures().forget(core.clock.now()).await?)
}

/// Why a request is refused over its signature.
pub fn refusal(message: &str) -> Error {
    Error::new(ErrorCode::InvalidSignature, message)
}

fn is_fresh(made: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(made).abs() <= TOLERANCE
}

fn is_right(secret: &SecretString, signature: &Signature<'_>, body: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(signature.time.to_string().as_bytes());
    mac.update(b".");
    if let Some(nonce) = signature.nonce {
        mac.update(nonce.as_bytes());
        mac.update(b".");
    }
    mac.update(body);
    // Compares in constant time.
    mac.verify_slice(&signature.code).is_ok()
}

#[cfg(test)]
mod tests;
