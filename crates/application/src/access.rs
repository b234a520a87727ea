//! Keys: making them, and finding out whose a key is.

use std::{fmt::Write as _, sync::Arc};

use domain::{
    access::{ApiKey, KeyKind, KeyRefusal, Mode},
    store::StoreStatus,
};
use ports::stores::StoreConfig;
use sha2::{Digest as _, Sha256};

use crate::{Core, Error, ErrorCode, Result};

/// A key that was accepted, and the store that it opens.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The key.
    pub key: Arc<ApiKey>,
    /// The store with its configuration.
    pub config: Arc<StoreConfig>,
}

/// Longest text that can be a key; anything longer is not looked up.
const KEY_MAX: usize = 128;

/// How a key is stored: the SHA-256 of its text in hexadecimal. Keys are long and random, so a slow
/// hash would protect nothing.
pub fn hash_key(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// The text of a new key: its prefix and 64 hexadecimal digits.
pub fn new_key_text(core: &Core, kind: KeyKind, mode: Mode) -> String {
    let secret = hexadecimal(&core.ids.secret());
    format!("{}{secret}", kind.prefix(mode))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Who a secret key belongs to.
pub async fn resolve_secret_key(core: &Core, text: &str) -> Result<Principal> {
    resolve(core, text, KeyKind::Secret).await
}

/// Which store a publishable key opens.
pub async fn resolve_publishable_key(core: &Core, text: &str) -> Result<Principal> {
    resolve(core, text, KeyKind::Publishable).await
}

async fn resolve(core: &Core, text: &str, wanted: KeyKind) -> Result<Principal> {
    let unknown = || Error::new(ErrorCode::InvalidApiKey, "The API key is not valid.");
    let Some((kind, _)) = KeyKind::of_key(text).filter(|_| text.len() <= KEY_MAX) else {
        return Err(unknown());
    };
    if kind != wanted {
        let message = match wanted {
            KeyKind::Secret => "This surface takes a secret key (sk_…); a publishable key was sent.",
            KeyKind::Publishable => {
                "This surface takes a publishable key (pk_…); never send a secret key to it."
            }
        };
        return Err(Error::new(ErrorCode::InvalidApiKey, message));
    }
    // Looked up by its hash, so the time this takes tells nothing about the keys there are.
    let key = core.db.keys().by_hash(&hash_key(text)).await?.ok_or_else(unknown)?;
    key.usable(core.clock.now()).map_err(|refusal| {
        let message = match refusal {
            KeyRefusal::Revoked => "The API key was revoked.",
            KeyRefusal::Expired => "The API key has expired.",
        };
        Error::new(ErrorCode::InvalidApiKey, message)
    })?;
    let config = core.db.stores().config(key.store).await?.ok_or_else(unknown)?;
    if config.store.status == StoreStatus::Suspended {
        return Err(Error::new(ErrorCode::StoreSuspended, "This store is suspended."));
    }
    Ok(Principal { key, config })
}
