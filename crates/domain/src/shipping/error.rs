//! What makes a shipping method unfit to be kept.

use thiserror::Error;

use super::{ShippingKind, ShippingMethod};
use crate::{money::Money, pricing::MAX_PRICE_MINOR, text::check_text};

/// Characters the name of a method may have at most.
const NAME_MAX: usize = 100;
/// Characters a description or the pickup instructions may have at most.
const TEXT_MAX: usize = 2_000;
/// Tiers a method may have at most.
const TIERS_MAX: usize = 50;

/// Why a shipping method cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShippingError {
    /// The name is blank, too long or holds control characters.
    #[error("must be 1 to {NAME_MAX} characters of text")]
    Name,
    /// The description is too long or holds a NUL.
    #[error("must be at most {TEXT_MAX} characters of text")]
    Description,
    /// The pickup instructions are too long or hold a NUL.
    #[error("must be at most {TEXT_MAX} characters of text")]
    Instructions,
    /// An amount is below zero or above [`MAX_PRICE_MINOR`].
    #[error("must be between 0 and {MAX_PRICE_MINOR}")]
    Amount,
    /// The amounts are in different currencies.
    #[error("must be in one currency")]
    MixedCurrencies,
    /// There are no tiers, or too many.
    #[error("must have 1 to {TIERS_MAX} tiers")]
    TierCount,
    /// The tiers do not rise.
    #[error("must be sorted by a rising threshold")]
    TierOrder,
    /// The threshold for free shipping is below zero.
    #[error("must not be negative")]
    FreeFrom,
    /// The shortest delivery takes longer than the longest.
    #[error("must be at least estimatedMinDays")]
    Days,
}

impl ShippingError {
    /// The field the fault is in, by its name in the API.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Instructions => "instructions",
            Self::Amount | Self::MixedCurrencies => "rate",
            Self::TierCount | Self::TierOrder => "tiers",
            Self::FreeFrom => "freeThreshold",
            Self::Days => "estimatedMaxDays",
        }
    }
}

impl ShippingMethod {
    /// Everything that is wrong with the method; empty when it may be kept.
    pub fn faults(&self) -> Vec<ShippingError> {
        let amounts = self.kind.amounts();
        let all = || amounts.iter().copied().chain(self.free_from);
        let out_of_range = |amount: &Money| !(0..=MAX_PRICE_MINOR).contains(&amount.minor());
        let mixed = all().zip(all().skip(1)).any(|(a, b)| a.currency() != b.currency());
        let days_cross = self.min_days.zip(self.max_days).is_some_and(|(min, max)| min > max);
        let long = |text: Option<&String>| text.is_some_and(|text| is_unfit(text));
        let instructions = match &self.kind {
            ShippingKind::LocalPickup { instructions } => instructions.as_ref(),
            _ => None,
        };
        let checks = [
            (check_text(&self.name, NAME_MAX).is_err(), ShippingError::Name),
            (long(self.description.as_ref()), ShippingError::Description),
            (long(instructions), ShippingError::Instructions),
            (amounts.iter().any(out_of_range), ShippingError::Amount),
            (mixed, ShippingError::MixedCurrencies),
            (self.kind.tier_count().is_some_and(|n| !(1..=TIERS_MAX).contains(&n)), ShippingError::TierCount),
            (!self.kind.tiers_rise(), ShippingError::TierOrder),
            (self.free_from.is_some_and(Money::is_negative), ShippingError::FreeFrom),
            (days_cross, ShippingError::Days),
        ];
        checks.into_iter().filter_map(|(broken, fault)| broken.then_some(fault)).collect()
    }
}

/// Long texts may be empty and hold line breaks, but not a NUL, which a database cannot keep.
fn is_unfit(text: &str) -> bool {
    text.contains('\0') || text.chars().count() > TEXT_MAX
}

impl ShippingKind {
    fn tier_count(&self) -> Option<usize> {
        match self {
            Self::Tiered { tiers } => Some(tiers.len()),
            Self::Weight { tiers } => Some(tiers.len()),
            Self::FlatRate { .. } | Self::PerItem { .. } | Self::Free | Self::LocalPickup { .. } => None,
        }
    }

    fn tiers_rise(&self) -> bool {
        match self {
            Self::Tiered { tiers } => tiers.windows(2).all(|pair| match pair {
                [(low, _), (high, _)] => low.minor() < high.minor(),
                _ => true,
            }),
            Self::Weight { tiers } => tiers.windows(2).all(|pair| match pair {
                [(low, _), (high, _)] => low < high,
                _ => true,
            }),
            Self::FlatRate { .. } | Self::PerItem { .. } | Self::Free | Self::LocalPickup { .. } => true,
        }
    }
}
