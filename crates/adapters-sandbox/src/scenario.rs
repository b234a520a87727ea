//! What happens to a charge, by the name of its means of payment.

/// How the story of a charge goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// Taken at once.
    Approve,
    /// Refused at once.
    Decline(Refusal),
    /// The shopper has to pass a page; then taken.
    Authenticate,
    /// The shopper has to pass a page; refused even then.
    AuthenticateInVain(Refusal),
    /// Taken after a while.
    Delay,
    /// Refused after a while.
    DelayInVain(Refusal),
}

/// A refusal in the gateway's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Stable code.
    pub(crate) code: &'static str,
    /// For the shopper.
    pub(crate) message: &'static str,
}

const fn refusal(code: &'static str, message: &'static str) -> Refusal {
    Refusal { code, message }
}

/// The shopper did not pass the page.
pub(crate) const NOT_AUTHENTICATED: Refusal = refusal(
    "payment_intent_authentication_failure",
    "The card could not be authenticated. Please try again or pay another way.",
);

// Lost and stolen cards look like any other refusal: whoever holds the card is not told.
const DECLINED: Refusal = refusal("card_declined", "The card was declined.");
const NO_FUNDS: Refusal = refusal("insufficient_funds", "The card has insufficient funds.");
const EXPIRED: Refusal = refusal("expired_card", "The card has expired.");
const WRONG_CVC: Refusal = refusal("incorrect_cvc", "The card's security code is incorrect.");
const WRONG_NUMBER: Refusal = refusal("incorrect_number", "The card number is incorrect.");
const HICCUP: Refusal =
    refusal("processing_error", "The card could not be processed. Please try again shortly.");
const TOO_OFTEN: Refusal = refusal("card_velocity_exceeded", "The card has reached its limit.");
const CLOSED: Refusal = refusal("account_closed", "The bank account has been closed.");
const NO_ACCOUNT: Refusal = refusal("no_account", "The bank account could not be found.");
const NOT_ALLOWED: Refusal = refusal("debit_not_authorized", "The bank account does not allow the debit.");
const BANK_NO_FUNDS: Refusal = refusal("insufficient_funds", "The bank account has insufficient funds.");
const DELAYED_NO: Refusal = refusal("payment_intent_payment_attempt_failed", "The payment failed.");

use Scenario::{Approve, Authenticate, AuthenticateInVain, Decline, Delay, DelayInVain};

/// Every accepted name. Stripe writes some of its own with and without the brand of the card.
const METHODS: &[(&str, Scenario)] = &[
    ("pm_card_visa", Approve),
    ("pm_card_visa_debit", Approve),
    ("pm_card_mastercard", Approve),
    ("pm_card_mastercard_debit", Approve),
    ("pm_card_mastercard_prepaid", Approve),
    ("pm_card_amex", Approve),
    ("pm_card_discover", Approve),
    ("pm_card_diners", Approve),
    ("pm_card_jcb", Approve),
    ("pm_card_unionpay", Approve),
    ("pm_card_us", Approve),
    ("pm_card_gb", Approve),
    ("pm_card_de", Approve),
    ("pm_card_fr", Approve),
    ("pm_card_threeDSecureOptional", Approve),
    ("pm_card_chargeDeclined", Decline(DECLINED)),
    ("pm_card_visa_chargeDeclined", Decline(DECLINED)),
    ("pm_card_chargeDeclinedInsufficientFunds", Decline(NO_FUNDS)),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", Decline(NO_FUNDS)),
    ("pm_card_chargeDeclinedLostCard", Decline(DECLINED)),
    ("pm_card_visa_chargeDeclinedLostCard", Decline(DECLINED)),
    ("pm_card_chargeDeclinedStolenCard", Decline(DECLINED)),
    ("pm_card_visa_chargeDeclinedStolenCard", Decline(DECLINED)),
    ("pm_card_chargeDeclinedFraudulent", Decline(DECLINED)),
    ("pm_card_chargeDeclinedExpiredCard", Decline(EXPIRED)),
    ("pm_card_chargeDeclinedIncorrectCvc", Decline(WRONG_CVC)),
    ("pm_card_chargeDeclinedIncorrectNumber", Decline(WRONG_NUMBER)),
    ("pm_card_chargeDeclinedProcessingError", Decline(HICCUP)),
    ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", Decline(TOO_OFTEN)),
    ("pm_card_authenticationRequired", Authenticate),
    ("pm_card_threeDSecureRequired", Authenticate),
    ("pm_card_threeDSecure2Required", Authenticate),
    ("pm_card_threeDSecureRequiredChargeDeclined", AuthenticateInVain(DECLINED)),
    ("pm_sandbox_delayed_success", Delay),
    ("pm_sandbox_delayed_failure", DelayInVain(DELAYED_NO)),
    ("pm_usBankAccount_success", Delay),
    ("pm_usBankAccount_accountClosed", DelayInVain(CLOSED)),
    ("pm_usBankAccount_noAccount", DelayInVain(NO_ACCOUNT)),
    ("pm_usBankAccount_insufficientFunds", DelayInVain(BANK_NO_FUNDS)),
    ("pm_usBankAccount_debitNotAuthorized", DelayInVain(NOT_ALLOWED)),
];

impl Scenario {
    /// The story that goes with a means of payment.
    pub(crate) fn of(method: &str) -> Option<Self> {
        METHODS.iter().find(|(name, _)| *name == method).map(|(_, scenario)| *scenario)
    }

    /// Why a charge of this story fails, once it has failed.
    pub(crate) const fn refusal(self) -> Refusal {
        match self {
            Decline(why) | AuthenticateInVain(why) | DelayInVain(why) => why,
            Authenticate => NOT_AUTHENTICATED,
            Approve | Delay => DELAYED_NO,
        }
    }
}

/// The means of payment that the sandbox takes, for documents and error messages.
pub fn accepted_methods() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|(name, _)| *name)
}
