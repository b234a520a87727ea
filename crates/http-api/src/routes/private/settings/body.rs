//! Settings as answered.

use domain::{
    settings::{CheckoutSettings, OrderSettings, ShippingSettings},
    tax::{Rounding, TaxSettings},
};
use ports::stores::Settings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::Resource;

/// All settings of a store.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Settings)]
pub(super) struct SettingsBody {
    /// How tax is charged.
    tax: TaxBody,
    /// Where parcels come from and go to.
    shipping: ShippingBody,
    /// How orders are numbered.
    order: OrderBody,
    /// What is asked at the checkout.
    checkout: CheckoutBody,
}

impl Resource for SettingsBody {}

impl From<Settings> for SettingsBody {
    fn from(Settings { tax, shipping, orders, checkout }: Settings) -> Self {
        Self { tax: tax.into(), shipping: shipping.into(), order: orders.into(), checkout: checkout.into() }
    }
}

/// When tax is rounded to whole minor units.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TaxRounding)]
pub(super) enum RoundingBody {
    /// On each line.
    PerLine,
    /// Once for all lines under the same rate.
    PerTotal,
}

/// How tax is charged.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TaxSettings)]
pub(super) struct TaxBody {
    /// Whether tax is charged at all.
    enabled: bool,
    /// Whether prices hold the tax already, or it comes on top.
    prices_include_tax: bool,
    /// Whether shipping is taxed.
    shipping_taxed: bool,
    /// When tax is rounded.
    rounding: RoundingBody,
    /// The class that shipping is taxed under.
    #[schema(examples("standard"))]
    shipping_tax_class: String,
}

impl Resource for TaxBody {}

impl From<TaxSettings> for TaxBody {
    fn from(settings: TaxSettings) -> Self {
        let TaxSettings { enabled, prices_include_tax, shipping_taxed, rounding, shipping_class } = settings;
        Self {
            enabled,
            prices_include_tax,
            shipping_taxed,
            rounding: match rounding {
                Rounding::PerLine => RoundingBody::PerLine,
                Rounding::PerTotal => RoundingBody::PerTotal,
            },
            shipping_tax_class: shipping_class.to_string(),
        }
    }
}

/// Where parcels come from and go to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ShippingSettings)]
pub(super) struct ShippingBody {
    /// Code of the country parcels leave from.
    #[schema(required, examples("GB"))]
    origin_country: Option<String>,
    /// Codes of the countries parcels go to; everywhere when empty.
    #[schema(examples(json!(["GB", "IE"])))]
    ships_to: Vec<String>,
    /// What somebody who collects their order needs to know.
    #[schema(required, examples("123 High Street, 9 to 5"))]
    local_pickup_instructions: Option<String>,
}

impl Resource for ShippingBody {}

impl From<ShippingSettings> for ShippingBody {
    fn from(settings: ShippingSettings) -> Self {
        let ShippingSettings { origin_country, ships_to, local_pickup_instructions } = settings;
        Self {
            origin_country: origin_country.map(|country| country.to_string()),
            ships_to: ships_to.iter().map(ToString::to_string).collect(),
            local_pickup_instructions,
        }
    }
}

/// How orders are numbered, and when stock is low.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderSettings)]
pub(super) struct OrderBody {
    /// What order numbers begin with.
    #[schema(examples("MYS"))]
    order_prefix: String,
    /// The number that the next live order gets.
    #[schema(examples(1001))]
    next_order_number: u64,
    /// Units at or below which a variant is low on stock, unless it says otherwise itself.
    #[schema(examples(5))]
    low_stock_threshold: u32,
}

impl Resource for OrderBody {}

impl From<OrderSettings> for OrderBody {
    fn from(settings: OrderSettings) -> Self {
        let OrderSettings { number_prefix, next_order_number, low_stock_threshold } = settings;
        Self { order_prefix: number_prefix, next_order_number, low_stock_threshold }
    }
}

/// What is asked of shoppers on their way out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CheckoutSettings)]
pub(super) struct CheckoutBody {
    /// Whether an order needs a telephone number.
    require_phone: bool,
    /// Address of the terms that a shopper agrees to.
    #[schema(required, examples("https://shop.example.com/terms"))]
    terms_url: Option<String>,
    /// Minutes that stock stays reserved for a payment that has begun.
    #[schema(examples(30))]
    reservation_minutes: u32,
    /// Whether somebody without an account can order.
    guest_checkout: bool,
    /// Characters a shopper may write to the shop with an order.
    #[schema(examples(1000))]
    notes_max: u32,
}

impl Resource for CheckoutBody {}

impl From<CheckoutSettings> for CheckoutBody {
    fn from(settings: CheckoutSettings) -> Self {
        let CheckoutSettings { require_phone, terms_url, reservation_minutes, guest_checkout, notes_max } =
            settings;
        Self { require_phone, terms_url, reservation_minutes, guest_checkout, notes_max }
    }
}
