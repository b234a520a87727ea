//! Shipping methods.

use actix_web::{HttpResponse, delete, get, patch, post, web::Path};
use application::{Error, shipping};
use domain::id::ShippingMethodId;
use serde::Deserialize;

use self::{
    body::{ShippingMethodBody, ShippingMethods},
    command::{ChangeShippingMethodBody, NewShippingMethodBody},
};
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::{ApiError, ApiResult},
    etag::IfMatch,
    list::{List, ListBody},
    respond::{self, Data},
    routes::Routes,
    view::View,
};

mod body;
mod command;

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(create).service(show).service(change).service(remove);
}

#[derive(Debug, Deserialize)]
struct ShippingMethodPath {
    method: String,
}

impl ShippingMethodPath {
    fn id(&self) -> Result<ShippingMethodId, ApiError> {
        self.method.parse().map_err(|_| Error::not_found("shipping method").into())
    }
}

/// List shipping methods
///
/// All methods of the store in the order that shoppers see, whether or not they are offered.
#[utoipa::path(
    operation_id = "listShippingMethods",
    tag = "Shipping",
    params(List<ShippingMethods>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "One page of shipping methods.", body = ListBody<ShippingMethodBody>))
)]
#[get("/shipping-methods")]
async fn list(caller: Secret<scope::ReadSettings>, list: List<ShippingMethods>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let slice = shipping::list(&caller.core, &caller.context, list.sort, &list.window).await?;
    list.answer(slice.map(|method| ShippingMethodBody::new(method, caller.locale())))
}

/// Create a shipping method
///
/// Which fields are needed depends on the type: `rate` for `flat_rate` and `per_item` (which may have a
/// `firstItemRate` as well), `tiers` for `tiered` (by `minSubtotal`) and `weight` (by `maxWeightGrams`),
/// `instructions` for `local_pickup` if any. Amounts are minor units of the store's currency.
#[utoipa::path(
    operation_id = "createShippingMethod",
    tag = "Shipping",
    request_body = NewShippingMethodBody,
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 201, description = "The new method.", body = Data<ShippingMethodBody>),
        (status = 403, description = "`tier_shipping_restricted`, or `tier_feature_restricted` for local pickup: the plan does not have this type."),
    )
)]
#[post("/shipping-methods")]
async fn create(caller: Secret<scope::WriteSettings>, body: Body<NewShippingMethodBody>) -> ApiResult {
    let method = shipping::create(&caller.core, &caller.context, body.into_inner().into()).await?;
    let (id, version) = (method.id, method.version);
    let body = ShippingMethodBody::new(method, caller.locale());
    respond::created(format!("/v1/private/shipping-methods/{id}"), id, version, body)
}

/// Get a shipping method
///
/// As its owner set it up.
#[utoipa::path(
    operation_id = "getShippingMethod",
    tag = "Shipping",
    params(("method" = String, Path, description = "Id of the method.", example = "shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), View<ShippingMethodBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The method.", body = Data<ShippingMethodBody>))
)]
#[get("/shipping-methods/{method}")]
async fn show(
    caller: Secret<scope::ReadSettings>,
    path: Path<ShippingMethodPath>,
    view: View<ShippingMethodBody>,
) -> ApiResult {
    let method = shipping::get(&caller.core, &caller.context, path.id()?).await?;
    let (id, version) = (method.id, method.version);
    view.answer(id, version, &ShippingMethodBody::new(method, caller.locale()))
}

/// Change a shipping method
///
/// Fields left out stay as they are; `null` empties those that may be empty. Another type comes with the
/// fields it needs. Orders placed keep what they paid.
#[utoipa::path(
    operation_id = "updateShippingMethod",
    tag = "Shipping",
    params(("method" = String, Path, description = "Id of the method.", example = "shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    request_body = ChangeShippingMethodBody,
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 200, description = "The method as it is now.", body = Data<ShippingMethodBody>),
        (status = 403, description = "`tier_shipping_restricted`, or `tier_feature_restricted` for local pickup: the plan does not have this type."),
    )
)]
#[patch("/shipping-methods/{method}")]
async fn change(
    caller: Secret<scope::WriteSettings>,
    path: Path<ShippingMethodPath>,
    if_match: IfMatch,
    body: Body<ChangeShippingMethodBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let method = shipping::update(&caller.core, &caller.context, path.id()?, changes).await?;
    let (id, version) = (method.id, method.version);
    respond::changed(id, version, ShippingMethodBody::new(method, caller.locale()))
}

/// Delete a shipping method
///
/// Carts that chose it have to choose again; orders keep it.
#[utoipa::path(
    operation_id = "deleteShippingMethod",
    tag = "Shipping",
    params(("method" = String, Path, description = "Id of the method.", example = "shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    security(("secretKey" = ["write:settings"])),
    responses((status = 204, description = "The method is gone."))
)]
#[delete("/shipping-methods/{method}")]
async fn remove(
    caller: Secret<scope::WriteSettings>,
    path: Path<ShippingMethodPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    shipping::delete(&caller.core, &caller.context, path.id()?, if_match.version()?).await?;
    Ok(respond::no_content())
}
