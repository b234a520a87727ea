//! Finishing refunds that a crash or a lost answer left open.

use chrono::TimeDelta;
use domain::{
    id::{Handle, StoreId},
    payment::Payment,
    refund::Refund,
};
use futures::{StreamExt as _, stream};
use ports::RepoError;

use super::{call, settle};
use crate::{Actor, Context, Core, Error, Result, checkout::account_of, worker::ASKED_AT_ONCE};

/// How long a gateway remembers an idempotency key. Stripe promises 24 hours; after this much a refund is
/// not asked for again.
const KEY_LIFETIME: TimeDelta = TimeDelta::hours(23);

/// Asks about refunds whose outcome is overdue, at most `limit` of them; tells how many it looked at. One
/// that cannot be settled now is logged and comes up again.
///
/// # Errors
/// When the refunds cannot be read, or not be taken for this worker: to try again at once would be no better.
pub async fn reconcile(core: &Core, limit: u32) -> Result<usize> {
    let due = core.db.orders().due_refunds(core.clock.now(), limit).await?;
    let count = due.len();
    let ask = async |(store, mut refund): (StoreId, Refund)| {
        let id = refund.id;
        let Some((ctx, payment)) = parties(core, store, &refund).await? else {
            tracing::error!(refund = %id, "a refund has no order or no payment");
            return Ok(());
        };
        if hold(core, &ctx, &mut refund).await?
            && let Err(error) = one(core, &ctx, &payment, refund).await
        {
            tracing::warn!(%error, refund = %id, "a refund could not be reconciled");
        }
        Ok(())
    };
    let asked: Vec<Result<()>> = stream::iter(due).map(ask).buffer_unordered(ASKED_AT_ONCE).collect().await;
    asked.into_iter().collect::<Result<()>>().map(|()| count)
}

async fn one(core: &Core, ctx: &Context, payment: &Payment, refund: Refund) -> Result<()> {
    let Some(gateway) = core.gateways.of(payment.provider) else { return Ok(()) };
    match &refund.provider_ref {
        Some(reference) => {
            let config = crate::store_config(core, ctx).await?;
            let account = account_of(core, &config, payment.mode, payment.provider)?;
            match gateway.find_refund(&account, reference).await? {
                Some(receipt) => settle::settle_refund(core, ctx, refund.id, &receipt, None).await.map(drop),
                None => Err(Error::internal("the gateway does not know a refund that it made")),
            }
        }
        None if ctx.now.signed_duration_since(refund.created_at) < KEY_LIFETIME => {
            call(core, ctx, payment, refund, true).await.map(drop)
        }
        // Asking again under a forgotten key could give the money back twice. A webhook may still tell.
        None => Err(Error::internal("nobody knows whether the gateway made this refund; look it up there")),
    }
}

/// Whose refund it is, and the payment that it goes through.
async fn parties(core: &Core, store: StoreId, refund: &Refund) -> Result<Option<(Context, Payment)>> {
    for mode in domain::access::Mode::ALL {
        let order = Handle::Id(refund.order_id);
        if let Some(view) = core.db.orders().order(store, *mode, &order).await? {
            let ctx = Context::of_system(core, store, *mode, Actor::Worker);
            let payment = view.payments.into_iter().find(|payment| payment.id == refund.payment_id);
            return Ok(payment.map(|payment| (ctx, payment)));
        }
    }
    Ok(None)
}

/// Takes a refund for this worker for a while; `false` when another one was faster.
async fn hold(core: &Core, ctx: &Context, refund: &mut Refund) -> Result<bool> {
    let until = settle::next_check(refund, ctx.now);
    let mut work = core.begin(ctx).await?;
    match work.refunds().update(refund, until).await {
        Err(RepoError::Stale) => Ok(false),
        written => {
            written?;
            work.commit().await?;
            Ok(true)
        }
    }
}
