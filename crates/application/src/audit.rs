//! The audit log: what is written down of each kind of thing, and reading it.
//!
//! A use case that somebody accountable asks for notes what it did before it commits:
//!
//! ```ignore
//! work.audit(Action::BrandUpdated, audit::changed(&before, &brand));
//! ```
//!
//! To add a kind of thing: a [`SubjectType`](domain::audit::SubjectType), its
//! [`Action`](domain::audit::Action)s, and [`Snapshot`] in a file here that takes the type apart in full,
//! so that a new field does not compile until it is written down or left out on purpose. Fields go by
//! their names in the API; secrets are [`Value::secret`](domain::audit::Value::secret).
//!
//! Bulk work notes one entry for each unit of work, with the ids of what it made.

use chrono::TimeDelta;
use domain::audit::{Entry, Facts, Subject};
use ports::{
    audit::AuditFilter,
    list::{Slice, Window},
};

use crate::{Context, Core, Result};

mod catalog;
mod key;
pub(crate) mod order;
mod product;
mod staff;
mod store;
mod terms;

pub(crate) use self::{product::Shelved, store::Decided};

/// Entries that are forgotten in one statement.
const BATCH: u32 = 1000;

/// What the log needs to know of a thing.
pub trait Snapshot {
    /// What it goes by.
    fn subject(&self) -> Subject;

    /// All of its fields that a merchant decides about.
    fn facts(&self) -> Facts;
}

/// What happened to one thing.
#[derive(Debug, Clone)]
pub struct Record {
    /// The thing.
    pub subject: Subject,
    /// All of it before; nothing when it was made.
    pub before: Option<Facts>,
    /// All of it now; nothing when it is gone.
    pub after: Option<Facts>,
}

impl Record {
    /// Adds what came of it to what stands there now: the parcel that was sent, the refund that was made.
    #[must_use]
    pub fn with(mut self, name: &str, part: Facts) -> Self {
        self.after = Some(self.after.unwrap_or_default().with_part(name, part));
        self
    }
}

/// The entries of the store's log that readers of this mode may see, newest first.
pub async fn list(core: &Core, ctx: &Context, filter: &AuditFilter, window: &Window) -> Result<Slice<Entry>> {
    Ok(core.db.audit().entries(ctx.store, ctx.mode, filter, window).await?)
}

/// Forgets the entries of all stores that are older than the installation keeps them, a batch at a time;
/// tells how many these were.
pub async fn forget_old(core: &Core) -> Result<u64> {
    let kept = TimeDelta::days(core.audit_retention_days.into());
    let Some(before) = core.clock.now().checked_sub_signed(kept) else { return Ok(0) };
    let mut forgotten = 0_u64;
    loop {
        let batch = core.db.audit().forget(before, BATCH).await?;
        forgotten = forgotten.saturating_add(batch);
        if batch < u64::from(BATCH) {
            return Ok(forgotten);
        }
    }
}

/// Something was made.
pub fn created(thing: &impl Snapshot) -> Record {
    Record { subject: thing.subject(), before: None, after: Some(thing.facts()) }
}

/// Something was changed.
pub fn changed<T: Snapshot>(before: &T, after: &T) -> Record {
    Record { subject: after.subject(), before: Some(before.facts()), after: Some(after.facts()) }
}

/// Something is gone.
pub fn deleted(thing: &impl Snapshot) -> Record {
    Record { subject: thing.subject(), before: Some(thing.facts()), after: None }
}
