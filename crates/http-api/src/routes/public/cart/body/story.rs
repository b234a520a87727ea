//! Who buys, how it travels, what became of it, and what there is to know, on the wire.

use application::cart::{CartShipping, Message, Weight};
use domain::cart::Cart;
use ports::orders::OrderView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{money::MoneyBody, timestamp::Timestamp};

/// How a cart travels.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CartShipping)]
pub(super) struct ShippingBody {
    /// The shipping method.
    #[schema(examples("shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What it is called.
    #[schema(examples("Tracked 48"))]
    name: String,
    /// What it charges before any coupon.
    price: MoneyBody,
}

impl ShippingBody {
    pub(super) fn new(shipping: CartShipping, locale: &str) -> Self {
        let CartShipping { method, name, price } = shipping;
        Self { id: method.to_string(), name, price: MoneyBody::new(price, locale) }
    }
}

/// Who buys.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CartCustomer)]
pub(super) struct CustomerBody {
    /// The customer's account.
    #[schema(required, examples("cust_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    customer_id: Option<String>,
    /// E-mail address.
    #[schema(required, examples("sam@example.com"))]
    email: Option<String>,
    /// Given name.
    #[schema(required, examples("Sam"))]
    first_name: Option<String>,
    /// Family name.
    #[schema(required, examples("Buyer"))]
    last_name: Option<String>,
}

impl CustomerBody {
    pub(super) fn of(cart: &Cart) -> Option<Self> {
        let known = cart.customer_id.is_some() || cart.contact.is_personal();
        let address = cart.contact.shipping_address.as_ref().or(cart.contact.billing());
        known.then(|| Self {
            customer_id: cart.customer_id.map(|id| id.to_string()),
            email: cart.contact.email.as_ref().map(ToString::to_string),
            first_name: address.and_then(|address| address.first_name.clone()),
            last_name: address.and_then(|address| address.last_name.clone()),
        })
    }
}

/// The order that a cart became.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CartOrder)]
pub(super) struct OrderBody {
    /// Number with its prefix.
    #[schema(required, examples("ACM-1001"))]
    number: Option<String>,
    /// Where the money is.
    #[schema(examples("paid"))]
    payment_status: &'static str,
    /// Where the goods are.
    #[schema(examples("unfulfilled"))]
    fulfillment_status: &'static str,
    /// What took the money; `null` where there was nothing to pay.
    #[schema(required, examples("stripe"))]
    payment_gateway: Option<&'static str>,
    /// When it was placed.
    #[schema(required)]
    placed_at: Option<Timestamp>,
    /// The shopper's note, while personal data may be shown.
    #[schema(required)]
    customer_notes: Option<String>,
}

impl OrderBody {
    pub(super) fn new(view: OrderView, cart: &Cart) -> Self {
        let OrderView { order, payments, .. } = view;
        Self {
            number: order.number.map(|number| number.to_string()),
            payment_status: order.payment_status.as_str(),
            fulfillment_status: order.fulfillment_status.as_str(),
            payment_gateway: payments.last().map(|payment| payment.provider.as_str()),
            placed_at: order.placed_at.map(Timestamp::from),
            customer_notes: order.notes.filter(|_| cart.contact.is_personal()),
        }
    }
}

/// One thing to know about a cart.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CartMessage)]
pub(super) struct MessageBody {
    /// `warning` or `info`.
    #[serde(rename = "type")]
    #[schema(examples("warning"))]
    kind: &'static str,
    /// Stable name of the thing.
    #[schema(examples("stock_limited"))]
    code: &'static str,
    /// In words for a shopper.
    #[schema(examples("Only 3 of Hand-poured candle left in stock."))]
    message: String,
    /// The line it is about.
    #[schema(required, examples("oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    item_id: Option<String>,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        let Message { weight, code, text, line } = message;
        let kind = match weight {
            Weight::Info => "info",
            Weight::Warning => "warning",
        };
        Self { kind, code, message: text, item_id: line.map(|line| line.to_string()) }
    }
}
