//! Telling that something cannot be sold, or not that much of it.

use domain::catalog::sellable::{QuantityRefusal, Sellable};

use crate::{Details, Error, ErrorCode};

/// Why `requested` units of a variant cannot be sold, with what is left where that is the reason.
pub(crate) fn quantity_refused(sellable: &Sellable, requested: u32, refusal: QuantityRefusal) -> Error {
    let name = &sellable.product_name;
    match refusal {
        QuantityRefusal::NotForSale => {
            Error::new(ErrorCode::ProductUnavailable, format!("{name} is not for sale."))
        }
        QuantityRefusal::OutOfStock { left } => {
            let message = match left {
                0 => format!("{name} is sold out."),
                left => format!("Only {left} of {name} left in stock."),
            };
            Error::new(ErrorCode::OutOfStock, message).with_details(Details::Stock {
                variant: sellable.variant_id.to_string(),
                available: left,
                requested,
            })
        }
        QuantityRefusal::BelowMinimum { .. } | QuantityRefusal::AboveMaximum { .. } => {
            Error::invalid("quantity", refusal.to_string())
        }
    }
}
