//! What an order's row keeps in one JSON document: everything that is only ever read with the order.

use std::collections::BTreeMap;

use domain::{
    discount::{CouponCode, DiscountValue},
    id::{PromotionId, ShippingMethodId},
    money::{Currency, Money},
    order::{Order, OrderCoupon, OrderShipping},
    rate::Rate,
    tax::TaxAmount,
};
use serde::{Deserialize, Serialize};

use crate::{address::AddressDocument, documents::TaxAmountDocument};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderDocument {
    tax_inclusive: bool,
    tax_breakdown: Vec<TaxAmountDocument>,
    shipping: Option<ShippingDocument>,
    coupon: Option<CouponDocument>,
    shipping_address: Option<AddressDocument>,
    billing_address: Option<AddressDocument>,
    notes: Option<String>,
    internal_notes: Option<String>,
    metadata: BTreeMap<String, String>,
    cancel_reason: Option<String>,
}

/// The fields of an order that [`OrderDocument`] holds, read back.
pub(super) struct OrderBody {
    pub(super) tax_inclusive: bool,
    pub(super) tax_breakdown: Vec<TaxAmount>,
    pub(super) shipping: Option<OrderShipping>,
    pub(super) coupon: Option<OrderCoupon>,
    pub(super) shipping_address: Option<domain::address::Address>,
    pub(super) billing_address: Option<domain::address::Address>,
    pub(super) notes: Option<String>,
    pub(super) internal_notes: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) cancel_reason: Option<String>,
}

impl From<&Order> for OrderDocument {
    fn from(order: &Order) -> Self {
        Self {
            tax_inclusive: order.tax_inclusive,
            tax_breakdown: order.tax_breakdown.iter().map(Into::into).collect(),
            shipping: order.shipping.as_ref().map(Into::into),
            coupon: order.coupon.as_ref().map(Into::into),
            shipping_address: order.shipping_address.as_ref().map(Into::into),
            billing_address: order.billing_address.as_ref().map(Into::into),
            notes: order.notes.clone(),
            internal_notes: order.internal_notes.clone(),
            metadata: order.metadata.clone(),
            cancel_reason: order.cancel_reason.clone(),
        }
    }
}

impl OrderDocument {
    pub(super) fn read(self, currency: Currency) -> Option<OrderBody> {
        Some(OrderBody {
            tax_inclusive: self.tax_inclusive,
            tax_breakdown: taxes(self.tax_breakdown, currency)?,
            shipping: match self.shipping {
                Some(shipping) => Some(shipping.read(currency)?),
                None => None,
            },
            coupon: match self.coupon {
                Some(coupon) => Some(coupon.read(currency)?),
                None => None,
            },
            shipping_address: match self.shipping_address {
                Some(address) => Some(address.read()?),
                None => None,
            },
            billing_address: match self.billing_address {
                Some(address) => Some(address.read()?),
                None => None,
            },
            notes: self.notes,
            internal_notes: self.internal_notes,
            metadata: self.metadata,
            cancel_reason: self.cancel_reason,
        })
    }
}

/// Reads a breakdown of tax.
pub(super) fn taxes(stored: Vec<TaxAmountDocument>, currency: Currency) -> Option<Vec<TaxAmount>> {
    stored.into_iter().map(|tax| tax.read(currency)).collect()
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ShippingDocument {
    method_id: String,
    name: String,
    price: i64,
    discount: i64,
    tax: i64,
    taxes: Vec<TaxAmountDocument>,
    total: i64,
    refunded: i64,
}

impl From<&OrderShipping> for ShippingDocument {
    fn from(shipping: &OrderShipping) -> Self {
        let OrderShipping { method_id, name, price, discount, tax, taxes, total, refunded } = shipping;
        Self {
            method_id: method_id.to_string(),
            name: name.clone(),
            price: price.minor(),
            discount: discount.minor(),
            tax: tax.minor(),
            taxes: taxes.iter().map(Into::into).collect(),
            total: total.minor(),
            refunded: refunded.minor(),
        }
    }
}

impl ShippingDocument {
    fn read(self, currency: Currency) -> Option<OrderShipping> {
        let money = |minor| Money::new(minor, currency);
        Some(OrderShipping {
            method_id: self.method_id.parse::<ShippingMethodId>().ok()?,
            name: self.name,
            price: money(self.price),
            discount: money(self.discount),
            tax: money(self.tax),
            taxes: taxes(self.taxes, currency)?,
            total: money(self.total),
            refunded: money(self.refunded),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CouponDocument {
    promotion_id: String,
    code: String,
    value: ValueDocument,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ValueDocument {
    Percentage { millionths: u32 },
    FixedAmount { amount: i64 },
    FreeShipping,
}

impl From<&OrderCoupon> for CouponDocument {
    fn from(coupon: &OrderCoupon) -> Self {
        let OrderCoupon { promotion_id, code, value } = coupon;
        let value = match value {
            DiscountValue::Percentage(rate) => ValueDocument::Percentage { millionths: rate.millionths() },
            DiscountValue::Fixed(amount) => ValueDocument::FixedAmount { amount: amount.minor() },
            DiscountValue::FreeShipping => ValueDocument::FreeShipping,
        };
        Self { promotion_id: promotion_id.to_string(), code: code.as_str().to_owned(), value }
    }
}

impl CouponDocument {
    fn read(self, currency: Currency) -> Option<OrderCoupon> {
        Some(OrderCoupon {
            promotion_id: self.promotion_id.parse::<PromotionId>().ok()?,
            code: CouponCode::parse(&self.code).ok()?,
            value: match self.value {
                ValueDocument::Percentage { millionths } => {
                    DiscountValue::Percentage(Rate::from_millionths(millionths).ok()?)
                }
                ValueDocument::FixedAmount { amount } => DiscountValue::Fixed(Money::new(amount, currency)),
                ValueDocument::FreeShipping => DiscountValue::FreeShipping,
            },
        })
    }
}
