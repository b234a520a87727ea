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
    promise::{next_number, take_stock},
    settle::{Sale, sell},
};
use crate::{
    Context, Core, Error, Result,
    effects::{order_event, payment_event},
    order::refund::{Stop, set_aside},
};

/// What the customer of a sale that could not be made any more is told, and staff reads.
const SOLD_OUT: &str = "The payment came after its reservation had ended, and the goods were gone.";

/// Makes the sale after all. Fails with [`crate::ErrorCode::OutOfStock`] when the goods are gone; the
/// unit of work has to be dropped then, and [`turn_down`] called in another.
pub(super) async fn make_good(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    sale: &mut Sale,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let mut told = take_stock(core, ctx, config, work, &sale.order).await?;
    told.extend(sell(core, ctx, config, work, sale, now).await?);
    Ok(told)
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
    order.cancel(Some(SOLD_OUT.to_owned()), now).map_err(Error::internal)?;
    let mut told = vec![payment_event(core, ctx, EventKind::PaymentConfirmed, &sale.payment)];
    send_back(core, ctx, work, order, &mut sale.payment).await?;
    work.orders().update(order).await?;
    if sale.cart.complete(now) {
        work.carts().update(&mut sale.cart).await?;
    }
    told.push(order_event(core, ctx, EventKind::OrderCreated, order));
    told.push(order_event(core, ctx, EventKind::OrderCancelled, order));
    Ok(told)
}

/// Whether another attempt at the order has its goods, or is about to have them.
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
        .any(|other| other.id != payment.id && (other.state.is_open() || other.state.is_secured())))
}

/// Sends the money of a payment back that no goods stand for. The reconciler makes the call.
pub(super) async fn send_back(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    order: &mut Order,
    payment: &mut Payment,
) -> Result<()> {
    let everything =
        RefundRequest { amount: None, lines: Vec::new(), include_shipping: false, restock: false };
    let aside = set_aside(core, ctx, work, order, payment, &everything, RefundReason::Other).await;
    aside.map(drop).map_err(Stop::internal)
}
