//! Promotions: adding, reading, changing and switching off coupons, and telling what one would give.

use domain::{
    audit::Action,
    discount::{CouponCode, Promotion},
    id::PromotionId,
};
use ports::{
    RepoError, UnitOfWork,
    list::{Slice, Sort, Window},
    promotions::{PromotionFilter, PromotionRow, PromotionSort},
};

pub use self::{
    command::{DiscountKind, NewPromotion, PromotionChanges},
    verdict::{CouponQuestion, CouponVerdict, validate},
};
use crate::{Context, Core, Error, ErrorCode, Result, audit};

mod command;
mod targets;
mod verdict;

/// Adds a promotion, within the number of active coupons that the store's plan allows.
pub async fn create(core: &Core, ctx: &Context, new: NewPromotion) -> Result<PromotionRow> {
    let config = crate::store_config(core, ctx).await?;
    let promotion = new.build(core.ids.id(), config.store.currency, ctx.now)?;
    check(&promotion)?;
    targets::check(core, ctx, &promotion.product_ids, &promotion.category_ids).await?;
    let mut work = core.begin(ctx).await?;
    if promotion.counts_towards_plan(ctx.now) {
        claim_place(core, ctx, &mut *work).await?;
    }
    work.promotions().insert(&promotion).await.map_err(|error| or_duplicate(error, &promotion.code))?;
    work.promotion_uses().set_limit(promotion.id, promotion.max_uses).await?;
    work.audit(Action::PromotionCreated, audit::created(&promotion));
    work.commit().await?;
    Ok(PromotionRow { promotion, used: 0 })
}

/// One promotion, with its uses in the mode of the caller.
pub async fn get(core: &Core, ctx: &Context, id: PromotionId) -> Result<PromotionRow> {
    core.db.promotions().promotion(ctx.store, ctx.mode, id).await?.ok_or_else(not_found)
}

/// The store's promotions, with their uses in the mode of the caller.
pub async fn list(
    core: &Core,
    ctx: &Context,
    filter: &PromotionFilter,
    sort: Sort<PromotionSort>,
    window: &Window,
) -> Result<Slice<PromotionRow>> {
    Ok(core.db.promotions().promotions(ctx.store, ctx.mode, filter, ctx.now, sort, window).await?)
}

/// Changes a promotion. Orders placed with it keep what they got.
pub async fn update(
    core: &Core,
    ctx: &Context,
    id: PromotionId,
    changes: PromotionChanges,
) -> Result<PromotionRow> {
    let config = crate::store_config(core, ctx).await?;
    let (products, categories) = changes.new_targets()?;
    targets::check(core, ctx, &products, &categories).await?;
    let mut work = core.begin(ctx).await?;
    let mut promotion = work.promotions().find(id).await?.ok_or_else(not_found)?;
    Error::check_version(changes.if_version, promotion.version)?;
    let before = promotion.clone();
    changes.apply(&mut promotion, config.store.currency)?;
    promotion.updated_at = ctx.now;
    check(&promotion)?;
    if promotion.counts_towards_plan(ctx.now) && !before.counts_towards_plan(ctx.now) {
        claim_place(core, ctx, &mut *work).await?;
    }
    let code = promotion.code.clone();
    work.promotions().update(&mut promotion).await.map_err(|error| or_duplicate(error, &code))?;
    work.promotion_uses().set_limit(id, promotion.max_uses).await.map_err(or_used_more)?;
    work.audit(Action::PromotionUpdated, audit::changed(&before, &promotion));
    work.commit().await?;
    get(core, ctx, id).await
}

/// Switches a promotion off. It stays readable, and its code stays taken.
pub async fn deactivate(core: &Core, ctx: &Context, id: PromotionId, if_version: Option<i32>) -> Result<()> {
    let mut work = core.begin(ctx).await?;
    let mut promotion = work.promotions().find(id).await?.ok_or_else(not_found)?;
    Error::check_version(if_version, promotion.version)?;
    if !promotion.active {
        return Ok(());
    }
    let before = promotion.clone();
    promotion.active = false;
    promotion.updated_at = ctx.now;
    work.promotions().update(&mut promotion).await?;
    work.audit(Action::PromotionDeactivated, audit::changed(&before, &promotion));
    work.commit().await
}

fn not_found() -> Error {
    Error::not_found("promotion")
}

fn check(promotion: &Promotion) -> Result<()> {
    let faults = promotion.faults().into_iter().map(|fault| (fault.field().to_owned(), fault.to_string()));
    Error::from_faults(faults).map_or(Ok(()), Err)
}

/// Finds a place for one more active coupon in the plan. The store's row is locked first, so that two
/// coupons never take the last place together.
async fn claim_place(core: &Core, ctx: &Context, work: &mut dyn UnitOfWork) -> Result<()> {
    let (store, _) = work.stores().find().await?.ok_or_else(|| Error::not_found("store"))?;
    let active = work.promotion_uses().count_active(ctx.now).await?;
    Ok(core.tiers.check_coupon(store.tier, active)?)
}

fn or_duplicate(error: RepoError, code: &CouponCode) -> Error {
    match error {
        RepoError::Conflict { constraint } if constraint == "promotions_code" => {
            let message = format!("Another promotion has the code {code}.");
            Error::new(ErrorCode::DuplicateCoupon, message).on_field("code")
        }
        other => other.into(),
    }
}

fn or_used_more(error: RepoError) -> Error {
    match error {
        RepoError::Conflict { .. } => {
            Error::invalid("maxUses", "must be at least the number of uses so far, in live and in test mode")
        }
        other => other.into(),
    }
}
