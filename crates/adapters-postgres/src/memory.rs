//! What is kept in memory between requests: store configurations, publishable keys and logins in use, what
//! categories are called and what carts hold, each with the epoch at which it was read; and carts as they
//! were last seen, which have their versions.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use domain::{
    access::{ApiKey, Mode},
    cart::Cart,
    catalog::sellable::Sellable,
    id::{CategoryId, SessionId, StoreId},
};
use ports::{list::Count, staff::OpenSession, stores::StoreConfig};
use quick_cache::sync::Cache;
use uuid::Uuid;

use self::levels::Levels;
use crate::{
    category_labels::CategoryLabels,
    changes::{Changes, Topic},
};

pub(crate) mod levels;

/// Entries of each kind that are kept; beyond it the ones least used go.
const CAPACITY: usize = 10_000;
/// Stores whose categories are kept: a list of hundreds is heavier than a key.
const CATEGORIES_CAPACITY: usize = 1_000;

/// The epochs of all stores that a login opens: when one of them has risen, the login is read anew.
type SessionEpochs = Vec<(StoreId, u64)>;

#[derive(Debug)]
pub(crate) struct Memory {
    /// Configurations, by the epoch of configurations.
    pub(crate) configs: Kept<StoreId, Arc<StoreConfig>>,
    /// The categories of stores, by the epoch of the catalogue; so is what follows.
    pub(crate) categories: Kept<StoreId, Arc<CategoryLabels>>,
    /// How many products are in each category of a store.
    pub(crate) category_counts: Kept<StoreId, Arc<HashMap<CategoryId, Count>>>,
    /// How many products pass a filter, in words.
    pub(crate) totals: Kept<(StoreId, String), Count>,
    /// What is known of a variant, or of the only one of a product, by the id of either: all but its stock.
    pub(crate) sellables: Kept<(StoreId, Uuid), Arc<Sellable>>,
    /// What is in stock.
    pub(crate) levels: Levels,
    keys: Cache<String, (u64, Arc<ApiKey>)>,
    sessions: Cache<SessionId, (SessionEpochs, Arc<OpenSession>)>,
    /// Carts as they were last seen, by how often the database was lost until then: a cart that was written just
    /// before may be an older one since, and may have become another of the same version.
    carts: Kept<CartKey, Arc<Cart>>,
}

/// Values, each with the epoch at which it was read.
#[derive(Debug)]
pub(crate) struct Kept<K, V>(Cache<K, (u64, V)>)
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static;

impl<K, V> Kept<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn with_room_for(entries: usize) -> Self {
        Self(Cache::new(entries))
    }

    /// The value, if it is of this epoch; none while the epoch is not known.
    pub(crate) fn get(&self, key: &K, epoch: Option<u64>) -> Option<V> {
        let (read_at, value) = self.0.get(key)?;
        (epoch == Some(read_at)).then_some(value)
    }

    /// Keeps a value that was read after `epoch` was: a change in between makes it too old for it, never too new.
    pub(crate) fn keep(&self, key: K, epoch: Option<u64>, value: V) {
        if let Some(epoch) = epoch {
            self.0.insert(key, (epoch, value));
        }
    }
}

/// What finds a cart: its store, its mode and the hash of its token.
type CartKey = (StoreId, Mode, String);

impl Default for Memory {
    fn default() -> Self {
        Self {
            configs: Kept::with_room_for(CAPACITY),
            categories: Kept::with_room_for(CATEGORIES_CAPACITY),
            category_counts: Kept::with_room_for(CATEGORIES_CAPACITY),
            totals: Kept::with_room_for(CAPACITY),
            sellables: Kept::with_room_for(CAPACITY),
            levels: Levels::default(),
            keys: Cache::new(CAPACITY),
            sessions: Cache::new(CAPACITY),
            carts: Kept::with_room_for(CAPACITY),
        }
    }
}

impl Memory {
    pub(crate) fn key(&self, hash: &str, changes: &Changes) -> Option<Arc<ApiKey>> {
        let (epoch, key) = self.keys.get(hash)?;
        (changes.epoch(key.store, Topic::Config) == Some(epoch)).then_some(key)
    }

    /// Keeps a key that was read after `epoch` of its store was.
    pub(crate) fn keep_key(&self, hash: &str, epoch: Option<u64>, key: Arc<ApiKey>) {
        if let Some(epoch) = epoch {
            self.keys.insert(hash.to_owned(), (epoch, key));
        }
    }

    pub(crate) fn session(&self, session: SessionId, changes: &Changes) -> Option<Arc<OpenSession>> {
        let (epochs, open) = self.sessions.get(&session)?;
        let current = |(store, epoch): &(StoreId, u64)| changes.epoch(*store, Topic::Config) == Some(*epoch);
        epochs.iter().all(current).then_some(open)
    }

    /// The epochs by which a login may be kept; `None` when there is nothing to tell that it ended.
    pub(crate) fn epochs_of(open: &OpenSession, changes: &Changes) -> Option<SessionEpochs> {
        let stores = open.places.iter().map(|place| place.membership.store);
        let epochs: SessionEpochs =
            stores.map(|store| Some((store, changes.epoch(store, Topic::Config)?))).collect::<Option<_>>()?;
        (!epochs.is_empty()).then_some(epochs)
    }

    /// Keeps a login that was read after `epochs` were, unless it opens other stores by now.
    pub(crate) fn keep_session(&self, epochs: Option<SessionEpochs>, open: Arc<OpenSession>) {
        let Some(epochs) = epochs else { return };
        let stores = open.places.iter().map(|place| place.membership.store);
        if stores.eq(epochs.iter().map(|(store, _)| *store)) {
            self.sessions.insert(open.session.id, (epochs, open));
        }
    }

    /// The current cart of a token as it was last seen here, unless the database was lost since: `losses` is how
    /// often it was by now.
    pub(crate) fn cart(
        &self,
        store: StoreId,
        mode: Mode,
        token_hash: &str,
        losses: u64,
    ) -> Option<Arc<Cart>> {
        self.carts.get(&(store, mode, token_hash.to_owned()), Some(losses))
    }

    /// Keeps a cart that is stored as it is given, and was read or written after the losses were counted.
    pub(crate) fn keep_cart(&self, store: StoreId, token_hash: &str, losses: u64, cart: &Cart) {
        let key = (store, cart.mode, token_hash.to_owned());
        self.carts.keep(key, Some(losses), Arc::new(cart.clone()));
    }
}
