//! When keys were last used: remembered in memory while requests are answered, written now and then.

use std::{
    collections::BTreeMap,
    future::Future,
    mem,
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::{
    access::ApiKey,
    id::{ApiKeyId, StoreId},
};
use ports::keys::KeyUse;

use crate::{Core, Result};

/// How often uses are written: as exactly as a key's last use is told.
const WRITE_EVERY: Duration = Duration::from_mins(1);

/// The keys used since the last writing. Its order is the same on every server, so that two that write
/// at once take rows in the same order.
#[derive(Debug, Default)]
pub struct KeyUses(Mutex<BTreeMap<(StoreId, ApiKeyId), DateTime<Utc>>>);

impl KeyUses {
    /// Remembers that a key was used.
    pub fn note(&self, key: &ApiKey, at: DateTime<Utc>) {
        self.keep([KeyUse { store: key.store, key: key.id, at }]);
    }

    fn keep(&self, uses: impl IntoIterator<Item = KeyUse>) {
        let mut known = self.lock();
        for KeyUse { store, key, at } in uses {
            known.entry((store, key)).and_modify(|known| *known = at.max(*known)).or_insert(at);
        }
    }

    fn take(&self) -> Vec<KeyUse> {
        let taken = mem::take(&mut *self.lock());
        taken.into_iter().map(|((store, key), at)| KeyUse { store, key, at }).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(StoreId, ApiKeyId), DateTime<Utc>>> {
        // Nothing can break off halfway through a change of the map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what was remembered; keeps it for the next time when that fails.
pub async fn write(core: &Core) -> Result<()> {
    let uses = core.key_uses.take();
    if uses.is_empty() {
        return Ok(());
    }
    let written = core.db.keys().used(&uses).await;
    if written.is_err() {
        core.key_uses.keep(uses);
    }
    Ok(written?)
}

/// Writes every minute until `shutdown` is done, and then once more. Every process that answers requests
/// runs this.
pub async fn run(core: &Core, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    loop {
        let stopping = tokio::select! {
            biased;
            () = &mut shutdown => true,
            () = core.clock.sleep(WRITE_EVERY) => false,
        };
        if let Err(error) = write(core).await {
            tracing::warn!(%error, "the last uses of keys could not be written");
        }
        if stopping {
            return;
        }
    }
}
