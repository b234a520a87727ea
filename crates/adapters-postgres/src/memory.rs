//! What is kept in memory between requests: store configurations and keys in use, each with the epoch
//! at which it was read.

use std::sync::Arc;

use domain::{access::ApiKey, id::StoreId};
use moka::future::Cache;
use ports::stores::StoreConfig;

use crate::changes::{Changes, Topic};

/// Entries of each kind that are kept; beyond it the ones least used go.
const CAPACITY: u64 = 10_000;

#[derive(Debug, Clone)]
pub(crate) struct Memory {
    configs: Cache<StoreId, (u64, Arc<StoreConfig>)>,
    keys: Cache<String, (u64, Arc<ApiKey>)>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { configs: Cache::new(CAPACITY), keys: Cache::new(CAPACITY) }
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
}
