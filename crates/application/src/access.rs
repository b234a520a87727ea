//! Who is calling: whose a key or a staff token is, and which store it opens. Keys are made here, too.

use std::sync::Arc;

use domain::{
    access::{ApiKey, KeyKind, KeyRefusal, Mode, ScopeSet},
    id::StoreId,
    store::StoreStatus,
};
use ports::stores::StoreConfig;
use sha2::{Digest as _, Sha256};

use crate::{Actor, Core, Error, ErrorCode, Result, api_key::Grantor};

mod staff;

pub mod signature;
pub mod usage;

pub use staff::{Member, StaffPass, enter_store, resolve_login};

/// Somebody who was let in, and the store that they may act in.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Who it is.
    pub bearer: Bearer,
    /// The store with its configuration.
    pub config: Arc<StoreConfig>,
}

/// What somebody was let in by.
#[derive(Debug, Clone)]
pub enum Bearer {
    /// A key.
    Key(Arc<ApiKey>),
    /// A login of one of the store's staff.
    Staff(StaffPass),
}

impl Principal {
    /// The store that is opened.
    pub fn store(&self) -> StoreId {
        self.config.store.id
    }

    /// Live or test.
    pub fn mode(&self) -> Mode {
        match &self.bearer {
            Bearer::Key(key) => key.mode,
            Bearer::Staff(pass) => pass.mode,
        }
    }

    /// What they may do.
    pub fn scopes(&self) -> &ScopeSet {
        match &self.bearer {
            Bearer::Key(key) => &key.scopes,
            Bearer::Staff(pass) => &pass.scopes,
        }
    }

    /// The key, if they came with one.
    pub fn key(&self) -> Option<&Arc<ApiKey>> {
        match &self.bearer {
            Bearer::Key(key) => Some(key),
            Bearer::Staff(_) => None,
        }
    }

    /// The login, if they came with one.
    pub fn staff(&self) -> Option<&StaffPass> {
        match &self.bearer {
            Bearer::Key(_) => None,
            Bearer::Staff(pass) => Some(pass),
        }
    }

    /// Who acts, for the books. A shopper brings a key too, but it names the store and not the shopper.
    pub fn actor(&self) -> Actor {
        match &self.bearer {
            Bearer::Key(key) if key.kind == KeyKind::Publishable => Actor::Shopper,
            Bearer::Key(key) => Actor::Key(key.id),
            Bearer::Staff(pass) => Actor::Staff(pass.membership.id),
        }
    }

    /// What they are called: the name of the key, the email of the member of staff.
    pub fn name(&self) -> String {
        match &self.bearer {
            Bearer::Key(key) => key.name.clone(),
            Bearer::Staff(pass) => pass.open.person.email.as_str().to_owned(),
        }
    }

    /// On whose authority they hand out what they may do themselves.
    pub fn grantor(&self) -> Grantor<'_> {
        match &self.bearer {
            Bearer::Key(key) => Grantor::Key(key),
            Bearer::Staff(pass) => Grantor::Staff(&pass.scopes),
        }
    }
}

/// Longest text that can be a key; anything longer is not looked up.
const KEY_MAX: usize = 128;

/// How a key is stored: the SHA-256 of its text in hexadecimal. Keys are long and random, so a slow
/// hash would protect nothing.
pub fn hash_key(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// The text of a new key: its prefix and 64 hexadecimal digits.
pub fn new_key_text(core: &Core, kind: KeyKind, mode: Mode) -> String {
    new_secret_text(core, kind.prefix(mode))
}

/// A random text that opens something: `prefix` and 64 hexadecimal digits.
pub(crate) fn new_secret_text(core: &Core, prefix: &str) -> String {
    format!("{prefix}{}", hex::encode(core.ids.secret()))
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
    // Looked up by its hash: how far a wrong key agrees with a right one shows in no comparison, since
    // nobody can choose a key by what its hash begins with.
    let key = core.db.keys().by_hash(wanted, &hash_key(text)).await?.ok_or_else(unknown)?;
    key.usable(core.clock.now()).map_err(|refusal| {
        let message = match refusal {
            KeyRefusal::Revoked => "The API key was revoked.",
            KeyRefusal::Expired => "The API key has expired.",
        };
        Error::new(ErrorCode::InvalidApiKey, message)
    })?;
    let config = core.db.stores().config(key.store).await?.ok_or_else(unknown)?;
    refuse_suspended(&config)?;
    Ok(Principal { bearer: Bearer::Key(key), config })
}

fn refuse_suspended(config: &StoreConfig) -> Result<()> {
    if config.store.status == StoreStatus::Suspended {
        return Err(Error::new(ErrorCode::StoreSuspended, "This store is suspended."));
    }
    Ok(())
}
