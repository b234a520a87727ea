//! Coupons, before there is a cart.

use actix_web::post;
use application::promotion;

use crate::{
    auth::Public,
    body::Body,
    coupon::{CouponQuestionBody, CouponVerdictBody},
    error::ApiResult,
    respond::{self, Data},
    routes::Routes,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(validate);
}

/// Validate a coupon
///
/// What the code would take off a basket of this worth. A refusal is an answer too: `valid` is false, with
/// the reason. Nothing is held: by the time of the sale the answer may be another.
#[utoipa::path(
    operation_id = "validateCoupon",
    tag = "Promotions",
    request_body = CouponQuestionBody,
    responses((status = 200, description = "Whether the coupon can be used.", body = Data<CouponVerdictBody>))
)]
#[post("/coupons/validate")]
async fn validate(caller: Public, body: Body<CouponQuestionBody>) -> ApiResult {
    let verdict = promotion::validate(&caller.core, &caller.context, body.into_inner().into()).await?;
    respond::ok(CouponVerdictBody::for_shopper(verdict, caller.locale()))
}
