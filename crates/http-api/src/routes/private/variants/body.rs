//! Variants as merchants see them, and as they describe them.

use application::catalog::product::VariantView;
use domain::{
    catalog::{options::OptionValues, variant::Variant},
    money::Money,
    pricing::Sale,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{fields::Resource, money::MoneyBody, product::choices, timestamp::Timestamp};

/// A variant with everything the shop knows of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Variant)]
pub(crate) struct VariantBody {
    /// Identity.
    #[schema(examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Its product.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    product_id: String,
    /// What tells it from its siblings.
    #[schema(examples("Small / White"))]
    name: String,
    /// Stock keeping unit.
    #[schema(required, examples("TS-WHT-S"))]
    sku: Option<String>,
    /// UPC, EAN or ISBN.
    #[schema(required)]
    barcode: Option<String>,
    /// Its own regular price; `null` where the product's holds.
    #[schema(required)]
    price: Option<MoneyBody>,
    /// Its own higher price to strike through.
    #[schema(required)]
    compare_at_price: Option<MoneyBody>,
    /// Its own price while a sale runs.
    #[schema(required)]
    sale_price: Option<MoneyBody>,
    /// What shoppers see that sale called.
    #[schema(required)]
    sale_name: Option<String>,
    /// First moment of that sale.
    #[schema(required)]
    sale_starts_at: Option<Timestamp>,
    /// First moment after that sale.
    #[schema(required)]
    sale_ends_at: Option<Timestamp>,
    /// What one unit costs now, the product's price and sales considered.
    effective_price: MoneyBody,
    /// What it costs the shop, where that differs from the product's.
    #[schema(required)]
    cost: Option<MoneyBody>,
    /// Weight in grams, where that differs from the product's.
    #[schema(required)]
    weight_grams: Option<u32>,
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
    /// Units that can be sold, in the mode of the key.
    #[schema(examples(42))]
    inventory_count: u32,
    /// Whether any can be sold now.
    in_stock: bool,
    /// When it was added.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for VariantBody {}

/// A sale as answers show it.
pub(crate) struct SaleFields {
    pub(crate) price: Option<MoneyBody>,
    pub(crate) name: Option<String>,
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) ends_at: Option<Timestamp>,
}

/// The fields of a sale; all empty when there is none.
pub(crate) fn sale_fields(sale: Option<Sale>, locale: &str) -> SaleFields {
    match sale {
        Some(Sale { price, name, starts_at, ends_at }) => SaleFields {
            price: Some(MoneyBody::new(price, locale)),
            name,
            starts_at: starts_at.map(Into::into),
            ends_at: ends_at.map(Into::into),
        },
        None => SaleFields { price: None, name: None, starts_at: None, ends_at: None },
    }
}

impl VariantBody {
    /// The body of `view` for a reader of `locale`.
    pub(crate) fn new(view: VariantView, locale: &str) -> Self {
        let VariantView { variant, price: effective, available, in_stock } = view;
        let money = |amount: Money| MoneyBody::new(amount, locale);
        let Variant {
            id,
            product_id,
            name,
            sku,
            barcode,
            price,
            cost,
            weight_grams,
            option_values,
            position,
            is_default,
            media_id,
            version: _,
            created_at,
            updated_at,
        } = variant;
        let sale = sale_fields(price.sale, locale);
        Self {
            id: id.to_string(),
            product_id: product_id.to_string(),
            name,
            sku,
            barcode,
            price: price.price.map(money),
            compare_at_price: price.compare_at.map(money),
            sale_price: sale.price,
            sale_name: sale.name,
            sale_starts_at: sale.starts_at,
            sale_ends_at: sale.ends_at,
            effective_price: money(effective.unit),
            cost: cost.map(money),
            weight_grams,
            option_values,
            position,
            is_default,
            media_id,
            inventory_count: available,
            in_stock,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}
