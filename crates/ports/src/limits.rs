//! Counting what callers ask for, so that nobody asks for too much.
//!
//! A request draws on one or more allowances: so many requests of one subject in a period. The period
//! of a subject begins with its first request and a new one with the first request after its end.

use std::fmt;

use async_trait::async_trait;

use crate::RepoError;

/// Who is counted for what; a digest, so that neither an address nor a token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(pub [u8; 16]);

/// How much a subject may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Who is counted.
    pub subject: Subject,
    /// Requests in a period.
    pub limit: u32,
    /// Seconds of a period.
    pub period: u32,
}

/// How a subject stands with an allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Requests in a period.
    pub limit: u32,
    /// Requests that are left of them.
    pub remaining: u32,
    /// When the period ends, in Unix seconds.
    pub resets_at: i64,
}

/// What came of asking for one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whether there was one left.
    pub granted: bool,
    /// How the subject stands after that.
    pub standing: Standing,
}

/// Counts requests. Answers at once and never fails: what has to be asked elsewhere is asked beside the
/// requests, not within them.
pub trait RateLimiter: fmt::Debug + Send + Sync {
    /// Takes one, if there is one left. `now` is in Unix seconds.
    fn take(&self, allowance: Allowance, now: i64) -> Taken;

    /// How the subject stands, without taking anything.
    fn look(&self, allowance: Allowance, now: i64) -> Standing;
}

/// What was taken of one period of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Who is counted.
    pub subject: Subject,
    /// Requests.
    pub taken: u32,
    /// When the period ends, in Unix seconds.
    pub ends_at: i64,
}

/// Counts that several processes keep together.
#[async_trait]
pub trait SharedCounts: Send + Sync {
    /// Adds each count to what all processes have together, and tells the sum with the end of the period
    /// that is running: the one in the books, or that of the count if there is none at `now`.
    ///
    /// # Errors
    /// When the books are away; nothing of this call is added then.
    async fn add(&self, counts: &[Count], now: i64) -> Result<Vec<Count>, RepoError>;

    /// Forgets the periods that have ended.
    ///
    /// # Errors
    /// When the books are away.
    async fn forget(&self, now: i64) -> Result<(), RepoError>;
}
