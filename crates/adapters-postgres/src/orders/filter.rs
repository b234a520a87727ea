//! Which orders a list holds.

use domain::{access::Mode, id::StoreId};
use ports::orders::{Comparison, OrderFilter};
use sea_orm::{
    ExprTrait as _,
    sea_query::{Condition, Expr},
};

use crate::stored::uuid;

/// The orders of one mode that a filter means.
pub(super) fn condition(store: StoreId, mode: Mode, filter: &OrderFilter) -> Condition {
    let OrderFilter {
        payment,
        fulfillment,
        customer,
        email,
        number,
        total,
        placed_from,
        placed_to,
        updated_from,
        updated_to,
        unplaced,
    } = filter;
    let equals = |column: &'static str, (same, text): &(bool, String)| {
        if *same { Expr::col(column).eq(text.as_str()) } else { Expr::col(column).ne(text.as_str()) }
    };
    let payments = (!payment.is_empty())
        .then(|| Expr::col("payment_status").is_in(payment.iter().map(|status| status.as_str())));
    let fulfillments = (!fulfillment.is_empty())
        .then(|| Expr::col("fulfillment_status").is_in(fulfillment.iter().map(|status| status.as_str())));
    Condition::all()
        .add(Expr::col("store_id").eq(uuid(store)))
        .add(Expr::col("livemode").eq(mode.is_live()))
        .add_option((!unplaced).then(|| Expr::col("placed_at").is_not_null()))
        .add_option(payments)
        .add_option(fulfillments)
        .add_option(customer.map(|customer| Expr::col("customer_id").eq(uuid(customer))))
        .add_option(email.as_ref().map(|email| equals("email_key", email)))
        .add_option(number.as_ref().map(|number| equals("number_text", number)))
        .add_option(total.map(|(comparison, minor)| {
            let total = Expr::col("total");
            match comparison {
                Comparison::Equal => total.eq(minor),
                Comparison::NotEqual => total.ne(minor),
                Comparison::Less => total.lt(minor),
                Comparison::Greater => total.gt(minor),
            }
        }))
        .add_option(placed_from.map(|at| Expr::col("placed_at").gte(at)))
        .add_option(placed_to.map(|at| Expr::col("placed_at").lte(at)))
        .add_option(updated_from.map(|at| Expr::col("updated_at").gte(at)))
        .add_option(updated_to.map(|at| Expr::col("updated_at").lte(at)))
}
