//! Payments on the wire.

use domain::payment::{Failure, Payment, PaymentState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{money::MoneyBody, timestamp::Timestamp};

/// How a payment stands, in the words of the checkout.
pub(crate) const fn payment_status(payment: &Payment) -> &'static str {
    match payment.state {
        PaymentState::Captured => "succeeded",
        PaymentState::Processing if payment.provider.is_offline() => "pending",
        PaymentState::Initiated => "processing",
        other => other.as_str(),
    }
}

/// What the gateway knows of the payment that counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = GatewayPayment)]
pub(crate) struct GatewayPaymentBody {
    /// `stripe`, `sandbox`, `bank_transfer` or `invoice`.
    #[schema(examples("stripe"))]
    gateway: &'static str,
    /// The gateway's name of it.
    #[schema(required, examples("pi_3MtwBwLkdIwHu7ix28a3tqPa"))]
    payment_intent_id: Option<String>,
    /// `succeeded`, `requires_action`, `processing`, `pending`, `authorized`, `failed` or `cancelled`.
    #[schema(examples("succeeded"))]
    status: &'static str,
}

impl From<&Payment> for GatewayPaymentBody {
    fn from(payment: &Payment) -> Self {
        Self {
            gateway: payment.provider.as_str(),
            payment_intent_id: payment.provider_ref.clone(),
            status: payment_status(payment),
        }
    }
}

/// Why a gateway refused.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = GatewayFailure)]
pub(crate) struct FailureBody {
    /// The gateway's code.
    #[schema(examples("card_declined"))]
    code: String,
    /// The gateway's words.
    #[schema(examples("Your card was declined."))]
    message: String,
}

impl From<Failure> for FailureBody {
    fn from(Failure { code, message }: Failure) -> Self {
        Self { code, message }
    }
}

/// An attempt to pay.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderPayment)]
pub(crate) struct PaymentBody {
    /// Identity.
    #[schema(examples("pay_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// `stripe`, `sandbox`, `bank_transfer` or `invoice`.
    #[schema(examples("stripe"))]
    gateway: &'static str,
    /// The gateway's name of the means of payment.
    #[schema(examples("pm_card_visa"))]
    method: String,
    /// The gateway's name of the payment.
    #[schema(required, examples("pi_3MtwBwLkdIwHu7ix28a3tqPa"))]
    payment_intent_id: Option<String>,
    /// `succeeded`, `requires_action`, `processing`, `pending`, `authorized`, `failed` or `cancelled`.
    #[schema(examples("succeeded"))]
    status: &'static str,
    /// What was asked for.
    amount: MoneyBody,
    /// What was taken.
    captured: MoneyBody,
    /// What was given back of it, or is on its way back.
    refunded: MoneyBody,
    /// Why it was refused.
    #[schema(required)]
    failure: Option<FailureBody>,
    /// 1 for the first attempt.
    #[schema(examples(1))]
    attempt: u32,
    /// When it was begun.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
}

impl PaymentBody {
    pub(crate) fn new(payment: Payment, locale: &str) -> Self {
        let status = payment_status(&payment);
        let Payment {
            id,
            order_id: _,
            mode: _,
            provider,
            method,
            provider_ref,
            amount,
            captured,
            refunded,
            told_refunded: _,
            state: _,
            next_action_url: _,
            failure,
            attempt,
            idempotency_key: _,
            return_url: _,
            version: _,
            created_at,
            updated_at,
        } = payment;
        Self {
            id: id.to_string(),
            gateway: provider.as_str(),
            method,
            payment_intent_id: provider_ref,
            status,
            amount: MoneyBody::new(amount, locale),
            captured: MoneyBody::new(captured, locale),
            refunded: MoneyBody::new(refunded, locale),
            failure: failure.map(Into::into),
            attempt,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}
