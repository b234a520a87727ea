//! What goes on in the background: delivering events and mail, and finishing what was cut short.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};
use ports::RepoError;
use tokio::sync::watch;

use crate::{Core, Result, access::signature, audit, checkout, health::Pulse, login::reset, order, post};

const EVENTS_DELIVERED: &str = "cartwright_events_delivered_total";
const ROUNDS: &str = "cartwright_worker_rounds_total";
const RECONCILED: &str = "cartwright_worker_reconciled_total";
const WAITING: &str = "cartwright_outbox_waiting_events";
const OLDEST: &str = "cartwright_outbox_oldest_age_seconds";

/// Says what the numbers of the worker mean, once a recorder is there. Sales are counted here rather than
/// where they are made: an event is delivered for what was committed, and for nothing else.
pub fn describe_metrics() {
    describe_counter!(
        EVENTS_DELIVERED,
        Unit::Count,
        "Events delivered, by kind (order.created, order.paid, order.refunded, payment.failed, …) and mode."
    );
    describe_counter!(ROUNDS, Unit::Count, "Rounds of the worker, by outcome: ok or failed.");
    describe_counter!(RECONCILED, Unit::Count, "Overdue payments and refunds that the worker asked about.");
    describe_gauge!(WAITING, Unit::Count, "Events that wait for delivery; 10000 stands for that and more.");
    describe_gauge!(OLDEST, Unit::Seconds, "Age of the oldest event that waits; 0 when none does.");
}

/// Events taken at a time.
const EVENTS: u32 = 100;
/// Payments and refunds looked at in one round.
const OVERDUE: u32 = 20;
/// Of these, how many gateways are asked about at a time.
pub(crate) const ASKED_AT_ONCE: usize = 8;
/// Mails taken at a time.
const LETTERS: u32 = 20;
/// How long a worker has for the events it took before another may take them.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// The pause when there was nothing to deliver.
const IDLE: Duration = Duration::from_millis(500);
/// The pause when nothing more is overdue.
const RECONCILE_EVERY: Duration = Duration::from_secs(5);
/// How often the queue of events is measured.
const MEASURE_EVERY: TimeDelta = TimeDelta::seconds(5);
/// How often what has had its time is cleared away.
const CLEAR_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Carts and idempotency keys forgotten at a time.
const EXPIRED: u32 = 500;
/// How long one kind of them is cleared away in a round.
const CLEARING_AT_MOST: Duration = Duration::from_secs(1);
/// How often logins and tokens that are over are removed.
const SWEEP_EVERY: TimeDelta = TimeDelta::hours(1);

/// Works until `shutdown` is done, and then ends the rounds it is in. A failed round is logged and tried
/// again after a pause. A mail server or a gateway that takes its time holds up nothing but mail, or other
/// overdue payments. Every round of events, failed or not, is a beat of `pulse`.
pub async fn run(core: &Core, pulse: &Pulse, shutdown: impl Future<Output = ()>) {
    let (working, stopped) = watch::channel(());
    let wait = async {
        shutdown.await;
        drop(working);
    };
    tokio::join!(
        wait,
        events(core, pulse, stopped.clone()),
        overdue(core, stopped.clone()),
        letters(core, stopped)
    );
}

/// Waits for `pause`; `false` when it is time to stop instead. The sender never sends: that it is gone is
/// the signal.
async fn goes_on(core: &Core, stopped: &mut watch::Receiver<()>, pause: Duration) -> bool {
    tokio::select! {
        biased;
        _ = stopped.changed() => false,
        () = core.clock.sleep(pause) => true,
    }
}

async fn events(core: &Core, pulse: &Pulse, mut stopped: watch::Receiver<()>) {
    let mut measured = core.clock.now();
    let mut cleared = measured;
    loop {
        let outcome = deliver_events(core, EVENTS).await;
        counter!(ROUNDS, "outcome" => if outcome.is_ok() { "ok" } else { "failed" }).increment(1);
        let delivered = outcome.unwrap_or_else(|error| {
            tracing::warn!(%error, "events could not be delivered");
            0
        });
        let now = core.clock.now();
        if now.signed_duration_since(measured) >= MEASURE_EVERY {
            measure_backlog(core).await;
            measured = now;
        }
        if now.signed_duration_since(cleared) >= CLEAR_EVERY {
            clear(core).await;
            cleared = now;
        }
        pulse.beat(core.clock.now());
        // A full batch means that there is more.
        let pause = if delivered == EVENTS as usize { Duration::ZERO } else { IDLE };
        if !goes_on(core, &mut stopped, pause).await {
            return;
        }
    }
}

