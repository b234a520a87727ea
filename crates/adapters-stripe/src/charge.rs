//! A Payment Intent as a charge.

use domain::id::PaymentId;
use ports::gateway::{Charge, ChargeState};
use serde_json::Value;
use thiserror::Error;

use crate::{
    amount::{AmountError, from_stripe},
    wire::{Fault, Intent},
};

/// Under this name the intent keeps our payment.
pub(crate) const PAYMENT: &str = "payment_id";

/// Stripe said something that has no meaning here.
#[derive(Debug, Error)]
pub(crate) enum Unreadable {
    /// A status that did not exist when this was written.
    #[error("`{0}` is no status we know")]
    Status(String),
    /// An amount that is none.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// Refusals that the shopper must not be told the reason of, by Stripe's advice: it may be a thief.
const UNTOLD: [&str; 8] = [
    "generic_decline",
    "fraudulent",
    "lost_card",
    "stolen_card",
    "merchant_blacklist",
    "pickup_card",
    "restricted_card",
    "security_violation",
];

/// Our payment, if the intent carries one.
pub(crate) fn payment_of(intent: &Intent) -> Option<PaymentId> {
    intent.metadata.get(PAYMENT)?.parse().ok()
}

/// Where an intent stands, by its status alone: events and calls tell the same story.
pub(crate) fn read(intent: Intent) -> Result<Charge, Unreadable> {
    let state = match intent.status.as_str() {
        "succeeded" => {
            ChargeState::Captured { amount: from_stripe(intent.amount_received, &intent.currency)? }
        }
        "processing" | "requires_confirmation" => ChargeState::Processing,
        "requires_capture" => ChargeState::Authorized,
        "canceled" => ChargeState::Cancelled,
        // An attempt failed and Stripe would take another means; ours is a new charge.
        "requires_payment_method" => failed(intent.last_payment_error.as_ref()),
        "requires_action" => match intent.next_action.as_ref().and_then(action_url) {
            Some(url) => ChargeState::RequiresAction { url: url.to_owned() },
            // Something that only Stripe's own script could lead the shopper through.
            None => ChargeState::Processing,
        },
        _ => return Err(Unreadable::Status(intent.status)),
    };
    Ok(Charge { provider_ref: intent.id, state })
}

/// Where a page to send the shopper to can be, by the kind of action.
const PAGES: [&str; 12] = [
    "/redirect_to_url/url",
    "/alipay_handle_redirect/url",
    "/verify_with_microdeposits/hosted_verification_url",
    "/cashapp_handle_redirect_or_display_qr_code/hosted_instructions_url",
    "/wechat_pay_display_qr_code/hosted_instructions_url",
    "/konbini_display_details/hosted_voucher_url",
    "/oxxo_display_details/hosted_voucher_url",
    "/boleto_display_details/hosted_voucher_url",
    "/display_bank_transfer_instructions/hosted_instructions_url",
    "/paynow_display_qr_code/hosted_instructions_url",
    "/pix_display_qr_code/hosted_instructions_url",
    "/promptpay_display_qr_code/hosted_instructions_url",
];

fn action_url(action: &Value) -> Option<&str> {
    PAGES.iter().find_map(|page| action.pointer(page)?.as_str())
}

fn failed(fault: Option<&Fault>) -> ChargeState {
    let decline = fault.and_then(|fault| fault.decline_code.as_deref());
    let code = decline
        .filter(|code| !UNTOLD.contains(code))
        .or_else(|| fault.and_then(|fault| fault.code.as_deref()))
        .unwrap_or("card_declined");
    let message = fault.and_then(|fault| fault.message.as_deref()).unwrap_or("The payment was declined.");
    ChargeState::Failed { code: code.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests;
