//! Inventory: counting stock, and reading levels and movements.

use chrono::{DateTime, Utc};
use domain::{
    audit::{Action, Facts, Subject, SubjectType},
    id::{Handle, ProductId, VariantId, kind},
    inventory::{Adjustment, STOCK_MAX, StockError, StockStatus},
    text::{Faults, check_optional_text},
};
use ports::{
    UnitOfWork,
    catalog::Lookup,
    list::{Slice, Window},
    stock::{Cause, Changed, LevelFilter, LevelRow, MovementFilter, MovementRow},
};

use crate::{
    Change, Context, Core, Details, Error, ErrorCode, Result, audit::Record, effects::stock_events,
    store_config,
};

/// Characters of a note about a change of stock.
const REASON_MAX: usize = 500;

/// What a merchant wants done with the stock of a variant, in the mode of the calling key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockChange {
    /// Which variant; may be left out where the product has only one.
    pub variant: Option<VariantId>,
    /// What to do.
    pub adjustment: Adjustment,
    /// A note for the book of movements.
    pub reason: Option<String>,
    /// The variant's own threshold for low stock; cleared, the store's holds.
    pub low_threshold: Change<u32>,
}

/// Stock after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockChanged {
    /// The product.
    pub product: ProductId,
    /// The variant.
    pub variant: VariantId,
    /// Units that could be sold before.
    pub before: u32,
    /// Units that can be sold now.
    pub after: u32,
    /// The variant's own threshold for low stock.
    pub low_threshold: Option<u32>,
    /// When it changed.
    pub at: DateTime<Utc>,
}

/// A level, and how it stands by the variant's or the store's threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingLevel {
    /// The level.
    pub row: LevelRow,
    /// How it stands.
    pub status: StockStatus,
}

/// Counts or corrects the stock of a variant. Subscribers hear of stock that falls to its threshold or
/// to nothing.
pub async fn adjust(
    core: &Core,
    ctx: &Context,
    product: &Handle<kind::ProductId>,
    change: StockChange,
) -> Result<StockChanged> {
    check(&change)?;
    let variant = find_variant(core, ctx, product, change.variant).await?;
    let config = store_config(core, ctx).await?;
    let mut work = core.begin(ctx).await?;
    let level = work.stock().level(ctx.mode, variant).await?;
    let (threshold, reason) = (level.and_then(|level| level.low_threshold), change.reason.clone());
    let changed = write(&mut *work, ctx, variant, change).await?;
    work.audit(Action::InventoryAdjusted, record(&changed, threshold, reason));
    let events = stock_events(core, ctx, &config, std::slice::from_ref(&changed));
    if !events.is_empty() {
        work.outbox().append(&events).await?;
    }
    work.commit().await?;
    let Changed { variant, product, before, after, low_threshold } = changed;
    Ok(StockChanged { product, variant, before, after, low_threshold, at: ctx.now })
}

/// Stock levels of the calling key's mode.
pub async fn levels(
    core: &Core,
    ctx: &Context,
    sku: Option<String>,
    status: Option<StockStatus>,
    window: &Window,
) -> Result<Slice<StandingLevel>> {
    let default_threshold = store_config(core, ctx).await?.settings.orders.low_stock_threshold;
    let filter = LevelFilter { sku, status, default_threshold };
    let slice = core.db.stock().levels(ctx.store, ctx.mode, &filter, window).await?;
    Ok(slice.map(|row| StandingLevel { status: row.level.status(default_threshold), row }))
}

/// The book of movements of the calling key's mode, newest first.
pub async fn movements(
    core: &Core,
    ctx: &Context,
    filter: &MovementFilter,
    window: &Window,
) -> Result<Slice<MovementRow>> {
    Ok(core.db.stock().movements(ctx.store, ctx.mode, filter, window).await?)
}

fn record(changed: &Changed, threshold_before: Option<u32>, reason: Option<String>) -> Record {
    let Changed { variant, product, before, after, low_threshold } = *changed;
    let stock = |count: u32, threshold: Option<u32>| {
        Facts::default()
            .with("productId", product)
            .with("inventoryCount", count)
            .with("lowStockThreshold", threshold)
    };
    Record {
        subject: Subject::new(SubjectType::Inventory, variant),
        before: Some(stock(before, threshold_before)),
        after: Some(stock(after, low_threshold).with("reason", reason)),
    }
}

fn check(change: &StockChange) -> Result<()> {
    let mut faults = Faults::default();
    if let Some(reason) = &change.reason {
        faults.check("reason", check_optional_text(reason, REASON_MAX));
    }
    if let Change::Set(threshold) = change.low_threshold {
        let within = threshold <= STOCK_MAX;
        faults.require(within, "lowStockThreshold", format_args!("must be at most {STOCK_MAX}"));
    }
    Error::check(faults.into_vec())
}

async fn find_variant(
    core: &Core,
    ctx: &Context,
    product: &Handle<kind::ProductId>,
    variant: Option<VariantId>,
) -> Result<VariantId> {
    match core.db.catalog().sellable(ctx.store, ctx.mode, product, variant).await? {
        Lookup::Found(sellable) => Ok(sellable.variant_id),
        Lookup::Missing if variant.is_some() => Err(Error::not_found("product or variant")),
        Lookup::Missing => Err(Error::not_found("product")),
        Lookup::VariantRequired => {
            Err(Error::invalid("variantId", "The product has several variants; name the one to count."))
        }
    }
}

async fn write(
    work: &mut dyn UnitOfWork,
    ctx: &Context,
    variant: VariantId,
    change: StockChange,
) -> Result<Changed> {
    let cause = Cause {
        mode: ctx.mode,
        order: None,
        actor: ctx.actor.to_string(),
        reason: change.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty()),
        at: ctx.now,
    };
    // Before the units, so that they are measured by the new threshold.
    match change.low_threshold {
        Change::Keep => {}
        Change::Clear => {
            work.stock().set_low_threshold(ctx.mode, variant, None).await?;
        }
        Change::Set(threshold) => {
            work.stock().set_low_threshold(ctx.mode, variant, Some(threshold)).await?;
        }
    }
    let adjusted = work.stock().adjust(variant, change.adjustment, &cause).await?;
    let adjusted = adjusted.ok_or_else(|| Error::not_found("product"))?;
    adjusted.map_err(|refused| refusal(refused, variant, change.adjustment))
}

fn refusal(refused: StockError, variant: VariantId, adjustment: Adjustment) -> Error {
    match refused {
        StockError::BelowZero { available } => {
            let (Adjustment::Set(requested)
            | Adjustment::Increment(requested)
            | Adjustment::Decrement(requested)) = adjustment;
            let message = format!("Only {available} are in stock, so {requested} cannot be taken away.");
            Error::new(ErrorCode::OutOfStock, message).with_details(Details::Stock {
                variant: variant.to_string(),
                available,
                requested,
            })
        }
        StockError::TooMany => Error::invalid("quantity", format!("Stock must not exceed {STOCK_MAX}.")),
    }
}