async fn overdue(core: &Core, mut stopped: watch::Receiver<()>) {
    let mut pause = RECONCILE_EVERY;
    while goes_on(core, &mut stopped, pause).await {
        // After a gateway's bad hour many are overdue at once, and each holds goods back.
        pause = if reconcile(core).await { Duration::ZERO } else { RECONCILE_EVERY };
    }
}

async fn letters(core: &Core, mut stopped: watch::Receiver<()>) {
    let mut swept = core.clock.now();
    loop {
        if let Err(error) = reset::grant_wishes(core, LETTERS).await {
            tracing::warn!(%error, "wishes for new passwords could not be granted");
        }
        let sent = post::deliver(core, LETTERS).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "mail could not be sent");
            0
        });
        let now = core.clock.now();
        if now.signed_duration_since(swept) >= SWEEP_EVERY {
            if let Err(error) = core.db.staff().sweep(now).await {
                tracing::warn!(%error, "logins that are over could not be removed");
            }
            swept = now;
        }
        let pause = if sent == LETTERS as usize { Duration::ZERO } else { IDLE };
        if !goes_on(core, &mut stopped, pause).await {
            return;
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
    for event in &events {
        counter!(EVENTS_DELIVERED, "kind" => event.kind.as_str(), "mode" => event.mode.as_str()).increment(1);
    }
    Ok(events.len())
}

/// Forgets idempotency keys whose time is over, some at a time; tells how many.
pub async fn forget_keys(core: &Core) -> Result<u64> {
    until_few(|| core.db.idempotency().sweep(core.clock.now(), EXPIRED)).await
}

/// Forgets open carts that nobody has touched for so long that they are over, some at a time; tells how many.
pub async fn forget_carts(core: &Core) -> Result<u64> {
    until_few(|| core.db.carts().sweep(core.clock.now(), EXPIRED)).await
}

/// Clears away up to [`EXPIRED`] at a time until there were fewer, or the next round has to go on with it: events wait
/// meanwhile. Tells how many in all.
async fn until_few<F: Future<Output = Result<u64, RepoError>>>(sweep: impl Fn() -> F) -> Result<u64> {
    let began = Instant::now();
    let mut cleared = 0_u64;
    loop {
        let some = sweep().await?;
        cleared = cleared.saturating_add(some);
        if some < u64::from(EXPIRED) || began.elapsed() > CLEARING_AT_MOST {
            return Ok(cleared);
        }
    }
}

async fn clear(core: &Core) {
    if let Err(error) = forget_carts(core).await {
        tracing::warn!(%error, "carts that are over could not be forgotten");
    }
    if let Err(error) = signature::forget_old(core).await {
        tracing::warn!(%error, "old signatures could not be cleared away");
    }
    if let Err(error) = audit::forget_old(core).await {
        tracing::warn!(%error, "old entries of the audit log could not be cleared away");
    }
    if let Err(error) = forget_keys(core).await {
        tracing::warn!(%error, "expired idempotency keys could not be forgotten");
    }
}

/// Asks about what is overdue; whether there may be more of it.
async fn reconcile(core: &Core) -> bool {
    let mut more = false;
    for (what, asked) in [
        ("payment", checkout::reconcile::payments(core, OVERDUE).await),
        ("refund", order::refund::reconcile(core, OVERDUE).await),
    ] {
        match asked {
            Ok(asked) => {
                counter!(RECONCILED, "what" => what).increment(asked as u64);
                more |= asked == OVERDUE as usize;
            }
            Err(error) => tracing::warn!(%error, what, "what is overdue could not be asked about"),
        }
    }
    more
}

async fn measure_backlog(core: &Core) {
    match core.db.outbox().backlog().await {
        Ok(backlog) => {
            let now = core.clock.now();
            let age = backlog.oldest.and_then(|oldest| now.signed_duration_since(oldest).to_std().ok());
            gauge!(OLDEST).set(age.unwrap_or_default());
            gauge!(WAITING).set(u32::try_from(backlog.waiting).unwrap_or(u32::MAX));
        }
        Err(error) => tracing::warn!(%error, "the queue of events cannot be measured"),
    }
}
