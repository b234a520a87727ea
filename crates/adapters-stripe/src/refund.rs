//! Stripe's refunds as ours.

use domain::id::RefundId;
use ports::gateway::{RefundReceipt, RefundState};

use crate::wire::Refund;

/// Under this name the refund keeps ours.
pub(crate) const REFUND: &str = "refund_id";

/// Our refund, if it carries one.
pub(crate) fn refund_of(refund: &Refund) -> Option<RefundId> {
    refund.metadata.as_ref()?.get(REFUND)?.parse().ok()
}

/// Where a refund stands.
pub(crate) fn read(refund: &Refund) -> RefundReceipt {
    let state = match refund.status.as_deref() {
        Some("succeeded") => RefundState::Succeeded,
        Some("canceled") => failed("canceled"),
        Some("failed") => failed(refund.failure_reason.as_deref().unwrap_or("unknown")),
        // `requires_action`: Stripe asks the shopper where to send the money; ours is to wait.
        _ => RefundState::Pending,
    };
    RefundReceipt { provider_ref: refund.id.clone(), state }
}

fn failed(code: &str) -> RefundState {
    let message = format!("Stripe could not return the money: {}", code.replace('_', " "));
    RefundState::Failed { code: code.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_status_of_a_refund_has_a_meaning() {
        for (status, reason, expected) in [
            (Some("succeeded"), None, "succeeded"),
            (Some("pending"), None, "pending"),
            (Some("requires_action"), None, "pending"),
            (None, None, "pending"),
            (Some("canceled"), None, "canceled"),
            (Some("failed"), Some("lost_or_stolen_card"), "lost_or_stolen_card"),
            (Some("failed"), None, "unknown"),
        ] {
            let refund = json!({"id": "re_1", "amount": 1, "currency": "gbp", "status": status, "failure_reason": reason});
            let told = match read(&serde_json::from_value(refund).unwrap()).state {
                RefundState::Succeeded => "succeeded".to_owned(),
                RefundState::Pending => "pending".to_owned(),
                RefundState::Failed { code, .. } => code,
            };
            assert_eq!(told, expected, "{status:?}");
        }
    }
}
