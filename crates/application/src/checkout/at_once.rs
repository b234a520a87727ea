//! Both halves of a sale, each in one go: where nothing about it is out of the ordinary, and the database gains by it.
//! What is not to be had so is done step by step, with everything that there is to decide and to tell.

use domain::{
    cart::Cart,
    event::{Event, EventKind},
    order::{Order, OrderNumber},
    payment::Payment,
};
use ports::{
    sales::{Closing, OrderCount, Reservation, Told},
    stores::StoreConfig,
};

use super::{
    method::Means,
    place::PlaceOrder,
    reserve::{Draft, ToCharge, first_check, start_payment},
};
use crate::{
    Context, Core, Result,
    effects::{ORDER_NUMBER, cause, counted_units, month, sale_events},
};

/// Reserves what a first attempt to pay by a gateway needs, without a coupon; `None`, and nothing was written, where that
/// is not to be had.
pub(super) async fn reserve(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    draft: &Draft,
    command: &PlaceOrder,
    means: &Means,
) -> Result<Option<ToCharge>> {
    let Draft { cart, order, promotion } = draft;
    let is_ordinary = cart.attempts == 1 && promotion.is_none() && !means.provider.is_offline();
    if !is_ordinary || order.totals.total.is_zero() || ctx.actor.is_accountable() {
        return Ok(None);
    }
    let payment = start_payment(core, ctx, order, command, means, 1)?;
    let month = month(ctx.now);
    let count = OrderCount { month: &month, limit: core.tiers.limits(config.store.tier).max_monthly_orders };
    let sale = Reservation {
        cart,
        token_hash: &command.token_hash,
        order,
        payment: &payment,
        check_at: first_check(ctx.now),
        units: &counted_units(order),
        cause: &cause(ctx, order, None),
        low_threshold: config.settings.orders.low_stock_threshold,
        count: ctx.mode.is_live().then_some(count),
    };
    if !core.db.sales().reserve(ctx.store, &sale).await? {
        return Ok(None);
    }
    let mut cart = cart.clone();
    cart.version = cart.version.saturating_add(1);
    Ok(Some(ToCharge { cart, order: order.clone(), payment }))
}

/// Closes a sale whose money is there, and answers with the order's number; `None`, and nothing was written, where that is
/// not to be had.
pub(super) async fn close(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    cart: &Cart,
    order: &Order,
    payment: &Payment,
) -> Result<Option<OrderNumber>> {
    if ctx.actor.is_accountable() {
        return Ok(None);
    }
    let told = |event: Event| {
        let tells_number = matches!(event.kind, EventKind::OrderCreated | EventKind::OrderPaid);
        Told { number_as: tells_number.then_some(ORDER_NUMBER), event }
    };
    let sale = Closing {
        cart,
        order,
        placed_at: order.updated_at,
        number_prefix: &config.settings.orders.number_prefix,
        payment,
        units: &counted_units(order),
        cause: &cause(ctx, order, None),
        events: &sale_events(core, ctx, order, payment).map(told),
    };
    Ok(core.db.sales().close(ctx.store, &sale).await?)
}
