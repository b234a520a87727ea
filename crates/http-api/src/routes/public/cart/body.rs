//! A cart on the wire.

use application::cart::CartView;
use domain::{cart::CartState, discount::DiscountValue, geography::CountryCode};
use serde::Serialize;
use utoipa::ToSchema;

pub(super) use self::totals::TotalsBody;
use self::{
    item::ItemBody,
    story::{CustomerBody, MessageBody, OrderBody, ShippingBody},
    totals::TaxBody,
};
use crate::{exact::Exact, fields::Resource, timestamp::Timestamp};

mod item;
mod story;
mod totals;

/// What a shopper has gathered, priced as of now. After the checkout it shows the order it became, until
/// something is added.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Cart)]
pub(super) struct CartBody {
    /// Identity; the order keeps it.
    #[schema(examples("ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// `cart`, or `order` once it was paid for.
    #[serde(rename = "type")]
    #[schema(examples("cart"))]
    kind: &'static str,
    /// Whether it is about real money.
    livemode: bool,
    /// Code of ISO 4217.
    #[schema(examples("GBP"))]
    currency: &'static str,
    /// Where the shopper seems to be; tax is estimated for there until an address is known.
    #[schema(required, examples("GB"))]
    visitor_country: Option<&'static str>,
    /// Whether e-mail and shipping address were saved, and may still be shown.
    has_checkout_data: bool,
    /// Whether a billing address of its own was saved.
    has_billing_address: bool,
    /// Whether a shipping address was saved.
    has_shipping_address: bool,
    /// Whether anything in it has to be sent.
    requires_shipping: bool,
    /// The discount code entered.
    #[schema(required, examples("SPRING20"))]
    discount_code: Option<String>,
    /// `percentage`, `fixed` or `free_shipping`.
    #[schema(required, examples("percentage"))]
    discount_type: Option<&'static str>,
    /// Percent, or minor units; `null` for free shipping.
    #[schema(required, examples(20))]
    discount_value: Option<Exact>,
    /// Whether a customer is signed in.
    is_authenticated: bool,
    /// The lines, in the order they were added.
    items: Vec<ItemBody>,
    /// What it comes to.
    totals: TotalsBody,
    /// Whether tax is inside the prices or on top of them.
    tax_inclusive: bool,
    /// All tax by jurisdiction; sums to `totals.tax`.
    tax_breakdown: Vec<TaxBody>,
    /// How it travels, once chosen.
    #[schema(required)]
    shipping_option: Option<ShippingBody>,
    /// Who buys, as far as that is known and may be shown.
    #[schema(required)]
    customer: Option<CustomerBody>,
    /// The order it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    order: Option<OrderBody>,
    /// What the shopper should know.
    messages: Vec<MessageBody>,
    /// When it last changed.
    updated_at: Timestamp,
}

impl Resource for CartBody {}

impl CartBody {
    pub(super) fn new(view: CartView, locale: &str) -> Self {
        let CartView { cart, items, totals, coupon, shipping, messages, order, tax_breakdown, .. } = view;
        let value = coupon.as_ref().and_then(|coupon| coupon.value);
        let completed = cart.state == CartState::Completed;
        Self {
            id: cart.id.to_string(),
            kind: if completed { "order" } else { "cart" },
            livemode: cart.mode.is_live(),
            currency: totals.total.currency().code(),
            visitor_country: cart.visitor_country.map(CountryCode::as_str),
            has_checkout_data: cart.contact.email.is_some() && cart.contact.shipping_address.is_some(),
            has_billing_address: view.has_billing_address,
            has_shipping_address: view.has_shipping_address,
            requires_shipping: view.requires_shipping,
            discount_code: coupon.map(|coupon| coupon.code.to_string()),
            discount_type: value.as_ref().map(discount_type),
            discount_value: value.as_ref().and_then(discount_value),
            is_authenticated: cart.customer_id.is_some(),
            items: items.into_iter().map(|item| ItemBody::new(item, locale)).collect(),
            totals: TotalsBody::new(&totals, locale),
            tax_inclusive: view.tax_inclusive,
            tax_breakdown: tax_breakdown.into_iter().map(|tax| TaxBody::new(tax, locale)).collect(),
            shipping_option: shipping.map(|shipping| ShippingBody::new(shipping, locale)),
            customer: CustomerBody::of(&cart),
            order: order.map(|order| OrderBody::new(*order, &cart)),
            messages: messages.into_iter().map(MessageBody::from).collect(),
            updated_at: cart.updated_at.into(),
        }
    }
}

const fn discount_type(value: &DiscountValue) -> &'static str {
    match value {
        DiscountValue::Percentage(_) => "percentage",
        DiscountValue::Fixed(_) => "fixed",
        DiscountValue::FreeShipping => "free_shipping",
    }
}

fn discount_value(value: &DiscountValue) -> Option<Exact> {
    match value {
        DiscountValue::Percentage(rate) => Some(rate.as_percent().into()),
        DiscountValue::Fixed(amount) => Some(Exact(amount.minor().into())),
        DiscountValue::FreeShipping => None,
    }
}
