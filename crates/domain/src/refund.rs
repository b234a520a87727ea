//! Giving money back: how much, for which units, and what returns to stock.
//!
//! The shares of an order are frozen when it is drafted. The k-th unit of a line is worth the k-th
//! part of the line's total, split by largest remainder; so refunding a line unit by unit, in any
//! grouping, gives back exactly what the line cost. Nothing is ever discounted or taxed anew.
//!
//! | request                                    | amount            | units                  | stock                |
//! |--------------------------------------------|-------------------|------------------------|----------------------|
//! | nothing named, or all that is left         | all that is left  | all not refunded       | all not restocked    |
//! | an amount alone                            | as asked          | none                   | none                 |
//! | lines, shipping or both                    | their shares      | as asked               | as asked             |
//! | lines, shipping or both, with an amount    | as asked, at most their shares | as asked  | as asked             |

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    id::{LineId, OrderId, PaymentId, RefundId},
    money::{Money, MoneyError},
    order::{OrderError, Restock},
    payment::{Failure, PaymentError},
    text_enum,
};

text_enum! {
    /// Why money is given back.
    pub enum RefundReason {
        /// The customer asked.
        CustomerRequest = "customer_request",
        /// The customer was charged twice.
        Duplicate = "duplicate",
        /// The customer was not who they said.
        Fraudulent = "fraudulent",
        /// Anything else.
        Other = "other",
    }
}

text_enum! {
    /// How far a refund has come.
    pub enum RefundState {
        /// Set aside; the gateway has not confirmed it.
        Pending = "pending",
        /// The money is on its way to the customer.
        Succeeded = "succeeded",
        /// The gateway refused; what was set aside is available again.
        Failed = "failed",
    }
}

/// What staff asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRequest {
    /// How much; all that is left, or the worth of what is named, when absent.
    pub amount: Option<Money>,
    /// Units by line. A line named twice counts for the sum.
    pub lines: Vec<(LineId, u32)>,
    /// Whether what was paid for shipping is given back too. A refund of everything includes it anyway.
    pub include_shipping: bool,
    /// Whether the units go back into stock.
    pub restock: bool,
}

/// The part of a refund that belongs to one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundLine {
    /// The line.
    pub line: LineId,
    /// Units given back. At least one.
    pub quantity: u32,
    /// The money for them. Not negative.
    pub amount: Money,
}

/// What a refund does. The amounts of `lines` and `shipping` together are at most `amount`; the rest
/// of it belongs to no line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPlan {
    /// All money given back. Above zero.
    pub amount: Money,
    /// The part given back for units.
    pub lines: Vec<RefundLine>,
    /// The part given back for shipping.
    pub shipping: Money,
    /// What goes back into stock.
    pub restock: Vec<Restock>,
}

/// A refund, from the moment the money for it is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Identifier.
    pub id: RefundId,
    /// The order it is for.
    pub order_id: OrderId,
    /// The payment the money goes back through.
    pub payment_id: PaymentId,
    /// What it does.
    pub plan: RefundPlan,
    /// Why.
    pub reason: RefundReason,
    /// Whether the money was none of the order's: it came although another payment pays the order, or after
    /// the order was called off. Its way back refunds the payment alone.
    pub surplus: bool,
    /// How far it has come.
    pub state: RefundState,
    /// The gateway's reference, once known.
    pub provider_ref: Option<String>,
    /// Sent to the gateway with every call that could give this money back.
    pub idempotency_key: String,
    /// Why the gateway refused.
    pub failure: Option<Failure>,
    /// Grows with every stored change.
    pub version: i32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a gateway says about a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundReport {
    /// It has been accepted and is under way.
    Pending,
    /// The money is on its way to the customer.
    Succeeded,
    /// It was refused, perhaps after having been accepted first.
    Failed(Failure),
}

/// What a report did to a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundTransition {
    /// Nothing new.
    Unchanged,
    /// It went through: restock what the plan says.
    Succeeded,
    /// It did not go through: take it back from payment and order.
    Failed {
        /// Whether it had counted as gone through, so that goods may already be back in stock.
        after_success: bool,
    },
}

impl Refund {
    /// Takes in what a gateway says. A refusal is the last word even after a success, because banks
    /// return refunds they cannot deliver; a success reported after a refusal is old news.
    pub fn apply(&mut self, report: &RefundReport, now: DateTime<Utc>) -> RefundTransition {
        let transition = match (self.state, report) {
            (RefundState::Failed, _)
            | (_, RefundReport::Pending)
            | (RefundState::Succeeded, RefundReport::Succeeded) => return RefundTransition::Unchanged,
            (RefundState::Pending, RefundReport::Succeeded) => RefundTransition::Succeeded,
            (RefundState::Pending, RefundReport::Failed(_)) => {
                RefundTransition::Failed { after_success: false }
            }
            (RefundState::Succeeded, RefundReport::Failed(_)) => {
                RefundTransition::Failed { after_success: true }
            }
        };
        if let RefundReport::Failed(failure) = report {
            self.state = RefundState::Failed;
            self.failure = Some(failure.clone());
        } else {
            self.state = RefundState::Succeeded;
        }
        self.updated_at = now;
        transition
    }
}

/// Why a refund was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RefundError {
    /// Nothing, or less than nothing, was asked for.
    #[error("a refund must be above zero")]
    NotPositive,
    /// Everything has been given back already, or nothing was ever taken.
    #[error("there is nothing left to refund")]
    NothingLeft,
    /// More than is left of what was captured.
    #[error("only {} is left to refund", available.minor())]
    AboveRefundable {
        /// What is left.
        available: Money,
    },
    /// An amount was named above the worth of the units named with it.
    #[error("the units named are worth {}", worth.minor())]
    AboveWorth {
        /// Their worth.
        worth: Money,
    },
    /// The order has no such line.
    #[error("the order has no line {0}")]
    UnknownLine(LineId),
    /// No units, or more than are left unrefunded.
    #[error("line {line} has {remaining} units left to refund")]
    WrongQuantity {
        /// The line.
        line: LineId,
        /// Units not refunded yet.
        remaining: u32,
    },
    /// The payment belongs to another order.
    #[error("the payment is for another order")]
    ForeignPayment,
    /// The order does not allow it.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// The payment does not allow it.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// The amounts cannot be combined.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

mod plan;

pub use plan::{plan, unit_share};

#[cfg(test)]
mod tests;
