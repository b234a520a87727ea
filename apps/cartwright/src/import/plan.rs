//! What has to be done so that a product is as the file says: nothing, where it is so already.

use application::{
    Change,
    catalog::{
        product::{ProductChanges, ProductView},
        variant::{NewVariant, VariantChanges},
    },
};
use domain::{
    catalog::options::{ProductOption, option_key},
    id::{BrandId, CategoryId, VariantId},
};

use self::{
    options::merged_options,
    product::{belonging, codes_of_simple, terms, texts},
    variant::{base_price, variant_changes},
};
use super::{
    item::{Fault, Item},
    new::new_variant,
};

mod options;
mod product;
mod variant;

/// The brand and the categories that an item names, as the shop knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) brand: Option<BrandId>,
    pub(super) categories: Vec<CategoryId>,
    /// Whether any of them is only going to be made: in a trial run nothing is.
    pub(super) is_pending: bool,
}

/// Changes to a product that exists.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Of the product itself.
    pub(super) product: Option<ProductChanges>,
    /// Of what shoppers choose between, first of all.
    pub(super) options: Option<Vec<ProductOption>>,
    /// Variants that are missing, with the line that each is on.
    pub(super) create: Vec<(u64, NewVariant)>,
    /// Variants that differ.
    pub(super) update: Vec<(u64, VariantId, VariantChanges)>,
    /// Stock that differs, where stock is to be set.
    pub(super) stock: Vec<(u64, VariantId, u32)>,
}

impl Plan {
    pub(super) fn is_empty(&self) -> bool {
        let Self { product, options, create, update, stock } = self;
        product.is_none() && options.is_none() && create.is_empty() && update.is_empty() && stock.is_empty()
    }
}

/// Compares `item` with the product that has its slug. `with_stock` sets stock to what the file says;
/// otherwise the stock of variants that exist is left alone, for it may have been sold since.
pub(super) fn plan(
    item: &Item,
    places: &Places,
    view: &ProductView,
    with_stock: bool,
) -> Result<Plan, Fault> {
    let product = &view.product;
    let (mut changes, mut differs) = (ProductChanges::default(), false);
    texts(item, product, &mut changes, &mut differs);
    terms(item, product, &mut changes, &mut differs);
    belonging(item, places, product, &mut changes, &mut differs);
    let options = merged_options(item, product)?;
    let simple = product.is_simple() && options.is_none();
    let tag = base_price(item, view, simple, &mut changes, &mut differs);
    let mut plan = Plan { options, ..Plan::default() };
    for wanted in &item.variants {
        if item.leaves_variants_to_options() {
            continue;
        }
        let key = option_key(&wanted.choices);
        match view.variants.iter().find(|known| known.variant.option_key() == key) {
            Some(known) => {
                if simple {
                    codes_of_simple(wanted, product, &mut changes, &mut differs);
                } else if let Some(changes) = variant_changes(wanted, &known.variant, product, &tag) {
                    plan.update.push((wanted.line, known.variant.id, changes));
                }
                if let Some(units) = wanted.stock.filter(|units| with_stock && *units != known.available) {
                    plan.stock.push((wanted.line, known.variant.id, units));
                }
            }
            None => plan.create.push((wanted.line, new_variant(wanted, &tag))),
        }
    }
    plan.product = differs.then_some(changes);
    Ok(plan)
}

/// Notes a new value where one was said and it is another.
fn set<T: PartialEq + Clone>(said: Option<&T>, is: &T, target: &mut Option<T>, differs: &mut bool) {
    if let Some(said) = said.filter(|said| *said != is) {
        *target = Some(said.clone());
        *differs = true;
    }
}

/// The same for what may be missing.
fn change<T: PartialEq + Clone>(
    said: Option<&T>,
    is: Option<&T>,
    target: &mut Change<T>,
    differs: &mut bool,
) {
    if let Some(said) = said.filter(|said| Some(*said) != is) {
        *target = Change::Set(said.clone());
        *differs = true;
    }
}
