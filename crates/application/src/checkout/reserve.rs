//! The first unit of work of a sale: everything that is promised, promised at once.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    cart::{Cart, CartError},
    catalog::sellable::Sellable,
    discount::Promotion,
    event::EventKind,
    order::{DraftError, Order, OrderDraft, OrderNumber},
    payment::{Payment, PaymentStart},
    quote::{PromotionUse, Quote},
    shipping::{Destination, ShippingMethod},
};
use ports::{RepoError, UnitOfWork, promotions::PromotionRow, stock::Shortage, stores::StoreConfig};

use super::{
    method::Means,
    place::{PlaceOrder, Placement},
};
use crate::{
    Context, Core, Details, Error, ErrorCode, Result,
    availability::quantity_refused,
    effects::{cause, counted_units, month, order_event, stock_events},
    pricing,
};

/// When the reconciler first asks about a payment that we have not heard of ourselves.
pub(super) const FIRST_CHECK: TimeDelta = TimeDelta::seconds(30);

/// What the first unit of work came to.
pub(super) enum Reserved {
    /// Nothing is to be charged now: the order stands.
    Final(Box<Placement>),
    /// The gateway has to be called.
    ToCharge(Box<ToCharge>),
    /// Somebody else changed the cart meanwhile; look at it again.
    Raced,
}

/// Everything that was written, to go on with.
pub(super) struct ToCharge {
    pub(super) cart: Cart,
    pub(super) order: Order,
    pub(super) payment: Payment,
}

/// A cart with its price, and what the price was made from.
struct Priced {
    quote: Quote,
    sellables: Vec<Sellable>,
    shipping: Option<ShippingMethod>,
    promotion: Option<PromotionRow>,
}

/// Prices the cart and reserves all that the order needs, or refuses and changes nothing.
pub(super) async fn reserve(
    core: &Core,
    ctx: &Context,
    config: &Arc<StoreConfig>,
    cart: &Cart,
    command: &PlaceOrder,
    means: &Means,
) -> Result<Reserved> {
    let mut cart = cart.clone();
    cart.begin_payment(ctx.now).map_err(refused)?;
    let priced = price(core, ctx, config, &cart).await?;
    let draft = OrderDraft {
        cart: &cart,
        quote: &priced.quote,
        sellables: &priced.sellables,
        shipping: priced.shipping.as_ref(),
        promotion: priced.promotion.as_ref().map(|row| &row.promotion),
        now: ctx.now,
    };
    let mut order = Order::draft(&draft).map_err(incomplete)?;

    let mut work = core.db.begin(ctx.store).await?;
    match work.carts().update(&mut cart).await {
        Err(RepoError::Stale) => return Ok(Reserved::Raced),
        written => written?,
    }
    let mut attempt = 1;
    if cart.attempts > 1
        && let Some(earlier) = work.orders().find(order.id).await?
    {
        order = order.replacing(&earlier).map_err(Error::internal)?;
        let attempts = work.payments().of_order(order.id).await?.len();
        attempt = u32::try_from(attempts).unwrap_or(u32::MAX).saturating_add(1);
    }
    let mut events = take_stock(core, ctx, config, &mut *work, &order).await?;
    if let Some(promotion) = priced.promotion.as_ref().map(|row| &row.promotion) {
        claim_promotion(ctx, &mut *work, &order, promotion).await?;
    }
    claim_order(core, ctx, config, &mut *work).await?;

    let mut payment = None;
    if !order.totals.total.is_zero() {
        payment = Some(start_payment(core, ctx, &order, command, means, attempt)?);
    }
    let offline = payment.as_ref().is_none_or(|payment| payment.provider.is_offline());
    if offline {
        finish_now(ctx, config, &mut *work, &mut order, payment.is_none()).await?;
        cart.complete(ctx.now);
        work.carts().update(&mut cart).await?;
        events.push(order_event(core, ctx, EventKind::OrderCreated, &order));
        if payment.is_none() {
            events.push(order_event(core, ctx, EventKind::OrderPaid, &order));
        }
    }
    work.orders().draft(&mut order, Some(&command.token_hash)).await?;
    if let Some(payment) = &payment {
        let check = (!offline).then(|| first_check(ctx.now));
        work.payments().insert(payment, check).await?;
    }
    if !events.is_empty() {
        work.outbox().append(&events).await?;
    }
    work.commit().await?;
    Ok(match payment {
        Some(payment) if !offline => Reserved::ToCharge(Box::new(ToCharge { cart, order, payment })),
        payment => Reserved::Final(Box::new(Placement { order, payment })),
    })
}

pub(super) fn first_check(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(FIRST_CHECK).unwrap_or(now)
}

