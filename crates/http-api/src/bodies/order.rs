//! An order as staff sees it, and the parts of it that shoppers see too.

use std::collections::BTreeMap;

use domain::{
    discount::DiscountValue,
    money::Money,
    order::{Order, OrderCoupon, OrderShipping},
    quote::Totals,
    tax::TaxAmount,
};
use ports::orders::OrderView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{address::AddressBody, exact::Exact, fields::Resource, money::MoneyBody, timestamp::Timestamp};

mod fulfillment;
mod item;
mod payment;
mod refund;
mod summary;

pub(crate) use fulfillment::FulfillmentBody;
pub(crate) use item::OrderItemBody;
pub(crate) use payment::{GatewayPaymentBody, PaymentBody};
pub(crate) use refund::RefundBody;
pub(crate) use summary::OrderSummaryBody;

/// What an order comes to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OrderTotals)]
pub(crate) struct OrderTotalsBody {
    /// The items before discount.
    subtotal: MoneyBody,
    /// What the promotion took off the items.
    discount: MoneyBody,
    /// Shipping after its own discount.
    shipping: MoneyBody,
    /// All tax.
    tax: MoneyBody,
    /// What the customer pays.
    total: MoneyBody,
}

impl OrderTotalsBody {
    pub(crate) fn new(totals: &Totals, locale: &str) -> Self {
        let money = |amount: Money| MoneyBody::new(amount, locale);
        let Totals { subtotal, discount, shipping, tax, total } = *totals;
        Self {
            subtotal: money(subtotal),
            discount: money(discount),
            shipping: money(shipping),
            tax: money(tax),
            total: money(total),
        }
    }
}

/// Tax that is due to one jurisdiction.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OrderTax)]
pub(crate) struct OrderTaxBody {
    /// What the tax is called.
    #[schema(examples("VAT"))]
    name: String,
    /// The rate as a fraction.
    #[schema(examples(0.2))]
    rate: Exact,
    /// Where it is due.
    #[schema(examples("GB"))]
    jurisdiction: String,
    /// How much.
    amount: MoneyBody,
}

impl OrderTaxBody {
    pub(crate) fn new(tax: &TaxAmount, locale: &str) -> Self {
        let TaxAmount { name, rate, jurisdiction, amount } = tax.clone();
        Self { name, rate: rate.fraction().into(), jurisdiction, amount: MoneyBody::new(amount, locale) }
    }
}

/// Who bought, as they were when they did.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderCustomer)]
pub(crate) struct OrderCustomerBody {
    /// The customer's record; `null` for a guest without one.
    #[schema(required, examples("cust_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: Option<String>,
    /// E-mail address.
    #[schema(examples("sam@example.com"))]
    email: String,
    /// Given name.
    #[schema(required, examples("Sam"))]
    first_name: Option<String>,
    /// Family name.
    #[schema(required, examples("Buyer"))]
    last_name: Option<String>,
}

impl OrderCustomerBody {
    pub(crate) fn new(order: &Order) -> Self {
        let named = order.billing_address.as_ref().or(order.shipping_address.as_ref());
        Self {
            id: order.customer_id.map(|id| id.to_string()),
            email: order.email.as_str().to_owned(),
            first_name: named.and_then(|address| address.first_name.clone()),
            last_name: named.and_then(|address| address.last_name.clone()),
        }
    }
}

/// The promotion that an order was sold with.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderDiscount)]
pub(crate) struct OrderDiscountBody {
    /// The promotion.
    #[schema(examples("promo_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    promotion_id: String,
    /// Its code.
    #[schema(examples("SPRING20"))]
    code: String,
    /// `percentage`, `fixed_amount` or `free_shipping`.
    #[serde(rename = "type")]
    #[schema(examples("percentage"))]
    kind: &'static str,
    /// Percent, or minor units; `null` for free shipping.
    #[schema(required, examples(20))]
    value: Option<Exact>,
    /// What it took off the items.
    amount: MoneyBody,
}

impl OrderDiscountBody {
    pub(crate) fn new(coupon: &OrderCoupon, amount: Money, locale: &str) -> Self {
        let OrderCoupon { promotion_id, code, value } = coupon;
        Self {
            promotion_id: promotion_id.to_string(),
            code: code.to_string(),
            kind: value.kind(),
            value: match value {
                DiscountValue::Percentage(rate) => Some(rate.as_percent().into()),
                DiscountValue::Fixed(amount) => Some(Exact(amount.minor().into())),
                DiscountValue::FreeShipping => None,
            },
            amount: MoneyBody::new(amount, locale),
        }
    }
}

/// How an order travels.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OrderShippingOption)]
pub(crate) struct OrderShippingBody {
    /// The shipping method; it may have been deleted since.
    #[schema(examples("shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What it was called.
    #[schema(examples("Royal Mail Tracked 48"))]
    name: String,
    /// Its price.
    price: MoneyBody,
    /// What a promotion took off that.
    discount: MoneyBody,
    /// The tax on the rest.
    tax: MoneyBody,
    /// What the customer pays for it.
    total: MoneyBody,
}

impl OrderShippingBody {
    pub(crate) fn new(shipping: &OrderShipping, locale: &str) -> Self {
        let money = |amount: Money| MoneyBody::new(amount, locale);
        let OrderShipping { method_id, name, price, discount, tax, taxes: _, total, refunded: _ } = shipping;
        Self {
            id: method_id.to_string(),
            name: name.clone(),
            price: money(*price),
            discount: money(*discount),
            tax: money(*tax),
            total: money(*total),
        }
    }
}

