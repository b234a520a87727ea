//! Looking for orders and changing them, on the wire.

use std::collections::BTreeMap;

use application::order::{OrderChanges, OrderQuery, OrderStatus};
use chrono::{DateTime, Utc};
use domain::{
    id::kind,
    order::{FulfillmentStatus, PaymentStatus},
};
use ports::{
    list::Sort,
    orders::{OrderField, OrderFilter, OrderSort},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::{
    address::NewAddressBody,
    bodies::{event::EventBody, order::OrderSummaryBody},
    id::IdText,
    list::ListSpec,
    patch::{Patch, not_null},
    search::{Conditions, NumberTest, TextTest, TimeRange},
};

/// The list of orders.
#[derive(Debug)]
pub(super) struct Orders;

impl ListSpec for Orders {
    type Row = OrderSummaryBody;
    type By = OrderSort;
    const NAME: &'static str = "orders";
    const SORTS: &'static [(&'static str, OrderSort)] = &[
        ("createdAt", OrderSort::PlacedAt),
        ("updatedAt", OrderSort::UpdatedAt),
        ("total", OrderSort::Total),
    ];
    const DEFAULT: Sort<OrderSort> = Sort { by: OrderSort::PlacedAt, descending: true };
}

/// The list of an order's events, which has one order: that of time.
#[derive(Debug)]
pub(super) struct OrderEvents;

impl ListSpec for OrderEvents {
    type Row = EventBody;
    type By = ();
    const NAME: &'static str = "order_events";
    const SORTS: &'static [(&'static str, ())] = &[];
    const DEFAULT: Sort<()> = Sort { by: (), descending: false };
}

macro_rules! words {
    ($(#[$doc:meta])* $body:ident as $name:ident for $domain:ident { $($(#[$variant:meta])* $word:ident),+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $name)]
        pub(super) enum $body { $($(#[$variant])* $word),+ }

        impl From<$body> for $domain {
            fn from(word: $body) -> Self {
                match word { $($body::$word => Self::$word),+ }
            }
        }
    };
}

words! {
    /// Where an order stands, in one word.
    StatusBody as OrderStatus for OrderStatus {
        /// The money is awaited.
        Pending,
        /// Paid, and nothing given back.
        Paid,
        /// Everything has left.
        Fulfilled,
        /// All money was given back.
        Refunded,
        /// Called off.
        Cancelled
    }
}

words! {
    /// Where the money of an order is.
    PaymentStatusBody as PaymentStatus for PaymentStatus {
        /// Awaited.
        Pending,
        /// Taken.
        Paid,
        /// Some was given back.
        PartiallyRefunded,
        /// All was given back.
        Refunded,
        /// It could not be taken.
        Failed,
        /// Called off.
        Cancelled
    }
}

words! {
    /// Where the goods of an order are.
    FulfillmentStatusBody as FulfillmentStatus for FulfillmentStatus {
        /// Nothing has left.
        Unfulfilled,
        /// Some has left.
        Partial,
        /// Everything has left.
        Fulfilled
    }
}

/// Which orders to list. Conditions add up.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct OrderFilters {
    /// That stand so.
    #[param(inline)]
    status: Option<StatusBody>,
    /// Whose money is there.
    #[param(inline)]
    payment_status: Option<PaymentStatusBody>,
    /// Whose goods are there.
    #[param(inline)]
    fulfillment_status: Option<FulfillmentStatusBody>,
    /// Of this customer.
    #[param(value_type = Option<String>, example = "cust_01HXYZ6R9M3K8Q2B7V5N4C1D0E")]
    customer_id: Option<IdText<kind::CustomerId>>,
    /// With this e-mail address.
    #[param(example = "sam@example.com")]
    email: Option<String>,
    /// Placed at this time or later.
    #[param(example = "2026-04-01T00:00:00Z")]
    created_after: Option<DateTime<Utc>>,
    /// Placed at this time or before.
    #[param(example = "2026-04-30T23:59:59Z")]
    created_before: Option<DateTime<Utc>>,
}

impl From<&OrderFilters> for OrderQuery {
    fn from(filters: &OrderFilters) -> Self {
        let filter = OrderFilter {
            payment: filters.payment_status.map(Into::into).into_iter().collect(),
            fulfillment: filters.fulfillment_status.map(Into::into).into_iter().collect(),
            customer: filters.customer_id.map(|customer| customer.id),
            email: filters.email.clone(),
            placed_from: filters.created_after,
            placed_to: filters.created_before,
            ..OrderFilter::default()
        };
        Self { status: filters.status.map(Into::into), filter }
    }
}

/// What to look for. All conditions have to hold; texts are compared as a whole.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = SearchOrders)]
pub(super) struct SearchOrdersBody {
    /// The number with its prefix.
    #[validate(nested)]
    order_number: Option<TextTest>,
    /// E-mail address of who bought, in any case.
    #[validate(nested)]
    customer_email: Option<TextTest>,
    /// Code of the currency.
    #[validate(nested)]
    currency: Option<TextTest>,
    /// Where the money is.
    #[validate(nested)]
    payment_status: Option<TextTest>,
    /// Where the goods are.
    #[validate(nested)]
    fulfillment_status: Option<TextTest>,
    /// What the customer pays, in minor units.
    total: Option<NumberTest>,
    /// What was given back, in minor units.
    refunded: Option<NumberTest>,
    /// Units over all items.
    item_count: Option<NumberTest>,
    /// When it was placed.
    created_at: Option<TimeRange>,
    /// When it last changed.
    updated_at: Option<TimeRange>,
    /// Rows to answer with at most; none just counts.
    #[validate(range(max = 100))]
    #[schema(maximum = 100, default = 20)]
    pub(super) limit: Option<u32>,
    /// Rows to skip.
    #[validate(range(max = 1_000_000_000))]
    #[schema(maximum = 1_000_000_000, default = 0)]
    pub(super) offset: Option<u64>,
}

impl From<SearchOrdersBody> for OrderFilter {
    fn from(body: SearchOrdersBody) -> Self {
        let conditions = Conditions::new()
            .text(OrderField::Number, body.order_number)
            .text(OrderField::Email, body.customer_email)
            .text(OrderField::Currency, body.currency)
            .text(OrderField::PaymentStatus, body.payment_status)
            .text(OrderField::FulfillmentStatus, body.fulfillment_status)
            .number(OrderField::Total, body.total)
            .number(OrderField::Refunded, body.refunded)
            .number(OrderField::ItemCount, body.item_count)
            .time(OrderField::PlacedAt, body.created_at)
            .time(OrderField::UpdatedAt, body.updated_at);
        Self { conditions: conditions.into_vec(), ..Self::default() }
    }
}

/// What to change about an order.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeOrder)]
pub(super) struct ChangeOrderBody {
    /// Notes that only staff sees, or `null` for none.
    #[serde(default)]
    #[validate(length(max = 10_000))]
    #[schema(max_length = 10_000, examples("Called customer, confirmed delivery window"))]
    internal_notes: Patch<String>,
    /// The merchant's own data, all of it.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    metadata: Option<BTreeMap<String, String>>,
    /// Where the goods go instead.
    #[serde(default, deserialize_with = "not_null")]
    #[validate(nested)]
    #[schema(nullable = false)]
    shipping_address: Option<NewAddressBody>,
}

impl ChangeOrderBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> OrderChanges {
        OrderChanges {
            internal_notes: self.internal_notes.into(),
            metadata: self.metadata,
            shipping_address: self.shipping_address.map(Into::into),
            if_version,
        }
    }
}
