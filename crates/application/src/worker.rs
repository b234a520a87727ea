//! What goes on in the background: delivering events and finishing what was cut short.

use std::{future::Future, pin::pin, time::Duration};

use chrono::TimeDelta;

use crate::{Core, Result, access::signature, audit, checkout, order};

/// Events taken at a time.
const EVENTS: u32 = 100;
/// Payments and refunds looked at in one round.
const OVERDUE: u32 = 20;
/// How long a worker has for the events it took before another may take them.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// The pause when there was nothing to deliver.
const IDLE: Duration = Duration::from_millis(500);
/// How often overdue payments and refunds are looked for.
const RECONCILE_EVERY: TimeDelta = TimeDelta::seconds(5);
/// How often what has had its time is cleared away.
const CLEAR_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Works until `shutdown` is done, and then ends the round it is in. A failed round is logged and tried
/// again after a pause.
pub async fn run(core: &Core, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    let mut reconciled = core.clock.now();
    let mut cleared = reconciled;
    loop {
        let delivered = deliver_events(core, EVENTS).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "events could not be delivered");
            0
        });
        let now = core.clock.now();
        if now.signed_duration_since(reconciled) >= RECONCILE_EVERY {
            reconcile(core).await;
            reconciled = now;
        }
        if now.signed_duration_since(cleared) >= CLEAR_EVERY {
            clear(core).await;
            cleared = now;
        }
        // A full batch means that there is more.
        let pause = if delivered == EVENTS as usize { Duration::ZERO } else { IDLE };
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            () = core.clock.sleep(pause) => {}
        }
    }
}

/// Delivers up to `batch` of the oldest waiting events and tells how many there were. Delivering one is
/// writing it to the log of the process and to the log of events; an event whose worker dies meanwhile
/// comes up again once its lease is over.
pub async fn deliver_events(core: &Core, batch: u32) -> Result<usize> {
    let now = core.clock.now();
    let until = now.checked_add_signed(LEASE).unwrap_or(now);
    let events = core.db.outbox().lease(now, until, batch).await?;
    for event in &events {
        let (store, kind, subject) = (event.store, event.kind, event.subject.id());
        tracing::debug!(event = %event.id, %store, mode = %event.mode, %kind, subject, actor = event.actor, "event");
    }
    core.db.outbox().settle(&events).await?;
    Ok(events.len())
}

async fn clear(core: &Core) {
    if let Err(error) = signature::forget_old(core).await {
        tracing::warn!(%error, "old signatures could not be cleared away");
    }
    if let Err(error) = audit::forget_old(core).await {
        tracing::warn!(%error, "old entries of the audit log could not be cleared away");
    }
}

async fn reconcile(core: &Core) {
    if let Err(error) = checkout::reconcile::payments(core, OVERDUE).await {
        tracing::warn!(%error, "overdue payments could not be read");
    }
    if let Err(error) = order::refund::reconcile(core, OVERDUE).await {
        tracing::warn!(%error, "overdue refunds could not be read");
    }
}
