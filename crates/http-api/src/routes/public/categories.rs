//! The tree that shoppers browse.

use actix_web::{get, web::Path};
use application::catalog::category::{self, CategoryNode, CountedCategory};
use domain::catalog::category::Category;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{auth::Public, error::ApiResult, fields::Resource, respond::Data, routes::Routes, view::View};

pub(super) fn configure(config: &mut Routes) {
    config.service(tree).service(show);
}

/// A category in the tree.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CategoryNode)]
struct NodeBody {
    /// Identity.
    #[schema(examples("cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Readable part of its addresses; what products can be filtered by.
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
    /// Published products in it and everything below it, each once; so many at least.
    #[schema(examples(34))]
    product_count: u64,
    /// Whether these are all: a category is counted up to a thousand products.
    #[schema(examples(true))]
    product_count_is_exact: bool,
    /// The categories below it, in the shop's order.
    #[schema(no_recursion)]
    children: Vec<Self>,
}

impl Resource for NodeBody {}

impl From<CategoryNode> for NodeBody {
    fn from(CategoryNode { counted, children }: CategoryNode) -> Self {
        let CountedCategory { category, product_count } = counted;
        let Category { id, slug, name, description, image_url, parent_id, .. } = category;
        Self {
            id: id.to_string(),
            slug: slug.to_string(),
            name,
            description,
            image_url,
            parent_id: parent_id.map(|parent| parent.to_string()),
            product_count: product_count.rows,
            product_count_is_exact: !product_count.and_more,
            children: children.into_iter().map(Self::from).collect(),
        }
    }
}

/// A category on its own page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicCategory)]
struct PublicCategoryBody {
    /// Identity.
    #[schema(examples("cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Readable part of its addresses; what products can be filtered by.
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
}

impl Resource for PublicCategoryBody {}

impl From<CountedCategory> for PublicCategoryBody {
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
            sort_order: _,
            status: _,
            version: _,
            created_at: _,
            updated_at: _,
        } = category;
        Self {
            id: id.to_string(),
            slug: slug.to_string(),
            name,
            description,
            image_url,
            parent_id: parent_id.map(|parent| parent.to_string()),
            product_count: product_count.rows,
            product_count_is_exact: !product_count.and_more,
            meta_title,
            meta_description,
        }
    }
}

/// List categories
///
/// The whole tree: the categories at the top, each with those below it. Hidden ones are left out; what lies
/// in a hidden category is shown in its place.
#[utoipa::path(
    operation_id = "listCategories",
    tag = "Catalog",
    params(View<NodeBody>),
    responses((status = 200, description = "The categories at the top.", body = Data<Vec<NodeBody>>))
)]
#[get("/categories")]
async fn tree(caller: Public, view: View<NodeBody>) -> ApiResult {
    let nodes = category::shown_tree(&caller.core, &caller.context).await?;
    let bodies: Vec<NodeBody> = nodes.into_iter().map(NodeBody::from).collect();
    view.answer_all("categories", &bodies)
}

#[derive(Debug, Deserialize)]
struct CategoryPath {
    category: String,
}

/// Get a category
///
/// By its id or its slug. `GET /products?category=…` lists what is in it and below it.
#[utoipa::path(
    operation_id = "getCategory",
    tag = "Catalog",
    params(
        ("category" = String, Path, description = "Id or slug.", example = "candles"),
        View<PublicCategoryBody>,
    ),
    responses((status = 200, description = "The category.", body = Data<PublicCategoryBody>))
)]
#[get("/categories/{category}")]
async fn show(caller: Public, path: Path<CategoryPath>, view: View<PublicCategoryBody>) -> ApiResult {
    let counted = category::shown(&caller.core, &caller.context, &path.category.as_str().into()).await?;
    view.answer(counted.category.id, counted.category.version, &counted.into())
}
