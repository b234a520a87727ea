//! Variants of a product: adding, changing and removing them one by one, or all of them by options.
//!
//! Every change is a change of the product too: it locks the product, raises its version and tells of it.

use std::collections::HashMap;

use domain::{
    audit::Action,
    catalog::{
        product::Product,
        variant::{self, Variant, check_unique, in_product_order},
    },
    id::{Handle, VariantId},
};

pub use self::options::set_options;
use super::product::{
    Include, ProductHandle, ProductView, VariantView,
    change::tell,
    find, get,
    sale::amount_change,
    shelve::{check, check_number, check_stock, described, refused, start_stock},
};
pub use super::product::{
    sale::{NewSale, SaleChanges},
    shelve::NewVariant,
};
use crate::{
    Change, Context, Core, Error, ErrorCode, Result, Work,
    audit::{self, Shelved},
};

mod options;

/// What a merchant wants changed about a variant. Amounts are in minor units of the store's currency.
#[derive(Debug, Clone, Default)]
pub struct VariantChanges {
    /// Another name.
    pub name: Option<String>,
    /// Another article number, or none.
    pub sku: Change<String>,
    /// Another barcode, or none.
    pub barcode: Change<String>,
    /// Another price of its own, or the product's.
    pub price: Change<i64>,
    /// Another compare-at price, or none of its own.
    pub compare_at_price: Change<i64>,
    /// Another sale, or none of its own.
    pub sale: SaleChanges,
    /// Another cost, or the product's.
    pub cost: Change<i64>,
    /// Another weight, or the product's.
    pub weight_grams: Change<u32>,
    /// Other choices, all of them.
    pub option_values: Option<Vec<(String, String)>>,
    /// Another place among its siblings.
    pub position: Option<i32>,
    /// Makes it the default. The default cannot step down, only be followed by another one.
    pub is_default: Option<bool>,
    /// Another of the product's media, or none.
    pub media_id: Change<String>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// A product that is being changed, as it was read and as it is going to be.
pub(crate) struct Editing {
    pub(crate) work: Work,
    pub(crate) was: Product,
    pub(crate) product: Product,
    pub(crate) before: Vec<Variant>,
    pub(crate) after: Vec<Variant>,
}

impl Editing {
    /// Locks the product.
    pub(crate) async fn begin(core: &Core, ctx: &Context, product: &ProductHandle) -> Result<Self> {
        let known = find(core, ctx, product).await?;
        let mut work = core.begin(ctx).await?;
        let found = work.products().find(known.id).await?;
        let (product, before) = found.ok_or_else(|| Error::not_found("product"))?;
        Ok(Self { work, was: product.clone(), product, after: before.clone(), before })
    }

    /// Writes what changed, starts the stock of the variants that are new, tells of it all and makes it
    /// permanent.
    pub(crate) async fn finish(
        self,
        core: &Core,
        ctx: &Context,
        action: Action,
        stock: &HashMap<VariantId, u32>,
    ) -> Result<Product> {
        let Self { mut work, was, mut product, before, mut after } = self;
        product.updated_at = ctx.now;
        work.products().update(&mut product, &before, &mut after).await?;
        start_stock(ctx, &mut *work, &product, stock).await?;
        tell(core, ctx, &mut *work, &was, &product).await?;
        work.audit(action, audit::changed(&Shelved(&was, &before), &Shelved(&product, &after)));
        work.commit().await?;
        Ok(product)
    }

    /// Refuses to lose units that are held for payments under way.
    pub(crate) async fn check_unreserved(&mut self, gone: VariantId) -> Result<()> {
        for mode in domain::access::Mode::ALL {
            let level = self.work.stock().level(*mode, gone).await?;
            if level.is_some_and(|level| level.reserved > 0) {
                let message =
                    "Units of this variant are held for a payment that is under way; try again later.";
                return Err(Error::new(ErrorCode::InUse, message));
            }
        }
        Ok(())
    }

