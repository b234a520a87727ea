//! News of a payment taking effect: the one way, whoever brings it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    cart::Cart,
    event::{Event, EventKind},
    id::{OrderId, PaymentId},
    order::{Order, OrderAction},
    payment::{GatewayReport, Payment, PaymentState, Provider, Transition},
};
use ports::{UnitOfWork, stores::StoreConfig};

use super::{late, place::Placement, promise::next_number};
use crate::{
    Context, Core, Error, Result,
    effects::{cause, counted_units, month, payment_event, sale_events},
    order::refund::set_surplus_aside,
};

/// How long after hearing that a payment is under way the reconciler asks again.
const NEXT_CHECK: TimeDelta = TimeDelta::seconds(60);

/// Everything about one sale, locked.
pub(super) struct Sale {
    /// Gone when it was forgotten before news came.
    pub(super) cart: Option<Cart>,
    pub(super) order: Order,
    pub(super) payment: Payment,
}

/// Lets a report take effect. `receipt` names the gateway's event that brought it: an event that took
/// effect before changes nothing. Repeating a report, or hearing them in another order, leads to the
/// same end.
pub async fn apply(
    core: &Core,
    ctx: &Context,
    order: OrderId,
    payment: PaymentId,
    report: &GatewayReport,
    receipt: Option<(Provider, &str)>,
) -> Result<Placement> {
    let news = News { order, payment, report, receipt };
    match attempt(core, ctx, &news, Late::MakeGood).await {
        Err(error) if late::is_lost(&error) => attempt(core, ctx, &news, Late::TurnDown).await,
        outcome => outcome,
    }
}

/// What is told of which payment.
struct News<'a> {
    order: OrderId,
    payment: PaymentId,
    report: &'a GatewayReport,
    receipt: Option<(Provider, &'a str)>,
}

/// What becomes of money that comes after its sale was given up.
#[derive(Clone, Copy)]
enum Late {
    MakeGood,
    TurnDown,
}

async fn attempt(core: &Core, ctx: &Context, news: &News<'_>, late: Late) -> Result<Placement> {
    let config = crate::store_config(core, ctx).await?;
    let now = core.clock.now();
    let mut work = core.begin(ctx).await?;
    let mut sale = lock(&mut *work, news).await?;
    if let Some((provider, event)) = news.receipt
        && !work.receipts().record(provider, event, now).await?
    {
        return Ok(Placement { order: sale.order, payment: Some(sale.payment) });
    }
    let transition = sale.payment.apply(news.report, now).map_err(Error::internal)?;
    if let Transition::Changed { from, to, needs_settlement } = transition {
        let effect = effect_of(from, to, needs_settlement, late);
        let events = take_effect(core, ctx, &config, &mut *work, &mut sale, effect, now).await?;
        let check = next_check(&sale.payment, now);
        work.payments().update(&mut sale.payment, check).await?;
        if !events.is_empty() {
            work.outbox().append(&events).await?;
        }
    }
    work.is_part_of("staff ends a payment only by cancelling its order, which has an entry");
    work.commit().await?;
    Ok(Placement { order: sale.order, payment: Some(sale.payment) })
}

/// What a transition of the payment means for the sale.
enum Effect {
    Nothing,
    Sell,
    GiveBack,
    Settle(Late),
}

fn effect_of(from: PaymentState, to: PaymentState, needs_settlement: bool, late: Late) -> Effect {
    let held = from.is_open() || from == PaymentState::Authorized;
    match to {
        _ if from == to => Effect::Nothing,
        PaymentState::Captured if needs_settlement => Effect::Settle(late),
        PaymentState::Captured => Effect::Sell,
        PaymentState::Failed | PaymentState::Cancelled if held => Effect::GiveBack,
        _ => Effect::Nothing,
    }
}

/// When to ask the gateway next, while the outcome is open.
fn next_check(payment: &Payment, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let undecided = payment.state.is_open() || payment.state == PaymentState::Authorized;
    undecided.then(|| now.checked_add_signed(NEXT_CHECK).unwrap_or(now))
}

async fn lock(work: &mut dyn UnitOfWork, news: &News<'_>) -> Result<Sale> {
    let missing = |what: &str| Error::internal(format!("{what} of payment {} is missing", news.payment));
    let cart = work.carts().find(news.order.cast()).await?;
    let order = work.orders().find(news.order).await?.ok_or_else(|| missing("the order"))?;
    let payment = work.payments().find(news.payment).await?.ok_or_else(|| missing("the row"))?;
    Ok(Sale { cart, order, payment })
}

async fn take_effect(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    sale: &mut Sale,
    effect: Effect,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    match effect {
        Effect::Nothing => Ok(Vec::new()),
        Effect::Sell => sell(core, ctx, config, work, sale, now).await,
        Effect::GiveBack => give_back(core, ctx, work, sale, now).await,
        Effect::Settle(_) if late::is_superseded(work, &sale.order, &sale.payment).await? => {
            set_surplus_aside(core, ctx, work, &mut sale.payment).await?;
            Ok(vec![payment_event(core, ctx, EventKind::PaymentConfirmed, &sale.payment)])
        }
        Effect::Settle(Late::MakeGood) => late::make_good(core, ctx, config, work, sale, now).await,
        Effect::Settle(Late::TurnDown) => late::turn_down(core, ctx, config, work, sale, now).await,
    }
}

/// The money is there: the draft becomes an order.
pub(super) async fn sell(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    sale: &mut Sale,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let Sale { cart, order, payment } = sale;
    let units = counted_units(order);
    if !units.is_empty() {
        work.stock().sell_reserved(&units, &cause(ctx, order, None)).await?;
    }
    order.mark_paid(now).map_err(Error::internal)?;
    finalize(config, work, cart, order, now).await?;
    Ok(sale_events(core, ctx, order, payment).into())
}

/// Numbers a paid order and closes its cart.
async fn finalize(
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    cart: &mut Option<Cart>,
    order: &mut Order,
    now: DateTime<Utc>,
) -> Result<()> {
    let number = next_number(config, work, order).await?;
    order.place(number, now).map_err(Error::internal)?;
    work.orders().update(order).await?;
    complete(work, cart, now).await
}

/// Closes the cart of an order.
pub(super) async fn complete(
    work: &mut dyn UnitOfWork,
    cart: &mut Option<Cart>,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(cart) = cart
        && cart.complete(now)
    {
        work.carts().update(cart).await?;
    }
    Ok(())
}

/// No money came: everything that was promised is free again, and the cart is the shopper's.
async fn give_back(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    sale: &mut Sale,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let Sale { cart, order, payment } = sale;
    let told = vec![payment_event(core, ctx, EventKind::PaymentFailed, payment)];
    if !order.allows(OrderAction::Fail) {
        return Ok(told);
    }
    let units = counted_units(order);
    if !units.is_empty() {
        work.stock().release(&units, &cause(ctx, order, Some("payment failed"))).await?;
    }
    if let Some(coupon) = &order.coupon {
        work.promotion_uses().release(order.mode, coupon.promotion_id, order.id).await?;
    }
    if order.mode.is_live() {
        work.counters().release_order(order.mode, &month(payment.created_at)).await?;
    }
    order.fail(now).map_err(Error::internal)?;
    work.orders().update(order).await?;
    if let Some(cart) = cart
        && cart.reopen(now).map_err(Error::internal)?
    {
        work.carts().update(cart).await?;
    }
    Ok(told)
}
