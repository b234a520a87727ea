//! The bodies of what is done with an order.

use application::order::{CancelOrder, FulfillOrder, RefundOrder, Refunded};
use domain::{
    id::{LineId, kind},
    refund::RefundReason,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    bodies::order::{OrderBody, RefundBody},
    id::IdText,
};

/// No fields at all.
#[derive(Debug, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct NoBody {}

/// Units of one item.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ItemUnits)]
pub(super) struct UnitsBody {
    /// The item of the order.
    #[schema(value_type = String, examples("oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: IdText<kind::LineId>,
    /// Units of it.
    #[validate(range(min = 1))]
    #[schema(minimum = 1, examples(1))]
    quantity: u32,
}

fn units(items: Vec<UnitsBody>) -> Vec<(LineId, u32)> {
    items.into_iter().map(|UnitsBody { id, quantity }| (id.id, quantity)).collect()
}

/// What leaves, and how it can be followed.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = FulfillOrder)]
pub(super) struct FulfillOrderBody {
    /// What leaves; everything that is still owed when left out.
    #[validate(nested, length(min = 1, max = 500))]
    #[schema(min_items = 1, max_items = 500)]
    items: Option<Vec<UnitsBody>>,
    /// Who carries it.
    #[schema(max_length = 100, examples("Royal Mail"))]
    carrier: Option<String>,
    /// The carrier's number for it.
    #[schema(max_length = 100, examples("JD0002123456"))]
    tracking_number: Option<String>,
    /// Where it can be followed; must begin with `https://` or `http://`.
    #[schema(max_length = 2000, format = "uri", examples("https://royalmail.com/track/JD0002123456"))]
    tracking_url: Option<String>,
    /// Whether the customer is told; the event says so to whoever sends messages.
    #[schema(default = true)]
    notify_customer: Option<bool>,
}

impl FulfillOrderBody {
    pub(super) fn into_command(self, if_version: Option<i32>) -> FulfillOrder {
        FulfillOrder {
            lines: self.items.map(units),
            carrier: self.carrier,
            tracking_number: self.tracking_number,
            tracking_url: self.tracking_url,
            notify: self.notify_customer.unwrap_or(true),
            if_version,
        }
    }
}

/// Why money is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RefundReason)]
pub(super) enum ReasonBody {
    /// The customer asked.
    CustomerRequest,
    /// The customer was charged twice.
    Duplicate,
    /// The customer was not who they said.
    Fraudulent,
    /// Anything else.
    Other,
}

impl From<ReasonBody> for RefundReason {
    fn from(reason: ReasonBody) -> Self {
        match reason {
            ReasonBody::CustomerRequest => Self::CustomerRequest,
            ReasonBody::Duplicate => Self::Duplicate,
            ReasonBody::Fraudulent => Self::Fraudulent,
            ReasonBody::Other => Self::Other,
        }
    }
}

/// What to give back: nothing named is all that is left.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = RefundOrder)]
pub(super) struct RefundOrderBody {
    /// Minor units of the order's currency. With items, at most what they cost.
    #[validate(range(min = 1))]
    #[schema(minimum = 1, examples(2400))]
    amount: Option<i64>,
    /// Items to give money back for.
    #[validate(nested, length(min = 1, max = 500))]
    #[schema(min_items = 1, max_items = 500)]
    items: Option<Vec<UnitsBody>>,
    /// Whether what was paid for shipping is given back with the items. A refund of everything includes
    /// it anyway.
    #[schema(default = false)]
    include_shipping: Option<bool>,
    /// Why.
    #[schema(default = "other")]
    reason: Option<ReasonBody>,
    /// Whether the items go back into stock. An amount alone never does.
    #[schema(default = true)]
    restock: Option<bool>,
    /// Whether the customer is told; the event says so to whoever sends messages.
    #[schema(default = true)]
    notify_customer: Option<bool>,
}

impl RefundOrderBody {
    pub(super) fn into_command(self, if_version: Option<i32>) -> RefundOrder {
        RefundOrder {
            amount: self.amount,
            lines: self.items.map(units).unwrap_or_default(),
            include_shipping: self.include_shipping.unwrap_or(false),
            restock: self.restock.unwrap_or(true),
            reason: self.reason.map_or(RefundReason::Other, Into::into),
            notify: self.notify_customer.unwrap_or(true),
            if_version,
        }
    }
}

/// An order after a refund was asked for, with that refund.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RefundedOrder)]
pub(super) struct RefundedBody {
    #[serde(flatten)]
    order: OrderBody,
    /// The refund that was asked for.
    refund: RefundBody,
}

impl RefundedBody {
    pub(super) fn new(Refunded { view, refund }: Refunded, locale: &str) -> Self {
        Self { order: OrderBody::new(view, locale), refund: RefundBody::new(refund, locale) }
    }
}

/// Why an order is called off.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CancelOrder)]
pub(super) struct CancelOrderBody {
    /// A note for staff.
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000, examples("Out of stock"))]
    reason: Option<String>,
    /// Whether the customer is told; the event says so to whoever sends messages.
    #[schema(default = true)]
    notify_customer: Option<bool>,
}

impl CancelOrderBody {
    pub(super) fn into_command(self, if_version: Option<i32>) -> CancelOrder {
        CancelOrder { reason: self.reason, notify: self.notify_customer.unwrap_or(true), if_version }
    }
}
