//! Looking at orders.

use domain::{
    event::{Event, Subject},
    order::{FulfillmentStatus, PaymentStatus},
    text_enum,
};
use ports::{
    events::EventFilter,
    list::{Count, Slice, Sort, SortValue, Window},
    orders::{OrderField, OrderFilter, OrderSort, OrderSummary, OrderView},
    search::Excerpt,
};

use super::OrderHandle;
use crate::{Context, Core, Error, Result};

text_enum! {
    /// Where an order stands, in the one word that lists are filtered by.
    pub enum OrderStatus {
        /// The money is awaited.
        Pending = "pending",
        /// The money was taken, and none was given back.
        Paid = "paid",
        /// Everything owed has left.
        Fulfilled = "fulfilled",
        /// All the money was given back.
        Refunded = "refunded",
        /// It was called off.
        Cancelled = "cancelled",
    }
}

/// Which orders to list.
#[derive(Debug, Clone, Default)]
pub struct OrderQuery {
    /// Standing so.
    pub status: Option<OrderStatus>,
    /// And passing this.
    pub filter: OrderFilter,
}

/// One order of the caller's mode, with everything on it.
pub async fn get(core: &Core, ctx: &Context, order: &OrderHandle) -> Result<OrderView> {
    let found = core.db.orders().order(ctx.store, ctx.mode, order).await?;
    found.ok_or_else(|| Error::not_found("order"))
}

/// Orders of the caller's mode.
pub async fn list(
    core: &Core,
    ctx: &Context,
    query: OrderQuery,
    sort: Sort<OrderSort>,
    window: &Window,
) -> Result<Slice<OrderSummary>> {
    let Some(filter) = narrowed(query) else {
        let total = matches!(window, Window::Page { .. }).then_some(Count::exact(0));
        return Ok(Slice { items: Vec::new(), total, next: None });
    };
    Ok(core.db.orders().orders(ctx.store, ctx.mode, &filter, sort, window).await?)
}

/// A part of the orders that pass, the newest first, and how many pass in all.
pub async fn search(
    core: &Core,
    ctx: &Context,
    mut filter: OrderFilter,
    excerpt: Excerpt,
) -> Result<(Vec<OrderSummary>, Count)> {
    for condition in filter.conditions.iter_mut().filter(|condition| condition.field == OrderField::Email) {
        // Addresses that differ only in case are the same.
        if let SortValue::Text(email) = &mut condition.value {
            *email = email.to_lowercase();
        }
    }
    Ok(core.db.orders().search(ctx.store, ctx.mode, &filter, excerpt).await?)
}

/// What happened to an order, oldest first.
pub async fn events(
    core: &Core,
    ctx: &Context,
    order: &OrderHandle,
    window: &Window,
) -> Result<Slice<Event>> {
    let order = get(core, ctx, order).await?.order.id;
    let filter = EventFilter { subject: Some(Subject::Order(order)), kind: None };
    Ok(core.db.events().events(ctx.store, ctx.mode, &filter, window).await?)
}

/// Adds the status to the filter; `None` when the two contradict each other and nothing can pass.
fn narrowed(query: OrderQuery) -> Option<OrderFilter> {
    let OrderQuery { status, mut filter } = query;
    filter.email = filter.email.map(|email| email.to_lowercase());
    let agrees = match status {
        None => true,
        Some(OrderStatus::Pending) => narrow(&mut filter.payment, PaymentStatus::Pending),
        Some(OrderStatus::Paid) => narrow(&mut filter.payment, PaymentStatus::Paid),
        Some(OrderStatus::Refunded) => narrow(&mut filter.payment, PaymentStatus::Refunded),
        Some(OrderStatus::Cancelled) => narrow(&mut filter.payment, PaymentStatus::Cancelled),
        Some(OrderStatus::Fulfilled) => narrow(&mut filter.fulfillment, FulfillmentStatus::Fulfilled),
    };
    agrees.then_some(filter)
}

/// Leaves only `wanted`; `false` when others were asked for. Asking for none is asking for any.
fn narrow<S: PartialEq>(asked: &mut Vec<S>, wanted: S) -> bool {
    let agrees = asked.is_empty() || asked.contains(&wanted);
    *asked = vec![wanted];
    agrees
}
