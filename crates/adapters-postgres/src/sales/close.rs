//! Making a reservation a numbered order.

use chrono::{DateTime, Utc};
use domain::{
    cart::Cart,
    id::StoreId,
    order::{Order, OrderNumber},
    payment::Payment,
};
use ports::{
    RepoError,
    sales::{Closing, Told},
};
use sea_orm::ActiveValue::{NotSet, Set};

use super::{ITS_STOCK, THE_SALE, about, locked, moment, wanted};
use crate::{carts, events, orders, payments, rows::Text, stock::Transfer, stored::uuid};

/// Answers with the order's number if it closed the sale.
pub(super) fn statement(store: StoreId, sale: &Closing<'_>) -> Result<Text, RepoError> {
    let Closing { cart, order, placed_at, number_prefix, payment, units, cause, events } = *sale;
    let mut text = about(store, order.id, cause);
    text.say("WITH held AS (SELECT FROM carts WHERE ").say(THE_SALE).value(cart.version);
    text.say(" FOR UPDATE), drawn_up AS (SELECT FROM orders WHERE ").say(THE_SALE).value(order.version);
    text.say(" AND EXISTS (SELECT FROM held) FOR UPDATE), owed AS (SELECT FROM payments WHERE store_id = $1 AND id = ");
    text.value(uuid(payment.id)).say(" AND version = ").value(payment.version);
    text.say(" AND EXISTS (SELECT FROM drawn_up) FOR UPDATE)");
    if !units.is_empty() {
        wanted(&mut text, units, "", |_| {});
        locked(&mut text, "owed");
    }
    text.say(", numbered AS (UPDATE counters SET next_order_number = next_order_number + 1");
    text.say(" WHERE store_id = $1 AND livemode = $2 AND EXISTS (SELECT FROM owed)");
    if !units.is_empty() {
        // The last that is locked is the number.
        text.say(" AND (SELECT count(*) FROM locked) >= 0");
    }
    text.say(" RETURNING next_order_number - 1 AS n, ").value(written_before(number_prefix));
    text.say(" || (next_order_number - 1) AS number)");
    let only_if = " WHERE EXISTS (SELECT FROM numbered)";
    text.say(", completed AS (UPDATE carts SET ").assignments(completed(cart));
    text.say(only_if).say(" AND ").say(THE_SALE).value(cart.version);
    text.say("), paid AS (UPDATE payments SET ").assignments(paid(store, payment)?).say(only_if);
    text.say(" AND store_id = $1 AND id = ").value(uuid(payment.id)).say(")");
    if !units.is_empty() {
        text.say(", sold AS (UPDATE stock SET ").say(Transfer::Sell.assignments()).say(", updated_at = ");
        text.value(moment(cause)).say(" FROM wanted").say(only_if).say(" AND ").say(ITS_STOCK).say(")");
    }
    text.say(", placed AS (UPDATE orders SET ").assignments(placed(store, order, placed_at)?);
    text.say(", number = n, number_text = numbered.number FROM numbered WHERE ")
        .say(THE_SALE)
        .value(order.version);
    text.say(")");
    if !events.is_empty() {
        text.say(", told AS (INSERT INTO outbox (").say(&events::COLUMNS.join(", "));
        text.say(") SELECT told.* FROM numbered CROSS JOIN LATERAL (VALUES ")
            .list(events, told)
            .say(") AS told)");
    }
    text.say(" SELECT n FROM numbered");
    Ok(text)
}

/// What becomes of the cart's row. Most of it, its lines and addresses above all, stays.
fn completed(cart: &Cart) -> carts::row::ActiveModel {
    carts::row::ActiveModel { body: NotSet, ..carts::written(cart) }
}

/// What becomes of the payment's row.
fn paid(store: StoreId, payment: &Payment) -> Result<payments::row::ActiveModel, RepoError> {
    let all = payments::written(uuid(store), payment, None)?;
    Ok(payments::row::ActiveModel {
        provider_ref: all.provider_ref,
        captured: all.captured,
        state: all.state,
        next_action_url: all.next_action_url,
        failure_code: all.failure_code,
        failure_message: all.failure_message,
        next_check_at: all.next_check_at,
        version: all.version,
        updated_at: all.updated_at,
        ..Default::default()
    })
}

/// What becomes of the order's row, but for the number.
fn placed(store: StoreId, order: &Order, at: DateTime<Utc>) -> Result<orders::row::ActiveModel, RepoError> {
    let all = orders::written(uuid(store), order)?;
    Ok(orders::row::ActiveModel {
        payment_status: all.payment_status,
        version: all.version,
        updated_at: all.updated_at,
        placed_at: Set(Some(at)),
        paid_at: all.paid_at,
        ..Default::default()
    })
}

/// The row of an event, with the number as the last of its facts if it tells it.
fn told(text: &mut Text, told: &Told) {
    let values = events::COLUMNS.into_iter().zip(events::values(&told.event));
    text.say("(").list(values, |text, (column, value)| {
        text.typed(value);
        if let (events::DATA, Some(name)) = (column, told.number_as) {
            text.say(" || jsonb_build_array(jsonb_build_object('key', ").typed(name.into());
            text.say(", 'value', jsonb_build_object('text', numbered.number)))");
        }
    });
    text.say(")");
}

/// What stands before the digits of a number.
fn written_before(prefix: &str) -> String {
    let mut written = OrderNumber { prefix: prefix.to_owned(), n: 0 }.to_string();
    written.pop();
    written
}
