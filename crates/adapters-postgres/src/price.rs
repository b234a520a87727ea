//! The columns that a price takes, on products and on variants.

use chrono::{DateTime, Utc};
use domain::{
    money::{Currency, Money},
    pricing::{PriceTag, Sale, VariantPrice},
};

/// Amounts in minor units of the store's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PriceColumns {
    pub(crate) price: Option<i64>,
    pub(crate) compare_at_price: Option<i64>,
    pub(crate) sale_price: Option<i64>,
    pub(crate) sale_name: Option<String>,
    pub(crate) sale_starts_at: Option<DateTime<Utc>>,
    pub(crate) sale_ends_at: Option<DateTime<Utc>>,
}

impl PriceColumns {
    pub(crate) fn of(price: Option<Money>, compare_at: Option<Money>, sale: Option<Sale>) -> Self {
        let (sale_price, sale_name, sale_starts_at, sale_ends_at) = match sale {
            Some(Sale { price, name, starts_at, ends_at }) => (Some(price.minor()), name, starts_at, ends_at),
            None => (None, None, None, None),
        };
        Self {
            price: price.map(Money::minor),
            compare_at_price: compare_at.map(Money::minor),
            sale_price,
            sale_name,
            sale_starts_at,
            sale_ends_at,
        }
    }

    /// The price of a product; `None` when it has none.
    pub(crate) fn tag(self, currency: Currency) -> Option<PriceTag> {
        let VariantPrice { price, compare_at, sale } = self.own(currency);
        Some(PriceTag { price: price?, compare_at, sale })
    }

    /// What a variant says about its price.
    pub(crate) fn own(self, currency: Currency) -> VariantPrice {
        VariantPrice {
            price: amount(self.price, currency),
            compare_at: amount(self.compare_at_price, currency),
            sale: self.sale_price.map(|price| Sale {
                price: Money::new(price, currency),
                name: self.sale_name,
                starts_at: self.sale_starts_at,
                ends_at: self.sale_ends_at,
            }),
        }
    }
}

/// An amount that may be missing.
pub(crate) fn amount(minor: Option<i64>, currency: Currency) -> Option<Money> {
    minor.map(|minor| Money::new(minor, currency))
}
