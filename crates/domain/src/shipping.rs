//! Shipping: where a method goes, and what it costs for a basket.

use chrono::{DateTime, Utc};

pub use self::error::ShippingError;
use crate::{
    address::Address,
    geography::{CountryCode, PostcodePattern},
    id::ShippingMethodId,
    money::{Money, MoneyError},
};

mod error;
mod price;
#[cfg(test)]
mod tests;

/// Where a basket goes, as far as prices depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The country.
    pub country: CountryCode,
    /// The state or province, by its code with or without the country: `CA` or `US-CA`.
    pub state: Option<String>,
    /// The postcode.
    pub postcode: Option<String>,
}

impl From<&Address> for Destination {
    fn from(address: &Address) -> Self {
        Self { country: address.country, state: address.state.clone(), postcode: address.postcode.clone() }
    }
}

impl Destination {
    /// Whether the destination lies in a state, whose code may be written either way.
    pub fn is_in_state(&self, code: &str) -> bool {
        let local = |text: &str| {
            let text = text.trim().to_ascii_uppercase();
            let without = text.strip_prefix(self.country.as_str()).and_then(|rest| rest.strip_prefix('-'));
            without.map(str::to_owned).unwrap_or(text)
        };
        self.state.as_deref().is_some_and(|state| local(state) == local(code))
    }

    /// Whether the postcode is known and covered by `pattern`.
    pub fn has_postcode(&self, pattern: &PostcodePattern) -> bool {
        self.postcode.as_deref().is_some_and(|postcode| pattern.matches(postcode))
    }
}

/// How a method is priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShippingKind {
    /// One price for every basket.
    FlatRate {
        /// The price.
        rate: Money,
    },
    /// A price for each unit. A product with a fixed shipping price of its own costs that instead.
    PerItem {
        /// The price of a unit.
        rate: Money,
        /// The price of the first unit, where it differs.
        first: Option<Money>,
    },
    /// By what the basket is worth after discounts.
    Tiered {
        /// Worth from which a price holds, and the price; by rising worth. A basket below the first is
        /// not shipped this way.
        tiers: Vec<(Money, Money)>,
    },
    /// By what the basket weighs.
    Weight {
        /// Grams up to which, inclusive, a price holds, and the price; by rising weight. A basket above
        /// the last is not shipped this way.
        tiers: Vec<(u32, Money)>,
    },
    /// Without charge.
    Free,
    /// The customer comes for it, without charge.
    LocalPickup {
        /// Where and when.
        instructions: Option<String>,
    },
}

impl ShippingKind {
    /// Every code, in the order the kinds are documented.
    pub const CODES: &'static [&'static str] =
        &["flat_rate", "per_item", "tiered", "weight", "free", "local_pickup"];

    /// The written form of the kind, in the API and in storage.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FlatRate { .. } => "flat_rate",
            Self::PerItem { .. } => "per_item",
            Self::Tiered { .. } => "tiered",
            Self::Weight { .. } => "weight",
            Self::Free => "free",
            Self::LocalPickup { .. } => "local_pickup",
        }
    }

    /// Every amount the kind mentions.
    fn amounts(&self) -> Vec<Money> {
        match self {
            Self::FlatRate { rate } => vec![*rate],
            Self::PerItem { rate, first } => first.iter().chain([rate]).copied().collect(),
            Self::Tiered { tiers } => tiers.iter().flat_map(|(from, rate)| [*from, *rate]).collect(),
            Self::Weight { tiers } => tiers.iter().map(|(_, rate)| *rate).collect(),
            Self::Free | Self::LocalPickup { .. } => Vec::new(),
        }
    }
}

/// A country, or parts of one, that a method goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// The country.
    pub country: CountryCode,
    /// The states it is limited to; all of them when empty.
    pub states: Vec<String>,
    /// The postcodes it is limited to; all of them when empty.
    pub postcodes: Vec<PostcodePattern>,
}

impl Zone {
    /// Whether the destination lies in the zone.
    pub fn contains(&self, to: &Destination) -> bool {
        self.country == to.country
            && (self.states.is_empty() || self.states.iter().any(|state| to.is_in_state(state)))
            && (self.postcodes.is_empty() || self.postcodes.iter().any(|pattern| to.has_postcode(pattern)))
    }
}

/// A way to get a basket to the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingMethod {
    /// Identifies the method.
    pub id: ShippingMethodId,
    /// What shoppers see it called.
    pub name: String,
    /// What shoppers read about it.
    pub description: Option<String>,
    /// How it is priced.
    pub kind: ShippingKind,
    /// Worth of the basket, after discounts, from which it costs nothing.
    pub free_from: Option<Money>,
    /// Where it goes; everywhere when empty.
    pub zones: Vec<Zone>,
    /// Days until delivery at least.
    pub min_days: Option<u32>,
    /// Days until delivery at most.
    pub max_days: Option<u32>,
    /// Whether it is offered.
    pub enabled: bool,
    /// Place among the methods, lowest first.
    pub sort_order: i32,
    /// Counts the changes, for optimistic locking.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Units of one line that need shipping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShippedItem {
    /// How many.
    pub quantity: u32,
    /// What one weighs.
    pub weight_grams: u32,
    /// What shipping one costs by [`ShippingKind::PerItem`], where the product says so itself.
    pub fixed: Option<Money>,
}

/// A basket as a shipping method sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingBasket {
    /// What the whole basket is worth after discounts.
    pub subtotal: Money,
    /// What of it needs shipping.
    pub items: Vec<ShippedItem>,
}

impl ShippingMethod {
    /// What sending `basket` to `destination` costs, or nothing at all (`None`) when the method does not
    /// serve it: switched off, not going there, priced in another currency, or no tier that fits. A
    /// method limited to zones does not serve an unknown destination. Where nothing needs shipping the
    /// price is zero.
    pub fn quote(
        &self,
        basket: &ShippingBasket,
        destination: Option<&Destination>,
    ) -> Result<Option<Money>, MoneyError> {
        if !self.enabled || !self.goes_to(destination) || !self.is_priced_in(basket) {
            return Ok(None);
        }
        let nothing = Money::zero(basket.subtotal.currency());
        if basket.items.is_empty() {
            return Ok(Some(nothing));
        }
        let Some(price) = self.kind.price(basket)? else { return Ok(None) };
        let is_free = self.free_from.is_some_and(|from| basket.subtotal.minor() >= from.minor());
        Ok(Some(if is_free { nothing } else { price }))
    }

    /// Whether the method goes to the destination.
    pub fn goes_to(&self, destination: Option<&Destination>) -> bool {
        self.zones.is_empty() || destination.is_some_and(|to| self.zones.iter().any(|zone| zone.contains(to)))
    }

    fn is_priced_in(&self, basket: &ShippingBasket) -> bool {
        let mut amounts = self.kind.amounts().into_iter().chain(self.free_from);
        amounts.all(|amount| amount.currency() == basket.subtotal.currency())
    }
}
