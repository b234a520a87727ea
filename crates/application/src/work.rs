//! The one way for a use case to begin a unit of work, and to end it with a word in the audit log.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use domain::{
    audit::{Action, Author, Entry},
    id::AuditId,
};
use ports::{Clock, IdSource, UnitOfWork};

use crate::{Context, Core, Error, Result, audit::Record};

/// A unit of work with the circumstances it is done in. Is a [`UnitOfWork`] wherever one is borrowed.
/// Dropping it without [`Work::commit`] undoes everything.
pub struct Work {
    unit: Box<dyn UnitOfWork>,
    ctx: Context,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    entries: Vec<Entry>,
    is_part: bool,
}

impl Core {
    /// Begins a unit of work for the store of `ctx`.
    pub async fn begin(&self, ctx: &Context) -> Result<Work> {
        Ok(Work {
            unit: self.db.begin(ctx.store).await?,
            ctx: ctx.clone(),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            entries: Vec::new(),
            is_part: false,
        })
    }
}

impl Work {
    /// Notes who changed what, to be written with the change.
    pub fn audit(&mut self, action: Action, record: Record) {
        // Not the time of the request: rows are locked by now, so the order of the entries about one
        // thing is the order of its changes.
        self.entries.push(entry(&self.ctx, self.ids.id(), self.clock.now(), action, record));
    }

    /// Lets [`Work::commit`] pass without an entry of its own. `reason` says where the entry is instead.
    pub fn is_part_of(&mut self, reason: &'static str) {
        tracing::trace!(reason, "a unit of work without an audit entry of its own");
        self.is_part = true;
    }

    /// Makes everything since the beginning permanent, with the entries of the audit log.
    ///
    /// # Errors
    /// A fault of ours when an accountable actor changed something that [`Work::audit`] was not told of:
    /// so a new operation without an entry fails in its first test.
    pub async fn commit(mut self) -> Result<()> {
        if self.entries.is_empty() {
            if self.ctx.actor.is_accountable() && !self.is_part {
                let message = "a change by somebody accountable was to be committed without an audit entry: \
                               call Work::audit, or Work::is_part_of";
                return Err(Error::internal(message));
            }
        } else {
            self.unit.audit_log().append(&self.entries).await?;
        }
        Ok(self.unit.commit().await?)
    }
}

/// What is written down of something that was done in `ctx`.
pub(crate) fn entry(ctx: &Context, id: AuditId, at: DateTime<Utc>, action: Action, record: Record) -> Entry {
    let Record { subject, before, after } = record;
    let (before, after) = domain::audit::differences(before, after);
    let Context { store, mode, actor, actor_name, request_id, address, user_agent, .. } = ctx.clone();
    let author = Author { actor: actor.to_string(), name: actor_name, address, user_agent };
    Entry { id, store, mode, author, request_id, action, subject, before, after, at }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").finish_non_exhaustive()
    }
}

impl Deref for Work {
    type Target = dyn UnitOfWork;

    fn deref(&self) -> &Self::Target {
        self.unit.as_ref()
    }
}

impl DerefMut for Work {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.unit.as_mut()
    }
}
