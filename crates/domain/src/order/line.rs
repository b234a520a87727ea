//! The parts of an order that money is given back for: its lines and its shipping.

use crate::{
    catalog::product::ProductType,
    discount::{CouponCode, DiscountValue},
    id::{LineId, ProductId, PromotionId, ShippingMethodId, VariantId},
    money::Money,
    tax::TaxAmount,
};

/// How an order travels and what that costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderShipping {
    /// The method chosen; it may have been deleted since.
    pub method_id: ShippingMethodId,
    /// The method's name at that time.
    pub name: String,
    /// Price before discount.
    pub price: Money,
    /// Taken off by a promotion.
    pub discount: Money,
    /// Tax on shipping.
    pub tax: Money,
    /// `tax` by jurisdiction.
    pub taxes: Vec<TaxAmount>,
    /// What the customer pays for shipping, tax included.
    pub total: Money,
    /// How much of `total` was given back.
    pub refunded: Money,
}

/// The promotion an order was sold with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCoupon {
    /// The promotion.
    pub promotion_id: PromotionId,
    /// Its code at that time.
    pub code: CouponCode,
    /// Its value at that time.
    pub value: DiscountValue,
}

/// One line of an order. Names and amounts are as they were when the order was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Identifier, the cart line's.
    pub id: LineId,
    /// The product sold.
    pub product_id: ProductId,
    /// The variant sold.
    pub variant_id: VariantId,
    /// The product's name.
    pub product_name: String,
    /// The product's slug.
    pub product_slug: String,
    /// The variant's name, unless the product has a single hidden one.
    pub variant_name: Option<String>,
    /// Stock keeping unit, when it has one.
    pub sku: Option<String>,
    /// Address of a picture.
    pub image: Option<String>,
    /// What kind of product it is.
    pub product_type: ProductType,
    /// Whether it travels in a parcel.
    pub requires_shipping: bool,
    /// Whether stock was taken for it, so that stock comes back with it.
    pub tracked: bool,
    /// Units sold. At least one.
    pub quantity: u32,
    /// Price of a unit.
    pub unit_price: Money,
    /// Price of a unit before any sale.
    pub original_unit_price: Money,
    /// `unit_price` times `quantity`.
    pub subtotal: Money,
    /// The line's share of the discount.
    pub discount: Money,
    /// Tax on the line.
    pub tax: Money,
    /// `tax` by jurisdiction.
    pub taxes: Vec<TaxAmount>,
    /// What the customer pays for the line, tax included.
    pub total: Money,
    /// Units sent. At most `quantity`.
    pub fulfilled: u32,
    /// Units refunded. At most `quantity`.
    pub refunded: u32,
    /// Units put back into stock. At most `quantity`.
    pub restocked: u32,
    /// How much of `total` was given back with refunded units.
    pub refunded_amount: Money,
}

impl OrderLine {
    /// Units still to be sent. A refund takes units that have not left first.
    pub const fn unfulfilled(&self) -> u32 {
        self.quantity.saturating_sub(self.refunded).saturating_sub(self.fulfilled)
    }

    /// Units that have not been refunded.
    pub const fn unrefunded(&self) -> u32 {
        self.quantity.saturating_sub(self.refunded)
    }

    /// Units that could come back into stock.
    pub const fn restockable(&self) -> u32 {
        if self.tracked { self.quantity.saturating_sub(self.restocked) } else { 0 }
    }
}
