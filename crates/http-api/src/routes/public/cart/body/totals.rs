//! What a cart comes to, on the wire.

use domain::{money::Money, quote::Totals, tax::TaxAmount};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{exact::Exact, money::MoneyBody};

/// What a cart comes to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Totals)]
pub(in super::super) struct TotalsBody {
    /// The lines before discount.
    subtotal: MoneyBody,
    /// What the coupon takes off the lines.
    discount: MoneyBody,
    /// Shipping.
    shipping: MoneyBody,
    /// All tax.
    tax: MoneyBody,
    /// What is paid.
    total: MoneyBody,
}

impl TotalsBody {
    pub(in super::super) fn new(totals: &Totals, locale: &str) -> Self {
        let money = |amount: Money| MoneyBody::new(amount, locale);
        let Totals { subtotal, discount, shipping, tax, total } = *totals;
        Self {
            subtotal: money(subtotal),
            discount: money(discount),
            shipping: money(shipping),
            tax: money(tax),
            total: money(total),
        }
    }
}

/// What is due to one jurisdiction.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CartTax)]
pub(super) struct TaxBody {
    /// What the tax is called.
    #[schema(examples("VAT"))]
    name: String,
    /// The rate as a fraction.
    #[schema(examples(0.2))]
    rate: Exact,
    /// Where it is due.
    #[schema(examples("GB"))]
    jurisdiction: String,
    /// How much.
    amount: MoneyBody,
}

impl TaxBody {
    pub(super) fn new(tax: TaxAmount, locale: &str) -> Self {
        let TaxAmount { name, rate, jurisdiction, amount } = tax;
        Self { name, rate: rate.fraction().into(), jurisdiction, amount: MoneyBody::new(amount, locale) }
    }
}
