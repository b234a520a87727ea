//! What makes a promotion unfit to be kept.

use thiserror::Error;

use super::{DiscountValue, Promotion};
use crate::{money::Money, pricing::MAX_PRICE_MINOR, text::check_text};

/// Characters the name of a promotion may have at most.
const NAME_MAX: usize = 200;
/// Products, and categories, a promotion may be limited to at most.
const TARGETS_MAX: usize = 1_000;

/// Why a promotion cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PromotionError {
    /// The name is blank, too long or holds control characters.
    #[error("must be 1 to {NAME_MAX} characters of text")]
    Name,
    /// It would take nothing off.
    #[error("must be greater than 0")]
    ValueNotPositive,
    /// The minimum is negative or above [`MAX_PRICE_MINOR`].
    #[error("must be between 0 and {MAX_PRICE_MINOR}")]
    MinimumOutOfRange,
    /// The fixed amount is above [`MAX_PRICE_MINOR`].
    #[error("must be at most {MAX_PRICE_MINOR}")]
    ValueTooHigh,
    /// The fixed amount and the minimum are in different currencies.
    #[error("must be in the currency of the value")]
    MixedCurrencies,
    /// No use is allowed at all.
    #[error("must be at least 1")]
    NoUses,
    /// No use is allowed to any customer.
    #[error("must be at least 1")]
    NoUsesPerCustomer,
    /// It does not end after it starts.
    #[error("must be after startsAt")]
    EndsBeforeStart,
    /// It names too many products.
    #[error("must name at most {TARGETS_MAX} products")]
    TooManyProducts,
    /// It names too many categories.
    #[error("must name at most {TARGETS_MAX} categories")]
    TooManyCategories,
}

impl PromotionError {
    /// The field the fault is in, by its name in the API.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::ValueNotPositive | Self::ValueTooHigh => "value",
            Self::MinimumOutOfRange | Self::MixedCurrencies => "minOrderAmount",
            Self::NoUses => "maxUses",
            Self::NoUsesPerCustomer => "maxUsesPerCustomer",
            Self::EndsBeforeStart => "expiresAt",
            Self::TooManyProducts => "productIds",
            Self::TooManyCategories => "categoryIds",
        }
    }
}

impl Promotion {
    /// Everything that is wrong with the promotion; empty when it may be kept.
    pub fn faults(&self) -> Vec<PromotionError> {
        let fixed = match self.value {
            DiscountValue::Fixed(amount) => Some(amount),
            DiscountValue::Percentage(_) | DiscountValue::FreeShipping => None,
        };
        let gives_nothing = match self.value {
            DiscountValue::Percentage(rate) => rate.is_zero(),
            DiscountValue::Fixed(amount) => amount.minor() <= 0,
            DiscountValue::FreeShipping => false,
        };
        let minimum = self.minimum_subtotal;
        let out_of_range = |amount: Money| !(0..=MAX_PRICE_MINOR).contains(&amount.minor());
        let mixed = fixed.zip(minimum).is_some_and(|(value, minimum)| value.currency() != minimum.currency());
        let backwards = self.starts_at.zip(self.ends_at).is_some_and(|(start, end)| end <= start);
        let unnamed = self.name.as_ref().is_some_and(|name| check_text(name, NAME_MAX).is_err());
        let checks = [
            (unnamed, PromotionError::Name),
            (gives_nothing, PromotionError::ValueNotPositive),
            (fixed.is_some_and(|value| value.minor() > MAX_PRICE_MINOR), PromotionError::ValueTooHigh),
            (minimum.is_some_and(out_of_range), PromotionError::MinimumOutOfRange),
            (mixed, PromotionError::MixedCurrencies),
            (self.max_uses == Some(0), PromotionError::NoUses),
            (self.max_uses_per_customer == Some(0), PromotionError::NoUsesPerCustomer),
            (backwards, PromotionError::EndsBeforeStart),
            (self.product_ids.len() > TARGETS_MAX, PromotionError::TooManyProducts),
            (self.category_ids.len() > TARGETS_MAX, PromotionError::TooManyCategories),
        ];
        checks.into_iter().filter_map(|(broken, fault)| broken.then_some(fault)).collect()
    }
}
