//! The first unit of work of a sale: everything that is promised, promised at once.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    cart::{Cart, CartError},
    discount::Promotion,
    event::EventKind,
    order::{DraftError, Order, OrderDraft},
    payment::{Payment, PaymentStart, Provider},
};
use ports::{RepoError, UnitOfWork, stores::StoreConfig};

use super::{
    at_once,
    method::Means,
    place::{PlaceOrder, Placement},
    price::price,
    promise::{claim_order, claim_promotion, next_number, take_stock},
};
use crate::{
    Context, Core, Error, ErrorCode, Result,
    effects::{cause, counted_units, order_event},
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

/// A cart that can be paid, with what it would become.
pub(super) struct Draft {
    pub(super) cart: Cart,
    pub(super) order: Order,
    pub(super) promotion: Option<Promotion>,
}

/// Prices the cart, or says what is missing. Nothing is changed yet.
pub(super) async fn draft(core: &Core, ctx: &Context, config: &StoreConfig, cart: &Cart) -> Result<Draft> {
    let mut cart = cart.clone();
    cart.begin_payment(ctx.now).map_err(refused)?;
    let priced = price(core, ctx, config, &cart).await?;
    let promotion = priced.promotion.map(|row| row.promotion);
    let order = Order::draft(&OrderDraft {
        cart: &cart,
        quote: &priced.quote,
        sellables: &priced.sellables,
        shipping: priced.shipping.as_ref(),
        promotion: promotion.as_ref(),
        now: ctx.now,
    });
    let order = order.map_err(incomplete)?;
    Ok(Draft { cart, order, promotion })
}

/// Reserves all that the order needs, or refuses and changes nothing.
pub(super) async fn reserve(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    draft: Draft,
    command: &PlaceOrder,
    means: &Means,
) -> Result<Reserved> {
    if let Some(reserved) = at_once::reserve(core, ctx, config, &draft, command, means).await? {
        return Ok(Reserved::ToCharge(Box::new(reserved)));
    }
    Box::pin(step_by_step(core, ctx, config, draft, command, means)).await
}

async fn step_by_step(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    draft: Draft,
    command: &PlaceOrder,
    means: &Means,
) -> Result<Reserved> {
    let Draft { mut cart, mut order, promotion } = draft;
    let mut work = core.begin(ctx).await?;
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
    if let Some(promotion) = &promotion {
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

pub(super) fn start_payment(
    core: &Core,
    ctx: &Context,
    order: &Order,
    command: &PlaceOrder,
    means: &Means,
    attempt: u32,
) -> Result<Payment> {
    let id = core.ids.id();
    // Kept with the payment: a call that is repeated, perhaps by another process, must be the same call.
    let way_back = || core.gateways.way_back.clone().filter(|_| means.provider == Provider::Stripe);
    let start = PaymentStart {
        id,
        order_id: order.id,
        mode: ctx.mode,
        provider: means.provider,
        method: means.method.clone(),
        amount: order.totals.total,
        attempt,
        idempotency_key: id.to_string(),
        return_url: command.return_url.clone().or_else(way_back),
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
