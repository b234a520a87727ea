//! Orders with their lines, payments, refunds and parcels.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    fulfillment::Fulfillment,
    id::{CustomerId, Handle, OrderId, PaymentId, RefundId, StoreId, kind},
    money::Money,
    order::{FulfillmentStatus, Order, PaymentStatus},
    payment::{Payment, Provider},
    refund::Refund,
};

use crate::{
    RepoError,
    list::{Count, Slice, Sort, Window},
    search::{Condition, Excerpt},
};

/// An order with everything that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The order with its lines.
    pub order: Order,
    /// Attempts to pay it, oldest first.
    pub payments: Vec<Payment>,
    /// Refunds, oldest first.
    pub refunds: Vec<Refund>,
    /// Parcels, oldest first.
    pub fulfillments: Vec<Fulfillment>,
}

/// A line of a list of orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSummary {
    /// Identifier.
    pub id: OrderId,
    /// Number with its prefix; `None` while it waits for its payment.
    pub number: Option<String>,
    /// Who ordered.
    pub email: String,
    /// The customer's record, when there is one.
    pub customer_id: Option<CustomerId>,
    /// Where the payment stands.
    pub payment_status: PaymentStatus,
    /// Where the delivery stands.
    pub fulfillment_status: FulfillmentStatus,
    /// Grand total.
    pub total: Money,
    /// What was given back of it.
    pub refunded: Money,
    /// Units ordered, over all lines.
    pub item_count: u32,
    /// Number of writes.
    pub version: i32,
    /// When the shopper first went to pay.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
    /// When it became a numbered order.
    pub placed_at: Option<DateTime<Utc>>,
}

/// What orders can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderSort {
    /// By when they were placed; the `createdAt` of the API.
    PlacedAt,
    /// By when they were last written.
    UpdatedAt,
    /// By grand total.
    Total,
}

/// What orders can be compared by in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderField {
    /// Text: the number with its prefix.
    Number,
    /// Text, in lower case.
    Email,
    /// Text: the currency's code.
    Currency,
    /// Text: the status as the API spells it.
    PaymentStatus,
    /// Text: the status as the API spells it.
    FulfillmentStatus,
    /// Whole number: the grand total in minor units.
    Total,
    /// Whole number: what was given back, in minor units.
    Refunded,
    /// Whole number: units over all lines.
    ItemCount,
    /// Time: when it was placed.
    PlacedAt,
    /// Time: when it was last written.
    UpdatedAt,
}

/// Which orders to list. Conditions add up. Orders that were never placed are left out unless
/// `unplaced` is set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderFilter {
    /// One of these payment statuses; empty is any.
    pub payment: Vec<PaymentStatus>,
    /// One of these fulfilment statuses; empty is any.
    pub fulfillment: Vec<FulfillmentStatus>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// With this email address, lower case.
    pub email: Option<String>,
    /// Placed at or after.
    pub placed_from: Option<DateTime<Utc>>,
    /// Placed at or before.
    pub placed_to: Option<DateTime<Utc>>,
    /// That pass all of these.
    pub conditions: Vec<Condition<OrderField>>,
    /// Also those that still wait for their payment, or never got it.
    pub unplaced: bool,
}

impl OrderFilter {
    /// Whether it leaves out orders that were placed.
    pub fn is_narrow(&self) -> bool {
        *self != Self { unplaced: self.unplaced, ..Self::default() }
    }
}

/// Reads orders outside a transaction.
#[async_trait]
pub trait OrderReader: Send + Sync {
    /// One order of a mode, by id or number.
    async fn order(
        &self,
        store: StoreId,
        mode: Mode,
        order: &Handle<kind::OrderId>,
    ) -> Result<Option<OrderView>, RepoError>;

    /// Orders of one mode.
    async fn orders(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &OrderFilter,
        sort: Sort<OrderSort>,
        window: &Window,
    ) -> Result<Slice<OrderSummary>, RepoError>;

    /// A part of the orders of one mode that pass, the newest first, and how many pass in all.
    async fn search(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &OrderFilter,
        excerpt: Excerpt,
    ) -> Result<(Vec<OrderSummary>, Count), RepoError>;

