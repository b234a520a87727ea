//! News of a refund taking effect: the one way, whoever brings it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    event::{Event, EventKind},
    id::RefundId,
    order::{Order, PaymentStatus},
    payment::{Failure, Payment, Provider},
    refund::{Refund, RefundPlan, RefundReport, RefundState, RefundTransition},
};
use ports::{
    UnitOfWork,
    gateway::{self, RefundReceipt},
};

use super::outside;
use crate::{
    Context, Core, Error, Result,
    effects::{cause, order_event},
    order::units_of,
};

/// The shortest and the longest time between two questions about a refund.
const CHECKS: (TimeDelta, TimeDelta) = (TimeDelta::seconds(60), TimeDelta::hours(6));

/// What is told of a refund.
pub(super) struct News<'a> {
    /// The gateway's name of it, when it said one.
    pub(super) provider_ref: Option<String>,
    /// How it stands.
    pub(super) report: RefundReport,
    /// The gateway's event that brought the news.
    pub(super) event: Option<(Provider, &'a str)>,
}

/// Lets what a gateway says of a refund take effect, once however often it is said. `event` names the
/// webhook that brought it; one that took effect before changes nothing.
pub async fn settle_refund(
    core: &Core,
    ctx: &Context,
    refund: RefundId,
    receipt: &RefundReceipt,
    event: Option<(Provider, &str)>,
) -> Result<Refund> {
    let report = match &receipt.state {
        gateway::RefundState::Pending => RefundReport::Pending,
        gateway::RefundState::Succeeded => RefundReport::Succeeded,
        gateway::RefundState::Failed { code, message } => {
            RefundReport::Failed(Failure { code: code.clone(), message: message.clone() })
        }
    };
    let news = News { provider_ref: Some(receipt.provider_ref.clone()), report, event };
    apply(core, ctx, refund, &news).await
}

pub(super) async fn apply(core: &Core, ctx: &Context, refund: RefundId, news: &News<'_>) -> Result<Refund> {
    let now = core.clock.now();
    let mut work = core.begin(ctx).await?;
    let mut refund = work.refunds().find(refund).await?.ok_or_else(|| Error::not_found("refund"))?;
    if let Some((provider, event)) = news.event
        && !work.receipts().record(provider, event, now).await?
    {
        return Ok(refund);
    }
    let missing = || Error::internal(format!("the order of refund {} is missing", refund.id));
    let mut order = work.orders().find(refund.order_id).await?.ok_or_else(missing)?;
    let before = order.clone();
    // Known by a name, it was made, whatever became of it.
    if refund.provider_ref.is_none() {
        refund.provider_ref.clone_from(&news.provider_ref);
    }
    let told = take_effect(core, ctx, &mut *work, &mut order, &mut refund, &news.report).await?;
    let check = next_check(&refund, now);
    work.refunds().update(&mut refund, check).await?;
    if order != before {
        work.orders().update(&mut order).await?;
    }
    if !told.is_empty() {
        work.outbox().append(&told).await?;
    }
    work.is_part_of("who asked for the refund stands in the entry that was made when it was asked for");
    work.commit().await?;
    Ok(refund)
}

/// Moves the refund on and does what follows: goods back into stock, or money and units back where they
/// were set aside. Writes all but the order and the refund.
pub(super) async fn take_effect(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    order: &mut Order,
    refund: &mut Refund,
    report: &RefundReport,
) -> Result<Vec<Event>> {
    let now = core.clock.now();
    let kind = match refund.apply(report, now) {
        RefundTransition::Unchanged => return Ok(Vec::new()),
        // Refused, the money stays set aside: only one payment of an order may hold any, and staff has to see
        // to this one at the gateway.
        _ if refund.surplus => EventKind::OrderUpdated,
        RefundTransition::Succeeded => {
            restock(ctx, work, order, refund).await?;
            EventKind::OrderRefunded
        }
        RefundTransition::Failed { after_success } => {
            // Goods of a cancelled order have nobody to wait for.
            let is_cancelled = order.payment_status == PaymentStatus::Cancelled;
            if is_cancelled && !after_success {
                restock(ctx, work, order, refund).await?;
            }
            let mut payment =
                give_claim_back(work, order, refund, after_success || is_cancelled, now).await?;
            let mut told = vec![news_of(core, ctx, EventKind::OrderUpdated, order, refund)];
            told.extend(Box::pin(outside::book(core, ctx, work, order, &mut payment)).await?);
            work.payments().update(&mut payment, None).await?;
            return Ok(told);
        }
    };
    Ok(vec![news_of(core, ctx, kind, order, refund)])
}

async fn restock(ctx: &Context, work: &mut dyn UnitOfWork, order: &Order, refund: &Refund) -> Result<()> {
    let units = units_of(&refund.plan.restock);
    if !units.is_empty() {
        work.stock().restock(&units, &cause(ctx, order, Some("refund"))).await?;
    }
    Ok(())
}

/// An event about a refund, filed under its order.
pub(super) fn news_of(core: &Core, ctx: &Context, kind: EventKind, order: &Order, refund: &Refund) -> Event {
    order_event(core, ctx, kind, order)
        .with("refundId", refund.id.to_string())
        .with("refundStatus", refund.state.as_str())
        .with("amount", refund.plan.amount)
        .with("reason", refund.reason.as_str())
        .with("refunded", order.refunded)
}

/// The money stays with the shop: what was set aside for the refund can be asked for again. Answers with its payment,
/// for the caller to write.
async fn give_claim_back(
    work: &mut dyn UnitOfWork,
    order: &mut Order,
    refund: &Refund,
    are_goods_back: bool,
    now: DateTime<Utc>,
) -> Result<Payment> {
    let missing = || Error::internal(format!("the payment of refund {} is missing", refund.id));
    let mut payment = work.payments().find(refund.payment_id).await?.ok_or_else(missing)?;
    let was_made = refund.provider_ref.is_some();
    payment.release_refund(refund.plan.amount, was_made, now).map_err(Error::internal)?;
    // Goods that went back into stock, as with a refund that seemed to succeed, are there, whatever became of
    // the money; counting them as sold again would let them come back twice.
    let restock = if are_goods_back { Vec::new() } else { refund.plan.restock.clone() };
    let plan = RefundPlan { restock, ..refund.plan.clone() };
    order.revert_refund(&plan, now).map_err(Error::internal)?;
    Ok(payment)
}

/// When to ask the gateway about a refund next: the older it is, the less often; never once it is over.
pub(super) fn next_check(refund: &Refund, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if refund.state != RefundState::Pending {
        return None;
    }
    let age = now.signed_duration_since(refund.created_at);
    Some(now.checked_add_signed(age.clamp(CHECKS.0, CHECKS.1)).unwrap_or(now))
}
