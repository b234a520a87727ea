//! Telling that something cannot be sold, or not that much of it.

use domain::catalog::sellable::{QuantityRefusal, Sellable};
use ports::stock::Shortage;

use crate::{Details, Error, ErrorCode};

/// Why `requested` units of a variant cannot be sold, with what is left where that is the reason.
pub(crate) fn quantity_refused(sellable: &Sellable, requested: u32, refusal: QuantityRefusal) -> Error {
    let name = &sellable.product_name;
    match refusal {
        QuantityRefusal::NotForSale => {
            Error::new(ErrorCode::ProductUnavailable, format!("{name} is not for sale."))
        }
        QuantityRefusal::OutOfStock { left } => {
            out_of_stock(name, Shortage { variant: sellable.variant_id, requested, available: left })
        }
        QuantityRefusal::BelowMinimum { .. } | QuantityRefusal::AboveMaximum { .. } => {
            Error::invalid("quantity", refusal.to_string())
        }
    }
}

/// Less of something called `name` is there than was asked for.
pub(crate) fn out_of_stock(name: &str, shortage: Shortage) -> Error {
    let Shortage { variant, requested, available } = shortage;
    let message = match available {
        0 => format!("{name} is sold out."),
        left => format!("Only {left} of {name} left in stock."),
    };
    let details = Details::Stock { variant: variant.to_string(), available, requested };
    Error::new(ErrorCode::OutOfStock, message).with_details(details)
}
