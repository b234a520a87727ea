//! Variants as shoppers see them.

use application::catalog::product::VariantView;
use domain::catalog::{options::OptionValues, variant::Variant};
use serde::Serialize;
use utoipa::ToSchema;

use super::price::{PriceBody, Showing};
use crate::product::choices;

/// A variant that is for sale.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicVariant)]
pub(super) struct PublicVariantBody {
    /// Identity.
    #[schema(examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What tells it from its siblings.
    #[schema(examples("Small / White"))]
    name: String,
    /// Stock keeping unit.
    #[schema(required, examples("TS-WHT-S"))]
    sku: Option<String>,
    /// What it costs now.
    price: PriceBody,
    /// Whether any can be sold now.
    in_stock: bool,
    /// Units that can be sold; without meaning where stock is not counted.
    #[schema(examples(42))]
    inventory_count: u32,
    /// What it is of each option.
    #[serde(serialize_with = "choices")]
    #[schema(value_type = std::collections::HashMap<String, String>, examples(json!({"Size": "Small", "Color": "White"})))]
    option_values: OptionValues,
    /// Its place among its siblings.
    position: i32,
    /// Whether it is chosen to begin with.
    is_default: bool,
    /// Which of the product's media shows it.
    #[schema(required)]
    media_id: Option<String>,
}

impl PublicVariantBody {
    /// The body of `view`, a variant of a product that is or is not `taxable`.
    pub(super) fn new(view: VariantView, taxable: bool, showing: Showing<'_>) -> Self {
        let VariantView { variant, price, available, in_stock } = view;
        let Variant { id, name, sku, option_values, position, is_default, media_id, .. } = variant;
        Self {
            id: id.to_string(),
            name,
            sku,
            price: PriceBody::new(price, taxable, showing),
            in_stock,
            inventory_count: available,
            option_values,
            position,
            is_default,
            media_id,
        }
    }
}
