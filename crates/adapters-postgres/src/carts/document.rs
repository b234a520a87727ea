//! What a cart's row holds as JSON: everything that no query looks for.

use chrono::{DateTime, Utc};
use domain::{
    address::Email,
    cart::{CartLine, Checkout},
    discount::CouponCode,
    geography::CountryCode,
    id::{CustomerId, ShippingMethodId},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    address::AddressDocument,
    stored::{id, uuid},
};

/// The parts of a cart that are kept as JSON.
pub(super) struct Parts {
    pub(super) lines: Vec<CartLine>,
    pub(super) coupon: Option<CouponCode>,
    pub(super) contact: Checkout,
    pub(super) shipping_method: Option<ShippingMethodId>,
    pub(super) customer_id: Option<CustomerId>,
    pub(super) visitor_country: Option<CountryCode>,
    pub(super) attempts: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CartDocument {
    lines: Vec<LineDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coupon: Option<String>,
    contact: ContactDocument,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shipping_method: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    visitor_country: Option<String>,
    #[serde(default)]
    attempts: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LineDocument {
    id: Uuid,
    product: Uuid,
    variant: Uuid,
    quantity: u32,
    added_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ContactDocument {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shipping_address: Option<AddressDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    billing_address: Option<AddressDocument>,
    same_as_shipping: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
}

impl From<Parts> for CartDocument {
    fn from(parts: Parts) -> Self {
        let Parts { lines, coupon, contact, shipping_method, customer_id, visitor_country, attempts } = parts;
        Self {
            lines: lines.into_iter().map(LineDocument::from).collect(),
            coupon: coupon.map(|code| code.as_str().to_owned()),
            contact: contact.into(),
            shipping_method: shipping_method.map(uuid),
            customer: customer_id.map(uuid),
            visitor_country: visitor_country.map(|country| country.as_str().to_owned()),
            attempts,
        }
    }
}

impl From<CartLine> for LineDocument {
    fn from(line: CartLine) -> Self {
        let CartLine { id, product_id, variant_id, quantity, added_at } = line;
        Self { id: uuid(id), product: uuid(product_id), variant: uuid(variant_id), quantity, added_at }
    }
}

impl From<Checkout> for ContactDocument {
    fn from(contact: Checkout) -> Self {
        let Checkout { email, shipping_address, billing_address, same_as_shipping, notes } = contact;
        Self {
            email: email.map(|email| email.as_str().to_owned()),
            shipping_address: shipping_address.as_ref().map(AddressDocument::from),
            billing_address: billing_address.as_ref().map(AddressDocument::from),
            same_as_shipping,
            notes,
        }
    }
}

impl CartDocument {
    /// The parts; `None` when one breaks a rule that every write keeps.
    pub(super) fn read(self) -> Option<Parts> {
        let Self { lines, coupon, contact, shipping_method, customer, visitor_country, attempts } = self;
        Some(Parts {
            lines: lines.into_iter().map(LineDocument::read).collect(),
            coupon: coupon.map(|code| CouponCode::parse(&code)).transpose().ok()?,
            contact: contact.read()?,
            shipping_method: shipping_method.map(id),
            customer_id: customer.map(id),
            visitor_country: visitor_country.map(|code| CountryCode::parse(&code)).transpose().ok()?,
            attempts,
        })
    }
}

impl LineDocument {
    fn read(self) -> CartLine {
        let Self { id: key, product, variant, quantity, added_at } = self;
        CartLine { id: id(key), product_id: id(product), variant_id: id(variant), quantity, added_at }
    }
}

impl ContactDocument {
    fn read(self) -> Option<Checkout> {
        let Self { email, shipping_address, billing_address, same_as_shipping, notes } = self;
        // An address that is there and cannot be read must not pass for one that was never given.
        let address = |document: Option<AddressDocument>| match document {
            Some(document) => document.read().map(Some),
            None => Some(None),
        };
        Some(Checkout {
            email: email.map(|text| Email::parse(&text)).transpose().ok()?,
            shipping_address: address(shipping_address)?,
            billing_address: address(billing_address)?,
            same_as_shipping,
            notes,
        })
    }
}
