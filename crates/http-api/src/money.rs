//! Amounts as answers show them.

use std::{cell::RefCell, collections::HashMap};

use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::formatter::Formatter;

mod formatter;

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Money)]
pub struct MoneyBody {
    /// Whole minor units: pence, cents, yen.
    #[schema(examples(2400))]
    pub amount: i64,
    /// Code of ISO 4217.
    #[schema(examples("GBP"))]
    pub currency: String,
    /// For people, by the conventions of the `Accept-Language` asked for.
    #[schema(examples("£24.00"))]
    pub formatted: String,
}

impl MoneyBody {
    /// `money` as a reader of `locale` (a language tag) would write it.
    pub fn new(money: Money, locale: &str) -> Self {
        Self {
            amount: money.minor(),
            currency: money.currency().code().to_owned(),
            formatted: format(money, locale),
        }
    }
}

/// Locales that a thread keeps formatters for. A shop serves a handful; the bound is for callers who
/// make languages up.
const KEPT_LOCALES: usize = 64;

thread_local! {
    /// Formatters take thousands of times longer to make than to use, and a list answers with hundreds
    /// of amounts.
    static FORMATTERS: RefCell<HashMap<String, HashMap<Currency, Formatter>>> = RefCell::default();
}

/// The amount as text.
fn format(money: Money, locale: &str) -> String {
    FORMATTERS.with_borrow_mut(|kept| {
        if let Some(formatter) = kept.get(locale).and_then(|by_currency| by_currency.get(&money.currency())) {
            return formatter.format(money);
        }
        if kept.len() >= KEPT_LOCALES && !kept.contains_key(locale) {
            kept.clear();
        }
        let by_currency = kept.entry(locale.to_owned()).or_default();
        by_currency
            .entry(money.currency())
            .or_insert_with(|| Formatter::new(locale, money.currency()))
            .format(money)
    })
}

#[cfg(test)]
mod tests;
