//! Freezing a priced cart into an order.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::{
    FulfillmentStatus, Order, OrderAction, OrderCoupon, OrderError, OrderLine, OrderShipping, PaymentStatus,
};
use crate::{
    cart::{Cart, CartLine},
    catalog::sellable::Sellable,
    discount::Promotion,
    id::LineId,
    money::{Money, MoneyError},
    quote::{Quote, QuotedLine},
    shipping::ShippingMethod,
};

/// All that is known at the moment of buying.
#[derive(Debug, Clone, Copy)]
pub struct OrderDraft<'a> {
    /// The cart.
    pub cart: &'a Cart,
    /// Its price, worked out just now.
    pub quote: &'a Quote,
    /// What is sold, one for each variant in the cart.
    pub sellables: &'a [Sellable],
    /// The shipping method that was quoted, if any.
    pub shipping: Option<&'a ShippingMethod>,
    /// The promotion that was quoted, if any; left out of the order when the quote refused it.
    pub promotion: Option<&'a Promotion>,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// Why a cart cannot become an order yet.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DraftError {
    /// There is nothing to sell.
    #[error("the cart is empty")]
    Empty,
    /// Nobody knows who buys.
    #[error("an e-mail address is needed")]
    EmailMissing,
    /// Goods travel, and nobody knows where to.
    #[error("a shipping address is needed")]
    AddressMissing,
    /// Goods travel, and nobody has said how.
    #[error("a shipping method is needed")]
    ShippingMissing,
    /// The method chosen does not go there.
    #[error("the shipping method is not available for this order")]
    ShippingUnavailable,
    /// The quote or the catalogue knows nothing of a line, or of another quantity of it: they were not
    /// made for this cart.
    #[error("line {0} was not priced as it is in the cart")]
    NotQuoted(LineId),
    /// The amounts do not add up, or are in another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Order {
    /// Freezes a cart with its price. The order is pending and has no number; its lines sum to its
    /// total together with shipping.
    pub fn draft(from: &OrderDraft<'_>) -> Result<Self, DraftError> {
        let OrderDraft { cart, quote, now, .. } = *from;
        if cart.lines.is_empty() {
            return Err(DraftError::Empty);
        }
        let email = cart.contact.email.clone().ok_or(DraftError::EmailMissing)?;
        let lines =
            cart.lines.iter().map(|line| freeze(line, from)).collect::<Result<Vec<_>, DraftError>>()?;
        let travels = lines.iter().any(|line| line.requires_shipping);
        let shipping = if travels { Some(freeze_shipping(from, &lines)?) } else { None };
        let coupon = from.promotion.filter(|_| quote.discount_refusal.is_none()).map(|promotion| {
            OrderCoupon { promotion_id: promotion.id, code: promotion.code.clone(), value: promotion.value }
        });
        Ok(Self {
            id: cart.id.cast(),
            mode: cart.mode,
            number: None,
            email,
            customer_id: cart.customer_id,
            currency: cart.currency,
            lines,
            totals: quote.totals,
            tax_inclusive: quote.tax_inclusive,
            tax_breakdown: quote.tax_breakdown.clone(),
            shipping,
            coupon,
            shipping_address: cart.contact.shipping_address.clone().filter(|_| travels),
            billing_address: cart.contact.billing().cloned(),
            notes: cart.contact.notes.clone(),
            internal_notes: None,
            metadata: BTreeMap::new(),
            payment_status: PaymentStatus::Pending,
            fulfillment_status: FulfillmentStatus::Unfulfilled,
            refunded: Money::zero(cart.currency),
            version: 1,
            created_at: now,
            updated_at: now,
            placed_at: None,
            paid_at: None,
            fulfilled_at: None,
            cancelled_at: None,
            cancel_reason: None,
        })
    }

    /// Lets this draft take the place of an earlier one of the same cart, whose payment came to
    /// nothing. What staff wrote on the earlier one is kept.
    ///
    /// Errors when the earlier one was placed, paid or cancelled: a sale is never drafted over.
    pub fn replacing(self, earlier: &Self) -> Result<Self, OrderError> {
        earlier.require(OrderAction::Redraft)?;
        Ok(Self {
            internal_notes: earlier.internal_notes.clone(),
            metadata: earlier.metadata.clone(),
            version: earlier.version,
            created_at: earlier.created_at,
            ..self
        })
    }
}

fn freeze(line: &CartLine, from: &OrderDraft<'_>) -> Result<OrderLine, DraftError> {
    let unknown = DraftError::NotQuoted(line.id);
    let sellable = from.sellables.iter().find(|known| known.variant_id == line.variant_id);
    let sellable = sellable.ok_or_else(|| unknown.clone())?;
    let quoted = from.quote.lines.iter().find(|known| known.line == line.id);
    let quoted: &QuotedLine = quoted.filter(|known| known.quantity == line.quantity).ok_or(unknown)?;
    Ok(OrderLine {
        id: line.id,
        product_id: line.product_id,
        variant_id: line.variant_id,
        product_name: sellable.product_name.clone(),
        product_slug: sellable.product_slug.clone(),
        variant_name: sellable.variant_name.clone(),
        sku: sellable.sku.clone(),
        image: sellable.image.as_ref().map(|media| media.url.clone()),
        product_type: sellable.product_type,
        requires_shipping: sellable.requires_shipping,
        tracked: sellable.track_inventory,
        quantity: line.quantity,
        unit_price: quoted.unit_price,
        original_unit_price: quoted.original_unit_price,
        subtotal: quoted.subtotal,
        discount: quoted.discount,
        tax: quoted.tax,
        taxes: quoted.taxes.clone(),
        total: quoted.total,
        fulfilled: 0,
        refunded: 0,
        restocked: 0,
        refunded_amount: Money::zero(from.cart.currency),
    })
}

fn freeze_shipping(from: &OrderDraft<'_>, lines: &[OrderLine]) -> Result<OrderShipping, DraftError> {
    let quote = from.quote;
    if from.cart.contact.shipping_address.is_none() {
        return Err(DraftError::AddressMissing);
    }
    let method = from.shipping.ok_or(DraftError::ShippingMissing)?;
    if quote.shipping_unavailable {
        return Err(DraftError::ShippingUnavailable);
    }
    let currency = from.cart.currency;
    // Whatever of the total belongs to no line belongs to shipping; so the parts sum by construction.
    let of_lines = Money::sum(lines.iter().map(|line| line.total), currency)?;
    Ok(OrderShipping {
        method_id: method.id,
        name: method.name.clone(),
        price: quote.shipping.price,
        discount: quote.shipping.discount,
        tax: quote.shipping.tax,
        taxes: quote.shipping.taxes.clone(),
        total: quote.totals.total.checked_sub(of_lines)?,
        refunded: Money::zero(currency),
    })
}
