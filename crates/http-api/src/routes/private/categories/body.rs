//! Categories on the wire.

use application::catalog::category::{CategoryChanges, CountedCategory, NewCategory};
use domain::{
    catalog::category::{Category, CategoryStatus},
    id::kind,
};
use ports::{
    categories::{CategoryFilter, CategorySort},
    list::Sort,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::{
    fields::Resource,
    id::IdText,
    list::ListSpec,
    patch::{Patch, not_null},
    timestamp::Timestamp,
};

/// A place in the tree that shoppers browse.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Category)]
pub(super) struct CategoryBody {
    /// Identity.
    #[schema(examples("cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Readable part of its addresses.
    #[schema(examples("candles"))]
    slug: String,
    /// What it is called.
    #[schema(examples("Candles"))]
    name: String,
    /// What there is to say about it.
    #[schema(required, examples("All scented candles."))]
    description: Option<String>,
    /// Address of a picture.
    #[schema(required, examples("https://cdn.example.com/candles.jpg"))]
    image_url: Option<String>,
    /// The category that it is in; `null` at the top.
    #[schema(required, examples("cat_01HXYZ6R9M3K8Q2B7V5N4C1D0A"))]
    parent_id: Option<String>,
    /// Its place among its siblings, smaller first.
    #[schema(examples(10))]
    sort_order: i32,
    /// Whether shoppers see it.
    status: StatusBody,
    /// Published products in it and everything below it, each once; so many at least.
    #[schema(examples(34))]
    product_count: u64,
    /// Whether these are all: a category is counted up to a thousand products.
    #[schema(examples(true))]
    product_count_is_exact: bool,
    /// Title for search engines.
    #[schema(required, examples("Scented candles | Acme"))]
    meta_title: Option<String>,
    /// Description for search engines.
    #[schema(required, examples("Hand-poured scented candles."))]
    meta_description: Option<String>,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for CategoryBody {}

impl From<CountedCategory> for CategoryBody {
    fn from(CountedCategory { category, product_count }: CountedCategory) -> Self {
        let Category {
            id,
            parent_id,
            slug,
            name,
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            status,
            version: _,
            created_at,
            updated_at,
        } = category;
        Self {
            id: id.to_string(),
            slug: slug.to_string(),
            name,
            description,
            image_url,
            parent_id: parent_id.map(|parent| parent.to_string()),
            sort_order,
            status: status.into(),
            product_count: product_count.rows,
            product_count_is_exact: !product_count.and_more,
            meta_title,
            meta_description,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// Whether shoppers see a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CategoryStatus)]
pub(super) enum StatusBody {
    /// Shown.
    Active,
    /// Kept, but not shown.
    Hidden,
}

impl From<CategoryStatus> for StatusBody {
    fn from(status: CategoryStatus) -> Self {
        match status {
            CategoryStatus::Active => Self::Active,
            CategoryStatus::Hidden => Self::Hidden,
        }
    }
}

impl From<StatusBody> for CategoryStatus {
    fn from(status: StatusBody) -> Self {
        match status {
            StatusBody::Active => Self::Active,
            StatusBody::Hidden => Self::Hidden,
        }
    }
}

/// The list of categories.
#[derive(Debug)]
pub(super) struct Categories;

impl ListSpec for Categories {
    type Row = CategoryBody;
    type By = CategorySort;
    const NAME: &'static str = "categories";
    const SORTS: &'static [(&'static str, CategorySort)] = &[
        ("sortOrder", CategorySort::SortOrder),
        ("name", CategorySort::Name),
        ("createdAt", CategorySort::CreatedAt),
    ];
    const DEFAULT: Sort<CategorySort> = Sort { by: CategorySort::SortOrder, descending: false };
}

/// Which categories to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CategoryFilters {
    /// The one with this slug.
    #[param(example = "candles")]
    slug: Option<String>,
    /// Those directly in this category.
    #[param(value_type = Option<String>, example = "cat_01HXYZ6R9M3K8Q2B7V5N4C1D0A")]
    parent_id: Option<IdText<kind::CategoryId>>,
    /// Those that shoppers see, or those that they do not.
    status: Option<StatusBody>,
}

impl From<&CategoryFilters> for CategoryFilter {
    fn from(filters: &CategoryFilters) -> Self {
        let CategoryFilters { slug, parent_id, status } = filters;
        Self { slug: slug.clone(), parent: parent_id.map(|parent| parent.id), status: status.map(Into::into) }
    }
}

/// A category to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewCategory)]
pub(super) struct NewCategoryBody {
    /// What it is called.
    #[validate(length(min = 1, max = 120))]
    #[schema(min_length = 1, max_length = 120, examples("Candles"))]
    name: String,
    /// Readable part of its addresses; made from the name when left out.
    #[schema(examples("candles"))]
    slug: Option<String>,
    /// The category that it is in; at the top when left out.
    #[schema(value_type = Option<String>, examples("cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    parent_id: Option<IdText<kind::CategoryId>>,
    /// What there is to say about it.
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// Address of a picture.
    #[schema(examples("https://cdn.example.com/candles.jpg"))]
    image_url: Option<String>,
    /// Title for search engines.
    #[schema(max_length = 320)]
    meta_title: Option<String>,
    /// Description for search engines.
    #[schema(max_length = 320)]
    meta_description: Option<String>,
    /// Its place among its siblings, smaller first; 0 when left out.
    #[serde(default)]
    #[schema(examples(10))]
    sort_order: i32,
    /// Whether shoppers see it; they do when left out.
    status: Option<StatusBody>,
}

impl From<NewCategoryBody> for NewCategory {
    fn from(body: NewCategoryBody) -> Self {
        let NewCategoryBody {
            name,
            slug,
            parent_id,
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            status,
        } = body;
        Self {
            name,
            slug,
            parent: parent_id.map(|parent| parent.id),
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            hidden: status == Some(StatusBody::Hidden),
        }
    }
}

/// What to change of a category.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeCategory)]
pub(super) struct ChangeCategoryBody {
    /// A new name.
    #[validate(length(min = 1, max = 120))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 120, examples("Candles"), nullable = false)]
    name: Option<String>,
    /// A new slug.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(examples("candles"), nullable = false)]
    slug: Option<String>,
    /// Another category to be in, or `null` for the top.
    #[serde(default)]
    #[schema(value_type = Option<String>, examples("cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    parent_id: Patch<IdText<kind::CategoryId>>,
    /// A new description, or `null` for none.
    #[serde(default)]
    description: Patch<String>,
    /// Another picture, or `null` for none.
    #[serde(default)]
    image_url: Patch<String>,
    /// Another title for search engines, or `null` for none.
    #[serde(default)]
    meta_title: Patch<String>,
    /// Another description for search engines, or `null` for none.
    #[serde(default)]
    meta_description: Patch<String>,
    /// Another place among its siblings.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    sort_order: Option<i32>,
    /// Whether shoppers see it.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    status: Option<StatusBody>,
}

impl ChangeCategoryBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> CategoryChanges {
        let Self {
            name,
            slug,
            parent_id,
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            status,
        } = self;
        CategoryChanges {
            name,
            slug,
            parent: parent_id.map(|parent| parent.id).into(),
            description: description.into(),
            image_url: image_url.into(),
            meta_title: meta_title.into(),
            meta_description: meta_description.into(),
            sort_order,
            status: status.map(Into::into),
            if_version,
        }
    }
}
