//! A cart as it is shown.

use domain::{
    cart::Cart,
    catalog::product::ProductType,
    discount::{CouponCode, DiscountValue, Refusal},
    id::{LineId, ProductId, ShippingMethodId, VariantId},
    money::Money,
    quote::Totals,
    rate::Rate,
    tax::TaxAmount,
};
use ports::orders::OrderView;

use super::message::Message;

/// A cart with its price. For a cart that became an order, everything is as it was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartView {
    /// The cart. Its contact is empty once it must not be shown any more.
    pub cart: Cart,
    /// Whether a shipping address was given, shown or not.
    pub has_shipping_address: bool,
    /// Whether a billing address of its own was given, shown or not.
    pub has_billing_address: bool,
    /// The lines, in the order they were added.
    pub items: Vec<CartItem>,
    /// What the cart comes to.
    pub totals: Totals,
    /// Whether the tax is inside the prices or on top of them.
    pub tax_inclusive: bool,
    /// All tax by jurisdiction.
    pub tax_breakdown: Vec<TaxAmount>,
    /// The tax rate to show for the cart as a whole.
    pub tax_rate: Rate,
    /// Whether anything has to be sent.
    pub requires_shipping: bool,
    /// The coupon entered.
    pub coupon: Option<CartCoupon>,
    /// How the goods travel, if that was chosen and is possible.
    pub shipping: Option<CartShipping>,
    /// Whether a shipping method was chosen that does not serve this cart.
    pub shipping_unavailable: bool,
    /// What the shopper should know.
    pub messages: Vec<Message>,
    /// The order that the cart became.
    pub order: Option<Box<OrderView>>,
}

/// A line of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartItem {
    /// Identifier.
    pub id: LineId,
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub variant_id: VariantId,
    /// What the product is called; unknown once it is gone.
    pub product_name: Option<String>,
    /// Slug of the product; unknown once it is gone.
    pub product_slug: Option<String>,
    /// What tells the variant from its siblings; `None` on a simple product.
    pub variant_name: Option<String>,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// A picture.
    pub image: Option<CartImage>,
    /// What sort of thing it is; unknown once it is gone.
    pub product_type: Option<ProductType>,
    /// Units wanted.
    pub quantity: u32,
    /// What one unit costs before the coupon; nothing for what is not sold.
    pub unit_price: Money,
    /// What one unit costs when not reduced.
    pub original_unit_price: Money,
    /// Quantity times unit price.
    pub subtotal: Money,
    /// The line's part of the coupon's discount.
    pub discount: Money,
    /// Tax on the line after its discount.
    pub tax: Money,
    /// What the shopper pays for the line, tax included.
    pub total: Money,
    /// Whether it has to be sent.
    pub requires_shipping: bool,
    /// Whether stock is counted.
    pub track_inventory: bool,
    /// Whether any can be sold now.
    pub in_stock: bool,
    /// Units that can be sold now, where stock is counted.
    pub available: Option<u32>,
    /// Whether it is part of the totals.
    pub is_sold: bool,
}

/// A picture of what a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartImage {
    /// Identity within the product; forgotten once it was sold.
    pub id: Option<String>,
    /// Address.
    pub url: String,
    /// What it shows.
    pub alt: Option<String>,
}

/// The coupon of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartCoupon {
    /// Its code.
    pub code: CouponCode,
    /// What it gives; `None` when there is no such coupon any more.
    pub value: Option<DiscountValue>,
    /// Why it gives nothing now, when it does not.
    pub refusal: Option<Refusal>,
}

/// How the goods of a cart travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartShipping {
    /// The method.
    pub method: ShippingMethodId,
    /// What it is called.
    pub name: String,
    /// What it charges before any coupon.
    pub price: Money,
}
