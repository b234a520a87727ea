//! What happened in a store, told to webhooks, reports and the worker.

use chrono::{DateTime, Utc};

use crate::{
    access::Mode,
    id::{CartId, CustomerId, EventId, OrderId, PaymentId, ProductId, RefundId, StoreId, VariantId},
    money::Money,
    text_enum,
};

text_enum! {
    /// The kinds of events a webhook can subscribe to.
    pub enum EventKind {
        /// An order was placed.
        OrderCreated = "order.created",
        /// Staff changed an order.
        OrderUpdated = "order.updated",
        /// An order was paid in full.
        OrderPaid = "order.paid",
        /// Goods of an order left.
        OrderFulfilled = "order.fulfilled",
        /// Money of an order was given back.
        OrderRefunded = "order.refunded",
        /// An order was called off.
        OrderCancelled = "order.cancelled",
        /// Money was taken.
        PaymentConfirmed = "payment.confirmed",
        /// An attempt to take money failed.
        PaymentFailed = "payment.failed",
        /// Stock fell to its threshold.
        InventoryLow = "inventory.low",
        /// Stock ran out.
        InventoryOut = "inventory.out",
        /// A filled cart was left alone.
        CartAbandoned = "cart.abandoned",
        /// A review was written.
        ReviewCreated = "review.created",
        /// A customer came into being.
        CustomerCreated = "customer.created",
        /// A customer changed.
        CustomerUpdated = "customer.updated",
        /// A product came into being.
        ProductCreated = "product.created",
        /// A product changed.
        ProductUpdated = "product.updated",
        /// A product was taken off sale for good.
        ProductArchived = "product.archived",
        /// Someone wrote in a conversation.
        ConversationMessage = "conversation.message",
        /// The store's plan changed.
        SubscriptionUpdated = "subscription.updated",
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The store itself.
    Store(StoreId),
    /// A product.
    Product(ProductId),
    /// A variant.
    Variant(VariantId),
    /// A cart.
    Cart(CartId),
    /// An order.
    Order(OrderId),
    /// A payment.
    Payment(PaymentId),
    /// A refund.
    Refund(RefundId),
    /// A customer.
    Customer(CustomerId),
}

impl Subject {
    /// The word for what it is, as stored beside the id. A cart and its order share their id, so the
    /// id alone would not tell.
    pub const fn entity(&self) -> &'static str {
        match self {
            Self::Store(_) => "store",
            Self::Product(_) => "product",
            Self::Variant(_) => "variant",
            Self::Cart(_) => "cart",
            Self::Order(_) => "order",
            Self::Payment(_) => "payment",
            Self::Refund(_) => "refund",
            Self::Customer(_) => "customer",
        }
    }

    /// The identifier in its written form.
    pub fn id(&self) -> String {
        match self {
            Self::Store(id) => id.to_string(),
            Self::Product(id) => id.to_string(),
            Self::Variant(id) => id.to_string(),
            Self::Cart(id) => id.to_string(),
            Self::Order(id) => id.to_string(),
            Self::Payment(id) => id.to_string(),
            Self::Refund(id) => id.to_string(),
            Self::Customer(id) => id.to_string(),
        }
    }

    /// Reads what [`Subject::entity`] and [`Subject::id`] wrote.
    pub fn parse(entity: &str, id: &str) -> Option<Self> {
        match entity {
            "store" => id.parse().ok().map(Self::Store),
            "product" => id.parse().ok().map(Self::Product),
            "variant" => id.parse().ok().map(Self::Variant),
            "cart" => id.parse().ok().map(Self::Cart),
            "order" => id.parse().ok().map(Self::Order),
            "payment" => id.parse().ok().map(Self::Payment),
            "refund" => id.parse().ok().map(Self::Refund),
            "customer" => id.parse().ok().map(Self::Customer),
            _ => None,
        }
    }
}

/// One fact an event carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventValue {
    /// Words, an id, a written enumeration.
    Text(String),
    /// A count or a figure without a currency.
    Int(i64),
    /// An amount.
    Money(Money),
    /// Yes or no.
    Bool(bool),
}

impl From<&str> for EventValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for EventValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for EventValue {
    fn from(count: u32) -> Self {
        Self::Int(count.into())
    }
}

impl From<i64> for EventValue {
    fn from(figure: i64) -> Self {
        Self::Int(figure)
    }
}

impl From<Money> for EventValue {
    fn from(amount: Money) -> Self {
        Self::Money(amount)
    }
}

impl From<bool> for EventValue {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

/// Something that happened. Written in the transaction that made it happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Identifier, by which receivers drop repetitions.
    pub id: EventId,
    /// Where it happened.
    pub store: StoreId,
    /// Whether it was about real sales.
    pub mode: Mode,
    /// What happened.
    pub kind: EventKind,
    /// To what it happened.
    pub subject: Subject,
    /// Small facts for receivers, in the order they were added; keys are camelCase and unique.
    pub data: Vec<(String, EventValue)>,
    /// Who did it: a key, a staff member, the shopper, the worker.
    pub actor: String,
    /// When it happened.
    pub created_at: DateTime<Utc>,
}

impl Event {
    /// Adds a fact; one that is already there under `key` is replaced.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<EventValue>) -> Self {
        let value = value.into();
        match self.data.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value,
            None => self.data.push((key.to_owned(), value)),
        }
        self
    }

    /// Finds a fact.
    pub fn get(&self, key: &str) -> Option<&EventValue> {
        self.data.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests;
