//! Tax: which rate a sale falls under, and how much of it is due.

use std::fmt;

use chrono::{DateTime, Utc};
use thiserror::Error;

pub use self::assessment::{TaxBase, assess, breakdown};
use crate::{
    geography::{CountryCode, PostcodePattern},
    id::TaxRateId,
    money::Money,
    rate::Rate,
    shipping::Destination,
    text::check_text,
    text_enum,
};

mod assessment;
#[cfg(test)]
mod tests;

/// Characters a tax class may have at most.
pub const TAX_CLASS_MAX: usize = 64;
/// Characters the name of a tax rate may have at most.
pub const TAX_NAME_MAX: usize = 100;

/// A group of goods that is taxed alike: `standard`, `reduced`, `zero`, or a class of the store's own.
/// Lower-case ASCII letters, digits, `-` and `_`.
///
/// Goods are taxed by the rates of their own class only; where a class has no rate, none is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxClass(String);

/// The text is no tax class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be 1 to {TAX_CLASS_MAX} lower-case letters, digits, hyphens and underscores")]
pub struct InvalidTaxClass;

impl TaxClass {
    /// Reads a class, in upper or lower case.
    pub fn parse(text: &str) -> Result<Self, InvalidTaxClass> {
        let class = text.trim().to_ascii_lowercase();
        let plain = class.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b));
        if plain && (1..=TAX_CLASS_MAX).contains(&class.len()) {
            Ok(Self(class))
        } else {
            Err(InvalidTaxClass)
        }
    }

    /// What most goods are.
    pub fn standard() -> Self {
        Self("standard".to_owned())
    }

    /// Goods with a lower rate, such as food or books in many countries.
    pub fn reduced() -> Self {
        Self("reduced".to_owned())
    }

    /// Goods that are taxable at nothing.
    pub fn zero() -> Self {
        Self("zero".to_owned())
    }

    /// The class as written in the API and in storage.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TaxClass {
    fn default() -> Self {
        Self::standard()
    }
}

impl fmt::Display for TaxClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A tax a store charges, and where.
///
/// Exactly one rate applies to a piece of goods: of the enabled rates of its class that cover the
/// destination the narrowest, a postcode before a state before a country before everywhere. Of equally
/// narrow ones the lowest id, that is the oldest, wins; rates are never added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRate {
    /// Identifies the rate.
    pub id: TaxRateId,
    /// What the tax is called on receipts, `VAT`.
    pub name: String,
    /// How much of the net price is due.
    pub rate: Rate,
    /// The country it is due in; everywhere, and where the destination is unknown, when absent.
    pub country: Option<CountryCode>,
    /// The state or province of that country, by its code without the country, `CA`.
    pub state: Option<String>,
    /// The postcodes of that country.
    pub postcode: Option<PostcodePattern>,
    /// The goods it is for.
    pub class: TaxClass,
    /// Whether it is charged at all.
    pub enabled: bool,
    /// Counts the changes, for optimistic locking.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Why a tax rate cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TaxRateError {
    /// The name is blank, too long or holds control characters.
    #[error("must be 1 to {TAX_NAME_MAX} characters of text")]
    Name,
    /// A state without its country.
    #[error("needs a country")]
    StateWithoutCountry,
    /// The state is blank.
    #[error("must not be blank")]
    StateBlank,
    /// A postcode without its country.
    #[error("needs a country")]
    PostcodeWithoutCountry,
}

impl TaxRateError {
    /// The field the fault is in, by its name in the API.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::StateWithoutCountry | Self::StateBlank => "state",
            Self::PostcodeWithoutCountry => "postcode",
        }
    }
}

impl TaxRate {
    /// Everything that is wrong with the rate; empty when it may be kept.
    pub fn faults(&self) -> Vec<TaxRateError> {
        let homeless = self.country.is_none();
        let checks = [
            (check_text(&self.name, TAX_NAME_MAX).is_err(), TaxRateError::Name),
            (homeless && self.state.is_some(), TaxRateError::StateWithoutCountry),
            (self.state.as_ref().is_some_and(|state| state.trim().is_empty()), TaxRateError::StateBlank),
            (homeless && self.postcode.is_some(), TaxRateError::PostcodeWithoutCountry),
        ];
        checks.into_iter().filter_map(|(broken, fault)| broken.then_some(fault)).collect()
    }

    /// Where the tax is due, narrowing from left to right: `GB`, `US-CA`, `US-CA-90210`, and `*` for
    /// everywhere.
    pub fn jurisdiction(&self) -> String {
        let Some(country) = self.country else { return "*".to_owned() };
        let mut place = country.to_string();
        for part in
            [self.state.clone(), self.postcode.as_ref().map(ToString::to_string)].into_iter().flatten()
        {
            place.push('-');
            place.push_str(&part);
        }
        place
    }

    /// Whether the rate covers the destination. An unknown destination is covered only by a rate
    /// that applies everywhere.
    pub fn covers(&self, destination: Option<&Destination>) -> bool {
        let Some(to) = destination else { return self.country.is_none() };
        self.country.is_none_or(|country| country == to.country)
            && self.state.as_ref().is_none_or(|state| to.is_in_state(state))
            && self.postcode.as_ref().is_none_or(|pattern| to.has_postcode(pattern))
    }

    /// Sorts rates from wide to narrow.
    fn narrowness(&self) -> (usize, bool, bool) {
        let postcode = self.postcode.as_ref().map_or(0, PostcodePattern::specificity);
        (postcode, self.state.is_some(), self.country.is_some())
    }
}

/// The one rate of `rates` that applies to goods of `class` sent to `destination`, if any.
pub fn applicable<'a>(
    rates: &'a [TaxRate],
    class: &TaxClass,
    destination: Option<&Destination>,
) -> Option<&'a TaxRate> {
    let candidates =
        rates.iter().filter(|rate| rate.enabled && rate.class == *class && rate.covers(destination));
    // `max_by_key` keeps the last of equals, so the id is compared the other way round.
    candidates.max_by_key(|rate| (rate.narrowness(), std::cmp::Reverse(rate.id)))
}

/// What is due to one jurisdiction, on one line or on a whole sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxAmount {
    /// What the tax is called.
    pub name: String,
    /// The rate it was charged at.
    pub rate: Rate,
    /// Where it is due, as [`TaxRate::jurisdiction`] writes it.
    pub jurisdiction: String,
    /// How much.
    pub amount: Money,
}

text_enum! {
    /// When tax is rounded to whole minor units.
    pub enum Rounding {
        /// On each line. What a receipt shows line by line.
        PerLine = "per_line",
        /// Once for all lines under the same rate; the lines get their parts by largest remainder.
        PerTotal = "per_total",
    }
}

/// How a store charges tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxSettings {
    /// Whether tax is charged at all.
    pub enabled: bool,
    /// Whether prices, shipping prices among them, hold the tax already or it comes on top.
    pub prices_include_tax: bool,
    /// Whether shipping is taxed.
    pub shipping_taxed: bool,
    /// When tax is rounded.
    pub rounding: Rounding,
    /// The class shipping is taxed under.
    pub shipping_class: TaxClass,
}

impl Default for TaxSettings {
    /// Tax on top of prices by the rates the store sets up, none on shipping, rounded on each line.
    fn default() -> Self {
        Self {
            enabled: true,
            prices_include_tax: false,
            shipping_taxed: false,
            rounding: Rounding::PerLine,
            shipping_class: TaxClass::standard(),
        }
    }
}