async fn price(core: &Core, ctx: &Context, config: &StoreConfig, cart: &Cart) -> Result<Priced> {
    let variants: Vec<_> = cart.lines.iter().map(|line| line.variant_id).collect();
    let sellables = core.db.catalog().sellables(ctx.store, ctx.mode, &variants).await?;
    let mut lines = Vec::with_capacity(cart.lines.len());
    for line in &cart.lines {
        let sellable =
            sellables.iter().find(|known| known.variant_id == line.variant_id).ok_or_else(|| {
                Error::new(ErrorCode::ProductUnavailable, "Something in the cart is no longer sold.")
            })?;
        sellable
            .check_quantity(line.quantity)
            .map_err(|refusal| quantity_refused(sellable, line.quantity, refusal))?;
        lines.push(pricing::quote_line(line.id, sellable, line.quantity, ctx.now)?);
    }
    let promotion = match &cart.coupon {
        Some(code) => core.db.promotions().by_code(ctx.store, ctx.mode, code).await?,
        None => None,
    };
    if let (Some(code), None) = (&cart.coupon, &promotion) {
        return Err(Error::new(ErrorCode::CouponRefused, format!("The coupon {code} no longer exists.")));
    }
    let history = match (&promotion, &cart.contact.email) {
        (Some(row), Some(email)) => {
            Some(core.db.promotions().history(ctx.store, ctx.mode, row.promotion.id, &email.key()).await?)
        }
        _ => None,
    };
    let used =
        promotion.as_ref().map(|row| PromotionUse { promotion: &row.promotion, used: row.used, history });
    let shipping = cart.shipping_method.and_then(|chosen| {
        config.shipping_methods.iter().find(|method| method.id == chosen && method.enabled).cloned()
    });
    let destination =
        cart.contact.shipping_address.as_ref().or(cart.contact.billing()).map(Destination::from);
    let quote = pricing::basket(config, &lines, used, shipping.as_ref(), destination.as_ref(), ctx.now)?;
    if let Some(refusal) = &quote.discount_refusal {
        return Err(Error::new(ErrorCode::CouponRefused, refusal.message()));
    }
    Error::check_complete(
        cart.contact.missing(quote.requires_shipping, config.settings.checkout.require_phone),
    )?;
    Ok(Priced { quote, sellables, shipping, promotion })
}

fn start_payment(
    core: &Core,
    ctx: &Context,
    order: &Order,
    command: &PlaceOrder,
    means: &Means,
    attempt: u32,
) -> Result<Payment> {
    let id = core.ids.id();
    let start = PaymentStart {
        id,
        order_id: order.id,
        mode: ctx.mode,
        provider: means.provider,
        method: means.method.clone(),
        amount: order.totals.total,
        attempt,
        idempotency_key: id.to_string(),
        return_url: command.return_url.clone(),
    };
    Payment::begin(start, ctx.now).map_err(Error::internal)
}

/// Makes an order final that no gateway has to be asked about.
async fn finish_now(
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    order: &mut Order,
    nothing_to_pay: bool,
) -> Result<()> {
    if nothing_to_pay {
        let units = counted_units(order);
        if !units.is_empty() {
            work.stock().sell_reserved(&units, &cause(ctx, order, None)).await?;
        }
        order.mark_paid(ctx.now).map_err(Error::internal)?;
    }
    let number = next_number(config, work, order).await?;
    order.place(number, ctx.now).map_err(Error::internal)
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

/// Reserves the stock of an order; answers with the events that this causes.
pub(super) async fn take_stock(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    work: &mut dyn UnitOfWork,
    order: &Order,
) -> Result<Vec<domain::event::Event>> {
    let units = counted_units(order);
    if units.is_empty() {
        return Ok(Vec::new());
    }
    match work.stock().reserve(&units, &cause(ctx, order, None)).await? {
        Ok(changes) => Ok(stock_events(core, ctx, config, &changes)),
        Err(shortages) => Err(out_of_stock(order, &shortages)),
    }
}

fn out_of_stock(order: &Order, shortages: &[Shortage]) -> Error {
    let Some(first) = shortages.first() else { return Error::internal("stock refused without a shortage") };
    let name = order.lines.iter().find(|line| line.variant_id == first.variant);
    let name = name.map_or("An item", |line| line.product_name.as_str());
    let left = match first.available {
        0 => format!("{name} is sold out."),
        left => format!("Only {left} of {name} left in stock."),
    };
    Error::new(ErrorCode::OutOfStock, left).with_details(Details::Stock {
        variant: first.variant.to_string(),
        available: first.available,
        requested: first.requested,
    })
}

async fn claim_promotion(
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

fn refused(refusal: CartError) -> Error {
    match refusal {
        CartError::Empty | CartError::Expired => Error::new(ErrorCode::CartEmpty, "The cart is empty."),
        other => Error::new(ErrorCode::InvalidState, other.to_string()),
    }
}

fn incomplete(error: DraftError) -> Error {
    let message = error.to_string();
    match error {
        DraftError::Empty => Error::new(ErrorCode::CartEmpty, "The cart is empty."),
        DraftError::EmailMissing | DraftError::AddressMissing => {
            Error::new(ErrorCode::CheckoutIncomplete, message)
        }
        DraftError::ShippingMissing => {
            Error::new(ErrorCode::CheckoutIncomplete, "Choose a shipping option first.")
                .on_field("shippingOptionId")
        }
        DraftError::ShippingUnavailable => Error::new(
            ErrorCode::ShippingUnavailable,
            "The chosen shipping option is not available for this order.",
        ),
        DraftError::NotQuoted(_) => Error::internal(error),
        DraftError::Money(cause) => cause.into(),
    }
}
