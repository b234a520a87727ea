//! How a method is priced, as its owner says it: one kind, and the fields that belong to it.

use domain::{
    money::{Currency, Money},
    shipping::ShippingKind,
};

use crate::{Error, Result};

/// One step of a tiered price. Which threshold it needs depends on the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// Least worth of the basket after discounts, in minor units: `tiered`.
    pub min_subtotal: Option<i64>,
    /// Most that the basket weighs, in grams: `weight`.
    pub max_weight_grams: Option<u32>,
    /// The price, in minor units.
    pub rate: i64,
}

/// The fields of all kinds; a kind takes some of them and refuses the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates {
    /// The price in minor units: `flat_rate`, and of each unit for `per_item`.
    pub rate: Option<i64>,
    /// The price of the first unit, where it differs: `per_item`.
    pub first_item_rate: Option<i64>,
    /// The steps: `tiered`, `weight`.
    pub tiers: Option<Vec<Tier>>,
    /// Where and when to collect: `local_pickup`.
    pub instructions: Option<String>,
}

impl From<&ShippingKind> for Rates {
    fn from(kind: &ShippingKind) -> Self {
        let none = Self::default();
        match kind {
            ShippingKind::FlatRate { rate } => Self { rate: Some(rate.minor()), ..none },
            ShippingKind::PerItem { rate, first } => {
                Self { rate: Some(rate.minor()), first_item_rate: first.map(Money::minor), ..none }
            }
            ShippingKind::Tiered { tiers } => {
                let tier = |(from, rate): &(Money, Money)| Tier {
                    min_subtotal: Some(from.minor()),
                    max_weight_grams: None,
                    rate: rate.minor(),
                };
                Self { tiers: Some(tiers.iter().map(tier).collect()), ..none }
            }
            ShippingKind::Weight { tiers } => {
                let tier = |(up_to, rate): &(u32, Money)| Tier {
                    min_subtotal: None,
                    max_weight_grams: Some(*up_to),
                    rate: rate.minor(),
                };
                Self { tiers: Some(tiers.iter().map(tier).collect()), ..none }
            }
            ShippingKind::Free => none,
            ShippingKind::LocalPickup { instructions } => Self { instructions: instructions.clone(), ..none },
        }
    }
}

impl Rates {
    /// The kind with this code, priced by these fields. A field that the kind lacks, or does not know, is
    /// a fault.
    pub(super) fn into_kind(mut self, code: &str, currency: Currency) -> Result<ShippingKind> {
        let money = |minor| Money::new(minor, currency);
        let kind = match code {
            "flat_rate" => ShippingKind::FlatRate { rate: money(needed(&mut self.rate, "rate", code)?) },
            "per_item" => ShippingKind::PerItem {
                rate: money(needed(&mut self.rate, "rate", code)?),
                first: self.first_item_rate.take().map(money),
            },
            "tiered" => ShippingKind::Tiered {
                tiers: steps(needed(&mut self.tiers, "tiers", code)?, "minSubtotal", |tier| {
                    let foreign = tier.max_weight_grams.is_some();
                    (!foreign).then_some((money(tier.min_subtotal?), money(tier.rate)))
                })?,
            },
            "weight" => ShippingKind::Weight {
                tiers: steps(needed(&mut self.tiers, "tiers", code)?, "maxWeightGrams", |tier| {
                    let foreign = tier.min_subtotal.is_some();
                    (!foreign).then_some((tier.max_weight_grams?, money(tier.rate)))
                })?,
            },
            "free" => ShippingKind::Free,
            "local_pickup" => ShippingKind::LocalPickup { instructions: self.instructions.take() },
            _ => {
                let kinds = ShippingKind::CODES.join(", ");
                return Err(Error::invalid("type", format!("must be one of {kinds}")));
            }
        };
        self.refuse_leftovers(code).map(|()| kind)
    }

    fn refuse_leftovers(self, code: &str) -> Result<()> {
        let Self { rate, first_item_rate, tiers, instructions } = self;
        let left = [
            (rate.is_some(), "rate"),
            (first_item_rate.is_some(), "firstItemRate"),
            (tiers.is_some(), "tiers"),
            (instructions.is_some(), "instructions"),
        ];
        let faults = left.into_iter().filter(|(given, _)| *given);
        let faults =
            faults.map(|(_, field)| (field.to_owned(), format!("does not belong to a {code} method")));
        Error::from_faults(faults).map_or(Ok(()), Err)
    }
}

fn needed<T>(field: &mut Option<T>, name: &str, code: &str) -> Result<T> {
    field.take().ok_or_else(|| Error::invalid(name, format!("is needed for a {code} method")))
}

fn steps<T>(tiers: Vec<Tier>, threshold: &str, read: impl Fn(Tier) -> Option<T>) -> Result<Vec<T>> {
    let mut steps = Vec::with_capacity(tiers.len());
    for (index, tier) in tiers.into_iter().enumerate() {
        let step = read(tier).ok_or_else(|| {
            Error::invalid(format!("tiers.{index}"), format!("takes {threshold} and rate for this kind"))
        })?;
        steps.push(step);
    }
    Ok(steps)
}
