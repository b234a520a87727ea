//! Stock: what is there of each variant, and every change of it.
//!
//! Stock is counted for variants only; a simple product keeps its stock on its one default variant.
//! The database carries the last word, by conditional updates; these rules say what an update asks for.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    access::Mode,
    id::{MovementId, OrderId, ProductId, VariantId},
};

/// Units of one variant a store can hold at most.
pub const STOCK_MAX: u32 = 1_000_000_000;

crate::text_enum! {
    /// How a variant stands, for people.
    pub enum StockStatus {
        /// Enough.
        InStock = "in_stock",
        /// At or below the threshold, but not gone.
        Low = "low_stock",
        /// None left.
        OutOfStock = "out_of_stock",
    }
}

/// The stock of one variant in one mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockLevel {
    /// What is counted.
    pub variant: VariantId,
    /// Units that can be sold now; reserved ones are not among them.
    pub available: u32,
    /// Units held for payments that have begun.
    pub reserved: u32,
    /// Units at or below which stock is low; the store's own threshold when absent.
    pub low_threshold: Option<u32>,
}

impl StockLevel {
    /// How the variant stands, with the store's threshold where it has none of its own.
    pub fn status(&self, store_threshold: u32) -> StockStatus {
        status_of(self.available, self.low_threshold.unwrap_or(store_threshold))
    }
}

/// How `available` units stand against a threshold.
pub fn status_of(available: u32, threshold: u32) -> StockStatus {
    if available == 0 {
        StockStatus::OutOfStock
    } else if available <= threshold {
        StockStatus::Low
    } else {
        StockStatus::InStock
    }
}

/// What the owner must be told after stock went from `before` to `after`: `Low` or `OutOfStock` when
/// that line was crossed downwards just now, nothing otherwise. So each fall is told once.
pub fn fallen_to(before: u32, after: u32, threshold: u32) -> Option<StockStatus> {
    let (was, is) = (status_of(before, threshold), status_of(after, threshold));
    (after < before && was != is).then_some(is)
}

/// A change of stock somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// There are so many, as counted.
    Set(u32),
    /// So many more.
    Increment(u32),
    /// So many fewer.
    Decrement(u32),
}

/// Why stock cannot change as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StockError {
    /// More would be taken than is there.
    #[error("only {available} are in stock")]
    BelowZero {
        /// Units that are there.
        available: u32,
    },
    /// More than a store can hold.
    #[error("stock must not exceed {STOCK_MAX}")]
    TooMany,
}

impl Adjustment {
    /// Stock before and after the change, from what is `available`.
    pub fn apply(self, available: u32) -> Result<(u32, u32), StockError> {
        let after = match self {
            Self::Set(count) => count,
            Self::Increment(by) => available.checked_add(by).ok_or(StockError::TooMany)?,
            Self::Decrement(by) => available.checked_sub(by).ok_or(StockError::BelowZero { available })?,
        };
        if after > STOCK_MAX { Err(StockError::TooMany) } else { Ok((available, after)) }
    }
}

crate::text_enum! {
    /// What made stock change.
    pub enum MovementKind {
        /// Somebody counted or corrected.
        Adjustment = "adjustment",
        /// Sold, or held for a payment that has begun.
        Sale = "sale",
        /// Back on the shelf: a payment that failed, a cancelled order, a refund.
        Restock = "restock",
        /// Read from a file.
        Import = "import",
        /// The stock a variant was created with.
        Initial = "initial",
    }
}

/// One entry in the book of stock. Entries are only ever added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMovement {
    /// Identity.
    pub id: MovementId,
    /// What moved.
    pub variant_id: VariantId,
    /// The product that the variant belongs to.
    pub product_id: ProductId,
    /// Whose stock, live or test.
    pub mode: Mode,
    /// `after` less `before`.
    pub delta: i64,
    /// Available units before.
    pub before: u32,
    /// Available units after.
    pub after: u32,
    /// What made it move.
    pub kind: MovementKind,
    /// What somebody wrote about it.
    pub reason: Option<String>,
    /// The order that it moved for.
    pub order: Option<OrderId>,
    /// Who did it, as events name actors: `key:key_01H…`, `shopper`.
    pub actor: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What `after` is more than `before`, negative when it is less.
pub fn delta(before: u32, after: u32) -> i64 {
    // Both have 32 bits, so their difference fits into 64.
    i64::from(after).saturating_sub(i64::from(before))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Adjustment::Set(7), 3, Ok((3, 7)))]
    #[case(Adjustment::Set(0), 3, Ok((3, 0)))]
    #[case(Adjustment::Increment(10), 42, Ok((42, 52)))]
    #[case(Adjustment::Decrement(3), 3, Ok((3, 0)))]
    #[case(Adjustment::Decrement(4), 3, Err(StockError::BelowZero { available: 3 }))]
    #[case(Adjustment::Increment(1), STOCK_MAX, Err(StockError::TooMany))]
    #[case(Adjustment::Increment(u32::MAX), 1, Err(StockError::TooMany))]
    #[case(Adjustment::Set(u32::MAX), 1, Err(StockError::TooMany))]
    fn stock_changes_as_asked_or_not_at_all(
        #[case] adjustment: Adjustment,
        #[case] available: u32,
        #[case] expected: Result<(u32, u32), StockError>,
    ) {
        assert_eq!(adjustment.apply(available), expected);
    }

    #[rstest]
    #[case(6, StockStatus::InStock)]
    #[case(5, StockStatus::Low)]
    #[case(1, StockStatus::Low)]
    #[case(0, StockStatus::OutOfStock)]
    fn stock_is_low_at_its_threshold(#[case] available: u32, #[case] expected: StockStatus) {
        let level = StockLevel {
            variant: VariantId::from_bytes([1; 16]),
            available,
            reserved: 0,
            low_threshold: None,
        };
        assert_eq!(level.status(5), expected);
        assert_eq!(StockLevel { low_threshold: Some(5), ..level }.status(0), expected);
    }

    #[rstest]
    #[case(6, 5, Some(StockStatus::Low))]
    #[case(5, 4, None)]
    #[case(4, 0, Some(StockStatus::OutOfStock))]
    #[case(9, 0, Some(StockStatus::OutOfStock))]
    #[case(0, 3, None)]
    #[case(3, 9, None)]
    #[case(0, 0, None)]
    fn a_fall_is_told_once(#[case] before: u32, #[case] after: u32, #[case] told: Option<StockStatus>) {
        assert_eq!(fallen_to(before, after, 5), told);
    }

    proptest! {
        #[test]
        fn the_delta_leads_from_before_to_after(before: u32, after: u32) {
            prop_assert_eq!(i64::from(before).checked_add(delta(before, after)), Some(i64::from(after)));
        }
    }
}
