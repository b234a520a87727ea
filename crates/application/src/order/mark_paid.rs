//! Noting that awaited money has arrived.

use domain::{audit::Action, event::EventKind, order::OrderAction, payment::PaymentError};
use ports::orders::OrderView;

use super::{OrderHandle, identify, lock, refused, view};
use crate::{
    Context, Core, Error, ErrorCode, Result, audit,
    effects::{cause, counted_units, order_event, payment_event},
};

/// Notes that the money of an order has arrived that is paid by bank transfer or invoice. What was
/// reserved for it is sold.
pub async fn mark_paid(
    core: &Core,
    ctx: &Context,
    order: &OrderHandle,
    if_version: Option<i32>,
) -> Result<OrderView> {
    let id = identify(core, ctx, order).await?;
    let mut work = core.begin(ctx).await?;
    let mut order = lock(&mut *work, ctx, id).await?;
    Error::check_version(if_version, order.version)?;
    order.require(OrderAction::MarkPaid).map_err(refused)?;
    let awaited = work.payments().of_order(id).await?.into_iter().rfind(|payment| payment.state.is_open());
    let mut payment =
        awaited.ok_or_else(|| Error::new(ErrorCode::InvalidState, "No payment of this order is awaited."))?;
    payment.mark_received(ctx.now).map_err(|cause| match cause {
        PaymentError::NotOffline(_) | PaymentError::InvalidState { .. } => {
            Error::new(ErrorCode::InvalidState, "This payment is confirmed by its gateway, not by hand.")
        }
        other => Error::internal(other),
    })?;
    let before = order.clone();
    order.mark_paid(ctx.now).map_err(refused)?;
    work.orders().update(&mut order).await?;
    work.payments().update(&mut payment, None).await?;
    let units = counted_units(&order);
    if !units.is_empty() {
        work.stock().sell_reserved(&units, &cause(ctx, &order, None)).await?;
    }
    let told = [
        payment_event(core, ctx, EventKind::PaymentConfirmed, &payment),
        order_event(core, ctx, EventKind::OrderPaid, &order),
    ];
    work.outbox().append(&told).await?;
    work.audit(Action::OrderMarkedPaid, audit::changed(&before, &order));
    work.commit().await?;
    view(core, ctx, id).await
}
