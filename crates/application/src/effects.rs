//! What use cases leave behind besides what they change: movements of stock, and events.

use chrono::{DateTime, Utc};
use domain::{
    event::{Event, EventKind, Subject},
    inventory::{StockStatus, fallen_to},
    order::Order,
    payment::Payment,
};
use ports::{
    stock::{Cause, Changed, Units},
    stores::StoreConfig,
};

use crate::{Context, Core};

/// The units of an order whose stock is counted, once for each variant, in the order of their ids.
pub(crate) fn counted_units(order: &Order) -> Vec<Units> {
    let mut units: Vec<Units> = Vec::new();
    for line in order.lines.iter().filter(|line| line.tracked) {
        match units.iter_mut().find(|known| known.variant == line.variant_id) {
            Some(known) => known.quantity = known.quantity.saturating_add(line.quantity),
            None => units.push(Units { variant: line.variant_id, quantity: line.quantity }),
        }
    }
    units.sort_unstable();
    units
}

/// Why stock moves for an order.
pub(crate) fn cause(ctx: &Context, order: &Order, reason: Option<&str>) -> Cause {
    Cause {
        mode: order.mode,
        order: Some(order.id),
        actor: ctx.actor.to_string(),
        reason: reason.map(str::to_owned),
        at: ctx.now,
    }
}

/// An event in the circumstances of `ctx`.
pub(crate) fn event(core: &Core, ctx: &Context, kind: EventKind, subject: Subject) -> Event {
    Event {
        id: core.ids.id(),
        store: ctx.store,
        mode: ctx.mode,
        kind,
        subject,
        data: Vec::new(),
        actor: ctx.actor.to_string(),
        created_at: ctx.now,
    }
}

/// What events about orders call the number, once there is one.
pub(crate) const ORDER_NUMBER: &str = "orderNumber";

/// An event about an order, with what receivers most often want to know of it.
pub(crate) fn order_event(core: &Core, ctx: &Context, kind: EventKind, order: &Order) -> Event {
    let told = event(core, ctx, kind, Subject::Order(order.id))
        .with("total", order.totals.total)
        .with("paymentStatus", order.payment_status.as_str())
        .with("fulfillmentStatus", order.fulfillment_status.as_str());
    match &order.number {
        Some(number) => told.with(ORDER_NUMBER, number.to_string()),
        None => told,
    }
}

/// What is told of a sale whose money is there.
pub(crate) fn sale_events(core: &Core, ctx: &Context, order: &Order, payment: &Payment) -> [Event; 3] {
    [
        order_event(core, ctx, EventKind::OrderCreated, order),
        payment_event(core, ctx, EventKind::PaymentConfirmed, payment),
        order_event(core, ctx, EventKind::OrderPaid, order),
    ]
}

/// An event about a payment, filed under its order.
pub(crate) fn payment_event(core: &Core, ctx: &Context, kind: EventKind, payment: &Payment) -> Event {
    let told = event(core, ctx, kind, Subject::Order(payment.order_id))
        .with("paymentId", payment.id.to_string())
        .with("provider", payment.provider.as_str())
        .with("amount", payment.amount);
    match &payment.failure {
        Some(failure) => told.with("failureCode", failure.code.as_str()),
        None => told,
    }
}

/// Events for variants whose stock has just fallen to its threshold, or to nothing.
pub(crate) fn stock_events(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    changes: &[Changed],
) -> Vec<Event> {
    let default = config.settings.orders.low_stock_threshold;
    let fallen = changes.iter().filter_map(|change| {
        let threshold = change.low_threshold.unwrap_or(default);
        Some((change, fallen_to(change.before, change.after, threshold)?))
    });
    fallen
        .map(|(change, status)| {
            let kind = match status {
                StockStatus::OutOfStock => EventKind::InventoryOut,
                StockStatus::Low | StockStatus::InStock => EventKind::InventoryLow,
            };
            event(core, ctx, kind, Subject::Variant(change.variant))
                .with("productId", change.product.to_string())
                .with("available", change.after)
        })
        .collect()
}

/// The calendar month that an order counts in, `2026-11`, by UTC.
pub(crate) fn month(at: DateTime<Utc>) -> String {
    at.format("%Y-%m").to_string()
}
