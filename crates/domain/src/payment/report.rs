//! What a gateway says.

use super::PaymentState;
use crate::money::Money;

/// Why a gateway refused, in its own stable code and in words for the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The gateway's code, `card_declined`.
    pub code: String,
    /// What to tell the customer.
    pub message: String,
}

/// What a gateway says about one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayReport {
    /// The gateway's reference for the payment, when the report carries one.
    pub provider_ref: Option<String>,
    /// What it says.
    pub status: GatewayStatus,
}

/// The possible contents of a [`GatewayReport`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayStatus {
    /// The customer has to go to `url` first.
    RequiresAction {
        /// Where the customer continues.
        url: String,
    },
    /// Under way.
    Processing,
    /// Held, to be captured or released.
    Authorized,
    /// Taken.
    Captured {
        /// All that has been taken so far, not what this capture added.
        amount: Money,
    },
    /// Refused.
    Failed(Failure),
    /// Given up, or the hold was released.
    Cancelled,
}

impl GatewayStatus {
    /// The state a payment has when this is the last word.
    pub const fn state(&self) -> PaymentState {
        match self {
            Self::RequiresAction { .. } => PaymentState::RequiresAction,
            Self::Processing => PaymentState::Processing,
            Self::Authorized => PaymentState::Authorized,
            Self::Captured { .. } => PaymentState::Captured,
            Self::Failed(_) => PaymentState::Failed,
            Self::Cancelled => PaymentState::Cancelled,
        }
    }
}
