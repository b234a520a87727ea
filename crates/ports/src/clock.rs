//! Time and fresh identifiers, so that tests can hold both still.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::id::{Entity, Id};

/// Tells the time, and waits.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds: both database engines keep that much and no more.
    fn now(&self) -> DateTime<Utc>;

    /// Waits for at least `pause`.
    async fn sleep(&self, pause: Duration);
}

/// Hands out identifiers and secrets that have never been handed out before.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait IdSource: Send + Sync {
    /// Sixteen bytes of a UUIDv7: later ones sort after earlier ones.
    fn next(&self) -> [u8; 16];

    /// Thirty-two bytes from the system's cryptographic generator.
    fn secret(&self) -> [u8; 32];
}

impl dyn IdSource {
    /// The next identifier of an entity.
    pub fn id<T: Entity>(&self) -> Id<T> {
        Id::from_bytes(self.next())
    }
}
