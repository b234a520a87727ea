//! Signatures of requests that were used, so that none is accepted twice.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::id::{ApiKeyId, StoreId};

use crate::RepoError;

/// A signature that a request came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpentSignature {
    /// The key's store.
    pub store: StoreId,
    /// The key that signed.
    pub key: ApiKeyId,
    /// The HMAC itself.
    pub code: [u8; 32],
    /// Until when it has to be remembered.
    pub kept_until: DateTime<Utc>,
}

/// The signatures used so far, the same for every server of an installation.
#[async_trait]
pub trait Signatures: Send + Sync {
    /// Notes a signature as used, in one statement; `false` when the key used it already.
    async fn spend(&self, signature: &SpentSignature) -> Result<bool, RepoError>;

    /// Forgets the signatures that had to be remembered until `now` or less, and tells how many.
    async fn forget(&self, now: DateTime<Utc>) -> Result<u64, RepoError>;
}
