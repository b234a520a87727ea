//! A line of an order on the wire.

use domain::{money::Money, order::OrderLine};
use serde::Serialize;
use utoipa::ToSchema;

use super::OrderTaxBody;
use crate::money::MoneyBody;

/// What was bought of one variant, as it was at the time.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderItem)]
pub(crate) struct OrderItemBody {
    /// Identity; to fulfil or refund by.
    #[schema(examples("oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// The product.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    product_id: String,
    /// The variant.
    #[schema(examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    variant_id: String,
    /// What the product was called.
    #[schema(examples("Hand-poured candle"))]
    product_name: String,
    /// The product's slug.
    #[schema(examples("hand-poured-candle"))]
    product_slug: String,
    /// What the variant was called, where there were several.
    #[schema(required, examples("Large"))]
    variant_name: Option<String>,
    /// Stock keeping unit.
    #[schema(required, examples("CANDLE-001"))]
    sku: Option<String>,
    /// Address of a picture.
    #[schema(required)]
    image_url: Option<String>,
    /// `physical`, `digital`, `bundle` or `subscription`.
    #[schema(examples("physical"))]
    product_type: &'static str,
    /// Whether it travels.
    requires_shipping: bool,
    /// Units sold.
    #[schema(examples(2))]
    quantity: u32,
    /// Price of a unit.
    price: MoneyBody,
    /// Price of a unit before any sale.
    original_price: MoneyBody,
    /// Price times quantity.
    subtotal: MoneyBody,
    /// The item's share of the discount.
    discount: MoneyBody,
    /// Tax on the item.
    tax: MoneyBody,
    /// The same tax by jurisdiction.
    tax_breakdown: Vec<OrderTaxBody>,
    /// What the customer pays for it.
    total: MoneyBody,
    /// Units that have left.
    #[schema(examples(0))]
    fulfilled_quantity: u32,
    /// Units that were refunded.
    #[schema(examples(0))]
    refunded_quantity: u32,
    /// Units that went back into stock.
    #[schema(examples(0))]
    restocked_quantity: u32,
    /// What was given back for refunded units.
    refunded: MoneyBody,
}

impl OrderItemBody {
    pub(crate) fn new(line: OrderLine, locale: &str) -> Self {
        let money = |amount: Money| MoneyBody::new(amount, locale);
        let OrderLine {
            id,
            product_id,
            variant_id,
            product_name,
            product_slug,
            variant_name,
            sku,
            image,
            product_type,
            requires_shipping,
            tracked: _,
            quantity,
            unit_price,
            original_unit_price,
            subtotal,
            discount,
            tax,
            taxes,
            total,
            fulfilled,
            refunded,
            restocked,
            refunded_amount,
        } = line;
        Self {
            id: id.to_string(),
            product_id: product_id.to_string(),
            variant_id: variant_id.to_string(),
            product_name,
            product_slug,
            variant_name,
            sku,
            image_url: image,
            product_type: product_type.as_str(),
            requires_shipping,
            quantity,
            price: money(unit_price),
            original_price: money(original_unit_price),
            subtotal: money(subtotal),
            discount: money(discount),
            tax: money(tax),
            tax_breakdown: taxes.iter().map(|tax| OrderTaxBody::new(tax, locale)).collect(),
            total: money(total),
            fulfilled_quantity: fulfilled,
            refunded_quantity: refunded,
            restocked_quantity: restocked,
            refunded: money(refunded_amount),
        }
    }
}
