//! Promotions: coupons that shoppers type.

use actix_web::{HttpResponse, delete, get, patch, post, web::Path};
use application::{Error, promotion};
use domain::id::PromotionId;
use serde::Deserialize;

use self::{
    body::{PromotionBody, PromotionFilters, Promotions},
    command::{ChangePromotionBody, NewPromotionBody},
};
use crate::{
    auth::{Secret, scope},
    body::Body,
    coupon::{CouponQuestionBody, CouponVerdictBody},
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
    config.service(list).service(create).service(validate).service(show).service(change).service(remove);
}

#[derive(Debug, Deserialize)]
struct PromotionPath {
    promotion: String,
}

impl PromotionPath {
    fn id(&self) -> Result<PromotionId, ApiError> {
        self.promotion.parse().map_err(|_| Error::not_found("promotion").into())
    }
}

/// List promotions
///
/// With their uses in the mode of the key: live and test orders are counted apart.
#[utoipa::path(
    operation_id = "listPromotions",
    tag = "Promotions",
    params(List<Promotions, PromotionFilters>),
    security(("secretKey" = ["read:promotions"])),
    responses((status = 200, description = "One page of promotions.", body = ListBody<PromotionBody>))
)]
#[get("/promotions")]
async fn list(caller: Secret<scope::ReadPromotions>, list: List<Promotions, PromotionFilters>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let filter = list.filters.read()?;
    let slice = promotion::list(&caller.core, &caller.context, &filter, list.sort, &list.window).await?;
    list.answer(slice.map(|row| PromotionBody::new(row, &caller.context)))
}

/// Create a promotion
///
/// The code is kept in upper case and unique in the store.
#[utoipa::path(
    operation_id = "createPromotion",
    tag = "Promotions",
    request_body = NewPromotionBody,
    security(("secretKey" = ["write:promotions"])),
    responses(
        (status = 201, description = "The new promotion.", body = Data<PromotionBody>),
        (status = 403, description = "`tier_coupon_limit`: the plan has no room for another active coupon."),
        (status = 409, description = "`duplicate_coupon`: another promotion has this code."),
    )
)]
#[post("/promotions")]
async fn create(caller: Secret<scope::WritePromotions>, body: Body<NewPromotionBody>) -> ApiResult {
    let row = promotion::create(&caller.core, &caller.context, body.into_inner().into()).await?;
    let (id, version) = (row.promotion.id, row.promotion.version);
    let body = PromotionBody::new(row, &caller.context);
    respond::created(format!("/v1/private/promotions/{id}"), id, version, body)
}

/// Validate a coupon
///
/// What the code would take off a basket of this worth; the products in it are not looked at. A refusal is
/// an answer too: `valid` is false, with the reason.
#[utoipa::path(
    operation_id = "validatePromotion",
    tag = "Promotions",
    request_body = CouponQuestionBody,
    security(("secretKey" = ["read:promotions"])),
    responses((status = 200, description = "Whether the coupon can be used.", body = Data<CouponVerdictBody>))
)]
#[post("/promotions/validate")]
async fn validate(caller: Secret<scope::ReadPromotions>, body: Body<CouponQuestionBody>) -> ApiResult {
    let verdict = promotion::validate(&caller.core, &caller.context, body.into_inner().into()).await?;
    respond::ok(CouponVerdictBody::for_merchant(verdict, caller.locale()))
}

/// Get a promotion
///
/// With its uses in the mode of the key.
#[utoipa::path(
    operation_id = "getPromotion",
    tag = "Promotions",
    params(("promotion" = String, Path, description = "Id of the promotion.", example = "promo_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), View<PromotionBody>),
    security(("secretKey" = ["read:promotions"])),
    responses((status = 200, description = "The promotion.", body = Data<PromotionBody>))
)]
#[get("/promotions/{promotion}")]
async fn show(
    caller: Secret<scope::ReadPromotions>,
    path: Path<PromotionPath>,
    view: View<PromotionBody>,
) -> ApiResult {
    let row = promotion::get(&caller.core, &caller.context, path.id()?).await?;
    let (id, version) = (row.promotion.id, row.promotion.version);
    view.answer(id, version, &PromotionBody::new(row, &caller.context))
}

/// Change a promotion
///
/// Fields left out stay as they are; `null` empties those that may be empty. Orders placed keep what they
/// got.
#[utoipa::path(
    operation_id = "updatePromotion",
    tag = "Promotions",
    params(("promotion" = String, Path, description = "Id of the promotion.", example = "promo_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    request_body = ChangePromotionBody,
    security(("secretKey" = ["write:promotions"])),
    responses(
        (status = 200, description = "The promotion as it is now.", body = Data<PromotionBody>),
        (status = 403, description = "`tier_coupon_limit`: the plan has no room for another active coupon."),
        (status = 409, description = "`duplicate_coupon`: another promotion has this code."),
    )
)]
#[patch("/promotions/{promotion}")]
async fn change(
    caller: Secret<scope::WritePromotions>,
    path: Path<PromotionPath>,
    if_match: IfMatch,
    body: Body<ChangePromotionBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let row = promotion::update(&caller.core, &caller.context, path.id()?, changes).await?;
    let (id, version) = (row.promotion.id, row.promotion.version);
    respond::changed(id, version, PromotionBody::new(row, &caller.context))
}

/// Deactivate a promotion
///
/// It stays readable and its code stays taken; `active: true` brings it back.
#[utoipa::path(
    operation_id = "deletePromotion",
    tag = "Promotions",
    params(("promotion" = String, Path, description = "Id of the promotion.", example = "promo_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    security(("secretKey" = ["write:promotions"])),
    responses((status = 204, description = "The promotion is switched off."))
)]
#[delete("/promotions/{promotion}")]
async fn remove(
    caller: Secret<scope::WritePromotions>,
    path: Path<PromotionPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    promotion::deactivate(&caller.core, &caller.context, path.id()?, if_match.version()?).await?;
    Ok(respond::no_content())
}
