//! An order: what was sold, frozen as it was when the customer paid, and the states it goes through.
//!
//! An order is drafted from a cart before the money moves and keeps the cart's identifier. It is
//! *placed*, and only then numbered, once the money is secured or will be paid offline.
//!
//! | action    | legal payment states                          | other conditions            |
//! |-----------|-----------------------------------------------|-----------------------------|
//! | place     | pending, paid                                 | not placed yet              |
//! | mark paid | pending, failed (the money came late)         |                             |
//! | fail      | pending                                       | not placed yet              |
//! | cancel    | pending, paid, partially refunded, failed     | nothing fulfilled           |
//! | fulfil    | paid, partially refunded                      | placed, not all fulfilled   |
//! | refund    | paid, partially refunded, cancelled           |                             |
//! | readdress | pending, paid, partially refunded, failed     | nothing fulfilled           |
//! | redraft   | pending, failed                               | not placed yet              |
//!
//! A cancelled order whose money was taken is refunded and stays cancelled.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    access::Mode,
    address::{Address, Email},
    id::{CustomerId, LineId, OrderId},
    money::{Currency, Money, MoneyError},
    quote::Totals,
    tax::TaxAmount,
    text_enum,
};

text_enum! {
    /// Where the money of an order is.
    pub enum PaymentStatus {
        /// Awaited.
        Pending = "pending",
        /// Taken in full.
        Paid = "paid",
        /// Some of it was given back.
        PartiallyRefunded = "partially_refunded",
        /// All of it was given back.
        Refunded = "refunded",
        /// The last attempt to take it failed.
        Failed = "failed",
        /// The order was called off; what was taken is given back.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// Where the goods of an order are.
    pub enum FulfillmentStatus {
        /// Nothing has left.
        Unfulfilled = "unfulfilled",
        /// Some of what is owed has left.
        Partial = "partial",
        /// Everything owed has left.
        Fulfilled = "fulfilled",
    }
}

text_enum! {
    /// What can be done to an order.
    pub enum OrderAction {
        /// Give it its number and make the sale final.
        Place = "place",
        /// Note that the money was taken.
        MarkPaid = "mark_paid",
        /// Note that the money could not be taken.
        Fail = "fail",
        /// Call it off.
        Cancel = "cancel",
        /// Send goods.
        Fulfill = "fulfill",
        /// Give money back.
        Refund = "refund",
        /// Change where it goes.
        Readdress = "readdress",
        /// Draft it anew for another attempt at paying.
        Redraft = "redraft",
    }
}

/// An order, from its draft onwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Identifier, the value of the cart's.
    pub id: OrderId,
    /// Whether it was sold with real money.
    pub mode: Mode,
    /// Given when the order is placed; without it the order is a draft that customers never see.
    pub number: Option<OrderNumber>,
    /// Who bought.
    pub email: Email,
    /// The buyer's account, if any.
    pub customer_id: Option<CustomerId>,
    /// Currency of every amount in the order.
    pub currency: Currency,
    /// What was bought. Never empty.
    pub lines: Vec<OrderLine>,
    /// Sums.
    pub totals: Totals,
    /// Whether prices contain their tax.
    pub tax_inclusive: bool,
    /// All tax by jurisdiction.
    pub tax_breakdown: Vec<TaxAmount>,
    /// Shipping, unless nothing travels.
    pub shipping: Option<OrderShipping>,
    /// The promotion used.
    pub coupon: Option<OrderCoupon>,
    /// Where the goods go; absent when nothing travels.
    pub shipping_address: Option<Address>,
    /// Who is billed.
    pub billing_address: Option<Address>,
    /// The customer's notes.
    pub notes: Option<String>,
    /// Notes only staff sees.
    pub internal_notes: Option<String>,
    /// The merchant's own key-values.
    pub metadata: BTreeMap<String, String>,
    /// Where the money is.
    pub payment_status: PaymentStatus,
    /// Where the goods are.
    pub fulfillment_status: FulfillmentStatus,
    /// All that was given back, or is on its way back.
    pub refunded: Money,
    /// Grows with every stored change.
    pub version: i32,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was placed.
    pub placed_at: Option<DateTime<Utc>>,
    /// When it was first paid in full.
    pub paid_at: Option<DateTime<Utc>>,
    /// When the last of it left.
    pub fulfilled_at: Option<DateTime<Utc>>,
    /// When it was called off.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why it was called off; for staff.
    pub cancel_reason: Option<String>,
}

/// Why an order refused a change. The order is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OrderError {
    /// The order is in a state that does not allow the action.
    #[error("cannot {action} an order that is {payment_status} and {fulfillment_status}")]
    InvalidState {
        /// What was tried.
        action: OrderAction,
        /// Where the money is.
        payment_status: PaymentStatus,
        /// Where the goods are.
        fulfillment_status: FulfillmentStatus,
    },
    /// A line was named that the order does not have, or with more units than it has left.
    #[error("the order has no such units of line {0}")]
    NoSuchUnits(LineId),
    /// The amounts cannot be combined.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

mod draft;
mod line;
mod number;
mod transitions;

pub use draft::{DraftError, OrderDraft};
pub use line::{OrderCoupon, OrderLine, OrderShipping};
pub use number::OrderNumber;
pub use transitions::Restock;

#[cfg(test)]
pub(crate) mod tests;
