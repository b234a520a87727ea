use rstest::rstest;

use super::*;

fn shown(minor: i64, currency: &str, locale: &str) -> String {
    let money = Money::new(minor, Currency::from_code(currency).unwrap());
    // Unicode puts no-break spaces in; plain ones are easier to read here.
    MoneyBody::new(money, locale).formatted.replace(['\u{a0}', '\u{202f}'], " ")
}

#[rstest]
#[case(2400, "GBP", "en-GB", "£24.00")]
#[case(2400, "GBP", "en", "£24.00")]
#[case(2400, "GBP", "fr", "24,00 £GB")]
#[case(2400, "EUR", "fr", "24,00 €")]
#[case(2400, "EUR", "de", "24,00 €")]
#[case(1000, "JPY", "en", "¥1,000")]
#[case(1_234_567, "KWD", "en", "KWD 1,234.567")]
#[case(0, "GBP", "en", "£0.00")]
#[case(5, "GBP", "en", "£0.05")]
#[case(0, "JPY", "en", "¥0")]
#[case(-2400, "GBP", "en", "-£24.00")]
#[case(-1, "EUR", "de", "-0,01 €")]
#[case(123_456_789, "INR", "en-IN", "₹12,34,567.89")]
#[case(i64::MAX, "GBP", "en", "£92,233,720,368,547,758.07")]
#[case(i64::MIN, "GBP", "en", "-£92,233,720,368,547,758.08")]
#[case(2400, "GBP", "no such locale", "£24.00")]
fn amounts_read_as_people_write_them(
    #[case] minor: i64,
    #[case] currency: &str,
    #[case] locale: &str,
    #[case] expected: &str,
) {
    assert_eq!(shown(minor, currency, locale), expected);
}

#[rstest]
#[case("AFN", 1050, "AFN 10.50")]
#[case("IQD", 1001, "IQD 1.001")]
fn what_people_round_at_the_till_is_shown_exactly(
    #[case] currency: &str,
    #[case] minor: i64,
    #[case] expected: &str,
) {
    assert_eq!(shown(minor, currency, "en"), expected);
}

#[test]
fn no_currency_loses_a_minor_unit_in_any_language() {
    for locale in ["en", "de-CH", "fr", "hi-IN", "ja"] {
        for currency in Currency::all() {
            let text = MoneyBody::new(Money::new(1_234_567, currency), locale).formatted;
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, "1234567", "{currency} in {locale}: {text}");
        }
    }
}

#[test]
fn callers_who_make_languages_up_do_not_fill_the_memory() {
    for first in b'A'..=b'Z' {
        for second in b'A'..=b'Z' {
            let locale = format!("en-{}{}", char::from(first), char::from(second));
            assert!(shown(2400, "GBP", &locale).contains("24"));
        }
    }
    FORMATTERS.with_borrow(|kept| assert!(kept.len() <= KEPT_LOCALES));
}
