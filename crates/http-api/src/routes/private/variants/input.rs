//! Variants as merchants describe them, and what they want changed.

use std::collections::BTreeMap;

use application::catalog::variant::{NewSale, NewVariant, SaleChanges, VariantChanges};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::patch::{Patch, not_null};

/// A variant to be added. Amounts are whole minor units of the store's currency.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewVariant)]
pub(crate) struct NewVariantBody {
    /// What tells it from its siblings; made from its choices when left out.
    #[validate(length(min = 1, max = 250))]
    #[schema(min_length = 1, max_length = 250, examples("Small / White"))]
    name: Option<String>,
    /// Stock keeping unit.
    #[schema(max_length = 64, examples("TS-WHT-S"))]
    sku: Option<String>,
    /// UPC, EAN or ISBN.
    #[schema(max_length = 64)]
    barcode: Option<String>,
    /// Its own regular price; the product's when left out.
    price: Option<i64>,
    /// Its own higher price to strike through.
    compare_at_price: Option<i64>,
    /// Its own price while a sale runs.
    sale_price: Option<i64>,
    /// What shoppers see that sale called.
    sale_name: Option<String>,
    /// First moment of that sale.
    sale_starts_at: Option<DateTime<Utc>>,
    /// First moment after that sale.
    sale_ends_at: Option<DateTime<Utc>>,
    /// What it costs the shop; the product's when left out.
    cost: Option<i64>,
    /// Weight in grams; the product's when left out.
    #[schema(maximum = 100_000_000)]
    weight_grams: Option<u32>,
    /// What it is of each option of the product.
    #[serde(default, alias = "options")]
    #[schema(examples(json!({"Size": "Small", "Color": "White"})))]
    option_values: BTreeMap<String, String>,
    /// Its place among its siblings; behind them when left out.
    position: Option<i32>,
    /// Makes it the default instead of the one that is.
    #[serde(default)]
    is_default: bool,
    /// Which of the product's media shows it.
    media_id: Option<String>,
    /// Units that live and test mode start with.
    #[serde(alias = "inventoryCount")]
    #[schema(maximum = 1_000_000_000, examples(10))]
    stock: Option<u32>,
}

impl From<NewVariantBody> for NewVariant {
    fn from(body: NewVariantBody) -> Self {
        Self {
            name: body.name,
            sku: body.sku,
            barcode: body.barcode,
            price: body.price,
            compare_at_price: body.compare_at_price,
            sale: NewSale {
                price: body.sale_price,
                name: body.sale_name,
                starts_at: body.sale_starts_at,
                ends_at: body.sale_ends_at,
            },
            cost: body.cost,
            weight_grams: body.weight_grams,
            option_values: body.option_values.into_iter().collect(),
            position: body.position,
            is_default: body.is_default,
            media_id: body.media_id,
            stock: body.stock,
        }
    }
}

/// Changes of a variant. What is left out stays; `null` takes away what may be missing.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[schema(as = ChangeVariant)]
pub(crate) struct ChangeVariantBody {
    /// What tells it from its siblings.
    #[validate(length(min = 1, max = 250))]
    #[serde(deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 250, nullable = false, examples("Small / White"))]
    name: Option<String>,
    /// Stock keeping unit.
    sku: Patch<String>,
    /// UPC, EAN or ISBN.
    barcode: Patch<String>,
    /// Its own regular price; `null` for the product's.
    price: Patch<i64>,
    /// Its own higher price to strike through.
    compare_at_price: Patch<i64>,
    /// Its own price while a sale runs; `null` ends that sale.
    sale_price: Patch<i64>,
    /// What shoppers see that sale called.
    sale_name: Patch<String>,
    /// First moment of that sale.
    #[schema(value_type = Option<DateTime<Utc>>)]
    sale_starts_at: Patch<DateTime<Utc>>,
    /// First moment after that sale.
    #[schema(value_type = Option<DateTime<Utc>>)]
    sale_ends_at: Patch<DateTime<Utc>>,
    /// What it costs the shop; `null` for the product's.
    cost: Patch<i64>,
    /// Weight in grams; `null` for the product's.
    weight_grams: Patch<u32>,
    /// What it is of each option of the product.
    #[serde(deserialize_with = "not_null", alias = "options")]
    #[schema(nullable = false, examples(json!({"Size": "Small", "Color": "White"})))]
    option_values: Option<BTreeMap<String, String>>,
    /// Its place among its siblings.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    position: Option<i32>,
    /// `true` makes it the default instead of the one that is.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    is_default: Option<bool>,
    /// Which of the product's media shows it.
    media_id: Patch<String>,
}

impl ChangeVariantBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> VariantChanges {
        VariantChanges {
            name: self.name,
            sku: self.sku.into(),
            barcode: self.barcode.into(),
            price: self.price.into(),
            compare_at_price: self.compare_at_price.into(),
            sale: SaleChanges {
                price: self.sale_price.into(),
                name: self.sale_name.into(),
                starts_at: self.sale_starts_at.into(),
                ends_at: self.sale_ends_at.into(),
            },
            cost: self.cost.into(),
            weight_grams: self.weight_grams.into(),
            option_values: self.option_values.map(|values| values.into_iter().collect()),
            position: self.position,
            is_default: self.is_default,
            media_id: self.media_id.into(),
            if_version,
        }
    }
}
