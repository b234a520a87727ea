//! Going to pay: what a shopper's press on the button comes to.

use std::time::Duration;

use domain::{
    cart::{Cart, CartState},
    id::Handle,
    order::Order,
    payment::{Payment, PaymentState},
};
use ports::orders::OrderView;

use super::{
    charge, method,
    reconcile::{REPEATED_FOR, is_younger},
    reopen::reopen,
    reserve,
};
use crate::{Context, Core, Error, ErrorCode, Result, cart::remembered_open};

/// How long a second press waits for the first one's outcome before it is told to come back.
const WAIT_AT_MOST: Duration = Duration::from_secs(8);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often the cart may change under our hands before we give up.
const RACES: u32 = 5;

/// A shopper wants to pay a cart.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// Hash of the token that is the capability to the cart.
    pub token_hash: String,
    /// Id of a means of payment (`pm_…`), or the code of an offline method of the store.
    pub payment_method: String,
    /// Where the shopper comes back to from pages of others.
    pub return_url: Option<String>,
}

/// Where the sale stands after the press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The order, numbered if the sale is final.
    pub order: Order,
    /// The payment attempt; `None` when there was nothing to pay.
    pub payment: Option<Payment>,
}

impl Placement {
    /// The order with its latest attempt.
    pub(super) fn of(view: OrderView) -> Self {
        let OrderView { order, mut payments, .. } = view;
        Self { order, payment: payments.pop() }
    }
}

/// Pays a cart. Pressing twice, at once or one after the other, pays once and answers with the same
/// order; a declined payment is [`ErrorCode::PaymentDeclined`] and leaves the cart as it was.
pub async fn place(core: &Core, ctx: &Context, command: PlaceOrder) -> Result<Placement> {
    let config = crate::store_config(core, ctx).await?;
    let means = method::resolve(&config, ctx.mode, &command.payment_method)?;
    // The cart as it was last seen is nearly always the one that is stored. Where it is not, or where it would
    // be refused, the stored one is what counts.
    let mut remembered = remembered_open(core, ctx, &command.token_hash).await;
    let mut races = 0;
    let (reserved, is_repeated) = loop {
        if races > RACES {
            return Err(in_progress());
        }
        races += 1;
        let seen = remembered.take();
        let is_stored = seen.is_none();
        let cart = match seen {
            Some(cart) => Some(cart),
            None => core.db.carts().by_token(ctx.store, ctx.mode, &command.token_hash).await?,
        };
        let cart = cart.ok_or_else(|| Error::new(ErrorCode::CartEmpty, "The cart is empty."))?;
        let cart = match cart.state {
            CartState::Open | CartState::Superseded => cart,
            CartState::Completed => return placed(core, ctx, &cart).await,
            // What seldom happens has a place of its own, so that not every sale moves its room about.
            CartState::Paying => match Box::pin(underway(core, ctx, &cart, &means.method)).await? {
                Underway::Outcome(placement) => return Ok(*placement),
                Underway::Lost(reserved) => break (reserved, true),
                Underway::Reopened(cart) => *cart,
            },
        };
        let draft = match reserve::draft(core, ctx, &config, &cart).await {
            Err(_) if !is_stored => continue,
            draft => draft?,
        };
        match reserve::reserve(core, ctx, &config, draft, &command, &means).await? {
            reserve::Reserved::Final(placement) => return Ok(*placement),
            reserve::Reserved::ToCharge(reserved) => break (reserved, false),
            reserve::Reserved::Raced => {}
        }
    };
    Box::pin(charge::charge(core, ctx, &config, *reserved, is_repeated)).await
}

/// The order that a completed cart became.
async fn placed(core: &Core, ctx: &Context, cart: &Cart) -> Result<Placement> {
    Ok(Placement::of(view(core, ctx, cart).await?))
}

pub(super) async fn view(core: &Core, ctx: &Context, cart: &Cart) -> Result<OrderView> {
    let order = Handle::Id(cart.id.cast());
    let view = core.db.orders().order(ctx.store, ctx.mode, &order).await?;
    view.ok_or_else(|| Error::internal(format!("cart {} has no order", cart.id)))
}

pub(super) fn in_progress() -> Error {
    Error::new(ErrorCode::CheckoutInProgress, "A payment of this cart is under way; ask again in a moment.")
}

enum Underway {
    Outcome(Box<Placement>),
    Lost(Box<reserve::ToCharge>),
    Reopened(Box<Cart>),
}

/// What to do about a payment that another press began: wait for the call of that press to end, make it
/// anew if it was lost, repeat where the shopper has to go, or give the attempt up for another means of
/// payment.
async fn underway(core: &Core, ctx: &Context, cart: &Cart, method: &str) -> Result<Underway> {
    let mut waited = Duration::ZERO;
    loop {
        let placement = Placement::of(view(core, ctx, cart).await?);
        let Some(payment) = &placement.payment else { return Ok(Underway::Outcome(Box::new(placement))) };
        match payment.state {
            // Nobody may be at it any more. The payment's own key makes another call the same charge.
            PaymentState::Initiated
                if ctx.resumed().is_some() && is_younger(payment, ctx.now, REPEATED_FOR) =>
            {
                let (cart, payment) = (cart.clone(), payment.clone());
                let reserved = reserve::ToCharge { cart, order: placement.order, payment };
                return Ok(Underway::Lost(Box::new(reserved)));
            }
            PaymentState::Initiated if waited >= WAIT_AT_MOST => return Err(in_progress()),
            PaymentState::Initiated => {
                core.clock.sleep(LOOK_EVERY).await;
                waited = waited.saturating_add(LOOK_EVERY);
            }
            PaymentState::RequiresAction if payment.method != method => {
                return Ok(Underway::Reopened(Box::new(reopen(core, ctx, cart).await?)));
            }
            PaymentState::Failed | PaymentState::Cancelled => return Err(charge::declined(payment)),
            PaymentState::RequiresAction
            | PaymentState::Processing
            | PaymentState::Authorized
            | PaymentState::Captured => return Ok(Underway::Outcome(Box::new(placement))),
        }
    }
}
