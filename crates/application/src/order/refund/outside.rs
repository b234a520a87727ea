//! Money that went back without us: a refund made in the gateway's own dashboard.

use domain::{
    event::Event,
    id::{OrderId, PaymentId},
    money::Money,
    order::Order,
    payment::{Payment, Provider},
    refund::{RefundReason, RefundReport, RefundRequest},
};
use ports::UnitOfWork;

use super::{set_aside, settle};
use crate::{Context, Core, Error, Result};

/// Books that `total` of a payment has gone back, as far as that is more than our own refunds, finished
/// or pending, account for; should a pending one turn out never to have been made, the rest is booked then. `event`
/// is the webhook that told it; one that took effect before, and an older sum, change nothing.
pub async fn book_outside(
    core: &Core,
    ctx: &Context,
    order: OrderId,
    payment: PaymentId,
    total: Money,
    event: (Provider, &str),
) -> Result<()> {
    let mut work = core.begin(ctx).await?;
    let missing = || Error::internal(format!("payment {payment} or its order is missing"));
    let mut order = work.orders().find(order).await?.ok_or_else(missing)?;
    let mut payment = work.payments().find(payment).await?.ok_or_else(missing)?;
    if !work.receipts().record(event.0, event.1, core.clock.now()).await? {
        return Ok(());
    }
    payment.hear_refunded(total).map_err(Error::internal)?;
    let told = book(core, ctx, &mut *work, &mut order, &mut payment).await?;
    work.payments().update(&mut payment, None).await?;
    if !told.is_empty() {
        work.orders().update(&mut order).await?;
        work.outbox().append(&told).await?;
    }
    work.commit().await
}

/// Writes a refund of what went back without us, if anything did that is not booked yet. The caller writes the order and
/// the payment.
pub(super) async fn book(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    order: &mut Order,
    payment: &mut Payment,
) -> Result<Vec<Event>> {
    let Some(beyond) = payment.refunded_elsewhere().map_err(Error::internal)? else { return Ok(Vec::new()) };
    let request =
        RefundRequest { amount: Some(beyond), lines: Vec::new(), include_shipping: false, restock: false };
    // Not what a request asked for, so not by its name.
    let unasked = Context { repeatable: None, ..ctx.clone() };
    let aside = set_aside(core, &unasked, work, order, payment, &request, RefundReason::Other).await;
    let mut refund = aside.map_err(super::Stop::internal)?;
    let told = settle::take_effect(core, ctx, work, order, &mut refund, &RefundReport::Succeeded).await?;
    work.refunds().update(&mut refund, None).await?;
    Ok(told)
}
