//! What each kind of shipping charges for a basket.

use super::{ShippingBasket, ShippingKind};
use crate::money::{Money, MoneyError};

impl ShippingKind {
    /// The price for a basket with at least one item to ship; `None` when no tier fits it.
    pub(super) fn price(&self, basket: &ShippingBasket) -> Result<Option<Money>, MoneyError> {
        match self {
            Self::FlatRate { rate } => Ok(Some(*rate)),
            Self::PerItem { rate, first } => per_item(basket, *rate, *first).map(Some),
            Self::Tiered { tiers } => {
                let reached = tiers.iter().filter(|(from, _)| from.minor() <= basket.subtotal.minor());
                Ok(reached.max_by_key(|(from, _)| from.minor()).map(|(_, rate)| *rate))
            }
            Self::Weight { tiers } => {
                let weight = total_weight(basket)?;
                let holding = tiers.iter().filter(|(up_to, _)| u64::from(*up_to) >= weight);
                Ok(holding.min_by_key(|(up_to, _)| *up_to).map(|(_, rate)| *rate))
            }
            Self::Free | Self::LocalPickup { .. } => Ok(Some(Money::zero(basket.subtotal.currency()))),
        }
    }
}

/// Units with a price of their own never count as the first one.
fn per_item(basket: &ShippingBasket, rate: Money, first: Option<Money>) -> Result<Money, MoneyError> {
    let mut units = 0_i64;
    let mut total = Money::zero(basket.subtotal.currency());
    for item in &basket.items {
        match item.fixed {
            Some(fixed) => total = total.checked_add(fixed.checked_mul(item.quantity.into())?)?,
            None => units = units.checked_add(item.quantity.into()).ok_or(MoneyError::Overflow)?,
        }
    }
    match first {
        Some(first) if units > 0 => {
            let further = units.checked_sub(1).ok_or(MoneyError::Overflow)?;
            total.checked_add(first)?.checked_add(rate.checked_mul(further)?)
        }
        _ => total.checked_add(rate.checked_mul(units)?),
    }
}

fn total_weight(basket: &ShippingBasket) -> Result<u64, MoneyError> {
    let weigh = |sum: u64, item: &super::ShippedItem| {
        u64::from(item.weight_grams)
            .checked_mul(item.quantity.into())
            .and_then(|grams| sum.checked_add(grams))
    };
    basket.items.iter().try_fold(0, weigh).ok_or(MoneyError::Overflow)
}
