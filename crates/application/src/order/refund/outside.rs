//! Money that went back without us: a refund made in the gateway's own dashboard.

use domain::{
    id::{OrderId, PaymentId},
    money::Money,
    payment::Provider,
    refund::{RefundReason, RefundReport, RefundRequest},
};

use super::{set_aside, settle};
use crate::{Context, Core, Error, Result};

/// Books that `total` of a payment has gone back, as far as that is more than our own refunds, finished
/// or pending, account for. `event` is the webhook that told it; one that took effect before, and an
/// older sum, change nothing.
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
    let beyond = total.checked_sub(payment.refunded)?;
    if beyond.minor() > 0 {
        let request = RefundRequest {
            amount: Some(beyond),
            lines: Vec::new(),
            include_shipping: false,
            restock: false,
        };
        let reason = RefundReason::Other;
        let aside = set_aside(core, ctx, &mut *work, &mut order, &mut payment, &request, reason).await;
        let mut refund = aside.map_err(super::Stop::internal)?;
        let report = RefundReport::Succeeded;
        let told = settle::take_effect(core, ctx, &mut *work, &mut order, &mut refund, &report).await?;
        work.refunds().update(&mut refund, None).await?;
        work.orders().update(&mut order).await?;
        work.payments().update(&mut payment, None).await?;
        work.outbox().append(&told).await?;
    }
    work.commit().await
}
