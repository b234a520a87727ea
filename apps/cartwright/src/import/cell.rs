//! Reading what people write into cells: amounts, counts, weights, yes and no. Never through floats.

use domain::{money::Currency, text::Slug};

/// An amount such as `24.99` in minor units. As many decimals as the currency has; more only if zero.
pub(super) fn amount(text: &str, currency: Currency) -> Result<i64, String> {
    let exponent = usize::try_from(currency.exponent()).unwrap_or_default();
    let expected = || {
        format!(
            "must be an amount in {currency} with at most {exponent} decimals, such as {}",
            example(exponent)
        )
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !digits(whole) || !digits(decimals) {
        return Err(expected());
    }
    let (kept, beyond) = decimals.split_at(exponent.min(decimals.len()));
    if beyond.bytes().any(|digit| digit != b'0') {
        return Err(expected());
    }
    let text = format!("{whole}{kept:0<exponent$}");
    text.parse().map_err(|_| "is too large".to_owned())
}

/// The same amount as it is written: `24.99`.
pub(super) fn written(minor: i64, currency: Currency) -> String {
    let exponent = usize::try_from(currency.exponent()).unwrap_or_default();
    let (sign, digits) = if minor < 0 { ("-", minor.unsigned_abs()) } else { ("", minor.unsigned_abs()) };
    let digits = format!("{digits:0>width$}", width = exponent.saturating_add(1));
    let (whole, decimals) = digits.split_at(digits.len().saturating_sub(exponent));
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

fn example(exponent: usize) -> String {
    if exponent == 0 {
        "25".to_owned()
    } else {
        format!("24.{:0<exponent$}", "99".get(..exponent.min(2)).unwrap_or_default())
    }
}

/// A weight in grams, rounded half up: other programs convert from pounds and write `453.59237`.
pub(super) fn grams(text: &str) -> Result<u32, String> {
    let expected = || "must be a weight in grams".to_owned();
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) || !whole.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(expected());
    }
    let up = decimals.bytes().next().is_some_and(|digit| digit >= b'5');
    let whole: u32 = whole.parse().map_err(|_| expected())?;
    whole.checked_add(u32::from(up)).ok_or_else(expected)
}

/// Units in stock. Fewer than none, as of shops that oversell, is none.
pub(super) fn units(text: &str) -> Result<u32, String> {
    let units: i64 = text.parse().map_err(|_| "must be a whole number".to_owned())?;
    u32::try_from(units.max(0)).map_err(|_| "is too large".to_owned())
}

/// `TRUE` or `FALSE`, as spreadsheets write them.
pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err("must be TRUE or FALSE".to_owned()),
    }
}

/// A handle as a slug: as it is if it can be one, else by its letters.
pub(super) fn slug(text: &str) -> Result<Slug, String> {
    Slug::parse(text)
        .ok()
        .or_else(|| Slug::from_name(text))
        .ok_or_else(|| "must have a letter or digit that an address can hold".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn amounts_are_read_to_the_minor_unit_and_written_back() {
        let cases = [
            ("24.99", "GBP", 2499),
            ("24.9", "GBP", 2490),
            ("24", "GBP", 2400),
            (".5", "GBP", 50),
            ("0", "GBP", 0),
            ("19.9900", "GBP", 1999),
            ("1500", "JPY", 1500),
            ("1500.00", "JPY", 1500),
            ("1.234", "KWD", 1234),
            ("90071992547409.93", "GBP", 9_007_199_254_740_993),
        ];
        for (text, code, minor) in cases {
            assert_eq!(amount(text, currency(code)), Ok(minor), "{text} {code}");
            assert_eq!(amount(&written(minor, currency(code)), currency(code)), Ok(minor), "{text} {code}");
        }
        assert_eq!(written(5, currency("GBP")), "0.05");
        assert_eq!(written(1500, currency("JPY")), "1500");
    }

    #[test]
    fn what_is_no_exact_amount_is_refused() {
        for text in
            ["", ".", "-1", "+1", "1,50", "1 000", "£5", "1e3", "24.995", "NaN", "92233720368547758.08"]
        {
            assert!(amount(text, currency("GBP")).is_err(), "{text}");
        }
        assert!(amount("1.5", currency("JPY")).is_err());
    }

    #[test]
    fn weights_round_half_up() {
        let cases = [("340", 340), ("453.59237", 454), ("0.4", 0), ("0.5", 1), ("0", 0)];
        for (text, grams) in cases {
            assert_eq!(super::grams(text), Ok(grams), "{text}");
        }
        for text in ["-1", "1kg", "4294967295.5", "x.5", "1.x"] {
            assert!(grams(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_shop_that_oversold_has_none() {
        assert_eq!(units("-3"), Ok(0));
        assert_eq!(units("12"), Ok(12));
        for text in ["1.5", "many", "4294967296"] {
            assert!(units(text).is_err(), "{text}");
        }
    }

    #[test]
    fn handles_become_slugs_that_stay_the_same() {
        for (handle, expected) in
            [("wool-throw", "wool-throw"), ("Wool_Throw", "wool-throw"), ("café", "cafe")]
        {
            assert_eq!(slug(handle).map(|slug| slug.as_str().to_owned()), Ok(expected.to_owned()));
        }
        assert!(slug("!!").is_err());
    }
}
