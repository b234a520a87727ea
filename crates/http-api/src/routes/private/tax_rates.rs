//! Tax rates.

use actix_web::{HttpResponse, delete, get, patch, post, web::Path};
use application::{Error, tax};
use domain::id::TaxRateId;
use serde::Deserialize;

use self::body::{ChangeTaxRateBody, NewTaxRateBody, TaxRateBody, TaxRates};
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

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(create).service(show).service(change).service(remove);
}

#[derive(Debug, Deserialize)]
struct TaxRatePath {
    rate: String,
}

impl TaxRatePath {
    fn id(&self) -> Result<TaxRateId, ApiError> {
        self.rate.parse().map_err(|_| Error::not_found("tax rate").into())
    }
}

/// List tax rates
///
/// All rates of the store, whether or not they are charged.
#[utoipa::path(
    operation_id = "listTaxRates",
    tag = "Tax",
    params(List<TaxRates>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "One page of tax rates.", body = ListBody<TaxRateBody>))
)]
#[get("/tax-rates")]
async fn list(caller: Secret<scope::ReadSettings>, list: List<TaxRates>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let slice = tax::list(&caller.core, &caller.context, list.sort, &list.window).await?;
    list.answer(slice.map(TaxRateBody::from))
}

/// Create a tax rate
///
/// Of the rates for a class of goods, the one with the narrowest place is charged: a postcode before a
/// state before a country before everywhere. Rates are never added up.
#[utoipa::path(
    operation_id = "createTaxRate",
    tag = "Tax",
    request_body = NewTaxRateBody,
    security(("secretKey" = ["write:settings"])),
    responses((status = 201, description = "The new rate.", body = Data<TaxRateBody>))
)]
#[post("/tax-rates")]
async fn create(caller: Secret<scope::WriteSettings>, body: Body<NewTaxRateBody>) -> ApiResult {
    let rate = tax::create(&caller.core, &caller.context, body.into_inner().into()).await?;
    let location = format!("/v1/private/tax-rates/{}", rate.id);
    respond::created(location, rate.id, rate.version, TaxRateBody::from(rate))
}

/// Get a tax rate
///
/// As its owner set it up.
#[utoipa::path(
    operation_id = "getTaxRate",
    tag = "Tax",
    params(("rate" = String, Path, description = "Id of the rate.", example = "txr_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), View<TaxRateBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The rate.", body = Data<TaxRateBody>))
)]
#[get("/tax-rates/{rate}")]
async fn show(
    caller: Secret<scope::ReadSettings>,
    path: Path<TaxRatePath>,
    view: View<TaxRateBody>,
) -> ApiResult {
    let rate = tax::get(&caller.core, &caller.context, path.id()?).await?;
    view.answer(rate.id, rate.version, &rate.into())
}

/// Change a tax rate
///
/// Fields left out stay as they are; `null` empties those that may be empty. Orders placed keep what they
/// paid.
#[utoipa::path(
    operation_id = "updateTaxRate",
    tag = "Tax",
    params(("rate" = String, Path, description = "Id of the rate.", example = "txr_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    request_body = ChangeTaxRateBody,
    security(("secretKey" = ["write:settings"])),
    responses((status = 200, description = "The rate as it is now.", body = Data<TaxRateBody>))
)]
#[patch("/tax-rates/{rate}")]
async fn change(
    caller: Secret<scope::WriteSettings>,
    path: Path<TaxRatePath>,
    if_match: IfMatch,
    body: Body<ChangeTaxRateBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let rate = tax::update(&caller.core, &caller.context, path.id()?, changes).await?;
    respond::changed(rate.id, rate.version, TaxRateBody::from(rate))
}

/// Delete a tax rate
///
/// Orders placed under it keep what they paid.
#[utoipa::path(
    operation_id = "deleteTaxRate",
    tag = "Tax",
    params(("rate" = String, Path, description = "Id of the rate.", example = "txr_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    security(("secretKey" = ["write:settings"])),
    responses((status = 204, description = "The rate is gone."))
)]
#[delete("/tax-rates/{rate}")]
async fn remove(
    caller: Secret<scope::WriteSettings>,
    path: Path<TaxRatePath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    tax::delete(&caller.core, &caller.context, path.id()?, if_match.version()?).await?;
    Ok(respond::no_content())
}
