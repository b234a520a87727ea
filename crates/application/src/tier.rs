//! The store's plan, and how much of it is used.

use domain::tier::{Tier, TierLimits};
use ports::stores::Usage;

use crate::{Context, Core, Result, effects, store_config};

/// A plan with what it gives and what is taken of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierStatus {
    /// The plan.
    pub tier: Tier,
    /// What it gives.
    pub limits: TierLimits,
    /// What is taken. Orders are live ones of the calendar month, by UTC.
    pub usage: Usage,
}

/// The plan of the store.
pub async fn status(core: &Core, ctx: &Context) -> Result<TierStatus> {
    let tier = store_config(core, ctx).await?.store.tier;
    let usage = core.db.stores().usage(ctx.store, &effects::month(ctx.now), ctx.now).await?;
    Ok(TierStatus { tier, limits: core.tiers.limits(tier).clone(), usage })
}
