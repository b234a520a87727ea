//! What became of a sale, for the shopper who made it.

use domain::{
    address::Email,
    id::{Handle, kind},
};
use ports::orders::OrderView;
use subtle::ConstantTimeEq as _;

use crate::{Context, Core, Error, ErrorCode, Result};

/// What a shopper shows to see an order. Either is enough.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// Hash of the cart token that the order was made with.
    pub token_hash: Option<String>,
    /// The email address the order was placed under.
    pub email: Option<String>,
}

/// An order, for whoever proves to be its shopper. Without a fitting proof there is no such order: what
/// exists is not told. Before it is placed only the cart's token shows it.
pub async fn find_order(
    core: &Core,
    ctx: &Context,
    order: &Handle<kind::OrderId>,
    proof: &Proof,
) -> Result<OrderView> {
    if proof.token_hash.is_none() && proof.email.is_none() {
        let message = "Send the cart's token as X-Cart-Token, or the order's address as ?email=.";
        return Err(Error::new(ErrorCode::CartTokenRequired, message));
    }
    let unknown = || Error::not_found("order");
    let view = core.db.orders().order(ctx.store, ctx.mode, order).await?.ok_or_else(unknown)?;
    let email = proof.email.as_deref().and_then(|text| Email::parse(text).ok());
    if view.order.is_placed() && email.is_some_and(|email| email == view.order.email) {
        return Ok(view);
    }
    if let Some(shown) = &proof.token_hash {
        let kept = core.db.orders().token_hash(ctx.store, view.order.id).await?;
        if kept.is_some_and(|kept| bool::from(kept.as_bytes().ct_eq(shown.as_bytes()))) {
            return Ok(view);
        }
    }
    Err(unknown())
}
