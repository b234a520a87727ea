//! Changes of settings as taken in.

use application::settings::{CheckoutChanges, OrderChanges, ShippingChanges, TaxChanges};
use domain::tax::Rounding;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::body::RoundingBody;
use crate::patch::{Patch, not_null};

/// What to change about tax.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeTaxSettings)]
pub(super) struct ChangeTaxBody {
    /// Whether tax is charged at all.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
    /// Whether prices hold the tax already, or it comes on top.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    prices_include_tax: Option<bool>,
    /// Whether shipping is taxed.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    shipping_taxed: Option<bool>,
    /// When tax is rounded.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    rounding: Option<RoundingBody>,
    /// The class that shipping is taxed under.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, examples("standard"))]
    shipping_tax_class: Option<String>,
}

impl From<ChangeTaxBody> for TaxChanges {
    fn from(body: ChangeTaxBody) -> Self {
        let ChangeTaxBody { enabled, prices_include_tax, shipping_taxed, rounding, shipping_tax_class } =
            body;
        let rounding = rounding.map(|rounding| match rounding {
            RoundingBody::PerLine => Rounding::PerLine,
            RoundingBody::PerTotal => Rounding::PerTotal,
        });
        Self { enabled, prices_include_tax, shipping_taxed, rounding, shipping_tax_class }
    }
}

/// What to change about shipping.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeShippingSettings)]
pub(super) struct ChangeShippingBody {
    /// Code of the country parcels leave from, or `null` for none.
    #[serde(default)]
    #[schema(examples("GB"))]
    origin_country: Patch<String>,
    /// Codes of the countries parcels go to; everywhere when empty.
    #[validate(length(max = 249))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 249, nullable = false, examples(json!(["GB", "IE"])))]
    ships_to: Option<Vec<String>>,
    /// What somebody who collects their order needs to know, or `null` for nothing.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[schema(max_length = 2000, examples("123 High Street, 9 to 5"))]
    local_pickup_instructions: Patch<String>,
}

impl From<ChangeShippingBody> for ShippingChanges {
    fn from(body: ChangeShippingBody) -> Self {
        let ChangeShippingBody { origin_country, ships_to, local_pickup_instructions } = body;
        Self {
            origin_country: origin_country.into(),
            ships_to,
            local_pickup_instructions: local_pickup_instructions.into(),
        }
    }
}

/// What to change about orders.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeOrderSettings)]
pub(super) struct ChangeOrderBody {
    /// What order numbers begin with: letters and digits.
    #[validate(length(min = 1, max = 12))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 12, nullable = false, examples("MYS"))]
    order_prefix: Option<String>,
    /// The number that the next live order gets; not lower than it is.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(minimum = 1, maximum = 999_999_999_999_u64, nullable = false, examples(5000))]
    next_order_number: Option<u64>,
    /// Units at or below which a variant is low on stock.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, examples(5))]
    low_stock_threshold: Option<u32>,
}

impl From<ChangeOrderBody> for OrderChanges {
    fn from(body: ChangeOrderBody) -> Self {
        let ChangeOrderBody { order_prefix, next_order_number, low_stock_threshold } = body;
        Self { number_prefix: order_prefix, next_order_number, low_stock_threshold }
    }
}

/// What to change about the checkout.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeCheckoutSettings)]
pub(super) struct ChangeCheckoutBody {
    /// Whether an order needs a telephone number.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    require_phone: Option<bool>,
    /// Address of the terms that a shopper agrees to, or `null` for none.
    #[serde(default)]
    #[schema(examples("https://shop.example.com/terms"))]
    terms_url: Patch<String>,
    /// Minutes that stock stays reserved for a payment that has begun.
    #[validate(range(min = 1, max = 1440))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(minimum = 1, maximum = 1440, nullable = false, examples(30))]
    reservation_minutes: Option<u32>,
    /// Whether somebody without an account can order.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    guest_checkout: Option<bool>,
    /// Characters a shopper may write to the shop with an order.
    #[validate(range(max = 5000))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(maximum = 5000, nullable = false, examples(1000))]
    notes_max: Option<u32>,
}

impl From<ChangeCheckoutBody> for CheckoutChanges {
    fn from(body: ChangeCheckoutBody) -> Self {
        let ChangeCheckoutBody { require_phone, terms_url, reservation_minutes, guest_checkout, notes_max } =
            body;
        Self { require_phone, terms_url: terms_url.into(), reservation_minutes, guest_checkout, notes_max }
    }
}