    fn variant(&mut self, id: VariantId) -> Result<&mut Variant> {
        self.after.iter_mut().find(|each| each.id == id).ok_or_else(|| Error::not_found("variant"))
    }
}

/// The variants of a product of any status, the default first.
pub async fn list(core: &Core, ctx: &Context, product: &ProductHandle) -> Result<ProductView> {
    get(core, ctx, product, Include { variants: true, brand: false }).await
}

/// Adds a variant with its stock.
pub async fn create(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    new: NewVariant,
) -> Result<VariantView> {
    let mut editing = Editing::begin(core, ctx, product).await?;
    check_number(editing.after.len().saturating_add(1))?;
    let (units, is_default) = (new.stock.unwrap_or_default(), new.is_default);
    check_stock("stock", units)?;
    let last = editing.after.iter().map(|each| each.position).max().unwrap_or_default();
    let added = described(core, ctx, &editing.product, new, last.saturating_add(1))?;
    check(&editing.product, &added, "")?;
    check_unique(&editing.after, &added).map_err(|error| refused(error, "optionValues"))?;
    let id = added.id;
    editing.after.push(added);
    if is_default {
        promote(ctx, &mut editing.after, id)?;
    }
    let product = editing.finish(core, ctx, Action::VariantCreated, &[(id, units)].into()).await?;
    shown(core, ctx, &product, id).await
}

/// Changes a variant. Making it the default makes the one before not the default, both or neither.
pub async fn update(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    variant: VariantId,
    changes: VariantChanges,
) -> Result<VariantView> {
    let mut editing = Editing::begin(core, ctx, product).await?;
    let known = editing.product.clone();
    let is_default = changes.is_default;
    let changed = editing.variant(variant)?;
    Error::check_version(changes.if_version, changed.version)?;
    apply(ctx, &known, changes, changed)?;
    check(&known, changed, "")?;
    let (changed, was_default) = (changed.clone(), changed.is_default);
    check_unique(&editing.after, &changed).map_err(|error| refused(error, "optionValues"))?;
    match is_default {
        Some(true) => promote(ctx, &mut editing.after, variant)?,
        Some(false) if was_default => {
            return Err(Error::invalid("isDefault", "make another variant the default instead"));
        }
        Some(false) | None => {}
    }
    let product = editing.finish(core, ctx, Action::VariantUpdated, &HashMap::new()).await?;
    shown(core, ctx, &product, variant).await
}

/// Removes a variant, though never the last one. If it was the default, the oldest of the rest becomes it.
pub async fn remove(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    variant: VariantId,
    if_version: Option<i32>,
) -> Result<()> {
    let mut editing = Editing::begin(core, ctx, product).await?;
    let version = editing.variant(variant)?.version;
    Error::check_version(if_version, version)?;
    variant::remove(&mut editing.after, variant).map_err(|error| refused(error, "variant"))?;
    editing.check_unreserved(variant).await?;
    editing.finish(core, ctx, Action::VariantDeleted, &HashMap::new()).await.map(drop)
}

/// Makes one variant the default.
fn promote(ctx: &Context, variants: &mut [Variant], chosen: VariantId) -> Result<()> {
    let changed = variant::promote(variants, chosen).map_err(|error| refused(error, "isDefault"))?;
    for each in variants.iter_mut().filter(|each| changed.contains(&each.id)) {
        each.updated_at = ctx.now;
    }
    Ok(())
}

fn apply(ctx: &Context, product: &Product, changes: VariantChanges, variant: &mut Variant) -> Result<()> {
    let currency = product.price.price.currency();
    if let Some(name) = changes.name {
        name.trim().clone_into(&mut variant.name);
    }
    changes.sku.apply(&mut variant.sku);
    changes.barcode.apply(&mut variant.barcode);
    amount_change(changes.price, currency, &mut variant.price.price);
    amount_change(changes.compare_at_price, currency, &mut variant.price.compare_at);
    changes.sale.apply(&mut variant.price.sale, currency)?;
    amount_change(changes.cost, currency, &mut variant.cost);
    changes.weight_grams.apply(&mut variant.weight_grams);
    if let Some(choices) = changes.option_values {
        let had_own_name = variant.name != variant::name_of(&variant.option_values, &product.name);
        variant.option_values = in_product_order(&product.options, &choices).unwrap_or(choices);
        if !had_own_name {
            variant.name = variant::name_of(&variant.option_values, &product.name);
        }
    }
    if let Some(position) = changes.position {
        variant.position = position;
    }
    changes.media_id.apply(&mut variant.media_id);
    variant.updated_at = ctx.now;
    Ok(())
}

/// A variant that was just written.
async fn shown(core: &Core, ctx: &Context, product: &Product, variant: VariantId) -> Result<VariantView> {
    let view = list(core, ctx, &Handle::Id(product.id)).await?;
    let found = view.variants.into_iter().find(|each| each.variant.id == variant);
    found.ok_or_else(|| Error::not_found("variant"))
}
