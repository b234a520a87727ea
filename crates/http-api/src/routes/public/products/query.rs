//! Which products shoppers ask for.

use domain::catalog::product::ProductStatus;
use ports::{
    catalog::{ProductFilter, ProductSort},
    list::Sort,
};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::body::PublicProductBody;
use crate::{auth::Caller, list::ListSpec};

/// The list of products that are for sale.
#[derive(Debug)]
pub(super) struct PublicProducts;

impl ListSpec for PublicProducts {
    type Row = PublicProductBody;
    type By = ProductSort;
    const NAME: &'static str = "publicProducts";
    const SORTS: &'static [(&'static str, ProductSort)] = &[
        ("sortOrder", ProductSort::SortOrder),
        ("name", ProductSort::Name),
        ("price", ProductSort::Price),
        ("createdAt", ProductSort::CreatedAt),
        ("featured", ProductSort::Featured),
    ];
    const DEFAULT: Sort<ProductSort> = Sort { by: ProductSort::SortOrder, descending: false };
}

/// What to narrow the list of products by.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct PublicFilters {
    /// In this category, by id or slug, or in one below it.
    category: Option<String>,
    /// Of this brand, by id or slug.
    brand: Option<String>,
    /// With these words in name, description, tags or article numbers; the last may be unfinished.
    q: Option<String>,
    /// With this tag, capitals aside.
    tag: Option<String>,
    /// Prominent, or not.
    featured: Option<bool>,
    /// With a regular price of this much or more, in minor units.
    min_price: Option<i64>,
    /// With a regular price of this much or less, in minor units.
    max_price: Option<i64>,
    /// With something left to sell, or with nothing.
    in_stock: Option<bool>,
}

impl PublicFilters {
    pub(super) fn filter(&self, caller: &Caller) -> ProductFilter {
        ProductFilter {
            statuses: vec![ProductStatus::Published],
            category: self.category.as_deref().map(Into::into),
            brand: self.brand.as_deref().map(Into::into),
            text: self.q.clone(),
            tag: self.tag.clone(),
            featured: self.featured,
            min_price: self.min_price,
            max_price: self.max_price,
            in_stock: self.in_stock.map(|wanted| (caller.context.mode, wanted)),
            ..ProductFilter::default()
        }
    }
}
