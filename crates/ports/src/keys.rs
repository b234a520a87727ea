//! API keys. Secrets are known here by their hash only.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    access::ApiKey,
    id::{ApiKeyId, StoreId},
};

use crate::{
    RepoError,
    list::{Slice, Window},
};

/// A key with its text, where that may be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// The key.
    pub key: ApiKey,
    /// The whole key, on publishable ones.
    pub token: Option<String>,
}

/// Reads API keys outside a transaction.
#[async_trait]
pub trait KeyReader: Send + Sync {
    /// The key with this hash, of any store, revoked and expired ones too; from memory while that is
    /// known to be current.
    async fn by_hash(&self, hash: &str) -> Result<Option<Arc<ApiKey>>, RepoError>;

    /// One key of a store.
    async fn key(&self, store: StoreId, key: ApiKeyId) -> Result<Option<KeyRow>, RepoError>;

    /// The store's keys, newest first.
    async fn keys(&self, store: StoreId, window: &Window) -> Result<Slice<KeyRow>, RepoError>;

    /// Notes that a key was used; never fails a request, so errors may be dropped.
    async fn used(&self, key: &ApiKey, at: chrono::DateTime<chrono::Utc>) -> Result<(), RepoError>;
}

/// API keys inside a unit of work.
#[async_trait]
pub trait ApiKeys: Send {
    /// Adds a key. `token` is the whole key and only given for publishable ones.
    async fn insert(&mut self, key: &ApiKey, hash: &str, token: Option<&str>) -> Result<(), RepoError>;

    /// Reads a key and locks it.
    async fn find(&mut self, key: ApiKeyId) -> Result<Option<ApiKey>, RepoError>;

    /// Writes a key if nobody wrote it since; raises its version.
    async fn update(&mut self, key: &mut ApiKey) -> Result<(), RepoError>;

    /// Replaces the secret; the old one stops working when this commits.
    async fn replace(&mut self, key: &mut ApiKey, hash: &str, token: Option<&str>) -> Result<(), RepoError>;
}
