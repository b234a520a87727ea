//! What a sale takes from the store before its money is there: stock, a use of the coupon, an order of the
//! plan. In that order, which is the order of locks.

use domain::{
    discount::Promotion,
    event::Event,
    order::{Order, OrderNumber},
};
use ports::{UnitOfWork, stock::Shortage, stores::StoreConfig};

use crate::{
    Context, Core, Error, ErrorCode, Result,
    availability::out_of_stock,
    effects::{cause, counted_units, month, stock_events},
};

/// Reserves the stock of an order; answers with the events that this causes.
pub(super) async fn take_stock(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    order: &Order,
) -> Result<Vec<Event>> {
    let units = counted_units(order);
    if units.is_empty() {
        return Ok(Vec::new());
    }
    match work.stock().reserve(&units, &cause(ctx, order, None)).await? {
        Ok(changes) => Ok(stock_events(core, ctx, config, &changes)),
        Err(shortages) => Err(refused(order, &shortages)),
    }
}

fn refused(order: &Order, shortages: &[Shortage]) -> Error {
    let Some(first) = shortages.first() else { return Error::internal("stock refused without a shortage") };
    let line = order.lines.iter().find(|line| line.variant_id == first.variant);
    out_of_stock(line.map_or("An item", |line| line.product_name.as_str()), *first)
}

/// Counts the use of a promotion, or refuses it.
pub(super) async fn claim_promotion(
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    order: &Order,
    promotion: &Promotion,
) -> Result<()> {
    let email = order.email.key();
    // Two first orders begun at once do not see each other as orders yet, but as uses they do.
    let per_customer = if promotion.first_order_only { Some(1) } else { promotion.max_uses_per_customer };
    let claimed =
        work.promotion_uses().claim(ctx.mode, promotion.id, order.id, &email, per_customer, ctx.now).await?;
    let refused = |message: &str| Err(Error::new(ErrorCode::CouponRefused, message));
    if !claimed {
        return refused("The coupon has been used as often as it may be.");
    }
    if promotion.first_order_only && work.promotion_uses().has_order(ctx.mode, &email, order.id).await? {
        return refused("The coupon is for a first order.");
    }
    Ok(())
}

/// Counts the order against the plan. Test sales count towards no limit.
pub(super) async fn claim_order(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
) -> Result<()> {
    if !ctx.mode.is_live() {
        return Ok(());
    }
    let limit = core.tiers.limits(config.store.tier).max_monthly_orders;
    if work.counters().claim_order(ctx.mode, &month(ctx.now), limit).await? {
        return Ok(());
    }
    let refusal = core.tiers.check_order(config.store.tier, limit.unwrap_or(u32::MAX));
    Err(refusal.map_or_else(Error::from, |()| Error::internal("the plan refused an order within its limit")))
}

/// Draws the next order number; the last thing a unit of work locks.
pub(super) async fn next_number(
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    order: &Order,
) -> Result<OrderNumber> {
    let n = work.counters().next_order_number(order.mode).await?;
    Ok(OrderNumber { prefix: config.settings.orders.number_prefix.clone(), n })
}
