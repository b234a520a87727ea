//! Brands: the example to copy for a resource with all five operations.

use actix_web::{HttpResponse, delete, get, patch, post, web::Path};
use application::catalog::brand;
use serde::Deserialize;

use self::body::{BrandBody, Brands, ChangeBrandBody, NewBrandBody};
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
struct BrandPath {
    brand: String,
}

/// List brands
///
/// All brands of the store, whether or not products carry them.
#[utoipa::path(
    operation_id = "listBrands",
    tag = "Catalog",
    params(List<Brands>),
    security(("secretKey" = ["read:catalog"])),
    responses((status = 200, description = "One page of brands.", body = ListBody<BrandBody>))
)]
#[get("/brands")]
async fn list(caller: Secret<scope::ReadCatalog>, list: List<Brands>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let slice = brand::list(&caller.core, &caller.context, list.sort, &list.window).await?;
    list.answer(slice.map(BrandBody::from))
}

/// Create a brand
///
/// The slug is made from the name when none is given, with a number behind it if it is taken.
#[utoipa::path(
    operation_id = "createBrand",
    tag = "Catalog",
    request_body = NewBrandBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 201, description = "The new brand.", body = Data<BrandBody>),
        (status = 409, description = "`duplicate`: another brand has this slug."),
    )
)]
#[post("/brands")]
async fn create(caller: Secret<scope::WriteCatalog>, body: Body<NewBrandBody>) -> ApiResult {
    let brand = brand::create(&caller.core, &caller.context, body.into_inner().into()).await?;
    let location = format!("/v1/private/brands/{}", brand.id);
    respond::created(location, brand.id, brand.version, BrandBody::from(brand))
}

/// Get a brand
///
/// By its id or its slug.
#[utoipa::path(
    operation_id = "getBrand",
    tag = "Catalog",
    params(("brand" = String, Path, description = "Id or slug.", example = "acme"), View<BrandBody>),
    security(("secretKey" = ["read:catalog"])),
    responses((status = 200, description = "The brand.", body = Data<BrandBody>))
)]
#[get("/brands/{brand}")]
async fn show(caller: Secret<scope::ReadCatalog>, path: Path<BrandPath>, view: View<BrandBody>) -> ApiResult {
    let brand = brand::get(&caller.core, &caller.context, &path.brand.as_str().into()).await?;
    view.answer(brand.id, brand.version, &brand.into())
}

/// Change a brand
///
/// Fields left out stay as they are; `null` empties those that may be empty.
#[utoipa::path(
    operation_id = "updateBrand",
    tag = "Catalog",
    params(("brand" = String, Path, description = "Id or slug.", example = "acme"), IfMatch),
    request_body = ChangeBrandBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 200, description = "The brand as it is now.", body = Data<BrandBody>),
        (status = 409, description = "`duplicate`: another brand has this slug."),
    )
)]
#[patch("/brands/{brand}")]
async fn change(
    caller: Secret<scope::WriteCatalog>,
    path: Path<BrandPath>,
    if_match: IfMatch,
    body: Body<ChangeBrandBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let brand = brand::update(&caller.core, &caller.context, &path.brand.as_str().into(), changes).await?;
    respond::changed(brand.id, brand.version, BrandBody::from(brand))
}

/// Delete a brand
///
/// Only while no product carries it.
#[utoipa::path(
    operation_id = "deleteBrand",
    tag = "Catalog",
    params(("brand" = String, Path, description = "Id or slug.", example = "acme"), IfMatch),
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 204, description = "The brand is gone."),
        (status = 409, description = "`in_use`: products still carry the brand."),
    )
)]
#[delete("/brands/{brand}")]
async fn remove(
    caller: Secret<scope::WriteCatalog>,
    path: Path<BrandPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    let handle = path.brand.as_str().into();
    brand::delete(&caller.core, &caller.context, &handle, if_match.version()?).await?;
    Ok(respond::no_content())
}
