//! What Stripe's test means of payment do.

/// How an intent goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    Approve,
    /// With the error's code and decline code.
    Decline(&'static str, Option<&'static str>),
    Authenticate,
    /// A bank debit: under way until the test settles it.
    Debit,
    /// Taken, and refunds of it wait until the test settles them.
    SlowRefund,
}

use Scenario::{Approve, Authenticate, Debit, Decline, SlowRefund};

/// The scenario of a name, with or without the brand that Stripe puts into some.
pub(super) fn of(method: &str) -> Option<Scenario> {
    let name = method.strip_prefix("pm_card_").map(|card| card.strip_prefix("visa_").unwrap_or(card));
    Some(match name {
        Some("visa" | "debit" | "mastercard" | "amex" | "discover" | "diners" | "jcb" | "unionpay") => {
            Approve
        }
        Some("chargeDeclined") => Decline("card_declined", Some("generic_decline")),
        Some("chargeDeclinedInsufficientFunds") => Decline("card_declined", Some("insufficient_funds")),
        Some("chargeDeclinedLostCard") => Decline("card_declined", Some("lost_card")),
        Some("chargeDeclinedStolenCard") => Decline("card_declined", Some("stolen_card")),
        Some("chargeDeclinedExpiredCard") => Decline("expired_card", None),
        Some("chargeDeclinedIncorrectCvc") => Decline("incorrect_cvc", None),
        Some("chargeDeclinedProcessingError") => Decline("processing_error", None),
        Some("authenticationRequired" | "threeDSecure2Required" | "threeDSecureRequired") => Authenticate,
        Some("pendingRefund") => SlowRefund,
        None if method.starts_with("pm_usBankAccount_") => Debit,
        _ => return None,
    })
}
