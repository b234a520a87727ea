//! Prices as merchants give them: plain minor units, and a sale in four fields of its own.

use chrono::{DateTime, Utc};
use domain::{
    money::{Currency, Money},
    pricing::Sale,
};

use crate::{Change, Error, Result};

/// A sale that a merchant announces.
#[derive(Debug, Clone, Default)]
pub struct NewSale {
    /// The price while it runs, in minor units; no sale without.
    pub price: Option<i64>,
    /// What shoppers see it called.
    pub name: Option<String>,
    /// Its first moment.
    pub starts_at: Option<DateTime<Utc>>,
    /// The first moment after it.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What a merchant wants changed about a sale.
#[derive(Debug, Clone, Default)]
pub struct SaleChanges {
    /// Another price, or no sale any more.
    pub price: Change<i64>,
    /// Another name, or none.
    pub name: Change<String>,
    /// Another start, or none.
    pub starts_at: Change<DateTime<Utc>>,
    /// Another end, or none.
    pub ends_at: Change<DateTime<Utc>>,
}

impl NewSale {
    pub(crate) fn into_sale(self, currency: Currency) -> Result<Option<Sale>> {
        let Self { price, name, starts_at, ends_at } = self;
        let Some(price) = price else {
            return if name.is_some() || starts_at.is_some() || ends_at.is_some() {
                Err(needs_price())
            } else {
                Ok(None)
            };
        };
        Ok(Some(Sale { price: Money::new(price, currency), name, starts_at, ends_at }))
    }
}

impl SaleChanges {
    pub(crate) fn apply(self, sale: &mut Option<Sale>, currency: Currency) -> Result<()> {
        let Self { price, name, starts_at, ends_at } = self;
        let names_more = [
            matches!(name, Change::Set(_)),
            matches!(starts_at, Change::Set(_)),
            matches!(ends_at, Change::Set(_)),
        ];
        match price {
            Change::Keep => {}
            Change::Clear => *sale = None,
            Change::Set(price) => {
                let price = Money::new(price, currency);
                match sale {
                    Some(known) => known.price = price,
                    None => *sale = Some(Sale { price, name: None, starts_at: None, ends_at: None }),
                }
            }
        }
        let Some(sale) = sale else {
            return if names_more.contains(&true) { Err(needs_price()) } else { Ok(()) };
        };
        name.apply(&mut sale.name);
        starts_at.apply(&mut sale.starts_at);
        ends_at.apply(&mut sale.ends_at);
        Ok(())
    }
}

fn needs_price() -> Error {
    Error::invalid("salePrice", "is needed for a sale")
}

/// An amount that may be missing.
pub(crate) fn amount(minor: Option<i64>, currency: Currency) -> Option<Money> {
    minor.map(|minor| Money::new(minor, currency))
}

/// A change of an amount.
pub(crate) fn amount_change(change: Change<i64>, currency: Currency, target: &mut Option<Money>) {
    match change {
        Change::Keep => {}
        Change::Clear => *target = None,
        Change::Set(minor) => *target = Some(Money::new(minor, currency)),
    }
}
