//! Products that are for sale.

use actix_web::{get, web::Path};
use application::catalog::product::{self, Include};
use serde::Deserialize;

use self::{
    body::PublicProductBody,
    price::Showing,
    query::{PublicFilters, PublicProducts},
    variant::PublicVariantBody,
};
use crate::{
    auth::{Caller, Public},
    error::ApiResult,
    list::{List, ListBody},
    respond::{self, Data},
    routes::Routes,
    view::View,
};

mod body;
mod price;
mod query;
mod variant;

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(show).service(variants);
}

#[derive(Debug, Deserialize)]
struct ProductPath {
    product: String,
}

/// How this caller is shown prices.
fn showing(caller: &Caller) -> Showing<'_> {
    Showing { locale: caller.locale(), tax: &caller.principal.config.settings.tax }
}

/// List products
///
/// Products that are for sale, in the order their owner gave them. Stock is that of the key's mode.
#[utoipa::path(
    operation_id = "listProducts",
    tag = "Catalog",
    params(List<PublicProducts, PublicFilters>),
    responses((status = 200, description = "One page of products.", body = ListBody<PublicProductBody>))
)]
#[get("/products")]
async fn list(caller: Public, list: List<PublicProducts, PublicFilters>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let include = Include { variants: list.expands("variants"), brand: list.expands("brand") };
    let filter = list.filters.filter(&caller);
    let slice =
        product::list(&caller.core, &caller.context, &filter, list.sort, &list.window, include).await?;
    list.answer(slice.map(|view| PublicProductBody::new(view, include.variants, showing(&caller))))
}

/// Get a product
///
/// By its id or its slug, with its variants, options, media, categories and brand.
#[utoipa::path(
    operation_id = "getProduct",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug.", example = "hand-poured-candle"), View<PublicProductBody>),
    responses((status = 200, description = "The product.", body = Data<PublicProductBody>))
)]
#[get("/products/{product}")]
async fn show(caller: Public, path: Path<ProductPath>, view: View<PublicProductBody>) -> ApiResult {
    let (handle, include) = (path.product.as_str().into(), Include { variants: true, brand: true });
    let found = product::get_published(&caller.core, &caller.context, &handle, include).await?;
    let (id, version) = (found.product.id, found.product.version);
    view.answer(id, version, &PublicProductBody::new(found, true, showing(&caller)))
}

/// List the variants of a product
///
/// The default first. A simple product has one.
#[utoipa::path(
    operation_id = "listVariants",
    tag = "Catalog",
    params(("product" = String, Path, description = "Id or slug of the product.", example = "classic-white-t-shirt")),
    responses((status = 200, description = "All variants.", body = Data<Vec<PublicVariantBody>>))
)]
#[get("/products/{product}/variants")]
async fn variants(caller: Public, path: Path<ProductPath>) -> ApiResult {
    let (handle, include) = (path.product.as_str().into(), Include { variants: true, brand: false });
    let found = product::get_published(&caller.core, &caller.context, &handle, include).await?;
    let (taxable, showing) = (found.product.taxable, showing(&caller));
    let rows: Vec<_> =
        found.variants.into_iter().map(|each| PublicVariantBody::new(each, taxable, showing)).collect();
    respond::ok(rows)
}
