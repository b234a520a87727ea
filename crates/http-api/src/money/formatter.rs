//! Writing amounts by the conventions of a language.

use domain::money::{Currency, Money};
use fixed_decimal::Decimal;
use icu_decimal::DecimalFormatter;
use icu_experimental::dimension::currency::{
    CurrencyType,
    formatter::{CurrencyFormatter, CurrencyFormatterPreferences},
    options::CurrencyFormatterOptions,
};
use icu_locale_core::{Locale, locale};
use writeable::Writeable as _;

/// Writes amounts of one currency in one language.
#[derive(Debug)]
pub(super) struct Formatter {
    style: Style,
    decimals: i16,
}

#[derive(Debug)]
enum Style {
    /// With the currency's symbol, `£24.00`.
    Symbol(CurrencyFormatter<DecimalFormatter>),
    /// With the currency's code, borrowed from `stand_in`, a currency with as many decimals.
    Code { formatter: CurrencyFormatter<DecimalFormatter>, stand_in: &'static str, code: &'static str },
    /// Code and digits: no data about the language or the currency.
    Plain(&'static str),
}

impl Formatter {
    /// The formatter of `currency` for readers of `locale`, a language tag.
    pub(super) fn new(locale: &str, currency: Currency) -> Self {
        let locale = Locale::try_from_str(locale).unwrap_or(locale!("en"));
        let decimals = i16::try_from(currency.exponent()).unwrap_or_default();
        let style = symbol(&locale, currency, decimals)
            .or_else(|| code(&locale, currency))
            .unwrap_or(Style::Plain(currency.code()));
        Self { style, decimals }
    }

    /// The amount as text.
    pub(super) fn format(&self, money: Money) -> String {
        let value = decimal(money.minor(), self.decimals);
        match &self.style {
            Style::Symbol(formatter) => formatter.format_fixed_decimal(&value).write_to_string().into_owned(),
            Style::Code { formatter, stand_in, code } => {
                formatter.format_fixed_decimal(&value).write_to_string().replace(stand_in, code)
            }
            Style::Plain(code) => format!("{code} {value}"),
        }
    }
}

fn symbol(locale: &Locale, currency: Currency, decimals: i16) -> Option<Style> {
    let formatter = CurrencyFormatter::try_new_symbol(
        preferences(locale),
        kind(currency.code())?,
        CurrencyFormatterOptions::default(),
    )
    .ok()?;
    // Unicode's data rounds some currencies to what people use at the till (AFN to whole afghanis, IQD
    // to whole dinars). An amount that was charged must be shown to its last minor unit instead.
    let smallest = formatter.format_fixed_decimal(&decimal(1, decimals)).write_to_string().into_owned();
    let digits = smallest.chars().filter(|c| c.is_numeric()).count();
    (digits == usize::try_from(decimals).ok()? + 1).then_some(Style::Symbol(formatter))
}

fn code(locale: &Locale, currency: Currency) -> Option<Style> {
    let stand_in = match currency.exponent() {
        0 => "JPY",
        2 => "USD",
        3 => "KWD",
        4 => "CLF",
        _ => return None,
    };
    let formatter = CurrencyFormatter::try_new_code(
        preferences(locale),
        kind(stand_in)?,
        CurrencyFormatterOptions::default(),
    )
    .ok()?;
    Some(Style::Code { formatter, stand_in, code: currency.code() })
}

fn preferences(locale: &Locale) -> CurrencyFormatterPreferences {
    locale.into()
}

fn kind(code: &str) -> Option<CurrencyType> {
    CurrencyType::try_from_str(code).ok()
}

/// The amount in major units, exactly.
fn decimal(minor: i64, decimals: i16) -> Decimal {
    let mut value = Decimal::from(minor);
    value.multiply_pow10(-decimals);
    value
}
