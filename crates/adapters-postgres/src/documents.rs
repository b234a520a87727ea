//! Values inside JSON columns that more than one aggregate stores, and whole numbers as columns hold
//! them.

use domain::{
    money::{Currency, Money},
    rate::Rate,
    tax::TaxAmount,
};
use ports::RepoError;
use serde::{Deserialize, Serialize};

/// A count as an `integer` column holds it.
pub(crate) fn number(count: u32) -> Result<i32, RepoError> {
    i32::try_from(count).map_err(|error| RepoError::Other(error.into()))
}

/// What is due to one jurisdiction; the currency is that of the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaxAmountDocument {
    name: String,
    rate_millionths: u32,
    jurisdiction: String,
    amount: i64,
}

impl From<&TaxAmount> for TaxAmountDocument {
    fn from(tax: &TaxAmount) -> Self {
        let TaxAmount { name, rate, jurisdiction, amount } = tax.clone();
        Self { name, rate_millionths: rate.millionths(), jurisdiction, amount: amount.minor() }
    }
}

impl TaxAmountDocument {
    pub(crate) fn read(self, currency: Currency) -> Option<TaxAmount> {
        let Self { name, rate_millionths, jurisdiction, amount } = self;
        let rate = Rate::from_millionths(rate_millionths).ok()?;
        Some(TaxAmount { name, rate, jurisdiction, amount: Money::new(amount, currency) })
    }
}
