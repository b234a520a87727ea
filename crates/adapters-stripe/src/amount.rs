//! Stripe's way of counting money.
//!
//! Stripe's smallest unit is the one of ISO 4217 but for a few currencies, listed under "special cases"
//! in its documentation of currencies (docs.stripe.com/currencies).

use domain::money::{Currency, Money};
use thiserror::Error;

/// Counted in whole units by Stripe.
const WHOLE: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Have no decimals any more, yet Stripe counts hundredths, which must be zero.
const WHOLE_IN_HUNDREDTHS: [&str; 2] = ["ISK", "UGX"];

/// The amount cannot be moved by Stripe, or Stripe's cannot be written as ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum AmountError {
    /// Stripe has no unit for the currency, or we have none for Stripe's.
    #[error("Stripe does not take this currency")]
    Currency,
    /// Digits that Stripe cannot move.
    #[error("amounts of {0} must be multiples of {1} minor units")]
    Digits(Currency, i64),
    /// Beyond 64 bits, or not above zero.
    #[error("the amount is out of range")]
    Range,
}

/// How Stripe counts a currency, next to how we do: `ours` of our units are `theirs` of Stripe's.
struct Unit {
    theirs: i64,
    ours: i64,
    /// What Stripe's amounts must be a multiple of.
    step: i64,
}

fn unit(currency: Currency) -> Result<Unit, AmountError> {
    let code = currency.code();
    match currency.exponent() {
        // Two decimals by ISO, but counted whole: the ariary.
        2 if WHOLE.contains(&code) => Ok(Unit { theirs: 1, ours: 100, step: 1 }),
        0 if WHOLE.contains(&code) => Ok(Unit { theirs: 1, ours: 1, step: 1 }),
        0 if WHOLE_IN_HUNDREDTHS.contains(&code) => Ok(Unit { theirs: 100, ours: 1, step: 100 }),
        2 => Ok(Unit { theirs: 1, ours: 1, step: 1 }),
        // The card networks behind Stripe carry two decimals only.
        3 => Ok(Unit { theirs: 1, ours: 1, step: 10 }),
        _ => Err(AmountError::Currency),
    }
}

/// Our amount in Stripe's units. Only amounts above zero are moved.
pub(crate) fn to_stripe(money: Money) -> Result<i64, AmountError> {
    let Unit { theirs, ours, step } = unit(money.currency())?;
    if money.minor() <= 0 {
        return Err(AmountError::Range);
    }
    let amount = money.minor().checked_mul(theirs).ok_or(AmountError::Range)?;
    if amount % ours != 0 || (amount / ours) % step != 0 {
        return Err(AmountError::Digits(money.currency(), ours.max(step)));
    }
    Ok(amount / ours)
}

/// Stripe's amount in our units.
pub(crate) fn from_stripe(amount: i64, currency: &str) -> Result<Money, AmountError> {
    let currency = Currency::from_code(currency).map_err(|_| AmountError::Currency)?;
    let Unit { theirs, ours, .. } = unit(currency)?;
    let minor = amount.checked_mul(ours).ok_or(AmountError::Range)?;
    if minor % theirs != 0 {
        return Err(AmountError::Digits(currency, theirs));
    }
    Ok(Money::new(minor / theirs, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::from_code(code).expect("a currency of ISO 4217"))
    }

    #[test]
    fn every_kind_of_currency_is_counted_as_stripe_does() {
        for (code, ours, theirs) in [
            ("GBP", 2_400, 2_400),
            ("USD", 1, 1),
            // Zero decimals, both of us.
            ("JPY", 500, 500),
            ("KRW", 10_000, 10_000),
            ("CLP", 990, 990),
            // Payouts of these are whole, charges are not.
            ("HUF", 1_045, 1_045),
            ("TWD", 80_045, 80_045),
            // Five krónur are 500.
            ("ISK", 5, 500),
            ("UGX", 5, 500),
            // Five ariary are 500 of ours and 5 of theirs.
            ("MGA", 500, 5),
            ("KWD", 5_120, 5_120),
            ("BHD", 10, 10),
        ] {
            assert_eq!(to_stripe(money(ours, code)), Ok(theirs), "{code}");
            let lower = code.to_ascii_lowercase();
            assert_eq!(from_stripe(theirs, &lower), Ok(money(ours, code)), "{code}");
        }
    }

    #[test]
    fn digits_that_stripe_cannot_move_are_refused() {
        for (code, minor, step) in [("KWD", 5_124, 10), ("TND", 1, 10), ("MGA", 150, 100)] {
            let refused = to_stripe(money(minor, code));
            assert_eq!(refused, Err(AmountError::Digits(money(0, code).currency(), step)), "{code}");
        }
        assert!(matches!(from_stripe(550, "isk"), Err(AmountError::Digits(..))));
    }

    #[test]
    fn amounts_out_of_range_are_refused() {
        for (code, minor) in [("GBP", 0), ("GBP", -1), ("ISK", i64::MAX)] {
            assert_eq!(to_stripe(money(minor, code)), Err(AmountError::Range), "{code} {minor}");
        }
        assert_eq!(from_stripe(i64::MAX, "mga"), Err(AmountError::Range));
    }

    #[test]
    fn currencies_without_a_unit_at_stripe_are_refused() {
        assert_eq!(to_stripe(money(1, "CLF")), Err(AmountError::Currency));
        assert_eq!(from_stripe(1, "zzz"), Err(AmountError::Currency));
    }

    #[test]
    fn what_stripe_takes_comes_back_the_same_in_every_currency() {
        for currency in Currency::all() {
            let ours = Money::new(123_000, currency);
            if let Ok(theirs) = to_stripe(ours) {
                assert_eq!(from_stripe(theirs, currency.code()), Ok(ours), "{currency}");
            }
        }
    }
}
