//! Finishing refunds that a crash or a lost answer left open.

use chrono::TimeDelta;
use domain::{
    id::{Handle, StoreId},
    payment::{Failure, Payment},
    refund::{Refund, RefundReport},
};
use futures::{StreamExt as _, stream};
use ports::RepoError;

use super::{
    call,
    gateway::is_key_forgotten,
    settle::{self, News},
};
use crate::{Actor, Context, Core, Error, Result, checkout::account_of, worker::ASKED_AT_ONCE};

/// For how long a refund without an answer is asked for again without looking whether it was made.
const REPEATED_BLINDLY_FOR: TimeDelta = TimeDelta::minutes(10);

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
    let config = crate::store_config(core, ctx).await?;
    let account = account_of(core, &config, payment.mode, payment.provider)?;
    let age = ctx.now.signed_duration_since(refund.created_at);
    match &refund.provider_ref {
        Some(reference) => match gateway.find_refund(&account, reference).await? {
            Some(receipt) => settle::settle_refund(core, ctx, refund.id, &receipt, None).await.map(drop),
            None => Err(Error::internal("the gateway does not know a refund that it made")),
        },
        None if age < REPEATED_BLINDLY_FOR => call(core, ctx, payment, refund, true).await.map(drop),
        None => {
            let charge = payment.provider_ref.as_deref().unwrap_or_default();
            match gateway.search_refund(&account, charge, &refund).await? {
                Some(receipt) => settle::settle_refund(core, ctx, refund.id, &receipt, None).await.map(drop),
                None if !is_key_forgotten(ctx, &refund) => {
                    call(core, ctx, payment, refund, true).await.map(drop)
                }
                None => settle::apply(core, ctx, refund.id, &never_made()).await.map(drop),
            }
        }
    }
}

fn never_made() -> News<'static> {
    let message = "The gateway gave no answer, and never made this refund.".to_owned();
    let report = RefundReport::Failed(Failure { code: "never_made".to_owned(), message });
    News { provider_ref: None, report, event: None }
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
