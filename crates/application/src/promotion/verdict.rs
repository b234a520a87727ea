//! What a coupon would give, asked before there is a cart.

use domain::{
    address::Email,
    discount::{CouponCode, EvaluateError, Promotion, Refusal, preview},
    money::Money,
};

use crate::{Context, Core, Error, Result};

/// A coupon, and what is known of the basket it is for.
#[derive(Debug, Clone)]
pub struct CouponQuestion {
    /// As the shopper typed it.
    pub code: String,
    /// What the basket is worth, in minor units of the store's currency.
    pub subtotal: i64,
    /// Who buys; without it, limits for each customer are not looked at.
    pub email: Option<String>,
}

/// What becomes of a coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CouponVerdict {
    /// It can be used.
    Valid {
        /// The promotion.
        promotion: Box<Promotion>,
        /// What it takes off a basket that is eligible as a whole.
        discount: Money,
    },
    /// No promotion has this code.
    Unknown,
    /// There is one, and it cannot be used.
    Refused(Refusal),
}

/// Tells what a coupon would take off a basket of this worth. Writes nothing and holds no place: by the
/// time of the sale the answer may be another.
pub async fn validate(core: &Core, ctx: &Context, question: CouponQuestion) -> Result<CouponVerdict> {
    let email = question.email.as_deref().map(Email::parse).transpose();
    let email = email.map_err(|fault| Error::invalid("email", fault.to_string()))?;
    // What can be no code is unknown like any other that nobody made.
    let Ok(code) = CouponCode::parse(&question.code) else { return Ok(CouponVerdict::Unknown) };
    let config = crate::store_config(core, ctx).await?;
    let reader = core.db.promotions();
    let Some(row) = reader.by_code(ctx.store, ctx.mode, &code).await? else {
        return Ok(CouponVerdict::Unknown);
    };
    let history = match email {
        Some(email) => Some(reader.history(ctx.store, ctx.mode, row.promotion.id, &email.key()).await?),
        None => None,
    };
    let subtotal = Money::new(question.subtotal, config.store.currency);
    match preview(&row.promotion, subtotal, row.used, history, ctx.now) {
        Ok(discount) => Ok(CouponVerdict::Valid { promotion: Box::new(row.promotion), discount }),
        Err(EvaluateError::Refused(refusal)) => Ok(CouponVerdict::Refused(refusal)),
        Err(EvaluateError::Money(error)) => Err(error.into()),
    }
}