/// An order with everything on it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Order)]
pub(crate) struct OrderBody {
    /// Identity; the cart's before.
    #[schema(examples("ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What customers know it by; `null` until the sale is final.
    #[schema(required, examples("ACM-1024"))]
    order_number: Option<String>,
    /// Always `order`.
    #[serde(rename = "type")]
    #[schema(examples("order"))]
    kind: &'static str,
    /// Whether real money moved.
    livemode: bool,
    /// `pending`, `paid`, `partially_refunded`, `refunded`, `failed` or `cancelled`.
    #[schema(examples("paid"))]
    payment_status: &'static str,
    /// `unfulfilled`, `partial` or `fulfilled`.
    #[schema(examples("unfulfilled"))]
    fulfillment_status: &'static str,
    /// Code of ISO 4217; of every amount in the order.
    #[schema(examples("GBP"))]
    currency: &'static str,
    /// What it comes to.
    totals: OrderTotalsBody,
    /// All that was given back, or is on its way back.
    refunded: MoneyBody,
    /// Whether prices contain their tax.
    tax_inclusive: bool,
    /// All tax by jurisdiction; sums to the tax of the totals.
    tax_breakdown: Vec<OrderTaxBody>,
    /// Who bought.
    customer: OrderCustomerBody,
    /// E-mail address of who bought.
    #[schema(examples("sam@example.com"))]
    customer_email: String,
    /// What was bought.
    items: Vec<OrderItemBody>,
    /// The promotion used.
    #[schema(required)]
    discount: Option<OrderDiscountBody>,
    /// How it travels; `null` when nothing does.
    #[schema(required)]
    shipping_option: Option<OrderShippingBody>,
    /// Where it goes; `null` when nothing travels.
    #[schema(required)]
    shipping_address: Option<AddressBody>,
    /// Who is billed.
    #[schema(required)]
    billing_address: Option<AddressBody>,
    /// The customer's note.
    #[schema(required)]
    notes: Option<String>,
    /// Notes that only staff sees.
    #[schema(required)]
    internal_notes: Option<String>,
    /// The merchant's own data.
    metadata: BTreeMap<String, String>,
    /// The payment that counts: the latest one.
    #[schema(required)]
    payment: Option<GatewayPaymentBody>,
    /// Every attempt to pay, oldest first.
    payments: Vec<PaymentBody>,
    /// Money given back, oldest first.
    refunds: Vec<RefundBody>,
    /// Parcels, oldest first.
    fulfillments: Vec<FulfillmentBody>,
    /// Grows with every change.
    #[schema(examples(3))]
    version: i32,
    /// When it was placed; before that, when the shopper first went to pay.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
    /// When the sale became final.
    #[schema(required)]
    placed_at: Option<Timestamp>,
    /// When it was paid.
    #[schema(required)]
    paid_at: Option<Timestamp>,
    /// When the last of it left.
    #[schema(required)]
    fulfilled_at: Option<Timestamp>,
    /// When it was called off.
    #[schema(required)]
    cancelled_at: Option<Timestamp>,
    /// Why it was called off.
    #[schema(required)]
    cancel_reason: Option<String>,
}

impl Resource for OrderBody {}

impl OrderBody {
    pub(crate) fn new(view: OrderView, locale: &str) -> Self {
        let OrderView { order, payments, refunds, fulfillments } = view;
        let customer = OrderCustomerBody::new(&order);
        // Taken apart in full, so that a new field of an order must be shown or left out on purpose.
        let Order {
            id,
            mode,
            number,
            email,
            customer_id: _,
            currency,
            lines,
            totals,
            tax_inclusive,
            tax_breakdown,
            shipping,
            coupon,
            shipping_address,
            billing_address,
            notes,
            internal_notes,
            metadata,
            payment_status,
            fulfillment_status,
            refunded,
            version,
            created_at,
            updated_at,
            placed_at,
            paid_at,
            fulfilled_at,
            cancelled_at,
            cancel_reason,
        } = order;
        Self {
            id: id.to_string(),
            order_number: number.map(|number| number.to_string()),
            kind: "order",
            livemode: mode.is_live(),
            payment_status: payment_status.as_str(),
            fulfillment_status: fulfillment_status.as_str(),
            currency: currency.code(),
            totals: OrderTotalsBody::new(&totals, locale),
            refunded: MoneyBody::new(refunded, locale),
            tax_inclusive,
            tax_breakdown: tax_breakdown.iter().map(|tax| OrderTaxBody::new(tax, locale)).collect(),
            customer,
            customer_email: email.as_str().to_owned(),
            items: lines.into_iter().map(|line| OrderItemBody::new(line, locale)).collect(),
            discount: coupon.map(|coupon| OrderDiscountBody::new(&coupon, totals.discount, locale)),
            shipping_option: shipping.map(|shipping| OrderShippingBody::new(&shipping, locale)),
            shipping_address: shipping_address.map(Into::into),
            billing_address: billing_address.map(Into::into),
            notes,
            internal_notes,
            metadata,
            payment: payments.last().map(GatewayPaymentBody::from),
            payments: payments.into_iter().map(|payment| PaymentBody::new(payment, locale)).collect(),
            refunds: refunds.into_iter().map(|refund| RefundBody::new(refund, locale)).collect(),
            fulfillments: fulfillments.into_iter().map(FulfillmentBody::from).collect(),
            version,
            created_at: placed_at.unwrap_or(created_at).into(),
            updated_at: updated_at.into(),
            placed_at: placed_at.map(Into::into),
            paid_at: paid_at.map(Into::into),
            fulfilled_at: fulfilled_at.map(Into::into),
            cancelled_at: cancelled_at.map(Into::into),
            cancel_reason,
        }
    }
}
