//! Setting the options of a product, which makes and removes variants.

use std::collections::HashMap;

use domain::{
    audit::Action,
    catalog::{
        options::{OptionValues, ProductOption, Reconciliation, matrix, reconcile},
        variant::{Variant, name_of, settle_default},
    },
    id::VariantId,
};

use super::Editing;
use crate::{
    Context, Core, Error, Result,
    catalog::product::{
        ProductHandle, ProductView,
        shelve::{check, plain},
        written,
    },
};

/// Gives a product these options, and a variant for each combination of their values. Variants whose
/// combination remains stay as they are, with their stock; the others go, and new ones start with none.
///
/// A simple product's only variant becomes the first combination, and the default variant stays when a
/// product becomes simple again, so that neither loses its stock.
pub async fn set_options(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    options: Vec<ProductOption>,
    if_version: Option<i32>,
) -> Result<ProductView> {
    let wanted = matrix(&options).map_err(|error| Error::invalid("options", error.to_string()))?;
    let mut editing = Editing::begin(core, ctx, product).await?;
    Error::check_version(if_version, editing.product.version)?;
    let plan = plan(&editing, &options, wanted);
    editing.product.options = options;
    for gone in &plan.remove {
        editing.check_unreserved(*gone).await?;
    }
    editing.after.retain(|variant| !plan.remove.contains(&variant.id));
    let (places, name) = (plan.places(), editing.product.name.clone());
    for (id, choices) in &plan.keep {
        let kept = editing.after.iter_mut().filter(|variant| variant.id == *id);
        kept.for_each(|variant| respell(ctx, variant, choices, &name, &places));
    }
    let mut started = HashMap::new();
    for choices in &plan.create {
        let place = places.get(choices).copied().unwrap_or_default();
        let variant = plain(core, ctx, &editing.product, choices.clone(), place);
        started.insert(variant.id, 0);
        editing.after.push(variant);
    }
    settle_default(&mut editing.after);
    for variant in &editing.after {
        check(&editing.product, variant, "")?;
    }
    let product = editing.finish(core, ctx, Action::OptionsUpdated, &started).await?;
    written(core, ctx, product.id).await
}

/// What is going to happen to the variants.
struct Plan {
    keep: Vec<(VariantId, OptionValues)>,
    create: Vec<OptionValues>,
    remove: Vec<VariantId>,
    order: Vec<OptionValues>,
}

impl Plan {
    /// The place of each combination.
    fn places(&self) -> HashMap<OptionValues, i32> {
        self.order.iter().cloned().zip(0..).collect()
    }
}

fn plan(editing: &Editing, options: &[ProductOption], wanted: Vec<OptionValues>) -> Plan {
    let existing: Vec<_> =
        editing.after.iter().map(|variant| (variant.id, variant.option_values.clone())).collect();
    let order = wanted.clone();
    let Reconciliation { mut keep, mut create, mut remove } = reconcile(&existing, wanted);
    let turns = editing.product.is_simple() != options.is_empty();
    let heir = editing.after.iter().find(|variant| variant.is_default).map(|variant| variant.id);
    if let (true, true, Some(heir), Some(first)) = (turns, keep.is_empty(), heir, create.first().cloned()) {
        create.remove(0);
        remove.retain(|id| *id != heir);
        keep.push((heir, first));
    }
    // Their stock is locked one after the other, by whoever sells several in the order of their ids.
    remove.sort_unstable();
    Plan { keep, create, remove, order }
}

/// Brings a variant that stays to the spelling and the place that the options give it. A name of its own
/// stays.
fn respell(
    ctx: &Context,
    variant: &mut Variant,
    choices: &OptionValues,
    product_name: &str,
    places: &HashMap<OptionValues, i32>,
) {
    let position = places.get(choices).copied().unwrap_or(variant.position);
    if variant.option_values == *choices && variant.position == position {
        return;
    }
    if variant.name == name_of(&variant.option_values, product_name) {
        variant.name = name_of(choices, product_name);
    }
    variant.option_values.clone_from(choices);
    variant.position = position;
    variant.updated_at = ctx.now;
}
