//! Shares of a whole: tax rates and percentages off.

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use thiserror::Error;

use crate::money::{Money, MoneyError};

/// A whole, in the unit that a [`Rate`] counts.
const WHOLE: u32 = 1_000_000;

/// A share between nothing and the whole, exact to a millionth: 20 % is 0.2.
///
/// Counted in millionths rather than kept as a decimal, so that two equal rates are the same value
/// and amounts are computed in integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rate(u32);

/// Why a number is no [`Rate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RateError {
    /// Below nothing or above the whole.
    #[error("must be between 0 and 100 percent")]
    OutOfRange,
    /// Finer than a millionth.
    #[error("must have at most 6 decimals as a fraction, 4 as a percentage")]
    TooPrecise,
}

impl Rate {
    /// Nothing at all.
    pub const ZERO: Self = Self(0);

    /// Reads a fraction, `0.2` for 20 %.
    pub fn from_fraction(fraction: Decimal) -> Result<Self, RateError> {
        if fraction < Decimal::ZERO || fraction > Decimal::ONE {
            return Err(RateError::OutOfRange);
        }
        let millionths = fraction.checked_mul(Decimal::from(WHOLE)).ok_or(RateError::TooPrecise)?;
        if !millionths.is_integer() {
            return Err(RateError::TooPrecise);
        }
        millionths.to_u32().map(Self).ok_or(RateError::OutOfRange)
    }

    /// Reads a percentage, `20` for 20 %.
    pub fn from_percent(percent: Decimal) -> Result<Self, RateError> {
        let fraction = percent.checked_div(Decimal::ONE_HUNDRED).ok_or(RateError::OutOfRange)?;
        Self::from_fraction(fraction)
    }

    /// Reads a count of millionths, `200_000` for 20 %.
    pub fn from_millionths(millionths: u32) -> Result<Self, RateError> {
        if millionths > WHOLE { Err(RateError::OutOfRange) } else { Ok(Self(millionths)) }
    }

    /// `part` as a share of `whole`, rounded half up to a millionth and kept between nothing and the
    /// whole. Nothing when `whole` is not above zero.
    pub fn of_parts(part: Money, whole: Money) -> Result<Self, MoneyError> {
        let part = part.at_most(whole)?;
        if whole.minor() <= 0 || part.is_negative() {
            return Ok(Self::ZERO);
        }
        let millionths = scale(part.minor(), WHOLE.into(), whole.minor().into(), Rounding::HalfUp);
        millionths.and_then(|share| u32::try_from(share).ok()).map(Self).ok_or(MoneyError::Overflow)
    }

    /// The rate as a fraction without trailing zeros, `0.2`.
    pub fn fraction(self) -> Decimal {
        Decimal::new(self.0.into(), 6).normalize()
    }

    /// The rate as a percentage without trailing zeros, `20`.
    pub fn as_percent(self) -> Decimal {
        Decimal::new(self.0.into(), 4).normalize()
    }

    /// The rate in millionths, `200_000` for 20 %.
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// Whether the rate is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This share of `amount`, rounded half up (away from zero). A tax on a net amount.
    pub fn of(self, amount: Money) -> Result<Money, MoneyError> {
        self.share(amount, WHOLE.into(), Rounding::HalfUp)
    }

    /// This share of `amount`, rounded towards zero. A percentage off.
    pub fn of_rounded_down(self, amount: Money) -> Result<Money, MoneyError> {
        self.share(amount, WHOLE.into(), Rounding::Down)
    }

    /// What of `gross` was added at this rate, rounded half up (away from zero). The tax inside a
    /// price that includes it; the net price is the rest, so that both always sum to the gross.
    pub fn contained_in(self, gross: Money) -> Result<Money, MoneyError> {
        let whole = i128::from(WHOLE).checked_add(self.0.into()).ok_or(MoneyError::Overflow)?;
        self.share(gross, whole, Rounding::HalfUp)
    }

    fn share(self, amount: Money, whole: i128, rounding: Rounding) -> Result<Money, MoneyError> {
        let minor = scale(amount.minor(), self.0.into(), whole, rounding).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, amount.currency()))
    }
}

#[derive(Clone, Copy)]
enum Rounding {
    Down,
    HalfUp,
}

/// `amount * part / whole`, exact but for the one rounding; `whole` is positive.
fn scale(amount: i64, part: i128, whole: i128, rounding: Rounding) -> Option<i64> {
    let product = i128::from(amount).checked_mul(part)?;
    let quotient = product.checked_div(whole)?;
    let rest = product.checked_rem(whole)?.checked_abs()?;
    let reaches_half = rest.checked_mul(2)? >= whole;
    let step = match rounding {
        Rounding::HalfUp if reaches_half => product.signum(),
        Rounding::HalfUp | Rounding::Down => 0,
    };
    i64::try_from(quotient.checked_add(step)?).ok()
}

#[cfg(test)]
mod tests;
