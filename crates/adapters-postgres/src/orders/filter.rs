//! Which orders a list holds.

use domain::{access::Mode, id::StoreId};
use ports::{
    orders::{OrderField, OrderFilter},
    search::{Comparison, Condition as Compared},
};
use sea_orm::{
    ExprTrait as _,
    sea_query::{Condition, Expr},
};

use crate::{stored::uuid, window::value};

/// The orders of one mode that a filter means.
pub(super) fn condition(store: StoreId, mode: Mode, filter: &OrderFilter) -> Condition {
    let OrderFilter { payment, fulfillment, customer, email, placed_from, placed_to, conditions, unplaced } =
        filter;
    let payments = (!payment.is_empty())
        .then(|| Expr::col("payment_status").is_in(payment.iter().map(|status| status.as_str())));
    let fulfillments = (!fulfillment.is_empty())
        .then(|| Expr::col("fulfillment_status").is_in(fulfillment.iter().map(|status| status.as_str())));
    let all = Condition::all()
        .add(Expr::col("store_id").eq(uuid(store)))
        .add(Expr::col("livemode").eq(mode.is_live()))
        .add_option((!unplaced).then(|| Expr::col("placed_at").is_not_null()))
        .add_option(payments)
        .add_option(fulfillments)
        .add_option(customer.map(|customer| Expr::col("customer_id").eq(uuid(customer))))
        .add_option(email.as_ref().map(|email| Expr::col("email_key").eq(email.as_str())))
        .add_option(placed_from.map(|at| Expr::col("placed_at").gte(at)))
        .add_option(placed_to.map(|at| Expr::col("placed_at").lte(at)));
    conditions.iter().fold(all, |all, compared| all.add(comparison(compared)))
}

fn comparison(compared: &Compared<OrderField>) -> Expr {
    let column = Expr::col(match compared.field {
        OrderField::Number => "number_text",
        OrderField::Email => "email_key",
        OrderField::Currency => "currency",
        OrderField::PaymentStatus => "payment_status",
        OrderField::FulfillmentStatus => "fulfillment_status",
        OrderField::Total => "total",
        OrderField::Refunded => "refunded",
        OrderField::ItemCount => "item_count",
        OrderField::PlacedAt => "placed_at",
        OrderField::UpdatedAt => "updated_at",
    });
    let value = value(&compared.value);
    match compared.comparison {
        Comparison::Equal => column.eq(value),
        Comparison::NotEqual => column.clone().ne(value).or(column.is_null()),
        Comparison::Less => column.lt(value),
        Comparison::Greater => column.gt(value),
        Comparison::AtLeast => column.gte(value),
        Comparison::AtMost => column.lte(value),
    }
}
