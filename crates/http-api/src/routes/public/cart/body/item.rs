//! The lines of a cart on the wire.

use application::cart::CartItem;
use domain::{catalog::product::ProductType, money::Money};
use serde::Serialize;
use utoipa::ToSchema;

use crate::money::MoneyBody;

/// A line of a cart.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CartItem)]
pub(super) struct ItemBody {
    /// Identity.
    #[schema(examples("oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// The product.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    product_id: String,
    /// The variant, where the product has several.
    #[schema(required, examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    variant_id: Option<String>,
    /// What the product is called; `null` once it is gone.
    #[schema(required, examples("Hand-poured candle"))]
    product_name: Option<String>,
    /// Slug of the product; `null` once it is gone.
    #[schema(required, examples("hand-poured-candle"))]
    product_slug: Option<String>,
    /// What tells the variant from its siblings.
    #[schema(required, examples("Large"))]
    variant_name: Option<String>,
    /// Stock keeping unit.
    #[schema(required, examples("CANDLE-L"))]
    sku: Option<String>,
    /// `physical`, `digital`, `bundle` or `subscription`.
    #[schema(required, examples("physical"))]
    product_type: Option<&'static str>,
    /// Units wanted.
    #[schema(examples(2))]
    quantity: u32,
    /// What one unit costs.
    price: MoneyBody,
    /// What one unit costs when not reduced.
    original_price: MoneyBody,
    /// Quantity times price.
    subtotal: MoneyBody,
    /// The line's part of the discount.
    discount: MoneyBody,
    /// Tax on the line.
    tax: MoneyBody,
    /// What is paid for the line, tax included.
    total: MoneyBody,
    /// A picture.
    #[schema(required)]
    image: Option<ImageBody>,
    /// Whether it has to be sent.
    requires_shipping: bool,
    /// Whether stock is counted.
    track_inventory: bool,
    /// Whether any can be sold now.
    in_stock: bool,
    /// Units that can be sold now; `null` where stock is not counted.
    #[schema(required, examples(47))]
    inventory_count: Option<u32>,
    /// Whether it is for sale, and part of the totals.
    available: bool,
}

impl ItemBody {
    pub(super) fn new(item: CartItem, locale: &str) -> Self {
        let money = |amount: Money| MoneyBody::new(amount, locale);
        let several = item.variant_name.is_some();
        Self {
            id: item.id.to_string(),
            product_id: item.product_id.to_string(),
            variant_id: several.then(|| item.variant_id.to_string()),
            product_name: item.product_name,
            product_slug: item.product_slug,
            variant_name: item.variant_name,
            sku: item.sku,
            product_type: item.product_type.map(ProductType::as_str),
            quantity: item.quantity,
            price: money(item.unit_price),
            original_price: money(item.original_unit_price),
            subtotal: money(item.subtotal),
            discount: money(item.discount),
            tax: money(item.tax),
            total: money(item.total),
            image: item.image.map(|image| ImageBody { id: image.id, path: image.url, alt: image.alt }),
            requires_shipping: item.requires_shipping,
            track_inventory: item.track_inventory,
            in_stock: item.in_stock,
            inventory_count: item.available,
            available: item.is_sold,
        }
    }
}

/// A picture of a line.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CartImage)]
struct ImageBody {
    /// Identity within the product.
    #[schema(required)]
    id: Option<String>,
    /// Address.
    #[schema(examples("https://cdn.example.com/candle.jpg"))]
    path: String,
    /// What it shows.
    #[schema(required, examples("A candle"))]
    alt: Option<String>,
}