    /// The hash of the cart token that may see an order.
    async fn token_hash(&self, store: StoreId, order: OrderId) -> Result<Option<String>, RepoError>;

    /// Payments of any store whose outcome should be asked for by now: the longest overdue of every store first, then
    /// the next of every store.
    async fn due_payments(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<(StoreId, Payment)>, RepoError>;

    /// Refunds of any store whose outcome should be asked for by now, in the same order.
    async fn due_refunds(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<(StoreId, Refund)>, RepoError>;

    /// One payment attempt, of any mode.
    async fn payment(&self, store: StoreId, payment: PaymentId) -> Result<Option<Payment>, RepoError>;

    /// The payment a gateway's name for a charge belongs to.
    async fn payment_by_ref(
        &self,
        store: StoreId,
        provider: Provider,
        provider_ref: &str,
    ) -> Result<Option<Payment>, RepoError>;
}

/// Orders with their lines inside a unit of work.
#[async_trait]
pub trait Orders: Send {
    /// Writes the order of a cart that goes to pay: adds it, or, when an earlier attempt failed,
    /// replaces that draft. [`RepoError::Stale`] when the order was placed or cancelled meanwhile. Sets the
    /// order's version to the stored one, so that it can be updated in the same unit of work.
    async fn draft(&mut self, order: &mut Order, token_hash: Option<&str>) -> Result<(), RepoError>;

    /// Reads an order and locks it.
    async fn find(&mut self, order: OrderId) -> Result<Option<Order>, RepoError>;

    /// Writes an order and its lines if nobody wrote it since; raises its version.
    async fn update(&mut self, order: &mut Order) -> Result<(), RepoError>;

    /// The same for an order whose lines are as they were stored: one statement, and nothing read.
    async fn update_head(&mut self, order: &mut Order) -> Result<(), RepoError>;
}

/// Payment attempts inside a unit of work.
#[async_trait]
pub trait Payments: Send {
    /// Adds an attempt. [`RepoError::Conflict`] on `payments_order_id` when another attempt of the order
    /// is open or took the money.
    async fn insert(
        &mut self,
        payment: &Payment,
        next_check_at: Option<DateTime<Utc>>,
    ) -> Result<(), RepoError>;

    /// Reads an attempt and locks it.
    async fn find(&mut self, payment: PaymentId) -> Result<Option<Payment>, RepoError>;

    /// The attempts of an order, oldest first, locked.
    async fn of_order(&mut self, order: OrderId) -> Result<Vec<Payment>, RepoError>;

    /// Writes an attempt if nobody wrote it since, raises its version, and sets when the reconciler
    /// asks about it; `None` is never.
    async fn update(
        &mut self,
        payment: &mut Payment,
        next_check_at: Option<DateTime<Utc>>,
    ) -> Result<(), RepoError>;
}

/// Refunds inside a unit of work.
#[async_trait]
pub trait Refunds: Send {
    /// Adds a refund.
    async fn insert(
        &mut self,
        refund: &Refund,
        next_check_at: Option<DateTime<Utc>>,
    ) -> Result<(), RepoError>;

    /// Reads a refund and locks it.
    async fn find(&mut self, refund: RefundId) -> Result<Option<Refund>, RepoError>;

    /// The refunds of an order, oldest first.
    async fn of_order(&mut self, order: OrderId) -> Result<Vec<Refund>, RepoError>;

    /// Writes a refund if nobody wrote it since, and sets when the reconciler asks about it.
    async fn update(
        &mut self,
        refund: &mut Refund,
        next_check_at: Option<DateTime<Utc>>,
    ) -> Result<(), RepoError>;
}

/// Parcels inside a unit of work.
#[async_trait]
pub trait Fulfillments: Send {
    /// Adds a parcel.
    async fn insert(&mut self, fulfillment: &Fulfillment) -> Result<(), RepoError>;
}

/// Webhooks that were acted upon.
#[async_trait]
pub trait Receipts: Send {
    /// Notes an event of a gateway; `false` when it was noted before, so that its effect is there.
    async fn record(&mut self, provider: Provider, event: &str, at: DateTime<Utc>)
    -> Result<bool, RepoError>;
}
