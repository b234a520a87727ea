//! Orders after the sale: looking at them, sending goods, giving money back, calling off.
//!
//! Locks are taken in the order of the checkout: cart, order, payment, stock, promotion. A refund that
//! exists is locked before its order; nothing that holds an order waits for a refund.

mod cancel;
mod fulfill;
mod mark_paid;
mod patch;
mod read;
pub mod refund;

use std::collections::BTreeMap;

use domain::{
    id::{Handle, OrderId, kind},
    order::{Order, OrderError, Restock},
};
use ports::{UnitOfWork, orders::OrderView, stock::Units};

pub use cancel::{CancelOrder, cancel};
pub use fulfill::{FulfillOrder, fulfill};
pub use mark_paid::mark_paid;
pub use patch::{OrderChanges, update};
pub use read::{OrderQuery, OrderStatus, events, get, list, search};
pub use refund::{RefundOrder, Refunded, refund};

use crate::{Context, Core, Details, Error, ErrorCode, Result};

/// An order is numbered in public, and only then known by that; before, by its id.
pub type OrderHandle = Handle<kind::OrderId>;

/// Which order a caller means.
async fn identify(core: &Core, ctx: &Context, order: &OrderHandle) -> Result<OrderId> {
    match order {
        Handle::Id(id) => Ok(*id),
        Handle::Name(_) => Ok(get(core, ctx, order).await?.order.id),
    }
}

/// Reads an order of the caller's mode and locks it.
async fn lock(work: &mut dyn UnitOfWork, ctx: &Context, order: OrderId) -> Result<Order> {
    let found = work.orders().find(order).await?.filter(|found| found.mode == ctx.mode);
    found.ok_or_else(|| Error::not_found("order"))
}

async fn view(core: &Core, ctx: &Context, order: OrderId) -> Result<OrderView> {
    get(core, ctx, &Handle::Id(order)).await
}

/// The refusal of an order, as callers get it.
fn refused(cause: OrderError) -> Error {
    let message = cause.to_string();
    match cause {
        OrderError::InvalidState { action, payment_status, fulfillment_status } => {
            let facts = BTreeMap::from([
                ("action", action.to_string()),
                ("paymentStatus", payment_status.to_string()),
                ("fulfillmentStatus", fulfillment_status.to_string()),
            ]);
            Error::new(ErrorCode::InvalidState, format!("You {message}.")).with_details(Details::Facts(facts))
        }
        OrderError::NoSuchUnits(_) => Error::invalid("items", message),
        OrderError::Money(cause) => cause.into(),
    }
}

/// Units by variant, each variant once, as stock takes them.
fn units_of(restock: &[Restock]) -> Vec<Units> {
    let mut sums = BTreeMap::new();
    for part in restock {
        let sum: &mut u32 = sums.entry(part.variant).or_default();
        *sum = sum.saturating_add(part.quantity);
    }
    sums.into_iter().map(|(variant, quantity)| Units { variant, quantity }).collect()
}
