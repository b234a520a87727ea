//! Refunds on the wire.

use domain::refund::{Refund, RefundLine, RefundPlan};
use serde::Serialize;
use utoipa::ToSchema;

use super::payment::FailureBody;
use crate::{money::MoneyBody, timestamp::Timestamp};

/// The part of a refund for one item.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RefundItem)]
pub(crate) struct RefundItemBody {
    /// The item of the order.
    #[schema(examples("oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Units.
    #[schema(examples(1))]
    quantity: u32,
    /// The money for them.
    amount: MoneyBody,
}

/// Money given back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Refund)]
pub(crate) struct RefundBody {
    /// Identity.
    #[schema(examples("ref_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// The payment it goes back through.
    #[schema(examples("pay_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    payment_id: String,
    /// `pending` while the gateway works on it, `succeeded` or `failed`.
    #[schema(examples("succeeded"))]
    status: &'static str,
    /// All of it.
    amount: MoneyBody,
    /// The part for items; what is left belongs to the order as a whole.
    items: Vec<RefundItemBody>,
    /// The part for shipping.
    shipping: MoneyBody,
    /// Units that go back into stock with it.
    #[schema(examples(1))]
    restocked_quantity: u32,
    /// `customer_request`, `duplicate`, `fraudulent` or `other`.
    #[schema(examples("customer_request"))]
    reason: &'static str,
    /// The gateway's name of it.
    #[schema(required, examples("re_1Nispe2eZvKYlo2Cd31jOCgZ"))]
    gateway_refund_id: Option<String>,
    /// Why the gateway refused it.
    #[schema(required)]
    failure: Option<FailureBody>,
    /// When it was asked for.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
}

impl RefundBody {
    pub(crate) fn new(refund: Refund, locale: &str) -> Self {
        let Refund {
            id,
            order_id: _,
            payment_id,
            plan: RefundPlan { amount, lines, shipping, restock },
            reason,
            surplus: _,
            state,
            provider_ref,
            idempotency_key: _,
            failure,
            version: _,
            created_at,
            updated_at,
        } = refund;
        let item = |RefundLine { line, quantity, amount }: RefundLine| RefundItemBody {
            id: line.to_string(),
            quantity,
            amount: MoneyBody::new(amount, locale),
        };
        Self {
            id: id.to_string(),
            payment_id: payment_id.to_string(),
            status: state.as_str(),
            amount: MoneyBody::new(amount, locale),
            items: lines.into_iter().map(item).collect(),
            shipping: MoneyBody::new(shipping, locale),
            restocked_quantity: restock.iter().map(|part| part.quantity).sum(),
            reason: reason.as_str(),
            gateway_refund_id: provider_ref,
            failure: failure.map(Into::into),
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}
