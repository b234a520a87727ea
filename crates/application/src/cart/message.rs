//! What a shopper should know about the state of the cart.

use domain::{
    catalog::sellable::{QuantityRefusal, Sellable},
    discount::{CouponCode, Refusal},
    id::LineId,
};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Something is still to be done.
    Info,
    /// The cart cannot be paid for as it is, or costs something else than expected.
    Warning,
}

/// One thing to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How much it matters.
    pub weight: Weight,
    /// Stable name of the thing, `stock_limited`.
    pub code: &'static str,
    /// In words for a shopper.
    pub text: String,
    /// The line it is about.
    pub line: Option<LineId>,
}

impl Message {
    fn warning(code: &'static str, text: impl Into<String>) -> Self {
        Self { weight: Weight::Warning, code, text: text.into(), line: None }
    }

    /// A line whose product or variant is gone.
    pub(super) fn gone(line: LineId) -> Self {
        let text = "An item in the cart is no longer sold; it is not part of the totals.";
        Self { line: Some(line), ..Self::warning("product_unavailable", text) }
    }

    /// A line that cannot be bought as it is.
    pub(super) fn unsellable(line: LineId, sellable: &Sellable, refusal: QuantityRefusal) -> Self {
        let name = &sellable.product_name;
        let (code, text) = match refusal {
            QuantityRefusal::NotForSale => (
                "product_unavailable",
                format!("{name} is not sold at the moment; it is not part of the totals."),
            ),
            QuantityRefusal::OutOfStock { left: 0 } => ("out_of_stock", format!("{name} is sold out.")),
            QuantityRefusal::OutOfStock { left } => {
                ("stock_limited", format!("Only {left} of {name} left in stock."))
            }
            QuantityRefusal::BelowMinimum { min } => {
                (refusal.code(), format!("At least {min} of {name} must be ordered."))
            }
            QuantityRefusal::AboveMaximum { max } => {
                (refusal.code(), format!("At most {max} of {name} can be ordered."))
            }
        };
        Self { line: Some(line), ..Self::warning(code, text) }
    }

    /// A coupon that gives nothing now.
    pub(super) fn refused_coupon(refusal: Refusal) -> Self {
        Self::warning(refusal.code(), format!("{}.", refusal.message()))
    }

    /// A coupon that was deleted.
    pub(super) fn unknown_coupon(code: &CouponCode) -> Self {
        Self::warning("coupon_not_found", format!("The coupon {code} no longer exists."))
    }

    /// A shipping method that does not serve this cart.
    pub(super) fn shipping_unavailable() -> Self {
        let text = "The chosen shipping option is not available for this cart; choose another one.";
        Self::warning("shipping_unavailable", text)
    }

    /// It is not known where the goods go.
    pub(super) fn address_missing() -> Self {
        let text = "Enter a shipping address to see shipping options and the final tax.";
        Self { weight: Weight::Info, ..Self::warning("shipping_address_missing", text) }
    }
}
