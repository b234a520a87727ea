//! The worker's sign of life.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};

/// When the worker of this process last came round. Clones share it.
#[derive(Debug, Clone)]
pub struct Pulse(Arc<AtomicI64>);

impl Pulse {
    /// A worker that starts `now`.
    pub fn starting(now: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(now.timestamp())))
    }

    /// The worker came round.
    pub fn beat(&self, now: DateTime<Utc>) {
        self.0.store(now.timestamp(), Ordering::Relaxed);
    }

    /// How long ago that was, in whole seconds.
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        TimeDelta::seconds(now.timestamp().saturating_sub(self.0.load(Ordering::Relaxed)))
    }
}
