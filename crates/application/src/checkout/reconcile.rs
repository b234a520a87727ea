//! Finishing what a crash, a lost answer or an absent shopper left open.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::{Handle, StoreId},
    payment::{GatewayReport, GatewayStatus, Payment, PaymentState},
};
use futures::{StreamExt as _, stream};
use ports::{RepoError, gateway::CALLED_FOR};

use super::{account::account_of, charge, reopen, settle};
use crate::{Actor, Context, Core, Error, Result, worker::ASKED_AT_ONCE};

/// How long one worker has for a payment before another may try.
const HOLD: TimeDelta = TimeDelta::seconds(60);
/// For how long a charge without an answer is repeated. After that it is looked for instead: a gateway may answer every
/// repetition with the fault that it had the first time, and nobody waits for a charge that is made hours later.
pub(super) const REPEATED_FOR: TimeDelta = TimeDelta::minutes(10);
/// For how long a payment is kept open whose gateway lets nobody in, as with keys that were taken away.
const GIVEN_UP_AFTER: TimeDelta = TimeDelta::hours(23);

/// Asks about payments whose outcome is overdue, at most `limit` of them and several at a time; tells how many it looked at.
/// A payment that cannot be settled now is logged and comes up again.
///
/// # Errors
/// When the payments cannot be read, or not be taken for this worker: to try again at once would be no better.
pub async fn payments(core: &Core, limit: u32) -> Result<usize> {
    let due = core.db.orders().due_payments(core.clock.now(), limit).await?;
    let count = due.len();
    let ask = async |(store, mut payment): (StoreId, Payment)| {
        let ctx = Context::of_system(core, store, payment.mode, Actor::Worker);
        let id = payment.id;
        if hold(core, &ctx, &mut payment).await?
            && let Err(error) = payment_of(core, &ctx, payment).await
        {
            tracing::warn!(%error, payment = %id, "a payment could not be reconciled");
        }
        Ok(())
    };
    let asked: Vec<Result<()>> = stream::iter(due).map(ask).buffer_unordered(ASKED_AT_ONCE).collect().await;
    asked.into_iter().collect::<Result<()>>().map(|()| count)
}

async fn payment_of(core: &Core, ctx: &Context, payment: Payment) -> Result<()> {
    let config = crate::store_config(core, ctx).await?;
    let Some(gateway) = core.gateways.of(payment.provider) else { return Ok(()) };
    let account = account_of(core, &config, payment.mode, payment.provider)?;
    let order = Handle::Id(payment.order_id);
    let order = core.db.orders().order(ctx.store, payment.mode, &order).await?;
    let order = order.ok_or_else(|| Error::not_found("order"))?.order;

    let found = match &payment.provider_ref {
        Some(reference) => gateway.find_charge(&account, reference).await?,
        None if is_younger(&payment, ctx.now, REPEATED_FOR) => {
            match charge::call(core, &config, &order, &payment).await {
                // Under this key nothing happened and nothing will.
                Err(error) if !charge::is_open(&error, true) => None,
                answer => Some(answer?),
            }
        }
        None => match gateway.search_charge(&account, &payment).await {
            Err(error)
                if charge::is_turned_away(&error) && !is_younger(&payment, ctx.now, GIVEN_UP_AFTER) =>
            {
                tracing::error!(%error, payment = %payment.id, "a payment is given up that nobody could look for at its gateway");
                None
            }
            // One may still be under way that was begun as the last.
            Ok(None) if is_younger(&payment, ctx.now, CALLED_FOR) => return Ok(()),
            answer => answer?,
        },
    };
    let report = found
        .map_or(GatewayReport { provider_ref: None, status: GatewayStatus::Cancelled }, charge::report_of);
    let waits = matches!(report.status, GatewayStatus::RequiresAction { .. });
    let placement = settle::apply(core, ctx, order.id, payment.id, &report, None).await?;
    if let Some(payment) = placement.payment
        && waits
        && payment.state == PaymentState::RequiresAction
        && reopen::is_overdue(&config, &payment, ctx.now)
    {
        reopen::call_off(core, ctx, &config, &order, &payment).await?;
    }
    Ok(())
}

pub(super) fn is_younger(payment: &Payment, now: DateTime<Utc>, age: TimeDelta) -> bool {
    now.signed_duration_since(payment.created_at) < age
}

/// Takes a payment for this worker for a while; `false` when another one was faster.
async fn hold(core: &Core, ctx: &Context, payment: &mut Payment) -> Result<bool> {
    let until = ctx.now.checked_add_signed(HOLD).unwrap_or(ctx.now);
    let mut work = core.begin(ctx).await?;
    match work.payments().update(payment, Some(until)).await {
        Err(RepoError::Stale) => Ok(false),
        written => {
            written?;
            work.commit().await?;
            Ok(true)
        }
    }
}
