//! Amounts of money: integers in minor units with their currency, and nothing else.

use std::fmt;

use thiserror::Error;

/// A currency of ISO 4217 with its number of decimals.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

/// The text was not the code of a currency that amounts can be counted in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown currency")]
pub struct UnknownCurrency;

impl Currency {
    /// Finds a currency by its three-letter code, upper or lower case. Metals, test codes and other
    /// codes without minor units are refused: nothing is sold in them.
    pub fn from_code(code: &str) -> Result<Self, UnknownCurrency> {
        iso_currency::Currency::from_code(&code.to_ascii_uppercase())
            .filter(|found| found.exponent().is_some())
            .map(Self)
            .ok_or(UnknownCurrency)
    }

    /// The three-letter code in upper case, `GBP`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimals between the major and the minor unit: 2 for GBP, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Every currency that amounts can be counted in.
    pub fn all() -> impl Iterator<Item = Self> {
        use iso_currency::IntoEnumIterator as _;
        iso_currency::Currency::iter().filter(|known| known.exponent().is_some()).map(Self)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why two amounts could not be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The result does not fit into 64 bits.
    #[error("the amount is too large")]
    Overflow,
    /// Amounts of different currencies never meet.
    #[error("amounts in {left} and {right} cannot be combined")]
    CurrencyMismatch {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second amount.
        right: Currency,
    },
}

/// An amount in minor units (pence, cents, yen) of a currency. May be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency of the amount.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether the amount is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether the amount is below nothing.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The sum of two amounts of one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference of two amounts of one currency.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// The amount taken `factor` times.
    pub fn checked_mul(self, factor: i64) -> Result<Self, MoneyError> {
        self.minor.checked_mul(factor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::Overflow)
    }

    /// The sum of all amounts; nothing when there are none.
    pub fn sum(amounts: impl IntoIterator<Item = Self>, currency: Currency) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// The smaller of two amounts of one currency.
    pub fn at_most(self, limit: Self) -> Result<Self, MoneyError> {
        self.combine(limit, |a, b| Some(a.min(b)))
    }

    /// The larger of two amounts of one currency.
    pub fn at_least(self, limit: Self) -> Result<Self, MoneyError> {
        self.combine(limit, |a, b| Some(a.max(b)))
    }

    fn combine(self, other: Self, with: impl Fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency });
        }
        with(self.minor, other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_knows_its_decimals() {
        for (code, exponent) in [("GBP", 2), ("JPY", 0), ("KWD", 3), ("usd", 2), ("CLF", 4), ("ISK", 0)] {
            assert_eq!(Currency::from_code(code).unwrap().exponent(), exponent, "{code}");
        }
    }

    #[test]
    fn what_is_no_currency_is_refused() {
        for code in ["", "GB", "GBPX", "XXX", "XAU", "£", "123"] {
            assert_eq!(Currency::from_code(code), Err(UnknownCurrency), "{code}");
        }
    }

    #[test]
    fn amounts_never_wrap_and_never_mix() {
        let gbp = Currency::from_code("GBP").unwrap();
        let jpy = Currency::from_code("JPY").unwrap();
        let most = Money::new(i64::MAX, gbp);
        assert_eq!(most.checked_add(Money::new(1, gbp)), Err(MoneyError::Overflow));
        assert_eq!(Money::new(i64::MIN, gbp).checked_sub(Money::new(1, gbp)), Err(MoneyError::Overflow));
        assert_eq!(most.checked_mul(2), Err(MoneyError::Overflow));
        assert!(matches!(most.checked_add(Money::new(1, jpy)), Err(MoneyError::CurrencyMismatch { .. })));
    }
}
