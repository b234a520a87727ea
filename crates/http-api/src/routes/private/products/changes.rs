//! What merchants want changed about a product.

use std::collections::BTreeMap;

use application::catalog::{
    product::{NewMedia, ProductChanges},
    variant::SaleChanges,
};
use chrono::{DateTime, Utc};
use domain::id::kind::{BrandId, CategoryId};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    id::IdText,
    patch::{Patch, not_null},
    product::{NewMediaBody, ShippingBody, StatusBody, TypeBody, all_media},
};

/// Changes of a product. What is left out stays; `null` takes away what may be missing. Lists and objects
/// are replaced as a whole. Amounts are whole minor units of the store's currency.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[derive(Default)]
#[schema(as = ChangeProduct)]
pub(super) struct ChangeProductBody {
    /// What it is called.
    #[validate(length(min = 1, max = 200))]
    #[serde(deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 200, nullable = false, examples("Hand-poured candle"))]
    name: Option<String>,
    /// Readable part of its addresses.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false, examples("hand-poured-candle"))]
    slug: Option<String>,
    /// A line about it.
    summary: Patch<String>,
    /// What there is to say about it, in Markdown.
    description: Patch<String>,
    /// Regular price.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false, examples(2600))]
    price: Option<i64>,
    /// A higher price to strike through.
    compare_at_price: Patch<i64>,
    /// The price while a sale runs; `null` ends the sale.
    sale_price: Patch<i64>,
    /// What shoppers see the sale called.
    sale_name: Patch<String>,
    /// First moment of the sale.
    #[schema(value_type = Option<DateTime<Utc>>)]
    sale_starts_at: Patch<DateTime<Utc>>,
    /// First moment after the sale.
    #[schema(value_type = Option<DateTime<Utc>>)]
    sale_ends_at: Patch<DateTime<Utc>>,
    /// What it costs the shop.
    cost: Patch<i64>,
    /// Whether stock is counted.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    track_inventory: Option<bool>,
    /// Draft, for sale or archived.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    status: Option<StatusBody>,
    /// What sort of thing it is.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    product_type: Option<TypeBody>,
    /// All its categories.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Option<Vec<String>>, nullable = false)]
    category_ids: Option<Vec<IdText<CategoryId>>>,
    /// Its brand.
    #[schema(value_type = Option<String>)]
    brand_id: Patch<IdText<BrandId>>,
    /// All its tags.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    tags: Option<Vec<String>>,
    /// All its pictures and films; those with a known `id` keep it.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    media: Option<Vec<NewMediaBody>>,
    /// The same by address alone.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    images: Option<Vec<String>>,
    /// Stock keeping unit.
    sku: Patch<String>,
    /// UPC, EAN or ISBN.
    barcode: Patch<String>,
    /// Weight of one unit in grams.
    weight_grams: Patch<u32>,
    /// Whether tax is charged.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    taxable: Option<bool>,
    /// Which tax rates apply.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    tax_class: Option<String>,
    /// Whether it has to be sent.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    shipping_type: Option<ShippingBody>,
    /// What sending one unit costs instead of what the shipping method asks.
    fixed_shipping_rate_cents: Patch<i64>,
    /// Units an order must hold at least.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    min_order_quantity: Option<u32>,
    /// Units an order may hold at most.
    max_order_quantity: Patch<u32>,
    /// Shown in prominent places.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    featured: Option<bool>,
    /// Its place in lists.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    sort_order: Option<i32>,
    /// All that the store's own programs remember.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    metadata: Option<BTreeMap<String, String>>,
    /// Title for search engines.
    seo_title: Patch<String>,
    /// Description for search engines.
    seo_description: Patch<String>,
}

impl ChangeProductBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> ProductChanges {
        ProductChanges {
            media: self.all_media(),
            name: self.name,
            slug: self.slug,
            summary: self.summary.into(),
            description: self.description.into(),
            status: self.status.map(Into::into),
            product_type: self.product_type.map(Into::into),
            featured: self.featured,
            brand_id: self.brand_id.map(|brand| brand.id).into(),
            category_ids: self.category_ids.map(|ids| ids.into_iter().map(|category| category.id).collect()),
            tags: self.tags,
            price: self.price,
            compare_at_price: self.compare_at_price.into(),
            sale: SaleChanges {
                price: self.sale_price.into(),
                name: self.sale_name.into(),
                starts_at: self.sale_starts_at.into(),
                ends_at: self.sale_ends_at.into(),
            },
            cost: self.cost.into(),
            track_inventory: self.track_inventory,
            sku: self.sku.into(),
            barcode: self.barcode.into(),
            weight_grams: self.weight_grams.into(),
            taxable: self.taxable,
            tax_class: self.tax_class,
            shipping_type: self.shipping_type.map(Into::into),
            fixed_shipping: self.fixed_shipping_rate_cents.into(),
            min_order_quantity: self.min_order_quantity,
            max_order_quantity: self.max_order_quantity.into(),
            sort_order: self.sort_order,
            metadata: self.metadata,
            seo_title: self.seo_title.into(),
            seo_description: self.seo_description.into(),
            if_version,
        }
    }

    fn all_media(&self) -> Option<Vec<NewMedia>> {
        if self.media.is_none() && self.images.is_none() {
            return None;
        }
        Some(all_media(self.media.clone().unwrap_or_default(), self.images.clone().unwrap_or_default()))
    }
}
