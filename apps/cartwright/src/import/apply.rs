//! Carrying out what a plan says, through the use cases that merchants use.

use std::collections::HashSet;

use anyhow::Result;
use application::{
    Change, Context, Core, Error,
    catalog::{
        product::{self, Include, ProductView},
        variant::{self, NewVariant},
    },
    inventory::{self, StockChange},
};
use domain::{
    catalog::options::option_key,
    id::{Handle, VariantId},
    inventory::Adjustment,
};

use super::{plan::Plan, report::unless_broken};

/// A refusal with the line that it is about; 0 where that is the product's own.
type Refused = (u64, Error);

/// Changes the product as planned. What was done before a refusal stays done: the next run goes on from
/// there.
pub(super) async fn apply(
    core: &Core,
    ctx: &Context,
    known: &ProductView,
    plan: Plan,
) -> Result<Result<(), Refused>> {
    match carry_out(core, ctx, known, plan).await {
        Ok(()) => Ok(Ok(())),
        Err((line, refusal)) => Ok(Err((line, unless_broken(refusal)?))),
    }
}

async fn carry_out(core: &Core, ctx: &Context, known: &ProductView, plan: Plan) -> Result<(), Refused> {
    let handle = Handle::Id(known.product.id);
    let of_product = |error| (0, error);
    if let Some(changes) = plan.product {
        product::update(core, ctx, &handle, changes).await.map_err(of_product)?;
    }
    let mut made = Vec::new();
    if let Some(options) = plan.options {
        variant::set_options(core, ctx, &handle, options, None).await.map_err(of_product)?;
        made = clear_up(core, ctx, known, &plan.create).await.map_err(of_product)?;
    }
    for (line, id, changes) in plan.update {
        variant::update(core, ctx, &handle, id, changes).await.map_err(|error| (line, error))?;
    }
    for (line, new) in plan.create {
        let key = option_key(&new.option_values);
        // A simple product's only variant stands for the first combination now, with the stock it had.
        if made.contains(&key) {
            continue;
        }
        variant::create(core, ctx, &handle, new).await.map_err(|error| (line, error))?;
    }
    for (line, id, units) in plan.stock {
        let change = StockChange {
            variant: Some(id),
            adjustment: Adjustment::Set(units),
            reason: Some("import".to_owned()),
            low_threshold: Change::Keep,
        };
        inventory::adjust(core, ctx, &handle, change).await.map_err(|error| (line, error))?;
    }
    Ok(())
}

/// Takes away the variants that new options made: those that the file has are added as it has them, and
/// the others it does not have. Tells which combinations of the file older variants stand for now.
async fn clear_up(
    core: &Core,
    ctx: &Context,
    known: &ProductView,
    wanted: &[(u64, NewVariant)],
) -> Result<Vec<String>, Error> {
    let handle = Handle::Id(known.product.id);
    let include = Include { variants: true, brand: false };
    let before: HashSet<VariantId> = known.variants.iter().map(|each| each.variant.id).collect();
    let wanted: HashSet<String> = wanted.iter().map(|(_, new)| option_key(&new.option_values)).collect();
    let mut standing = Vec::new();
    for each in product::get(core, ctx, &handle, include).await?.variants {
        let key = each.variant.option_key();
        if !before.contains(&each.variant.id) {
            variant::remove(core, ctx, &handle, each.variant.id, None).await?;
        } else if wanted.contains(&key) {
            standing.push(key);
        }
    }
    Ok(standing)
}
