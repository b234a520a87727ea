//! One attempt to take money for an order, and how reports about it are understood.
//!
//! Gateways tell the same story through several mouths: the answer to our call, a webhook, the
//! reconciler's question. They arrive twice, late and in any order. Each status therefore has a
//! rank, and a payment only ever moves to a higher one; whatever the order of arrival, the outcome
//! is the highest rank reported.
//!
//! | from \ report      | requires action | processing | failed  | authorized | cancelled | captured |
//! |--------------------|-----------------|------------|---------|------------|-----------|----------|
//! | initiated          | changed         | changed    | changed | changed    | changed   | changed  |
//! | requires action    | same            | changed    | changed | changed    | changed   | changed  |
//! | processing         | same            | same       | changed | changed    | changed   | changed  |
//! | failed             | same            | same       | same    | late       | changed   | late     |
//! | authorized         | same            | same       | same    | same       | changed   | changed  |
//! | cancelled          | same            | same       | same    | same       | same      | late     |
//! | captured           | same            | same       | same    | same       | same      | same     |
//!
//! "Late" is a change too, but the order may have been released meanwhile: whoever applies it must
//! settle, by placing the order after all or by giving the money back.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    access::Mode,
    id::{OrderId, PaymentId},
    money::{Money, MoneyError},
    text_enum,
};

text_enum! {
    /// Who moves the money.
    pub enum Provider {
        /// The built-in pretend gateway, for test mode.
        Sandbox = "sandbox",
        /// Stripe, with the keys of the store.
        Stripe = "stripe",
        /// The customer transfers; staff marks the order paid.
        BankTransfer = "bank_transfer",
        /// The customer pays an invoice; staff marks the order paid.
        Invoice = "invoice",
    }
}

impl Provider {
    /// Whether nobody but the shopkeeper can tell that the money has arrived.
    pub const fn is_offline(self) -> bool {
        matches!(self, Self::BankTransfer | Self::Invoice)
    }
}

text_enum! {
    /// How far an attempt has come. Refunds are not states: see [`Payment::refunded`].
    pub enum PaymentState {
        /// Written down; the gateway may or may not have heard of it yet.
        Initiated = "initiated",
        /// The customer must do something first, as a 3-D Secure check.
        RequiresAction = "requires_action",
        /// The money is on its way, or awaited when the provider is offline.
        Processing = "processing",
        /// The gateway refused.
        Failed = "failed",
        /// The money is held, not taken.
        Authorized = "authorized",
        /// Given up before any money was taken.
        Cancelled = "cancelled",
        /// The money was taken.
        Captured = "captured",
    }
}

impl PaymentState {
    /// Whether the outcome is still unknown, so that a reconciler has to ask.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Initiated | Self::RequiresAction | Self::Processing)
    }

    /// Whether the customer's money is held or taken.
    pub const fn is_secured(self) -> bool {
        matches!(self, Self::Authorized | Self::Captured)
    }

    /// Precedence among reports; the table of the module follows from it.
    const fn rank(self) -> u8 {
        match self {
            Self::Initiated => 0,
            Self::RequiresAction => 1,
            Self::Processing => 2,
            // A declined attempt can be tried again on the same reference and then succeed; a hold
            // can no longer be declined. So a hold outranks a refusal.
            Self::Failed => 3,
            Self::Authorized => 4,
            // Letting go of a hold ends it; a hold reported afterwards is old news.
            Self::Cancelled => 5,
            // Money taken is a fact that nothing reported later undoes.
            Self::Captured => 6,
        }
    }
}

/// What a report did to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// Nothing new: a repetition, or older than what is known.
    Unchanged,
    /// The payment says something new and has to be stored.
    Changed {
        /// State before.
        from: PaymentState,
        /// State now. Equal to `from` when only details were added, as a larger captured amount.
        to: PaymentState,
        /// Money came after the attempt had been given up. The order has to be placed after all, or
        /// the money given back.
        needs_settlement: bool,
    },
}

/// An attempt to take money for one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Identifier.
    pub id: PaymentId,
    /// What is paid for.
    pub order_id: OrderId,
    /// Whether real money moves.
    pub mode: Mode,
    /// Who moves it.
    pub provider: Provider,
    /// The provider's name for the means, `pm_card_visa` or `card`.
    pub method: String,
    /// The provider's reference, once known; unique per provider and mode.
    pub provider_ref: Option<String>,
    /// What is asked for. Above zero.
    pub amount: Money,
    /// What has been taken. Between zero and `amount`.
    pub captured: Money,
    /// What has been given back or is on its way back. Between zero and `captured`.
    pub refunded: Money,
    /// The most that the provider has told to have gone back, by whatever way. Of our own refunds those are in it that
    /// it has told of.
    pub told_refunded: Money,
    /// How far it has come.
    pub state: PaymentState,
    /// Where the customer continues while the state is [`PaymentState::RequiresAction`].
    pub next_action_url: Option<String>,
    /// The last refusal, kept when the attempt is cancelled thereafter.
    pub failure: Option<Failure>,
    /// 1 for the first attempt at the order.
    pub attempt: u32,
    /// Sent to the gateway with every call that could move money for this attempt.
    pub idempotency_key: String,
    /// Where the gateway sends the customer back to.
    pub return_url: Option<String>,
    /// Grows with every stored change.
    pub version: i32,
    /// When the attempt was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is needed to begin an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentStart {
    /// A fresh identifier.
    pub id: PaymentId,
    /// What is paid for.
    pub order_id: OrderId,
    /// Whether real money is to move.
    pub mode: Mode,
    /// Who is to move it.
    pub provider: Provider,
    /// The provider's name for the means.
    pub method: String,
    /// What to ask for.
    pub amount: Money,
    /// Which attempt at the order this is, from 1.
    pub attempt: u32,
    /// The key for the gateway.
    pub idempotency_key: String,
    /// Where the customer comes back to.
    pub return_url: Option<String>,
}

/// Why a payment refused a change. The payment is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PaymentError {
    /// Nothing, or less than nothing, was to be moved.
    #[error("an amount to move must be above zero")]
    NotPositive,
    /// The report carries the reference of another payment.
    #[error("the report is about another payment")]
    ForeignReference,
    /// More was taken than asked for.
    #[error("more was captured than the {} asked for", limit.minor())]
    AboveAmount {
        /// What was asked for.
        limit: Money,
    },
    /// More was to be given back than is left.
    #[error("only {} can be given back", available.minor())]
    AboveRefundable {
        /// What is left.
        available: Money,
    },
    /// The state does not allow the action.
    #[error("cannot {action} a payment that is {state}")]
    InvalidState {
        /// What was tried.
        action: &'static str,
        /// The state of the payment.
        state: PaymentState,
    },
    /// Only offline payments are marked paid by hand.
    #[error("payments by {0} are confirmed by their gateway")]
    NotOffline(Provider),
    /// The amounts cannot be combined.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

mod report;
mod transitions;

pub use report::{Failure, GatewayReport, GatewayStatus};

#[cfg(test)]
pub(crate) mod tests;
