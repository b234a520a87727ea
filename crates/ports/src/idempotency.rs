//! Requests that may be repeated: which were made, what they were answered, and the one transaction that
//! holds both the effect and the answer.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::id::StoreId;

use crate::{Database, RepoError};

/// Where a client's key counts: the same text means something else to another store, caller or operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyScope {
    /// The store.
    pub store: StoreId,
    /// Who calls, in words that never mean somebody else.
    pub principal: String,
    /// The operation, by the template of its path.
    pub route: String,
    /// SHA-256 of the client's key, in hexadecimal.
    pub key_hash: String,
}

/// An attempt at a request, about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// Where the key counts.
    pub scope: KeyScope,
    /// What the request is called if it is the first under its key; repetitions keep the first one's.
    pub request: [u8; 16],
    /// What this attempt is called; never used before.
    pub owner: [u8; 16],
    /// SHA-256 of all that makes the request what it is, in hexadecimal.
    pub fingerprint: String,
    /// Now.
    pub now: DateTime<Utc>,
    /// Until when nobody else may try; whoever tries for longer is taken for dead.
    pub leased_until: DateTime<Utc>,
    /// When the key is forgotten.
    pub expires_at: DateTime<Utc>,
}

/// An attempt that has its request to itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Where the key counts.
    pub scope: KeyScope,
    /// What the request is called, by all attempts at it.
    pub request: [u8; 16],
    /// What this attempt is called.
    pub owner: [u8; 16],
    /// Whether an earlier attempt may have got somewhere before it was lost.
    pub resumed: bool,
}

/// What an attempt finds when it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// The request is this attempt's to carry out.
    Mine(Attempt),
    /// Another attempt is at it.
    Running,
    /// It was carried out before.
    Done(Outcome),
    /// The key was used for a different request.
    OtherRequest,
}

/// How a request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The status of the answer.
    pub status: u16,
    /// Headers that belong to the answer, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body, sealed: answers can hold what is told only once.
    pub sealed_body: String,
}

/// The requests that carry keys.
#[async_trait]
pub trait IdempotencyKeys: Send + Sync {
    /// Begins an attempt, or tells why it must not. What it writes is final at once. A key that has
    /// expired is a new one; the request of an attempt whose time is over is taken up anew.
    async fn claim(&self, attempt: NewAttempt) -> Result<Claimed, RepoError>;

    /// A view of the database in which everything that the attempt writes waits to be made final by
    /// [`RequestWork`], and is read as if it were.
    fn carry_out(&self, attempt: Attempt) -> (Arc<dyn Database>, Arc<dyn RequestWork>);

    /// Forgets keys that expired before `now`, at most `limit` of them over all stores; tells how many.
    async fn sweep(&self, now: DateTime<Utc>, limit: u32) -> Result<u64, RepoError>;
}

/// Everything that one attempt at a request has written and nobody else has seen yet. Dropping it undoes
/// that, and leaves the request to whoever comes once its time is over.
#[async_trait]
pub trait RequestWork: Send + Sync {
    /// Makes final what was written so far, before somebody else's system is asked for anything: no
    /// transaction is open meanwhile. Gives the attempt until `leased_until`. [`RepoError::Stale`], and
    /// nothing is final, when another attempt has taken the request over.
    async fn flush(&self, leased_until: DateTime<Utc>) -> Result<(), RepoError>;

    /// Makes everything final together with the answer. [`RepoError::Stale`], and nothing is final, when
    /// another attempt has taken the request over.
    async fn finish(&self, outcome: &Outcome) -> Result<(), RepoError>;

    /// Undoes what is not final, and lets the next attempt begin at once. The key is free for another
    /// request unless something of this one is final.
    async fn abandon(&self) -> Result<(), RepoError>;
}
