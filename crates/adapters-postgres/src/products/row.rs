//! The table of products, and its rows as they are read.

use std::collections::BTreeMap;

use sea_orm::{DbErr, FromQueryResult, QueryResult, entity::prelude::*};

use super::document::{MediaDocument, OptionDocument};
use crate::{
    json::Document,
    places::{Places, read_in_order},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) store_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) status: String,
    pub(crate) product_type: String,
    /// 1 or 0, so that lists can be sorted by it.
    pub(crate) featured: i32,
    pub(crate) brand_id: Option<Uuid>,
    /// The same as in `product_categories`, which is there to be searched; here so that reading a
    /// product takes no second statement.
    pub(crate) category_ids: Document<Vec<Uuid>>,
    pub(crate) tags: Document<Vec<String>>,
    pub(crate) media: Document<Vec<MediaDocument>>,
    pub(crate) options: Document<Vec<OptionDocument>>,
    pub(crate) price: i64,
    pub(crate) compare_at_price: Option<i64>,
    pub(crate) sale_price: Option<i64>,
    pub(crate) sale_name: Option<String>,
    pub(crate) sale_starts_at: Option<DateTimeUtc>,
    pub(crate) sale_ends_at: Option<DateTimeUtc>,
    /// Lowest regular price of its variants.
    pub(crate) price_min: i64,
    /// Highest regular price of its variants.
    pub(crate) price_max: i64,
    pub(crate) variant_count: i32,
    pub(crate) cost: Option<i64>,
    pub(crate) sku: Option<String>,
    pub(crate) barcode: Option<String>,
    pub(crate) weight_grams: Option<i32>,
    pub(crate) track_inventory: bool,
    pub(crate) taxable: bool,
    pub(crate) tax_class: String,
    pub(crate) shipping_type: String,
    pub(crate) fixed_shipping: Option<i64>,
    pub(crate) min_order_quantity: i32,
    pub(crate) max_order_quantity: Option<i32>,
    pub(crate) sort_order: i32,
    pub(crate) metadata: Document<BTreeMap<String, String>>,
    pub(crate) seo_title: Option<String>,
    pub(crate) seo_description: Option<String>,
    /// What full-text search looks at; see [`crate::catalog::words`]. Written, and not read again.
    pub(crate) search_text: String,
    pub(crate) version: i32,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
    pub(crate) published_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A product's row with the currency of its store, which its amounts are in.
#[derive(Debug)]
pub(crate) struct Priced {
    pub(crate) row: Model,
    pub(crate) currency: String,
}

impl FromQueryResult for Priced {
    fn from_query_result(result: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let mut places = Places::of(result);
        Ok(Self { row: read_row(&mut places)?, currency: places.next()? })
    }
}

read_in_order! {
    self:
    store_id, id, slug, name, summary, description, status, product_type, featured, brand_id,
    category_ids, tags, media, options, price, compare_at_price, sale_price, sale_name,
    sale_starts_at, sale_ends_at, price_min, price_max, variant_count, cost, sku, barcode,
    weight_grams, track_inventory, taxable, tax_class, shipping_type, fixed_shipping,
    min_order_quantity, max_order_quantity, sort_order, metadata, seo_title, seo_description,
    version, created_at, updated_at, published_at; not search_text
}
