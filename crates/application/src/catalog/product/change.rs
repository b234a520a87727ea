//! Changing a product.

use std::collections::BTreeMap;

use domain::{
    audit::Action,
    catalog::product::{Product, ProductStatus, ProductType, ShippingType},
    event::EventKind,
    id::{BrandId, CategoryId},
    money::Money,
    text::Slug,
};
use ports::UnitOfWork;

use super::{
    NewMedia, ProductHandle, ProductView, check_brand, check_categories, claim_place,
    create::{media, tax_class},
    distinct, event, find,
    sale::{SaleChanges, amount_change},
    shelve, written,
};
use crate::{
    Change, Context, Core, Error, Result,
    audit::{self, Shelved},
    slug, store_config,
};

/// What a merchant wants changed about a product. Amounts are in minor units of the store's currency.
#[derive(Debug, Clone, Default)]
pub struct ProductChanges {
    /// Another name.
    pub name: Option<String>,
    /// Another slug.
    pub slug: Option<String>,
    /// Another line about it, or none.
    pub summary: Change<String>,
    /// Another description, or none.
    pub description: Change<String>,
    /// Another status.
    pub status: Option<ProductStatus>,
    /// Another sort of thing.
    pub product_type: Option<ProductType>,
    /// Prominent or not.
    pub featured: Option<bool>,
    /// Another brand, or none.
    pub brand_id: Change<BrandId>,
    /// Other categories, all of them.
    pub category_ids: Option<Vec<CategoryId>>,
    /// Other tags, all of them.
    pub tags: Option<Vec<String>>,
    /// Other media, all of them.
    pub media: Option<Vec<NewMedia>>,
    /// Another price.
    pub price: Option<i64>,
    /// Another compare-at price, or none.
    pub compare_at_price: Change<i64>,
    /// Another sale, or none.
    pub sale: SaleChanges,
    /// Another cost, or none.
    pub cost: Change<i64>,
    /// Whether stock is counted.
    pub track_inventory: Option<bool>,
    /// Another article number, or none.
    pub sku: Change<String>,
    /// Another barcode, or none.
    pub barcode: Change<String>,
    /// Another weight, or none.
    pub weight_grams: Change<u32>,
    /// Whether tax is charged.
    pub taxable: Option<bool>,
    /// Another tax class.
    pub tax_class: Option<String>,
    /// Whether it has to be sent.
    pub shipping_type: Option<ShippingType>,
    /// Another price for sending one unit, or none.
    pub fixed_shipping: Change<i64>,
    /// Another minimum.
    pub min_order_quantity: Option<u32>,
    /// Another maximum, or none.
    pub max_order_quantity: Change<u32>,
    /// Another place in lists.
    pub sort_order: Option<i32>,
    /// Other metadata, all of it.
    pub metadata: Option<BTreeMap<String, String>>,
    /// Another title for search engines, or none.
    pub seo_title: Change<String>,
    /// Another description for search engines, or none.
    pub seo_description: Change<String>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// Changes a product.
pub async fn update(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    changes: ProductChanges,
) -> Result<ProductView> {
    let tier = store_config(core, ctx).await?.store.tier;
    let known = find(core, ctx, product).await?;
    if let Change::Set(brand) = &changes.brand_id {
        check_brand(core, ctx, &Product { brand_id: Some(*brand), ..known.clone() }).await?;
    }
    let mut work = core.begin(ctx).await?;
    let found = work.products().find(known.id).await?;
    let (before, variants) = found.ok_or_else(|| Error::not_found("product"))?;
    Error::check_version(changes.if_version, before.version)?;
    let mut product = before.clone();
    apply(core, ctx, changes, &mut product)?;
    Error::check(product.validate())?;
    if product.category_ids != before.category_ids {
        check_categories(&mut *work, &product.category_ids).await?;
    }
    let mut after = variants.clone();
    for variant in &mut after {
        if product.is_simple() {
            variant.name.clone_from(&product.name);
        }
        let shown = |id: &String| product.media.iter().any(|media| media.id == *id);
        variant.media_id = variant.media_id.take().filter(shown);
        // A new price of the product can break what a variant says of its own.
        shelve::check(&product, variant, "")?;
    }
    if product.newly_published(Some(&before)) {
        claim_place(core, tier, &mut *work).await?;
    }
    let slug = product.slug.clone();
    let written_now = work.products().update(&mut product, &variants, &mut after).await;
    written_now.map_err(|error| slug::or_taken(error, "products_slug", &slug))?;
    tell(core, ctx, &mut *work, &before, &product).await?;
    let record = audit::changed(&Shelved(&before, &variants), &Shelved(&product, &after));
    work.audit(Action::ProductUpdated, record);
    work.commit().await?;
    written(core, ctx, product.id).await
}

/// Tells of a change: of archiving where that is what happened.
pub(crate) async fn tell(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    before: &Product,
    after: &Product,
) -> Result<()> {
    let is_archived = |product: &Product| product.status == ProductStatus::Archived;
    let kind = if is_archived(after) && !is_archived(before) {
        EventKind::ProductArchived
    } else {
        EventKind::ProductUpdated
    };
    Ok(work.outbox().append(&[event(core, ctx, kind, after)]).await?)
}

fn apply(core: &Core, ctx: &Context, changes: ProductChanges, product: &mut Product) -> Result<()> {
    let currency = product.price.price.currency();
    set(&mut product.name, changes.name.map(|name| name.trim().to_owned()));
    if let Some(slug) = changes.slug {
        product.slug = Slug::parse(&slug).map_err(|error| Error::invalid("slug", error.to_string()))?;
    }
    changes.summary.apply(&mut product.summary);
    changes.description.apply(&mut product.description);
    set(&mut product.product_type, changes.product_type);
    set(&mut product.featured, changes.featured);
    changes.brand_id.apply(&mut product.brand_id);
    set(&mut product.category_ids, changes.category_ids.map(distinct));
    set(&mut product.tags, changes.tags);
    set(&mut product.media, changes.media.map(|new| media(core, new)));
    set(&mut product.price.price, changes.price.map(|price| Money::new(price, currency)));
    amount_change(changes.compare_at_price, currency, &mut product.price.compare_at);
    changes.sale.apply(&mut product.price.sale, currency)?;
    amount_change(changes.cost, currency, &mut product.cost);
    set(&mut product.track_inventory, changes.track_inventory);
    changes.sku.apply(&mut product.sku);
    changes.barcode.apply(&mut product.barcode);
    changes.weight_grams.apply(&mut product.weight_grams);
    set(&mut product.taxable, changes.taxable);
    set(&mut product.tax_class, changes.tax_class.as_deref().map(tax_class).transpose()?);
    set(&mut product.shipping_type, changes.shipping_type);
    amount_change(changes.fixed_shipping, currency, &mut product.fixed_shipping);
    set(&mut product.min_order_quantity, changes.min_order_quantity);
    changes.max_order_quantity.apply(&mut product.max_order_quantity);
    set(&mut product.sort_order, changes.sort_order);
    set(&mut product.metadata, changes.metadata);
    changes.seo_title.apply(&mut product.seo_title);
    changes.seo_description.apply(&mut product.seo_description);
    if let Some(status) = changes.status {
        product.change_status(status, ctx.now);
    }
    product.updated_at = ctx.now;
    Ok(())
}

fn set<T>(target: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *target = value;
    }
}
