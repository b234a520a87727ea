//! API keys. Secrets are known here by their hash only.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::{ApiKey, KeyKind},
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

/// That a key was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUse {
    /// The key's store.
    pub store: StoreId,
    /// The key.
    pub key: ApiKeyId,
    /// When it was used last.
    pub at: DateTime<Utc>,
}

/// Reads API keys outside a transaction.
#[async_trait]
pub trait KeyReader: Send + Sync {
    /// The key of this kind with this hash, of any store, revoked and expired ones too. A secret key is
    /// read from the database each time, so that one that was revoked, replaced or narrowed anywhere is
    /// so here with the next request. A publishable one, which grants nothing, is answered from memory
    /// while that is known to be current.
    async fn by_hash(&self, kind: KeyKind, hash: &str) -> Result<Option<Arc<ApiKey>>, RepoError>;

    /// One key of a store.
    async fn key(&self, store: StoreId, key: ApiKeyId) -> Result<Option<KeyRow>, RepoError>;

    /// The store's keys, newest first.
    async fn keys(&self, store: StoreId, window: &Window) -> Result<Slice<KeyRow>, RepoError>;

    /// Notes when keys were last used, each once, in one statement. A note that is older than what is
    /// known changes nothing, and none is a change of the key: its version stays.
    async fn used(&self, uses: &[KeyUse]) -> Result<(), RepoError>;
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
