//! Prices and zones of a shipping method as JSON. Amounts are minor units of the method's currency.

use domain::{
    geography::{CountryCode, PostcodePattern},
    money::{Currency, Money},
    shipping::{ShippingKind, Zone},
};
use serde::{Deserialize, Serialize};

/// What a kind needs to know; which of the fields depends on the kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RateDocument {
    rate: Option<i64>,
    first: Option<i64>,
    tiers: Vec<TierDocument>,
    instructions: Option<String>,
}

/// Worth or grams, and the price from there on or up to there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TierDocument {
    threshold: i64,
    rate: i64,
}

impl From<&ShippingKind> for RateDocument {
    fn from(kind: &ShippingKind) -> Self {
        let none = Self::default();
        match kind {
            ShippingKind::FlatRate { rate } => Self { rate: Some(rate.minor()), ..none },
            ShippingKind::PerItem { rate, first } => {
                Self { rate: Some(rate.minor()), first: first.map(Money::minor), ..none }
            }
            ShippingKind::Tiered { tiers } => {
                let tier = |(from, rate): &(Money, Money)| TierDocument {
                    threshold: from.minor(),
                    rate: rate.minor(),
                };
                Self { tiers: tiers.iter().map(tier).collect(), ..none }
            }
            ShippingKind::Weight { tiers } => {
                let tier = |(up_to, rate): &(u32, Money)| TierDocument {
                    threshold: (*up_to).into(),
                    rate: rate.minor(),
                };
                Self { tiers: tiers.iter().map(tier).collect(), ..none }
            }
            ShippingKind::Free => none,
            ShippingKind::LocalPickup { instructions } => Self { instructions: instructions.clone(), ..none },
        }
    }
}

impl RateDocument {
    /// The kind with this code; `None` when the document lacks what the kind needs.
    pub(super) fn read(self, code: &str, currency: Option<Currency>) -> Option<ShippingKind> {
        let money = |minor: i64| currency.map(|currency| Money::new(minor, currency));
        match code {
            "flat_rate" => Some(ShippingKind::FlatRate { rate: money(self.rate?)? }),
            "per_item" => {
                let first = match self.first {
                    Some(minor) => Some(money(minor)?),
                    None => None,
                };
                Some(ShippingKind::PerItem { rate: money(self.rate?)?, first })
            }
            "tiered" => {
                let tier = |tier: TierDocument| Some((money(tier.threshold)?, money(tier.rate)?));
                Some(ShippingKind::Tiered { tiers: self.tiers.into_iter().map(tier).collect::<Option<_>>()? })
            }
            "weight" => {
                let tier =
                    |tier: TierDocument| Some((u32::try_from(tier.threshold).ok()?, money(tier.rate)?));
                Some(ShippingKind::Weight { tiers: self.tiers.into_iter().map(tier).collect::<Option<_>>()? })
            }
            "free" => Some(ShippingKind::Free),
            "local_pickup" => Some(ShippingKind::LocalPickup { instructions: self.instructions }),
            _ => None,
        }
    }
}

/// A zone; empty lists mean the whole country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ZoneDocument {
    country: String,
    #[serde(default)]
    states: Vec<String>,
    #[serde(default)]
    postcodes: Vec<String>,
}

impl From<&Zone> for ZoneDocument {
    fn from(zone: &Zone) -> Self {
        let Zone { country, states, postcodes } = zone.clone();
        Self {
            country: country.as_str().to_owned(),
            states,
            postcodes: postcodes.iter().map(ToString::to_string).collect(),
        }
    }
}

impl ZoneDocument {
    pub(super) fn read(self) -> Option<Zone> {
        Some(Zone {
            country: CountryCode::parse(&self.country).ok()?,
            states: self.states,
            postcodes: self
                .postcodes
                .iter()
                .map(|text| PostcodePattern::parse(text).ok())
                .collect::<Option<_>>()?,
        })
    }
}
