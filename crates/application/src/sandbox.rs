//! The pretend bank of the sandbox, where shoppers of test sales prove who they are.

use domain::{
    id::{OrderId, StoreId},
    money::Money,
    payment::{Payment, PaymentState},
};
use ports::sandbox::{Intent, IntentState};

use crate::{
    Actor, Context, Core, Error, Result,
    checkout::{report_of, settle},
};

/// What the page asks the shopper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Who is paid.
    pub store_name: String,
    /// How much.
    pub amount: Money,
    /// Whether an answer is still awaited.
    pub open: bool,
}

/// What the answer led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The order that was paid, or not.
    pub order: OrderId,
    /// Whether the money was taken.
    pub paid: bool,
    /// Where the shopper wanted to go afterwards.
    pub return_url: Option<String>,
}

/// What the page of a charge shows.
pub async fn challenge(core: &Core, store: StoreId, provider_ref: &str) -> Result<Challenge> {
    let intent = find(core, store, provider_ref).await?;
    let config = core.db.stores().config(store).await?.ok_or_else(unknown)?;
    Ok(Challenge {
        store_name: config.store.name.clone(),
        amount: intent.amount,
        open: intent.state == IntentState::RequiresAction,
    })
}

/// Takes the shopper's answer, and lets what it leads to take effect. Answering again changes nothing.
pub async fn answer(core: &Core, store: StoreId, provider_ref: &str, approve: bool) -> Result<Answered> {
    let intent = find(core, store, provider_ref).await?;
    let payment = core.db.orders().payment(store, intent.payment).await?.ok_or_else(unknown)?;
    let charge =
        core.gateways.sandbox_desk.decide(store, provider_ref, approve).await?.ok_or_else(unknown)?;
    let ctx = Context::of_system(core, store, payment.mode, Actor::Gateway("sandbox"));
    let Payment { id, order_id, return_url, .. } = payment;
    let placement = settle::apply(core, &ctx, order_id, id, &report_of(charge), None).await?;
    let paid = placement.payment.is_some_and(|payment| payment.state == PaymentState::Captured);
    Ok(Answered { order: order_id, paid, return_url })
}

async fn find(core: &Core, store: StoreId, provider_ref: &str) -> Result<Intent> {
    core.gateways.sandbox_desk.look_up(store, provider_ref).await?.ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::not_found("payment")
}
