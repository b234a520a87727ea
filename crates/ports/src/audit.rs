//! The audit log: written with the change it tells of, and never changed.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    audit::{Action, Entry, SubjectType},
    id::StoreId,
};

use crate::{
    RepoError,
    list::{Slice, Window},
};

/// The log inside a unit of work.
#[async_trait]
pub trait AuditLog: Send {
    /// Adds entries, in one statement however many there are.
    async fn append(&mut self, entries: &[Entry]) -> Result<(), RepoError>;
}

/// Which entries to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// By this actor only, written as in [`domain::audit::Author::actor`].
    pub actor: Option<String>,
    /// Of this action only.
    pub action: Option<Action>,
    /// About things of this kind only.
    pub subject_type: Option<SubjectType>,
    /// About the thing with this id only.
    pub subject_id: Option<String>,
    /// Of this request only.
    pub request_id: Option<String>,
    /// Made with a key of this mode only.
    pub livemode: Option<bool>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
}

/// Reads the log, and forgets what is old.
#[async_trait]
pub trait AuditReader: Send + Sync {
    /// Entries, newest first. About things that are kept apart by mode, only those of `mode`; about
    /// what both modes share, all of them.
    async fn entries(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &AuditFilter,
        window: &Window,
    ) -> Result<Slice<Entry>, RepoError>;

    /// Forgets up to `limit` of the entries of all stores that are older than `before`; tells how many
    /// these were.
    async fn forget(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, RepoError>;
}
