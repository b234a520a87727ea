//! What one unit costs: the product's price, a variant's own price, sales and price lists.

use chrono::{DateTime, Utc};

pub use self::error::PriceError;
use crate::{
    id::{ProductId, VariantId},
    money::{Money, MoneyError},
    rate::Rate,
};

mod error;
#[cfg(test)]
mod tests;

/// The highest price of one unit, in minor units. Low enough that a full cart of such prices, taxed at
/// 100 %, still fits into an amount.
pub const MAX_PRICE_MINOR: i64 = 1_000_000_000_000;

/// A lower price for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The unit price while the sale runs.
    pub price: Money,
    /// What shoppers see the sale called.
    pub name: Option<String>,
    /// First moment of the sale; already running when absent.
    pub starts_at: Option<DateTime<Utc>>,
    /// First moment after the sale; runs on when absent.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Sale {
    /// Whether the sale runs at `now`: from its start, up to but not including its end.
    pub fn is_running(&self, now: DateTime<Utc>) -> bool {
        self.starts_at.is_none_or(|start| start <= now) && self.ends_at.is_none_or(|end| now < end)
    }
}

/// What a product costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceTag {
    /// The regular unit price, 0 or more.
    pub price: Money,
    /// A higher former or recommended price, shown struck through.
    pub compare_at: Option<Money>,
    /// A sale, running or not.
    pub sale: Option<Sale>,
}

/// What a variant says about its price. All absent: it costs what the product costs.
///
/// A variant with its own `price` takes neither the compare-at price nor the sale of the product:
/// those are amounts that belong to the product's price.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VariantPrice {
    /// The variant's regular unit price.
    pub price: Option<Money>,
    /// The variant's compare-at price.
    pub compare_at: Option<Money>,
    /// The variant's sale.
    pub sale: Option<Sale>,
}

impl VariantPrice {
    /// The full price tag of the variant of a product that carries `product`.
    pub fn over(&self, product: &PriceTag) -> PriceTag {
        let inherited = if self.price.is_some() { None } else { Some(product) };
        PriceTag {
            price: self.price.unwrap_or(product.price),
            compare_at: self.compare_at.or(inherited.and_then(|tag| tag.compare_at)),
            sale: self.sale.clone().or_else(|| inherited.and_then(|tag| tag.sale.clone())),
        }
    }
}

/// A price agreed with a business customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListPrice {
    /// This amount a unit.
    Fixed(Money),
    /// This much off the regular price.
    PercentOff(Rate),
}

/// One row of a price list: a price for a product or one of its variants, from a quantity on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceListEntry {
    /// The product.
    pub product: ProductId,
    /// The variant; every variant when absent.
    pub variant: Option<VariantId>,
    /// The smallest quantity of a line that the price is for.
    pub min_quantity: u32,
    /// The price.
    pub price: ListPrice,
}

/// Everything the price of one unit depends on.
#[derive(Debug, Clone, Copy)]
pub struct PriceQuery<'a> {
    /// The product.
    pub product: ProductId,
    /// The variant.
    pub variant: VariantId,
    /// The product's price.
    pub tag: &'a PriceTag,
    /// The variant's own price.
    pub variant_price: Option<&'a VariantPrice>,
    /// The price list of the customer's business account; empty for everybody else.
    pub list: &'a [PriceListEntry],
    /// Quantity of the line.
    pub quantity: u32,
    /// The time of asking.
    pub now: DateTime<Utc>,
}

/// What one unit costs here and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectivePrice {
    /// What the customer pays for one unit, before coupons.
    pub unit: Money,
    /// The price it is measured against: before the sale, the compare-at price, or the regular price of
    /// what a price list makes cheaper. Equal to `unit` when nothing is reduced.
    pub original: Money,
    /// Whether shoppers should see it as reduced, by a running sale or against a compare-at price.
    pub on_sale: bool,
    /// The name of the running sale, when it is what sets the price.
    pub sale_name: Option<String>,
    /// How far `unit` is below `original` in whole percent, rounded down; absent when it isn't.
    pub discount_percentage: Option<u32>,
}

/// Works out the price of one unit.
///
/// The regular price is the variant's own, else the product's. A price list replaces it; a running
/// sale applies only where it is lower than that, so that it never raises a price.
pub fn effective_price(query: &PriceQuery<'_>) -> Result<EffectivePrice, MoneyError> {
    let tag = query.variant_price.map_or_else(|| query.tag.clone(), |own| own.over(query.tag));
    let base = match listed(query) {
        Some(entry) => entry.price.against(tag.price)?,
        None => tag.price,
    };
    let sale = match tag.sale.filter(|sale| sale.is_running(query.now)) {
        Some(sale) if sale.price.at_least(base)? != sale.price => Some(sale),
        _ => None,
    };
    let unit = sale.as_ref().map_or(base, |sale| sale.price);
    let listed = base != tag.price;
    let original = match tag.compare_at {
        Some(higher) if sale.is_none() && !listed => higher.at_least(unit)?,
        _ => tag.price.at_least(unit)?,
    };
    Ok(EffectivePrice {
        unit,
        original,
        on_sale: original != unit && (sale.is_some() || !listed),
        sale_name: sale.and_then(|sale| sale.name),
        discount_percentage: percent_below(unit, original)?,
    })
}

impl ListPrice {
    /// The price this gives where the regular price is `regular`. A percentage off is rounded down.
    fn against(self, regular: Money) -> Result<Money, MoneyError> {
        match self {
            Self::Fixed(price) => Ok(price),
            Self::PercentOff(rate) => regular.checked_sub(rate.of_rounded_down(regular)?),
        }
    }
}

/// The row of the price list that counts: one for the variant before one for the whole product, then
/// the highest quantity reached; of equal ones the first.
fn listed<'a>(query: &PriceQuery<'a>) -> Option<&'a PriceListEntry> {
    let rank = |entry: &PriceListEntry| (entry.variant.is_some(), entry.min_quantity);
    let matching = query.list.iter().filter(|entry| {
        entry.product == query.product
            && entry.variant.is_none_or(|variant| variant == query.variant)
            && entry.min_quantity <= query.quantity
    });
    matching.reduce(|best, entry| if rank(entry) > rank(best) { entry } else { best })
}

fn percent_below(unit: Money, original: Money) -> Result<Option<u32>, MoneyError> {
    let saved = original.checked_sub(unit)?;
    if saved.minor() <= 0 || original.minor() <= 0 {
        return Ok(None);
    }
    let hundredfold = i128::from(saved.minor()).checked_mul(100);
    let percent = hundredfold.and_then(|value| value.checked_div(original.minor().into()));
    Ok(percent.and_then(|value| u32::try_from(value).ok()).filter(|value| *value > 0))
}
