//! Prices as shoppers see them.

use domain::{pricing::EffectivePrice, tax::TaxSettings};
use serde::Serialize;
use utoipa::ToSchema;

use crate::money::MoneyBody;

/// How to show prices: for whom, and with or without tax.
#[derive(Debug, Clone, Copy)]
pub(super) struct Showing<'a> {
    /// Language tag of the reader.
    pub(super) locale: &'a str,
    /// How the store charges tax.
    pub(super) tax: &'a TaxSettings,
}

/// A price with all that is told beside it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Price)]
pub(super) struct PriceBody {
    /// What one unit costs now, in minor units.
    #[schema(examples(2400))]
    amount: i64,
    /// What it is measured against: the price before the sale, or a higher price to strike through.
    #[schema(examples(2400))]
    original_amount: i64,
    /// Code of ISO 4217.
    #[schema(examples("GBP"))]
    currency: String,
    /// `amount` for people.
    #[schema(examples("£24.00"))]
    formatted: String,
    /// `originalAmount` for people.
    #[schema(examples("£24.00"))]
    original_formatted: String,
    /// Whether the price holds the tax already.
    inclusive: bool,
    /// What to write beside the price; `null` where no tax is charged.
    #[schema(required, examples("+ tax at checkout"))]
    note: Option<&'static str>,
    /// Whether to show it as reduced.
    is_on_sale: bool,
    /// The reduced price, in minor units.
    #[schema(required, examples(1999))]
    sale_price: Option<i64>,
    /// The reduced price for people.
    #[schema(required, examples("£19.99"))]
    sale_price_formatted: Option<String>,
    /// How much it is reduced in whole percent, rounded down.
    #[schema(required, examples(16))]
    discount_percentage: Option<u32>,
    /// What the sale is called.
    #[schema(required, examples("Spring sale"))]
    sale_name: Option<String>,
}

impl PriceBody {
    /// `price` of something that is or is not `taxable`.
    pub(super) fn new(price: EffectivePrice, taxable: bool, showing: Showing<'_>) -> Self {
        let EffectivePrice { unit, original, on_sale, sale_name, discount_percentage } = price;
        let (now, before) = (MoneyBody::new(unit, showing.locale), MoneyBody::new(original, showing.locale));
        let taxed = showing.tax.enabled && taxable;
        Self {
            amount: now.amount,
            original_amount: before.amount,
            currency: now.currency,
            original_formatted: before.formatted,
            inclusive: taxed && showing.tax.prices_include_tax,
            note: taxed.then_some(if showing.tax.prices_include_tax {
                "incl. tax"
            } else {
                "+ tax at checkout"
            }),
            is_on_sale: on_sale,
            sale_price: on_sale.then_some(now.amount),
            sale_price_formatted: on_sale.then(|| now.formatted.clone()),
            formatted: now.formatted,
            discount_percentage: discount_percentage.filter(|_| on_sale),
            sale_name,
        }
    }
}
