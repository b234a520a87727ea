//! Variants of a product, one by one or made by its options.

use actix_web::{HttpResponse, delete, get, patch, post, put, web::Path};
use application::{Error, catalog::variant};
use domain::id::VariantId;
use serde::Deserialize;

use self::{
    body::VariantBody,
    input::{ChangeVariantBody, NewVariantBody},
};
use super::products::{ProductPath, body::ProductBody, input::OptionsBody, whole};
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::ApiResult,
    etag::IfMatch,
    respond::{self, Data},
    routes::Routes,
};

pub(super) mod body;
pub(super) mod input;

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(create).service(change).service(remove).service(set_options);
}

#[derive(Debug, Deserialize)]
struct VariantPath {
    product: String,
    variant: String,
}

impl VariantPath {
    /// The variant; a text that is no id names no variant.
    fn id(&self) -> Result<VariantId, Error> {
        self.variant.parse().map_err(|_| Error::not_found("variant"))
    }
}

/// List the variants of a product
///
/// The default first. A simple product has one. Stock is that of the key's mode.
#[utoipa::path(
    operation_id = "listVariants",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug of the product.", example = "classic-white-t-shirt")),
    security(("secretKey" = ["read:catalog"])),
    responses((status = 200, description = "All variants.", body = Data<Vec<VariantBody>>))
)]
#[get("/products/{product}/variants")]
async fn list(caller: Secret<scope::ReadCatalog>, path: Path<ProductPath>) -> ApiResult {
    let view = variant::list(&caller.core, &caller.context, &path.product.as_str().into()).await?;
    let rows: Vec<_> =
        view.variants.into_iter().map(|each| VariantBody::new(each, caller.locale())).collect();
    respond::ok(rows)
}

/// Create a variant
///
/// For a combination of the product's options that no variant stands for yet, with the stock that both
/// modes start with.
#[utoipa::path(
    operation_id = "createVariant",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug of the product.", example = "classic-white-t-shirt")),
    request_body = NewVariantBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 201, description = "The new variant.", body = Data<VariantBody>),
        (status = 409, description = "`duplicate`: another variant has the same choices."),
    )
)]
#[post("/products/{product}/variants")]
async fn create(
    caller: Secret<scope::WriteCatalog>,
    path: Path<ProductPath>,
    body: Body<NewVariantBody>,
) -> ApiResult {
    let handle = path.product.as_str().into();
    let view = variant::create(&caller.core, &caller.context, &handle, body.into_inner().into()).await?;
    let (id, product, version) = (view.variant.id, view.variant.product_id, view.variant.version);
    let location = format!("/v1/private/products/{product}/variants/{id}");
    respond::created(location, id, version, VariantBody::new(view, caller.locale()))
}

/// Change a variant
///
/// Only the fields sent are changed. Making it the default makes the one before not the default, both at
/// once.
#[utoipa::path(
    operation_id = "updateVariant",
    tag = "Catalog",
    params(
        ("product" = String, Path, description = "Id or slug of the product.", example = "classic-white-t-shirt"),
        ("variant" = String, Path, description = "Id of the variant."),
        IfMatch,
    ),
    request_body = ChangeVariantBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 200, description = "The variant as it is now.", body = Data<VariantBody>),
        (status = 409, description = "`duplicate`: another variant has the same choices."),
    )
)]
#[patch("/products/{product}/variants/{variant}")]
async fn change(
    caller: Secret<scope::WriteCatalog>,
    path: Path<VariantPath>,
    if_match: IfMatch,
    body: Body<ChangeVariantBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let handle = path.product.as_str().into();
    let view = variant::update(&caller.core, &caller.context, &handle, path.id()?, changes).await?;
    let (id, version) = (view.variant.id, view.variant.version);
    respond::changed(id, version, VariantBody::new(view, caller.locale()))
}

/// Delete a variant
///
/// With its stock. If it was the default, the oldest of the rest becomes the default.
#[utoipa::path(
    operation_id = "deleteVariant",
    tag = "Catalog",
    params(
        ("product" = String, Path, description = "Id or slug of the product.", example = "classic-white-t-shirt"),
        ("variant" = String, Path, description = "Id of the variant."),
        IfMatch,
    ),
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 204, description = "The variant is gone."),
        (status = 409, description = "`invalid_state`: it is the last one; `in_use`: units are held for a payment under way."),
    )
)]
#[delete("/products/{product}/variants/{variant}")]
async fn remove(
    caller: Secret<scope::WriteCatalog>,
    path: Path<VariantPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    let handle = path.product.as_str().into();
    variant::remove(&caller.core, &caller.context, &handle, path.id()?, if_match.version()?).await?;
    Ok(respond::no_content())
}

/// Set the options of a product
///
/// Makes a variant for each combination of the values. Variants whose combination remains stay with their
/// stock, the others go, new ones start with no stock. A simple product's only variant becomes the first
/// combination.
#[utoipa::path(
    operation_id = "setProductOptions",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug of the product.", example = "classic-white-t-shirt"), IfMatch),
    request_body = OptionsBody,
    security(("secretKey" = ["write:catalog"])),
    responses(
        (status = 200, description = "The product with its variants.", body = Data<ProductBody>),
        (status = 409, description = "`in_use`: units of a variant that would go are held for a payment under way."),
    )
)]
#[put("/products/{product}/options")]
async fn set_options(
    caller: Secret<scope::WriteCatalog>,
    path: Path<ProductPath>,
    if_match: IfMatch,
    body: Body<OptionsBody>,
) -> ApiResult {
    let options = body.into_inner().options.into_iter().map(Into::into).collect();
    let (handle, version) = (path.product.as_str().into(), if_match.version()?);
    let view = variant::set_options(&caller.core, &caller.context, &handle, options, version).await?;
    respond::changed(view.product.id, view.product.version, whole(&caller, view))
}
