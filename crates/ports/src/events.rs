//! Domain events: written with the change they tell of, delivered afterwards.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    event::{Event, EventKind, Subject},
    id::{EventId, StoreId},
};

use crate::{
    RepoError,
    list::{Slice, Window},
};

/// Events inside a unit of work.
#[async_trait]
pub trait Outbox: Send {
    /// Adds events to be delivered once the unit of work commits.
    async fn append(&mut self, events: &[Event]) -> Result<(), RepoError>;
}

/// What waits for delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// How many events wait; counting stops at [`Backlog::COUNTED`].
    pub waiting: u64,
    /// When the oldest of them was written.
    pub oldest: Option<DateTime<Utc>>,
}

impl Backlog {
    /// Events that are counted at most, so that asking stays cheap when a queue grows.
    pub const COUNTED: u64 = 10_000;
}

/// Undelivered events, over all stores.
#[async_trait]
pub trait OutboxQueue: Send + Sync {
    /// Takes up to `limit` of the oldest events that nobody holds, until `until`. An event that is not
    /// settled by then can be taken again.
    async fn lease(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Event>, RepoError>;

    /// Moves delivered events to the log, where each stands once however often this is called.
    async fn settle(&self, events: &[Event]) -> Result<(), RepoError>;

    /// How many events wait, leased ones too, and since when.
    async fn backlog(&self) -> Result<Backlog, RepoError>;

    /// Gives events back, for a worker that stops.
    async fn release(&self, events: &[EventId]) -> Result<(), RepoError>;
}

/// Which events to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// About this only.
    pub subject: Option<Subject>,
    /// Of this kind only.
    pub kind: Option<EventKind>,
}

/// Reads what happened.
#[async_trait]
pub trait EventReader: Send + Sync {
    /// Events of one mode, oldest first: the log of delivered ones and those still waiting, so that what
    /// was committed a moment ago is in the list whatever the worker does. An event keeps its place when
    /// it is delivered.
    async fn events(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &EventFilter,
        window: &Window,
    ) -> Result<Slice<Event>, RepoError>;
}
