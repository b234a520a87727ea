//! The gateway call of a refund.

use std::error::Error as _;

use chrono::TimeDelta;
use domain::{
    payment::{Failure, Payment},
    refund::{Refund, RefundReason, RefundReport},
};
use ports::gateway::{GatewayError, RefundReceipt, RefundRequest};

use super::settle::{self, News};
use crate::{
    Context, Core, Error, Result,
    checkout::{account_of, is_open},
};

/// How long a gateway remembers an idempotency key. Stripe promises 24 hours; after this much a refund is
/// not asked for again.
const KEY_LIFETIME: TimeDelta = TimeDelta::hours(23);

/// Calls the gateway for money that was set aside and records the answer. An answer that never came
/// leaves the refund pending, for the reconciler; and so does a call that may have been made before (`is_repeated`)
/// and is turned away now.
pub(in crate::order) async fn call(
    core: &Core,
    ctx: &Context,
    payment: &Payment,
    refund: Refund,
    is_repeated: bool,
) -> Result<Refund> {
    let id = refund.id;
    if is_repeated && is_key_forgotten(ctx, &refund) {
        return Ok(refund);
    }
    match ask(core, ctx, payment, &refund).await {
        Ok(receipt) => settle::settle_refund(core, ctx, id, &receipt, None).await,
        Err(error) if is_open(&error, is_repeated) => {
            let cause = error.source();
            tracing::warn!(%error, cause, refund = %id, "the gateway did not answer a refund");
            Ok(refund)
        }
        Err(GatewayError::Rejected { code, message }) => {
            let code = code.unwrap_or_else(|| "rejected".to_owned());
            let report = RefundReport::Failed(Failure { code, message });
            settle::apply(core, ctx, id, &News { provider_ref: None, report, event: None }).await
        }
        Err(not_reached) => {
            // The gateway did nothing and never will under this key: everything is given back.
            let failure = Failure { code: "not_configured".to_owned(), message: not_reached.to_string() };
            let report = RefundReport::Failed(failure);
            settle::apply(core, ctx, id, &News { provider_ref: None, report, event: None }).await?;
            Err(not_reached.into())
        }
    }
}

/// Whether asking for a refund again could give the money back twice.
pub(super) fn is_key_forgotten(ctx: &Context, refund: &Refund) -> bool {
    ctx.now.signed_duration_since(refund.created_at) >= KEY_LIFETIME
}

/// Asks the gateway for a refund. Its key makes a repeated call the same refund.
pub(super) async fn ask(
    core: &Core,
    ctx: &Context,
    payment: &Payment,
    refund: &Refund,
) -> Result<RefundReceipt, GatewayError> {
    let gateway = core.gateways.of(payment.provider).ok_or(GatewayError::NotConfigured)?;
    let unknown = |error: Error| GatewayError::Unknown(Box::new(error));
    let config = crate::store_config(core, ctx).await.map_err(unknown)?;
    let account = account_of(core, &config, payment.mode, payment.provider).map_err(unknown)?;
    let provider_ref = payment.provider_ref.clone().ok_or_else(|| GatewayError::Rejected {
        code: None,
        message: "The gateway's name of this payment is not known.".to_owned(),
    })?;
    let request = RefundRequest {
        refund: refund.id,
        provider_ref,
        amount: refund.plan.amount,
        reason: reason(refund.reason).map(str::to_owned),
        idempotency_key: refund.idempotency_key.clone(),
    };
    gateway.refund(&account, &request).await
}

/// The reason in the vocabulary of card gateways.
const fn reason(reason: RefundReason) -> Option<&'static str> {
    match reason {
        RefundReason::CustomerRequest => Some("requested_by_customer"),
        RefundReason::Duplicate => Some("duplicate"),
        RefundReason::Fraudulent => Some("fraudulent"),
        RefundReason::Other => None,
    }
}
