//! An order's row and back.

use domain::{
    address::Email,
    money::{Currency, Money},
    order::{FulfillmentStatus, Order, OrderLine, OrderNumber, PaymentStatus},
    quote::Totals,
};
use ports::RepoError;
use uuid::Uuid;

use super::{body, mode, row};
use crate::{
    error::corrupt,
    json::Spelled,
    stored::{id, uuid},
};

fn item_count(lines: &[OrderLine]) -> Result<i32, RepoError> {
    let sum = lines.iter().try_fold(0_u32, |sum, line| sum.checked_add(line.quantity));
    sum.and_then(|sum| i32::try_from(sum).ok())
        .ok_or_else(|| RepoError::Other("too many units in an order".into()))
}

/// Columns and document together name every field but the lines.
pub(crate) fn to_row(store: Uuid, order: &Order, token_hash: Option<&str>) -> Result<row::Model, RepoError> {
    let Order {
        id,
        mode,
        number,
        email,
        customer_id,
        currency,
        lines,
        totals: Totals { subtotal, discount, shipping, tax, total },
        tax_inclusive: _,
        tax_breakdown: _,
        shipping: _,
        coupon: _,
        shipping_address: _,
        billing_address: _,
        notes: _,
        internal_notes: _,
        metadata: _,
        payment_status,
        fulfillment_status,
        refunded,
        version,
        created_at,
        updated_at,
        placed_at,
        paid_at,
        fulfilled_at,
        cancelled_at,
        cancel_reason: _,
    } = order;
    let n = number.as_ref().map(|number| i64::try_from(number.n)).transpose();
    Ok(row::Model {
        store_id: store,
        id: uuid(*id),
        livemode: mode.is_live(),
        token_hash: token_hash.map(str::to_owned),
        number: n.map_err(|error| RepoError::Other(error.into()))?,
        number_text: number.as_ref().map(ToString::to_string),
        email: email.as_str().to_owned(),
        email_key: email.key(),
        customer_id: customer_id.map(uuid),
        currency: currency.code().to_owned(),
        subtotal: subtotal.minor(),
        discount: discount.minor(),
        shipping: shipping.minor(),
        tax: tax.minor(),
        total: total.minor(),
        refunded: refunded.minor(),
        payment_status: payment_status.as_str().to_owned(),
        fulfillment_status: fulfillment_status.as_str().to_owned(),
        item_count: item_count(lines)?,
        body: Spelled(body::OrderDocument::from(order)),
        version: *version,
        created_at: *created_at,
        updated_at: *updated_at,
        placed_at: *placed_at,
        paid_at: *paid_at,
        fulfilled_at: *fulfilled_at,
        cancelled_at: *cancelled_at,
    })
}

/// The currency of every amount in a row.
pub(super) fn currency_of(row: &row::Model) -> Result<Currency, RepoError> {
    Currency::from_code(&row.currency).map_err(|_| corrupt("orders", "currency", row.id))
}

/// The order that a row and its lines hold.
pub(super) fn from_row(row: row::Model, lines: Vec<OrderLine>) -> Result<Order, RepoError> {
    let broken = |column| corrupt("orders", column, row.id);
    let currency = currency_of(&row)?;
    let money = |minor| Money::new(minor, currency);
    let body = row.body.0.read(currency).ok_or_else(|| broken("body"))?;
    let number =
        row.number_text.as_deref().map(|text| OrderNumber::parse(text).ok_or_else(|| broken("number_text")));
    Ok(Order {
        id: id(row.id),
        mode: mode(row.livemode),
        number: number.transpose()?,
        email: Email::parse(&row.email).map_err(|_| broken("email"))?,
        customer_id: row.customer_id.map(id),
        currency,
        lines,
        totals: Totals {
            subtotal: money(row.subtotal),
            discount: money(row.discount),
            shipping: money(row.shipping),
            tax: money(row.tax),
            total: money(row.total),
        },
        tax_inclusive: body.tax_inclusive,
        tax_breakdown: body.tax_breakdown,
        shipping: body.shipping,
        coupon: body.coupon,
        shipping_address: body.shipping_address,
        billing_address: body.billing_address,
        notes: body.notes,
        internal_notes: body.internal_notes,
        metadata: body.metadata,
        payment_status: PaymentStatus::parse(&row.payment_status).ok_or_else(|| broken("payment_status"))?,
        fulfillment_status: FulfillmentStatus::parse(&row.fulfillment_status)
            .ok_or_else(|| broken("fulfillment_status"))?,
        refunded: money(row.refunded),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        placed_at: row.placed_at,
        paid_at: row.paid_at,
        fulfilled_at: row.fulfilled_at,
        cancelled_at: row.cancelled_at,
        cancel_reason: body.cancel_reason,
    })
}
