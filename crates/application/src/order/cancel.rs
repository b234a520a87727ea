//! Calling an order off.

use domain::{
    audit::Action,
    event::{Event, EventKind},
    id::OrderId,
    order::{Order, OrderAction, PaymentStatus},
    payment::{GatewayReport, GatewayStatus, Payment},
    refund::{Refund, RefundReason, RefundRequest, RefundState},
};
use ports::{UnitOfWork, orders::OrderView};

use super::{
    OrderHandle, identify, lock,
    refund::{Stop, begun, by_hand, call, set_aside, taken},
    refused, units_of, view,
};
use crate::{
    Context, Core, Error, ErrorCode, Result, audit,
    checkout::call_off,
    effects::{cause, counted_units, order_event},
};

/// Why an order is called off.
#[derive(Debug, Clone, Default)]
pub struct CancelOrder {
    /// For staff.
    pub reason: Option<String>,
    /// Whether the customer is told.
    pub notify: bool,
    /// The version that this was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// Calls an order off of which nothing has left. What was reserved or sold is free again, and so is the
/// use of its coupon; money that was taken goes back in full. The plan's count of orders stays.
pub async fn cancel(
    core: &Core,
    ctx: &Context,
    order: &OrderHandle,
    command: CancelOrder,
) -> Result<OrderView> {
    let id = identify(core, ctx, order).await?;
    let before = view(core, ctx, id).await?;
    if let Some((payment, refund)) = begun(ctx, before.clone()) {
        give_back(core, ctx, &payment, refund, true).await;
        return view(core, ctx, id).await;
    }
    Error::check_version(command.if_version, before.order.version)?;
    before.order.require(OrderAction::Cancel).map_err(refused)?;
    // What stopped with the payment is known, and no reason to decide anew.
    let is_as_seen = !stop_payment(core, ctx, &before).await?;
    let command = CancelOrder { if_version: command.if_version.filter(|_| is_as_seen), ..command };
    if let Some((payment, refund)) = book(core, ctx, id, &command).await? {
        give_back(core, ctx, &payment, refund, false).await;
    }
    view(core, ctx, id).await
}

/// Calls for the money of a cancelled order. A refusal leaves the order cancelled and the money here, to be
/// refunded in another way; the answer shows the failed refund.
async fn give_back(core: &Core, ctx: &Context, payment: &Payment, refund: Refund, is_repeated: bool) {
    if refund.state != RefundState::Pending {
        return;
    }
    if let Err(error) = call(core, ctx, payment, refund, is_repeated).await {
        tracing::warn!(%error, order = %payment.order_id, "the money of a cancelled order could not be given back");
    }
}

/// Lets go of a payment that its gateway has not finished, so that no money comes for a cancelled order; tells whether
/// there was one.
async fn stop_payment(core: &Core, ctx: &Context, view: &OrderView) -> Result<bool> {
    let unfinished = view.payments.iter().rfind(|payment| payment.can_cancel());
    let Some(payment) = unfinished.filter(|payment| !payment.provider.is_offline()) else { return Ok(false) };
    if payment.provider_ref.is_none() {
        return Err(in_flight());
    }
    let config = crate::store_config(core, ctx).await?;
    let placement = call_off(core, ctx, &config, &view.order, payment).await?;
    if placement.payment.is_some_and(|payment| payment.can_cancel()) { Err(in_flight()) } else { Ok(true) }
}

fn in_flight() -> Error {
    let message = "The payment of this order is with its gateway; try again in a moment.";
    Error::new(ErrorCode::CheckoutInProgress, message)
}

/// Writes everything that cancelling means; answers with the refund to be called for, if money is due.
async fn book(
    core: &Core,
    ctx: &Context,
    id: OrderId,
    command: &CancelOrder,
) -> Result<Option<(Payment, Refund)>> {
    let mut work = core.begin(ctx).await?;
    let cart = work.carts().find(id.cast()).await?;
    let mut order = lock(&mut *work, ctx, id).await?;
    Error::check_version(command.if_version, order.version)?;
    let before = order.clone();
    let restock = order.cancel(command.reason.clone(), ctx.now).map_err(refused)?;
    let mut payments = work.payments().of_order(id).await?;
    // The shopper may have gone to pay anew since the payment was stopped; its gateway would not know.
    if payments.iter().any(|payment| payment.can_cancel() && !payment.provider.is_offline()) {
        return Err(in_flight());
    }
    for payment in payments.iter_mut().filter(|payment| payment.can_cancel()) {
        let given_up = GatewayReport { provider_ref: None, status: GatewayStatus::Cancelled };
        payment.apply(&given_up, ctx.now).map_err(Error::internal)?;
        work.payments().update(payment, None).await?;
    }
    let mut told = Vec::new();
    let due = claim_money(core, ctx, &mut *work, &mut order, taken(payments), &mut told).await?;
    work.orders().update(&mut order).await?;
    free(ctx, &mut *work, &order, before.payment_status, &units_of(&restock)).await?;
    if let Some(mut cart) = cart.filter(|_| !order.is_placed())
        && cart.supersede(ctx.now).is_ok_and(|changed| changed)
    {
        // The cart's order can never be sold any more, so its shopper gets a new cart.
        work.carts().update(&mut cart).await?;
    }
    told.insert(0, news(core, ctx, &order, command));
    work.outbox().append(&told).await?;
    work.audit(Action::OrderCancelled, audit::changed(&before, &order));
    work.commit().await?;
    Ok(due)
}

fn news(core: &Core, ctx: &Context, order: &Order, command: &CancelOrder) -> Event {
    let told =
        order_event(core, ctx, EventKind::OrderCancelled, order).with("notifyCustomer", command.notify);
    match &command.reason {
        Some(reason) => told.with("reason", reason.as_str()),
        None => told,
    }
}

/// Frees what was promised: reserved goods, or sold ones, and the use of the coupon. An order whose
/// payment failed has given all of it back before.
async fn free(
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    order: &Order,
    was: PaymentStatus,
    restock: &[ports::stock::Units],
) -> Result<()> {
    let cause = cause(ctx, order, Some("cancelled"));
    match was {
        PaymentStatus::Failed => return Ok(()),
        PaymentStatus::Pending => {
            let reserved = counted_units(order);
            if !reserved.is_empty() {
                work.stock().release(&reserved, &cause).await?;
            }
        }
        _ if restock.is_empty() => {}
        _ => {
            work.stock().restock(restock, &cause).await?;
        }
    }
    if let Some(coupon) = &order.coupon {
        work.promotion_uses().release(order.mode, coupon.promotion_id, order.id).await?;
    }
    Ok(())
}

/// Sets all the money that is left aside for its way back, and answers with the refund that a gateway has
/// to be called for; what staff gives back by hand is done thereby.
async fn claim_money(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    order: &mut Order,
    taken: Option<Payment>,
    told: &mut Vec<Event>,
) -> Result<Option<(Payment, Refund)>> {
    let Some(mut payment) = taken else { return Ok(None) };
    let everything =
        RefundRequest { amount: None, lines: Vec::new(), include_shipping: false, restock: false };
    let mut refund = set_aside(core, ctx, work, order, &mut payment, &everything, RefundReason::Other)
        .await
        .map_err(Stop::internal)?;
    work.payments().update(&mut payment, None).await?;
    if payment.provider.is_offline() {
        told.extend(by_hand(core, ctx, work, order, &mut refund).await?);
        return Ok(None);
    }
    Ok(Some((payment, refund)))
}
