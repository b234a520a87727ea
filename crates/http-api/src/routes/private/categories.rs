//! Categories: the tree that shoppers browse, as a flat list.

use actix_web::{HttpResponse, delete, get, patch, post, web::Path};
use application::catalog::category;
use serde::Deserialize;

use self::body::{Categories, CategoryBody, CategoryFilters, ChangeCategoryBody, NewCategoryBody};
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::ApiResult,
    etag::IfMatch,
    list::{List, ListBody},
    respond::{self, Data},
    routes::Routes,
    view::View,
};

mod body;

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(create).service(show).service(change).service(remove);
}

#[derive(Debug, Deserialize)]
struct CategoryPath {
    category: String,
}

/// List categories
///
/// A flat list, hidden ones too; each names its parent. `productCount` counts the published products in a
/// category and everything below it, each once, up to a thousand; `productCountIsExact` tells whether those
/// are all.
#[utoipa::path(
    operation_id = "listCategories",
    tag = "Catalog",
    params(List<Categories, CategoryFilters>),
    security(("secretKey" = ["read:catalog"])),
    responses((status = 200, description = "One page of categories.", body = ListBody<CategoryBody>))
)]
#[get("/categories")]
async fn list(caller: Secret<scope::ReadCatalog>, list: List<Categories, CategoryFilters>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let filter = (&list.filters).into();
    let slice = category::list(&caller.core, &caller.context, &filter, list.sort, &list.window).await?;
    list.answer(slice.map(CategoryBody::from))
}

/// Create a category
///
/// The slug is made from the name when none is given, with a number behind it if it is taken. Categories
/// nest at most eight deep.
#[utoipa::path(
    operation_id = "createCategory",
    tag = "Catalog",
    request_body = NewCategoryBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 201, description = "The new category.", body = Data<CategoryBody>),
        (status = 409, description = "`duplicate`: another category has this slug."),
    )
)]
#[post("/categories")]
async fn create(caller: Secret<scope::WriteCatalog>, body: Body<NewCategoryBody>) -> ApiResult {
    let counted = category::create(&caller.core, &caller.context, body.into_inner().into()).await?;
    let (id, version) = (counted.category.id, counted.category.version);
    respond::created(format!("/v1/private/categories/{id}"), id, version, CategoryBody::from(counted))
}

/// Get a category
///
/// By its id or its slug, hidden or not.
#[utoipa::path(
    operation_id = "getCategory",
    tag = "Catalog",
    params(("category" = String, Path, description = "Id or slug.", example = "candles"), View<CategoryBody>),
    security(("secretKey" = ["read:catalog"])),
    responses((status = 200, description = "The category.", body = Data<CategoryBody>))
)]
#[get("/categories/{category}")]
async fn show(
    caller: Secret<scope::ReadCatalog>,
    path: Path<CategoryPath>,
    view: View<CategoryBody>,
) -> ApiResult {
    let counted = category::get(&caller.core, &caller.context, &path.category.as_str().into()).await?;
    view.answer(counted.category.id, counted.category.version, &counted.into())
}

/// Change a category
///
/// Another `parentId` moves it with all that is below it, `null` moves it to the top. It cannot go below
/// itself. Fields left out stay as they are; `null` empties those that may be empty.
#[utoipa::path(
    operation_id = "updateCategory",
    tag = "Catalog",
    params(("category" = String, Path, description = "Id or slug.", example = "candles"), IfMatch),
    request_body = ChangeCategoryBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 200, description = "The category as it is now.", body = Data<CategoryBody>),
        (status = 409, description = "`duplicate`: another category has this slug."),
    )
)]
#[patch("/categories/{category}")]
async fn change(
    caller: Secret<scope::WriteCatalog>,
    path: Path<CategoryPath>,
    if_match: IfMatch,
    body: Body<ChangeCategoryBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let handle = path.category.as_str().into();
    let counted = category::update(&caller.core, &caller.context, &handle, changes).await?;
    let (id, version) = (counted.category.id, counted.category.version);
    respond::changed(id, version, CategoryBody::from(counted))
}

/// Hide a category
///
/// Shoppers no longer see it; the owner still does, and can show it again with `status`. Its products stay
/// for sale, and the categories below it are shown in its place.
#[utoipa::path(
    operation_id = "deleteCategory",
    tag = "Catalog",
    params(("category" = String, Path, description = "Id or slug.", example = "candles"), IfMatch),
    security(("secretKey" = ["write:catalog"])),
    responses((status = 204, description = "The category is hidden."))
)]
#[delete("/categories/{category}")]
async fn remove(
    caller: Secret<scope::WriteCatalog>,
    path: Path<CategoryPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    let handle = path.category.as_str().into();
    category::hide(&caller.core, &caller.context, &handle, if_match.version()?).await?;
    Ok(respond::no_content())
}
