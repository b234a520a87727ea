//! Which products merchants ask for.

use chrono::{DateTime, Utc};
use ports::{
    catalog::{ProductField, ProductFilter, ProductSort},
    list::Sort,
    search::Excerpt,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::body::ProductBody;
use crate::{
    list::ListSpec,
    product::StatusBody,
    search::{Conditions, NumberTest, TextTest, TimeRange, excerpt},
};

/// The list of products.
#[derive(Debug)]
pub(super) struct Products;

impl ListSpec for Products {
    type Row = ProductBody;
    type By = ProductSort;
    const NAME: &'static str = "products";
    const SORTS: &'static [(&'static str, ProductSort)] = &[
        ("createdAt", ProductSort::CreatedAt),
        ("updatedAt", ProductSort::UpdatedAt),
        ("name", ProductSort::Name),
        ("price", ProductSort::Price),
        ("sortOrder", ProductSort::SortOrder),
        ("featured", ProductSort::Featured),
    ];
    const DEFAULT: Sort<ProductSort> = Sort { by: ProductSort::CreatedAt, descending: true };
}

/// What to narrow the list of products by.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct ProductFilters {
    /// In this part of their life.
    #[param(inline)]
    status: Option<StatusBody>,
    /// With these words in name, description, tags or article numbers; the last may be unfinished.
    q: Option<String>,
    /// Changed then or later.
    updated_after: Option<DateTime<Utc>>,
    /// In this category, by id or slug, or in one below it.
    category_id: Option<String>,
    /// Of this brand, by id or slug.
    brand_id: Option<String>,
    /// Prominent, or not.
    featured: Option<bool>,
    /// With this article number, their own or a variant's.
    sku: Option<String>,
}

impl ProductFilters {
    pub(super) fn filter(&self) -> ProductFilter {
        ProductFilter {
            statuses: self.status.map(Into::into).into_iter().collect(),
            text: self.q.clone(),
            category: self.category_id.as_deref().map(Into::into),
            brand: self.brand_id.as_deref().map(Into::into),
            featured: self.featured,
            sku: self.sku.clone(),
            updated_since: self.updated_after,
            ..ProductFilter::default()
        }
    }
}

/// A search for products by comparing fields; all comparisons that are given must hold.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ProductSearch, examples(json!({
    "name": {"operator": "=", "value": "Hand-poured candle"},
    "price": {"operator": ">", "value": 100},
    "createdAt": {"from": "2026-01-01T00:00:00Z", "to": "2026-12-31T23:59:59Z"},
    "limit": 20, "offset": 0
})))]
pub(super) struct ProductSearchBody {
    /// Identity.
    #[validate(nested)]
    id: Option<TextTest>,
    /// Name.
    #[validate(nested)]
    name: Option<TextTest>,
    /// Slug.
    #[validate(nested)]
    slug: Option<TextTest>,
    /// The product's own article number.
    #[validate(nested)]
    sku: Option<TextTest>,
    /// `draft`, `published` or `archived`.
    #[validate(nested)]
    status: Option<TextTest>,
    /// `physical`, `digital`, `bundle` or `subscription`.
    #[validate(nested)]
    product_type: Option<TextTest>,
    /// Regular price in minor units.
    price: Option<NumberTest>,
    /// What it costs the shop, in minor units.
    cost: Option<NumberTest>,
    /// Weight in grams.
    weight_grams: Option<NumberTest>,
    /// Place in lists.
    sort_order: Option<NumberTest>,
    /// When they were added.
    created_at: Option<TimeRange>,
    /// When they were last changed.
    updated_at: Option<TimeRange>,
    /// Rows to answer with at most; 0 only counts.
    #[validate(range(max = 100))]
    #[schema(maximum = 100, default = 20)]
    limit: Option<u32>,
    /// Rows to skip.
    #[validate(range(max = 1_000_000_000))]
    #[schema(maximum = 1_000_000_000, default = 0)]
    offset: Option<u64>,
}

impl ProductSearchBody {
    pub(super) fn into_search(self) -> (ProductFilter, Excerpt) {
        let excerpt = excerpt(self.limit, self.offset);
        let conditions = Conditions::new()
            .text(ProductField::Id, self.id)
            .text(ProductField::Name, self.name)
            .text(ProductField::Slug, self.slug)
            .text(ProductField::Sku, self.sku)
            .text(ProductField::Status, self.status)
            .text(ProductField::ProductType, self.product_type)
            .number(ProductField::Price, self.price)
            .number(ProductField::Cost, self.cost)
            .number(ProductField::WeightGrams, self.weight_grams)
            .number(ProductField::SortOrder, self.sort_order)
            .time(ProductField::CreatedAt, self.created_at)
            .time(ProductField::UpdatedAt, self.updated_at);
        (ProductFilter { conditions: conditions.into_vec(), ..ProductFilter::default() }, excerpt)
    }
}
