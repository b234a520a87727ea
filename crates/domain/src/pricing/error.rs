//! What makes a price tag unfit to be kept.

use thiserror::Error;

use super::{MAX_PRICE_MINOR, PriceTag, Sale};
use crate::money::Money;

/// Why a price tag cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PriceError {
    /// The price is below zero.
    #[error("must not be negative")]
    Negative,
    /// The price is above [`MAX_PRICE_MINOR`].
    #[error("must be at most {MAX_PRICE_MINOR}")]
    TooHigh,
    /// The compare-at price is not above the price.
    #[error("must be greater than the price")]
    CompareAtNotHigher,
    /// The sale price is not below the price.
    #[error("must be less than the price")]
    SaleNotLower,
    /// The sale price is below zero.
    #[error("must not be negative")]
    SaleNegative,
    /// The sale does not end after it starts.
    #[error("must be after the start of the sale")]
    SaleEndsBeforeStart,
    /// The amounts are in different currencies.
    #[error("must be in one currency")]
    MixedCurrencies,
}

impl PriceError {
    /// The field of the tag that the fault is in, by its name in the API.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Negative | Self::TooHigh | Self::MixedCurrencies => "price",
            Self::CompareAtNotHigher => "compareAtPrice",
            Self::SaleNotLower | Self::SaleNegative => "salePrice",
            Self::SaleEndsBeforeStart => "saleEndsAt",
        }
    }
}

impl PriceTag {
    /// A tag with a regular price only.
    pub const fn regular(price: Money) -> Self {
        Self { price, compare_at: None, sale: None }
    }

    /// Everything that is wrong with the tag; empty when it may be kept. For a variant, ask the tag
    /// that [`VariantPrice::over`] gives.
    pub fn faults(&self) -> Vec<PriceError> {
        let currency = self.price.currency();
        let sale = self.sale.as_ref();
        let others = [self.compare_at, sale.map(|sale| sale.price)];
        if others.iter().flatten().any(|other| other.currency() != currency) {
            return vec![PriceError::MixedCurrencies];
        }
        let ends_early =
            |sale: &Sale| sale.starts_at.zip(sale.ends_at).is_some_and(|(start, end)| end <= start);
        let checks = [
            (self.price.is_negative(), PriceError::Negative),
            (self.price.minor() > MAX_PRICE_MINOR, PriceError::TooHigh),
            (
                self.compare_at.is_some_and(|c| c.minor() <= self.price.minor()),
                PriceError::CompareAtNotHigher,
            ),
            (sale.is_some_and(|sale| sale.price.minor() >= self.price.minor()), PriceError::SaleNotLower),
            (sale.is_some_and(|sale| sale.price.is_negative()), PriceError::SaleNegative),
            (sale.is_some_and(ends_early), PriceError::SaleEndsBeforeStart),
        ];
        checks.into_iter().filter_map(|(broken, fault)| broken.then_some(fault)).collect()
    }
}
