//! Reserving a sale.

use domain::{id::StoreId, inventory::MovementKind};
use ports::{
    RepoError,
    sales::{OrderCount, Reservation},
};

use super::{ITS_STOCK, THE_SALE, about, locked, moment, wanted};
use crate::{
    carts, orders, payments,
    rows::Text,
    stock::{self, Transfer},
    stored::uuid,
};

/// Answers with what is left of each variant, or with one row where none is counted, if it reserved anything.
pub(super) fn statement(store: StoreId, sale: &Reservation<'_>) -> Result<Text, RepoError> {
    let Reservation { cart, token_hash, order, payment, check_at, units, cause, low_threshold, count } =
        *sale;
    let mut text = about(store, order.id, cause);
    text.say("WITH held AS (SELECT FROM carts WHERE ").say(THE_SALE).value(cart.version).say(" FOR UPDATE)");
    let mut agreed = "held";
    if !units.is_empty() {
        // Whoever comes to what makes a variant low has something to tell of, and that is not said here.
        wanted(&mut text, units, ", movement", |text| {
            text.say(", ").typed(stock::next_movement_id(cause.at).into());
        });
        locked(&mut text, agreed);
        let all = i64::try_from(units.len()).unwrap_or(i64::MAX);
        text.say(", enough AS (SELECT FROM locked WHERE available - n > coalesce(low_threshold, ");
        text.value(i64::from(low_threshold)).say(") HAVING count(*) = ").value(all).say(")");
        agreed = "enough";
    }
    if let Some(count) = count {
        counted(&mut text, count, agreed);
        agreed = "counted";
    }
    let only_if = format!(" WHERE EXISTS (SELECT FROM {agreed})");
    text.say(", paying AS (UPDATE carts SET ").assignments(carts::written(cart));
    text.say(&only_if).say(" AND ").say(THE_SALE).value(cart.version).say(")");
    if !units.is_empty() {
        text.say(", taken AS (UPDATE stock SET ").say(Transfer::Reserve.assignments()).say(", updated_at = ");
        text.value(moment(cause)).say(" FROM wanted").say(&only_if).say(" AND ").say(ITS_STOCK);
        text.say(" RETURNING stock.variant_id, product_id, available, n, movement), entered AS (");
        text.insert::<stock::movement::Model>().say("SELECT $1, movement, $2, variant_id, product_id, ");
        text.value(MovementKind::Sale.as_str()).say(", -n, available + n, available, ");
        text.value(cause.reason.clone())
            .say(", $3, ")
            .value(cause.actor.as_str())
            .say(", ")
            .value(moment(cause));
        text.say(" FROM taken)");
    }
    text.say(", drafted AS (").insert::<orders::row::Model>().say("SELECT ");
    text.row(orders::to_row(uuid(store), order, Some(token_hash))?).say(&only_if).say("), lined AS (");
    text.insert::<orders::lines::row::Model>().say("SELECT * FROM (VALUES ");
    let lines = order.lines.iter().enumerate();
    let lines = lines.map(|(place, line)| orders::lines::to_row(uuid(store), order.id, place, line));
    text.list(lines.collect::<Result<Vec<_>, _>>()?, |text, line| {
        text.say("(").typed_row(line).say(")");
    });
    text.say(") AS lines").say(&only_if).say("), owed AS (").insert::<payments::row::Model>().say("SELECT ");
    text.row(payments::to_row(uuid(store), payment, Some(check_at))?).say(&only_if).say(") SELECT ");
    if units.is_empty() {
        text.say("1 FROM ").say(agreed);
    } else {
        text.say("variant_id, available FROM taken");
    }
    Ok(text)
}

/// `counted`, the order against the plan, if that allows it.
fn counted(text: &mut Text, count: OrderCount<'_>, after: &str) {
    let OrderCount { month, limit } = count;
    text.say(", counted AS (UPDATE counters SET month_orders = CASE WHEN month = ").value(month);
    text.say(" THEN month_orders + 1 ELSE 1 END, month = ").value(month);
    text.say(" WHERE store_id = $1 AND livemode = $2 AND EXISTS (SELECT FROM ").say(after).say(")");
    if let Some(limit) = limit {
        text.say(" AND (month_orders < ").value(i64::from(limit)).say(" OR (month <> ").value(month);
        text.say(" AND ").value(limit > 0).say("))");
    }
    text.say(" RETURNING 1)");
}
