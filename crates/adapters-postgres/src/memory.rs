//! What is kept in memory between requests: store configurations, publishable keys and logins in use, what
//! categories are called and what carts hold, each with the epoch at which it was read; and carts as they
//! were last seen, which have their versions.

use std::sync::Arc;

use domain::{
    access::{ApiKey, Mode},
    cart::Cart,
    catalog::sellable::Sellable,
    id::{SessionId, StoreId},
};
use moka::future::Cache;
use ports::{staff::OpenSession, stores::StoreConfig};
use uuid::Uuid;

use crate::{
    category_labels::CategoryLabels,
    changes::{Changes, Topic},
};

/// Entries of each kind that are kept; beyond it the ones least used go.
const CAPACITY: u64 = 10_000;
/// Stores whose categories are kept: a list of hundreds is heavier than a key.
const CATEGORIES_CAPACITY: u64 = 1_000;

/// The epochs of all stores that a login opens: when one of them has risen, the login is read anew.
type SessionEpochs = Vec<(StoreId, u64)>;

#[derive(Debug, Clone)]
pub(crate) struct Memory {
    configs: Cache<StoreId, (u64, Arc<StoreConfig>)>,
    keys: Cache<String, (u64, Arc<ApiKey>)>,
    sessions: Cache<SessionId, (SessionEpochs, Arc<OpenSession>)>,
    categories: Cache<StoreId, (u64, Arc<CategoryLabels>)>,
    sellables: Cache<(StoreId, Uuid), (u64, Arc<Sellable>)>,
    carts: Cache<CartKey, Arc<Cart>>,
}

/// What finds a cart: its store, its mode and the hash of its token.
type CartKey = (StoreId, Mode, String);

impl Default for Memory {
    fn default() -> Self {
        Self {
            configs: Cache::new(CAPACITY),
            keys: Cache::new(CAPACITY),
            sessions: Cache::new(CAPACITY),
            categories: Cache::new(CATEGORIES_CAPACITY),
            sellables: Cache::new(CAPACITY),
            carts: Cache::new(CAPACITY),
        }
    }
}

impl Memory {
    pub(crate) async fn config(&self, store: StoreId, changes: &Changes) -> Option<Arc<StoreConfig>> {
        let (epoch, config) = self.configs.get(&store).await?;
        (changes.epoch(store, Topic::Config) == Some(epoch)).then_some(config)
    }

    /// Keeps a configuration that was read after `epoch` was.
    pub(crate) async fn keep_config(&self, epoch: Option<u64>, config: Arc<StoreConfig>) {
        if let Some(epoch) = epoch {
            self.configs.insert(config.store.id, (epoch, config)).await;
        }
    }

    pub(crate) async fn key(&self, hash: &str, changes: &Changes) -> Option<Arc<ApiKey>> {
        let (epoch, key) = self.keys.get(hash).await?;
        (changes.epoch(key.store, Topic::Config) == Some(epoch)).then_some(key)
    }

    /// Keeps a key that was read after `epoch` of its store was.
    pub(crate) async fn keep_key(&self, hash: &str, epoch: Option<u64>, key: Arc<ApiKey>) {
        if let Some(epoch) = epoch {
            self.keys.insert(hash.to_owned(), (epoch, key)).await;
        }
    }

    pub(crate) async fn session(&self, session: SessionId, changes: &Changes) -> Option<Arc<OpenSession>> {
        let (epochs, open) = self.sessions.get(&session).await?;
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
    pub(crate) async fn keep_session(&self, epochs: Option<SessionEpochs>, open: Arc<OpenSession>) {
        let Some(epochs) = epochs else { return };
        let stores = open.places.iter().map(|place| place.membership.store);
        if stores.eq(epochs.iter().map(|(store, _)| *store)) {
            self.sessions.insert(open.session.id, (epochs, open)).await;
        }
    }

    pub(crate) async fn categories(&self, store: StoreId, changes: &Changes) -> Option<Arc<CategoryLabels>> {
        let (epoch, labels) = self.categories.get(&store).await?;
        (changes.epoch(store, Topic::Catalog) == Some(epoch)).then_some(labels)
    }

    /// Keeps the categories of a store that were read after `epoch` was.
    pub(crate) async fn keep_categories(
        &self,
        store: StoreId,
        epoch: Option<u64>,
        labels: Arc<CategoryLabels>,
    ) {
        if let Some(epoch) = epoch {
            self.categories.insert(store, (epoch, labels)).await;
        }
    }

    /// What is known of a variant, or of the only one of a product: all but its stock.
    pub(crate) async fn sellable(
        &self,
        store: StoreId,
        variant_or_product: Uuid,
        changes: &Changes,
    ) -> Option<Arc<Sellable>> {
        let (epoch, sellable) = self.sellables.get(&(store, variant_or_product)).await?;
        (changes.epoch(store, Topic::Catalog) == Some(epoch)).then_some(sellable)
    }

    /// Keeps what was read of a variant after `epoch` was.
    pub(crate) async fn keep_sellable(
        &self,
        store: StoreId,
        variant_or_product: Uuid,
        epoch: Option<u64>,
        sellable: Arc<Sellable>,
    ) {
        if let Some(epoch) = epoch {
            self.sellables.insert((store, variant_or_product), (epoch, sellable)).await;
        }
    }

    /// The current cart of a token as it was last seen here.
    pub(crate) async fn cart(&self, store: StoreId, mode: Mode, token_hash: &str) -> Option<Arc<Cart>> {
        self.carts.get(&(store, mode, token_hash.to_owned())).await
    }

    /// Keeps a cart that is stored as it is given.
    pub(crate) async fn keep_cart(&self, store: StoreId, token_hash: &str, cart: &Cart) {
        self.carts.insert((store, cart.mode, token_hash.to_owned()), Arc::new(cart.clone())).await;
    }
}
