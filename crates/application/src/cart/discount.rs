//! The coupon of a cart.

use domain::{cart::Cart, discount::CouponCode};

use super::{
    change::{Edit, Shelf, change, refused},
    view::CartView,
};
use crate::{Context, Core, Error, ErrorCode, Result};

/// Enters a coupon in place of the one before, if it gives something for this cart. What is allowed to a
/// customer is checked as soon as the e-mail address is known.
pub async fn apply_discount(core: &Core, ctx: &Context, token_hash: &str, code: &str) -> Result<CartView> {
    // What cannot be a code is a code that does not exist.
    let code = CouponCode::parse(code).map_err(|_| Error::new(ErrorCode::CouponRefused, UNKNOWN))?;
    let apply = |cart: &mut Cart, _: &Shelf| {
        cart.apply_coupon(code.clone(), ctx.now).map_err(|refusal| refused(refusal, None, 0))
    };
    let edit = Edit { if_version: None, wanted: None, apply: &apply, accept: Some(gives_something) };
    change(core, ctx, token_hash, edit).await
}

/// Takes the coupon off.
pub async fn remove_discount(
    core: &Core,
    ctx: &Context,
    token_hash: &str,
    if_version: Option<i32>,
) -> Result<CartView> {
    let apply =
        |cart: &mut Cart, _: &Shelf| cart.remove_coupon(ctx.now).map_err(|refusal| refused(refusal, None, 0));
    change(core, ctx, token_hash, Edit { if_version, wanted: None, apply: &apply, accept: None }).await
}

const UNKNOWN: &str = "There is no such coupon.";

fn gives_something(shown: &CartView) -> Result<()> {
    let refusal = match &shown.coupon {
        None => None,
        Some(coupon) if coupon.value.is_none() => Some(("coupon_not_found", UNKNOWN.to_owned())),
        Some(coupon) => coupon.refusal.map(|refusal| (refusal.code(), format!("{}.", refusal.message()))),
    };
    let Some((reason, message)) = refusal else { return Ok(()) };
    let facts = [("reason", reason.to_owned())].into_iter().collect();
    let error = Error::new(ErrorCode::CouponRefused, message).on_field("code");
    Err(error.with_details(crate::Details::Facts(facts)))
}
