//! An order in a list.

use ports::orders::OrderSummary;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{fields::Resource, money::MoneyBody, timestamp::Timestamp};

/// What an order in a list comes to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OrderSummaryTotals)]
pub(crate) struct SummaryTotalsBody {
    /// What the customer pays.
    total: MoneyBody,
}

/// An order in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderSummary)]
pub(crate) struct OrderSummaryBody {
    /// Identity.
    #[schema(examples("ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What customers know it by.
    #[schema(required, examples("ACM-1024"))]
    order_number: Option<String>,
    /// Whether real money moved.
    livemode: bool,
    /// `pending`, `paid`, `partially_refunded`, `refunded`, `failed` or `cancelled`.
    #[schema(examples("paid"))]
    payment_status: &'static str,
    /// `unfulfilled`, `partial` or `fulfilled`.
    #[schema(examples("unfulfilled"))]
    fulfillment_status: &'static str,
    /// Code of ISO 4217.
    #[schema(examples("GBP"))]
    currency: String,
    /// What it comes to.
    totals: SummaryTotalsBody,
    /// What was given back of it.
    refunded: MoneyBody,
    /// Units over all items.
    #[schema(examples(3))]
    item_count: u32,
    /// The customer's record.
    #[schema(required, examples("cust_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    customer_id: Option<String>,
    /// E-mail address of who bought.
    #[schema(examples("sam@example.com"))]
    customer_email: String,
    /// When it was placed.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
}

impl Resource for OrderSummaryBody {}

impl OrderSummaryBody {
    pub(crate) fn new(order: OrderSummary, livemode: bool, locale: &str) -> Self {
        let OrderSummary {
            id,
            number,
            email,
            customer_id,
            payment_status,
            fulfillment_status,
            total,
            refunded,
            item_count,
            version: _,
            created_at,
            updated_at,
            placed_at,
        } = order;
        Self {
            id: id.to_string(),
            order_number: number,
            livemode,
            payment_status: payment_status.as_str(),
            fulfillment_status: fulfillment_status.as_str(),
            currency: total.currency().code().to_owned(),
            totals: SummaryTotalsBody { total: MoneyBody::new(total, locale) },
            refunded: MoneyBody::new(refunded, locale),
            item_count,
            customer_id: customer_id.map(|id| id.to_string()),
            customer_email: email,
            created_at: placed_at.unwrap_or(created_at).into(),
            updated_at: updated_at.into(),
        }
    }
}
