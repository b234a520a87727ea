//! Products: everything the shop can do with them.

use actix_web::{HttpResponse, delete, get, http::StatusCode, patch, post, web::Path};
use application::catalog::product::{self, Include, ProductView};
use serde::Deserialize;

use self::{
    body::ProductBody,
    changes::ChangeProductBody,
    input::{DuplicateBody, NewProductBody},
    query::{ProductFilters, ProductSearchBody, Products},
};
use crate::{
    auth::{Caller, Secret, scope},
    body::{Body, OptionalBody},
    error::ApiResult,
    etag::IfMatch,
    list::{List, ListBody},
    respond::{self, Data},
    routes::Routes,
    search::FoundBody,
    view::View,
};

pub(super) mod body;
mod changes;
pub(super) mod input;
mod query;

pub(super) fn configure(config: &mut Routes) {
    config
        .service(list)
        .service(create)
        .service(search)
        .service(show)
        .service(change)
        .service(remove)
        .service(duplicate);
}

/// Everything that pages of one product show.
const WHOLE: Include = Include { variants: true, brand: true };

#[derive(Debug, Deserialize)]
pub(super) struct ProductPath {
    pub(super) product: String,
}

/// The body of one product with its variants.
pub(super) fn whole(caller: &Caller, view: ProductView) -> ProductBody {
    ProductBody::new(view, true, caller.locale())
}

/// List products
///
/// Products of any status, the newest first. Stock is that of the key's mode.
#[utoipa::path(
    operation_id = "listProducts",
    tag = "Catalog",
    params(List<Products, ProductFilters>),
    security(("secretKey" = ["read:catalog"])),
    responses((status = 200, description = "One page of products.", body = ListBody<ProductBody>))
)]
#[get("/products")]
async fn list(caller: Secret<scope::ReadCatalog>, list: List<Products, ProductFilters>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let include = Include { variants: list.expands("variants"), brand: list.expands("brand") };
    let filter = list.filters.filter();
    let slice =
        product::list(&caller.core, &caller.context, &filter, list.sort, &list.window, include).await?;
    list.answer(slice.map(|view| ProductBody::new(view, include.variants, caller.locale())))
}

/// Create a product
///
/// With its options, variants and the stock that both modes start with. The slug is made from the name
/// when none is given, with a number behind it if it is taken.
#[utoipa::path(
    operation_id = "createProduct",
    tag = "Catalog",
    request_body = NewProductBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 201, description = "The new product.", body = Data<ProductBody>),
        (status = 403, description = "`tier_product_limit`: the plan has no room for one more published product."),
        (status = 409, description = "`duplicate`: another product has this slug, or two variants the same choices."),
    )
)]
#[post("/products")]
async fn create(caller: Secret<scope::WriteCatalog>, body: Body<NewProductBody>) -> ApiResult {
    let view = product::create(&caller.core, &caller.context, body.into_inner().into()).await?;
    created(&caller, view)
}

fn created(caller: &Caller, view: ProductView) -> ApiResult {
    let (id, version) = (view.product.id, view.product.version);
    respond::created(format!("/v1/private/products/{id}"), id, version, whole(caller, view))
}

/// Search products
///
/// By comparing fields: `=` and `!=` on texts, `<` and `>` on numbers too, stretches of time. The newest
/// come first.
#[utoipa::path(
    operation_id = "searchProducts",
    tag = "Catalog",
    request_body = ProductSearchBody,
    security(("secretKey" = ["read:catalog"])),
    responses((status = 200, description = "What was found.", body = FoundBody<ProductBody>))
)]
#[post("/products/search")]
async fn search(caller: Secret<scope::ReadCatalog>, body: Body<ProductSearchBody>) -> ApiResult {
    let (filter, excerpt) = body.into_inner().into_search();
    let include = Include::default();
    let (found, total) = product::search(&caller.core, &caller.context, &filter, excerpt, include).await?;
    let rows = found.into_iter().map(|view| ProductBody::new(view, false, caller.locale())).collect();
    respond::json(StatusCode::OK, &FoundBody::new(rows, excerpt, total))
}

/// Get a product
///
/// By its id or its slug, with all that only the shop knows, its variants and its brand.
#[utoipa::path(
    operation_id = "getProduct",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug.", example = "hand-poured-candle"), View<ProductBody>),
    security(("secretKey" = ["read:catalog"])),
    responses((status = 200, description = "The product.", body = Data<ProductBody>))
)]
#[get("/products/{product}")]
async fn show(
    caller: Secret<scope::ReadCatalog>,
    path: Path<ProductPath>,
    view: View<ProductBody>,
) -> ApiResult {
    let found = product::get(&caller.core, &caller.context, &path.product.as_str().into(), WHOLE).await?;
    let (id, version) = (found.product.id, found.product.version);
    view.answer(id, version, &whole(&caller, found))
}

/// Change a product
///
/// Only the fields sent are changed. Variants, options and stock have operations of their own.
#[utoipa::path(
    operation_id = "updateProduct",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug.", example = "hand-poured-candle"), IfMatch),
    request_body = ChangeProductBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 200, description = "The product as it is now.", body = Data<ProductBody>),
        (status = 403, description = "`tier_product_limit`: the plan has no room for one more published product."),
        (status = 409, description = "`duplicate`: another product has this slug."),
    )
)]
#[patch("/products/{product}")]
async fn change(
    caller: Secret<scope::WriteCatalog>,
    path: Path<ProductPath>,
    if_match: IfMatch,
    body: Body<ChangeProductBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let handle = path.product.as_str().into();
    let view = product::update(&caller.core, &caller.context, &handle, changes).await?;
    respond::changed(view.product.id, view.product.version, whole(&caller, view))
}

/// Archive a product
///
/// It is no longer for sale and stays for the books. Archiving it again changes nothing.
#[utoipa::path(
    operation_id = "archiveProduct",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug.", example = "hand-poured-candle"), IfMatch),
    security(("secretKey" = ["write:catalog"])),
    responses((status = 204, description = "The product is archived."))
)]
#[delete("/products/{product}")]
async fn remove(
    caller: Secret<scope::WriteCatalog>,
    path: Path<ProductPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    let handle = path.product.as_str().into();
    product::archive(&caller.core, &caller.context, &handle, if_match.version()?).await?;
    Ok(respond::no_content())
}

/// Duplicate a product
///
/// Makes a draft with everything the original has, apart from article numbers, barcodes and stock.
#[utoipa::path(
    operation_id = "duplicateProduct",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug.", example = "hand-poured-candle")),
    request_body(content = DuplicateBody, description = "May be left out."),
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 201, description = "The copy.", body = Data<ProductBody>),
        (status = 409, description = "The name leads to a slug that is taken.")
    )
)]
#[post("/products/{product}/duplicate")]
async fn duplicate(
    caller: Secret<scope::WriteCatalog>,
    path: Path<ProductPath>,
    body: OptionalBody<DuplicateBody>,
) -> ApiResult {
    let handle = path.product.as_str().into();
    let name = body.into_inner().name;
    let view = product::duplicate(&caller.core, &caller.context, &handle, name).await?;
    created(&caller, view)
}
