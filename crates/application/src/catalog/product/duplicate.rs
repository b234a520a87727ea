//! Starting a product from another one.

use domain::catalog::variant::Variant;

use super::{ProductHandle, ProductView, create, find, shelve::Shelf, written};
use crate::{Context, Core, Error, Result, slug, store_config};

/// Makes a draft that has what the original has, apart from article numbers, barcodes and stock, which
/// belong to the goods on the original's shelf.
pub async fn duplicate(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    name: Option<String>,
) -> Result<ProductView> {
    let original = find(core, ctx, product).await?;
    let name = name.map_or_else(|| copy_of(&original.name), |name| name.trim().to_owned());
    // The name may hold no letter that a slug can; the original's slug always does.
    let base = domain::text::Slug::from_name(&name).unwrap_or_else(|| original.slug.numbered(2));
    let mut copy = original.duplicate(core.ids.id(), base.clone(), name, ctx.now);
    Error::check(copy.validate())?;
    let rows = core.db.catalog().variants(ctx.store, ctx.mode, &[original.id]).await?;
    let mut shelf = Shelf::default();
    for row in rows {
        let variant = Variant {
            id: core.ids.id(),
            product_id: copy.id,
            name: if copy.is_simple() { copy.name.clone() } else { row.variant.name.clone() },
            sku: None,
            barcode: None,
            version: 1,
            created_at: ctx.now,
            updated_at: ctx.now,
            ..row.variant
        };
        shelf.stock.insert(variant.id, 0);
        shelf.variants.push(variant);
    }
    let tier = store_config(core, ctx).await?.store.tier;
    for attempt in slug::attempts(false) {
        copy.slug = attempt.of(&base);
        if create::store(core, ctx, tier, &copy, &shelf).await? {
            return written(core, ctx, copy.id).await;
        }
    }
    Err(slug::taken(&base))
}

/// A name that tells the copy from the original and is no longer than a name may be.
fn copy_of(name: &str) -> String {
    const SUFFIX: &str = " (copy)";
    let room = domain::catalog::product::NAME_MAX.saturating_sub(SUFFIX.len());
    let kept: String = name.chars().take(room).collect();
    format!("{kept}{SUFFIX}")
}
