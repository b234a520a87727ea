//! Why a cart says no.

use thiserror::Error;

use super::MAX_LINES;
use crate::{
    catalog::sellable::QuantityRefusal,
    id::{LineId, VariantId},
};

/// Why a cart refused a change. The cart is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CartError {
    /// A payment is under way.
    #[error("a payment for this cart is under way")]
    PaymentInProgress,
    /// It became an order.
    #[error("this cart has been paid for")]
    Completed,
    /// Its lines moved to another cart.
    #[error("this cart has been replaced by another")]
    Superseded,
    /// It was left alone for too long.
    #[error("this cart has expired")]
    Expired,
    /// There is nothing in it.
    #[error("the cart is empty")]
    Empty,
    /// It has no such line.
    #[error("the cart has no line {0}")]
    UnknownLine(LineId),
    /// Nothing was to be added.
    #[error("the quantity must be at least 1")]
    NoQuantity,
    /// It has as many lines as it can hold.
    #[error("a cart holds at most {MAX_LINES} lines")]
    TooManyLines,
    /// The line is about another variant than the one looked up for it.
    #[error("line {0} is about another variant")]
    OtherVariant(LineId),
    /// The variant cannot be sold in that quantity.
    #[error("{refusal}")]
    Quantity {
        /// The variant.
        variant: VariantId,
        /// Why.
        refusal: QuantityRefusal,
    },
    /// It is not known where the goods go.
    #[error("a shipping address is needed first")]
    AddressMissing,
}
