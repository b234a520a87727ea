//! A basket priced as a whole: lines, discount, shipping, tax and totals. The cart, the estimate, the
//! tax preview and the checkout all ask here, so that a shopper pays what was shown.

use chrono::{DateTime, Utc};

pub use self::calculation::{quote, shipped_items};
use crate::{
    discount::{CustomerHistory, Promotion, Refusal},
    id::{CategoryId, LineId, ProductId, VariantId},
    money::{Currency, Money},
    pricing::EffectivePrice,
    rate::Rate,
    shipping::{Destination, ShippingMethod},
    tax::{TaxAmount, TaxClass, TaxRate, TaxSettings},
};

mod calculation;
#[cfg(test)]
mod tests;

/// A line to be priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteLine {
    /// The line.
    pub line: LineId,
    /// The product.
    pub product: ProductId,
    /// The variant.
    pub variant: VariantId,
    /// Every category the product is in, ancestors included.
    pub categories: Vec<CategoryId>,
    /// How many units.
    pub quantity: u32,
    /// What one unit costs, as [`crate::pricing::effective_price`] says.
    pub price: EffectivePrice,
    /// Whether tax is due on it.
    pub taxable: bool,
    /// What it is taxed as.
    pub tax_class: TaxClass,
    /// Whether it has to be shipped.
    pub requires_shipping: bool,
    /// What one unit weighs.
    pub weight_grams: u32,
    /// What shipping one unit costs, where the product says so itself.
    pub fixed_shipping: Option<Money>,
}

/// A promotion someone wants to use.
#[derive(Debug, Clone, Copy)]
pub struct PromotionUse<'a> {
    /// The promotion.
    pub promotion: &'a Promotion,
    /// How often it has been used by anybody.
    pub used: u32,
    /// What is known of the customer; absent while the customer is not.
    pub history: Option<CustomerHistory>,
}

/// Everything the price of a basket depends on.
#[derive(Debug, Clone, Copy)]
pub struct QuoteRequest<'a> {
    /// The currency of the basket, and of all its amounts.
    pub currency: Currency,
    /// The lines.
    pub lines: &'a [QuoteLine],
    /// The coupon applied, if any.
    pub promotion: Option<PromotionUse<'a>>,
    /// The shipping method chosen, if any.
    pub shipping: Option<&'a ShippingMethod>,
    /// Where it goes, once known.
    pub destination: Option<&'a Destination>,
    /// How the store charges tax.
    pub tax: &'a TaxSettings,
    /// The store's tax rates.
    pub rates: &'a [TaxRate],
    /// The time of asking.
    pub now: DateTime<Utc>,
}

/// A priced line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedLine {
    /// The line.
    pub line: LineId,
    /// How many units.
    pub quantity: u32,
    /// What one unit costs, before the coupon.
    pub unit_price: Money,
    /// What one unit costs when not reduced.
    pub original_unit_price: Money,
    /// Quantity times unit price.
    pub subtotal: Money,
    /// The line's part of the coupon's discount.
    pub discount: Money,
    /// The tax on the line after its discount; part of the price where prices include tax.
    pub tax: Money,
    /// The same tax by jurisdiction; sums to `tax`.
    pub taxes: Vec<TaxAmount>,
    /// What the customer pays for the line, tax included.
    pub total: Money,
}

/// Shipping, priced. All zero while no method is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedShipping {
    /// What the method charges.
    pub price: Money,
    /// What a coupon takes off that.
    pub discount: Money,
    /// The tax on the rest; part of the price where prices include tax.
    pub tax: Money,
    /// The same tax by jurisdiction; sums to `tax`.
    pub taxes: Vec<TaxAmount>,
}

/// What a basket comes to.
///
/// `total` is `subtotal - discount + shipping`, plus `tax` unless prices include it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// The lines before discount.
    pub subtotal: Money,
    /// What the coupon takes off the lines.
    pub discount: Money,
    /// Shipping after its own discount, before tax that comes on top.
    pub shipping: Money,
    /// All tax, that on shipping included.
    pub tax: Money,
    /// What the customer pays.
    pub total: Money,
}

impl Totals {
    /// The totals of an empty basket.
    pub const fn zero(currency: Currency) -> Self {
        let none = Money::zero(currency);
        Self { subtotal: none, discount: none, shipping: none, tax: none, total: none }
    }
}

/// A priced basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The lines, in the order asked for.
    pub lines: Vec<QuotedLine>,
    /// The shipping.
    pub shipping: QuotedShipping,
    /// What it comes to.
    pub totals: Totals,
    /// All tax by name, rate and jurisdiction; sums to `totals.tax`.
    pub tax_breakdown: Vec<TaxAmount>,
    /// Whether the tax is inside the prices or on top of them.
    pub tax_inclusive: bool,
    /// Why the coupon asked for gives nothing, when it does not.
    pub discount_refusal: Option<Refusal>,
    /// Whether any line has to be shipped.
    pub requires_shipping: bool,
    /// Whether the method asked for does not serve this basket, so that shipping is not in the totals.
    pub shipping_unavailable: bool,
    /// The tax rate to show: that of all goods when they share one, that of standard goods when none is
    /// taxed, else the tax in proportion to the net worth of what it is due on.
    pub effective_tax_rate: Rate,
}
