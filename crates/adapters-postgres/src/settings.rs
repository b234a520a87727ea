//! A store's settings as JSON, one document for each group. New fields get a default here, so that
//! documents of older versions still read.

use domain::{
    geography::CountryCode,
    settings::{CheckoutSettings, OrderSettings, ShippingSettings},
    tax::{Rounding, TaxClass, TaxSettings},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaxDocument {
    enabled: bool,
    prices_include_tax: bool,
    shipping_taxed: bool,
    rounding: String,
    shipping_class: String,
}

impl From<&TaxSettings> for TaxDocument {
    fn from(settings: &TaxSettings) -> Self {
        let TaxSettings { enabled, prices_include_tax, shipping_taxed, rounding, shipping_class } =
            settings.clone();
        Self {
            enabled,
            prices_include_tax,
            shipping_taxed,
            rounding: rounding.as_str().to_owned(),
            shipping_class: shipping_class.as_str().to_owned(),
        }
    }
}

impl TaxDocument {
    pub(crate) fn read(self) -> Option<TaxSettings> {
        Some(TaxSettings {
            enabled: self.enabled,
            prices_include_tax: self.prices_include_tax,
            shipping_taxed: self.shipping_taxed,
            rounding: Rounding::parse(&self.rounding)?,
            shipping_class: TaxClass::parse(&self.shipping_class).ok()?,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShippingDocument {
    origin_country: Option<String>,
    ships_to: Vec<String>,
    local_pickup_instructions: Option<String>,
}

impl From<&ShippingSettings> for ShippingDocument {
    fn from(settings: &ShippingSettings) -> Self {
        let ShippingSettings { origin_country, ships_to, local_pickup_instructions } = settings.clone();
        Self {
            origin_country: origin_country.map(|country| country.as_str().to_owned()),
            ships_to: ships_to.iter().map(|country| country.as_str().to_owned()).collect(),
            local_pickup_instructions,
        }
    }
}

impl ShippingDocument {
    pub(crate) fn read(self) -> Option<ShippingSettings> {
        let country = |code: &String| CountryCode::parse(code).ok();
        Some(ShippingSettings {
            origin_country: match &self.origin_country {
                Some(code) => Some(country(code)?),
                None => None,
            },
            ships_to: self.ships_to.iter().map(country).collect::<Option<_>>()?,
            local_pickup_instructions: self.local_pickup_instructions,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderDocument {
    number_prefix: String,
    next_order_number: u64,
    low_stock_threshold: u32,
}

impl From<&OrderSettings> for OrderDocument {
    fn from(settings: &OrderSettings) -> Self {
        let OrderSettings { number_prefix, next_order_number, low_stock_threshold } = settings.clone();
        Self { number_prefix, next_order_number, low_stock_threshold }
    }
}

impl OrderDocument {
    pub(crate) fn read(self) -> OrderSettings {
        let Self { number_prefix, next_order_number, low_stock_threshold } = self;
        OrderSettings { number_prefix, next_order_number, low_stock_threshold }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CheckoutDocument {
    require_phone: bool,
    terms_url: Option<String>,
    reservation_minutes: u32,
    guest_checkout: bool,
    notes_max: u32,
}

impl From<&CheckoutSettings> for CheckoutDocument {
    fn from(settings: &CheckoutSettings) -> Self {
        let CheckoutSettings { require_phone, terms_url, reservation_minutes, guest_checkout, notes_max } =
            settings.clone();
        Self { require_phone, terms_url, reservation_minutes, guest_checkout, notes_max }
    }
}

impl CheckoutDocument {
    pub(crate) fn read(self) -> CheckoutSettings {
        let Self { require_phone, terms_url, reservation_minutes, guest_checkout, notes_max } = self;
        CheckoutSettings { require_phone, terms_url, reservation_minutes, guest_checkout, notes_max }
    }
}
