//! Money that came after its sale had been given up. It is never kept without goods: the sale is made
//! after all where stock allows it, and otherwise stands in the books as a numbered, cancelled order
//! whose money goes back.

use chrono::{DateTime, Utc};
use domain::{
    event::{Event, EventKind},
    order::{Order, OrderAction},
    payment::Payment,
    refund::{RefundReason, RefundRequest},
};
use ports::{UnitOfWork, stores::StoreConfig};

use super::{
    promise::{claim_order, claim_promotion, next_number, take_stock},
    settle::{Sale, complete, sell},
};
use crate::{
    Context, Core, Error, ErrorCode, Result,
    effects::{order_event, payment_event},
    order::refund::{Stop, set_aside},
};

/// What the customer of a sale that could not be made any more is told, and staff reads.
const GONE: &str = "The payment came after its reservation had ended, and what had been reserved was gone.";

/// Makes the sale after all, if everything that had been promised can be promised again. Fails as
/// [`is_lost`] tells when something is gone; the unit of work has to be dropped then, and [`turn_down`]
/// called in another.
pub(super) async fn make_good(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    sale: &mut Sale,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let mut told = take_stock(core, ctx, config, work, &sale.order).await?;
    if let Some(coupon) = &sale.order.coupon
        && let Some(promotion) = work.promotions().find(coupon.promotion_id).await?
    {
        claim_promotion(ctx, work, &sale.order, &promotion).await?;
    }
    claim_order(core, ctx, config, work).await?;
    told.extend(sell(core, ctx, config, work, sale, now).await?);
    Ok(told)
}

/// Whether a sale cannot be made any more: the goods are gone, the coupon is used up, or the plan's orders.
pub(super) const fn is_lost(error: &Error) -> bool {
    matches!(error.code, ErrorCode::OutOfStock | ErrorCode::CouponRefused | ErrorCode::TierOrderLimit)
}

/// Books the sale as cancelled and sends the money back.
pub(super) async fn turn_down(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    sale: &mut Sale,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let order = &mut sale.order;
    order.mark_paid(now).map_err(Error::internal)?;
    let number = next_number(config, work, order).await?;
    order.place(number, now).map_err(Error::internal)?;
    // Nothing was reserved for the order any more, so nothing goes back into stock.
    order.cancel(Some(GONE.to_owned()), now).map_err(Error::internal)?;
    let mut told = vec![payment_event(core, ctx, EventKind::PaymentConfirmed, &sale.payment)];
    let everything =
        RefundRequest { amount: None, lines: Vec::new(), include_shipping: false, restock: false };
    let reason = RefundReason::Other;
    // Not what the request asked for, so not by its name.
    let unasked = Context { repeatable: None, ..ctx.clone() };
    let aside = set_aside(core, &unasked, work, order, &mut sale.payment, &everything, reason).await;
    aside.map_err(Stop::internal)?;
    work.orders().update(order).await?;
    complete(work, &mut sale.cart, now).await?;
    told.push(order_event(core, ctx, EventKind::OrderCreated, order));
    told.push(order_event(core, ctx, EventKind::OrderCancelled, order));
    Ok(told)
}

/// Whether another attempt at the order has its goods, or is about to have them, or has made another draft of it:
/// what this attempt was for and what it cost need not be what the order holds now.
pub(super) async fn is_superseded(
    work: &mut dyn UnitOfWork,
    order: &Order,
    payment: &Payment,
) -> Result<bool> {
    if order.is_placed() || !order.allows(OrderAction::MarkPaid) {
        return Ok(true);
    }
    let attempts = work.payments().of_order(order.id).await?;
    Ok(attempts
        .iter()
        .filter(|other| other.id != payment.id)
        .any(|other| other.attempt > payment.attempt || other.state.is_open() || other.state.is_secured()))
}
