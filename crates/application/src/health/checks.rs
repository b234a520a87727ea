//! What every process depends on.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use ports::{
    Clock, Database,
    health::{Check, Condition},
};

use super::Pulse;
use crate::Core;

/// A worker that has not come round for so long hangs.
const HANGS_AFTER: TimeDelta = TimeDelta::minutes(2);
/// An event that has waited for so long has nobody who delivers it.
const LATE_AFTER: TimeDelta = TimeDelta::minutes(2);

/// Whether the database answers.
pub struct DatabaseCheck {
    db: Arc<dyn Database>,
}

impl DatabaseCheck {
    pub(super) fn of(core: &Core) -> Self {
        Self { db: Arc::clone(&core.db) }
    }
}

#[async_trait]
impl Check for DatabaseCheck {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn look(&self) -> Condition {
        match self.db.ping().await {
            Ok(()) => Condition::Ok,
            Err(error) => {
                tracing::warn!(%error, "the database does not answer");
                Condition::Unavailable
            }
        }
    }
}

/// Whether events are taken and delivered. A worker of this process that hangs makes the process unfit;
/// events that wait too long while the worker is elsewhere are no reason to send shoppers away.
pub struct QueueCheck {
    db: Arc<dyn Database>,
    clock: Arc<dyn Clock>,
    pulse: Option<Pulse>,
}

impl QueueCheck {
    pub(super) fn of(core: &Core, pulse: Option<Pulse>) -> Self {
        Self { db: Arc::clone(&core.db), clock: Arc::clone(&core.clock), pulse }
    }
}

#[async_trait]
impl Check for QueueCheck {
    fn name(&self) -> &'static str {
        "queue"
    }

    async fn look(&self) -> Condition {
        let now = self.clock.now();
        if let Some(age) = self.pulse.as_ref().map(|pulse| pulse.age(now)).filter(|age| *age > HANGS_AFTER) {
            tracing::warn!(seconds = age.num_seconds(), "the worker does not come round any more");
            return Condition::Unavailable;
        }
        match self.db.outbox().backlog().await {
            Ok(backlog) => {
                let age = backlog.oldest.map(|oldest| now.signed_duration_since(oldest));
                let Some(age) = age.filter(|age| *age > LATE_AFTER) else { return Condition::Ok };
                let waiting = backlog.waiting;
                tracing::warn!(
                    seconds = age.num_seconds(),
                    waiting,
                    "events wait for somebody to deliver them"
                );
                Condition::Degraded
            }
            Err(error) => {
                tracing::warn!(%error, "the queue of events cannot be read");
                Condition::Unavailable
            }
        }
    }
}
