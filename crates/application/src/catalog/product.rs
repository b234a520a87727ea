//! Products: adding, reading, changing, duplicating and archiving them, with their variants.

use domain::{
    catalog::product::{Product, ProductStatus},
    event::{Event, EventKind, Subject},
    id::{CategoryId, Handle, ProductId, kind},
    tier::Tier,
};
use ports::{
    UnitOfWork,
    catalog::{ProductFilter, ProductSort},
    list::{Count, Slice, Sort, Window},
    search::Excerpt,
    stock::Cause,
};

pub use self::{
    archive::archive,
    change::{ProductChanges, update},
    create::{NewMedia, NewProduct, create},
    create_many::create_many,
    duplicate::duplicate,
    view::{Include, ProductView, VariantView},
};
use crate::{Context, Core, Error, Result, effects};

mod archive;
pub(crate) mod change;
mod create;
mod create_many;
mod duplicate;
pub(crate) mod sale;
pub(crate) mod shelve;
mod view;

/// How a product is named in a request.
pub type ProductHandle = Handle<kind::ProductId>;

/// One product of any status, for those who run the shop.
pub async fn get(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    include: Include,
) -> Result<ProductView> {
    let product = find(core, ctx, product).await?;
    view::one(core, ctx, product, include).await
}

/// One product as shoppers see it: only while it is for sale.
pub async fn get_published(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    include: Include,
) -> Result<ProductView> {
    let product = find(core, ctx, product).await?;
    if product.status != ProductStatus::Published {
        return Err(Error::not_found("product"));
    }
    view::one(core, ctx, product, include).await
}

/// Products that pass a filter.
pub async fn list(
    core: &Core,
    ctx: &Context,
    filter: &ProductFilter,
    sort: Sort<ProductSort>,
    window: &Window,
    include: Include,
) -> Result<Slice<ProductView>> {
    let Slice { items, total, next } = core.db.catalog().products(ctx.store, filter, sort, window).await?;
    Ok(Slice { items: view::many(core, ctx, items, include).await?, total, next })
}

/// A part of the products that pass a filter, the newest first, and how many pass in all.
pub async fn search(
    core: &Core,
    ctx: &Context,
    filter: &ProductFilter,
    excerpt: Excerpt,
    include: Include,
) -> Result<(Vec<ProductView>, Count)> {
    let (found, total) = core.db.catalog().search(ctx.store, filter, excerpt).await?;
    Ok((view::many(core, ctx, found, include).await?, total))
}

pub(crate) async fn find(core: &Core, ctx: &Context, product: &ProductHandle) -> Result<Product> {
    core.db.catalog().product(ctx.store, product).await?.ok_or_else(|| Error::not_found("product"))
}

/// Refuses when the plan has no room for one more published product. The place is counted under a lock,
/// in the unit of work that takes it. The plan is read before: a unit of work that waits for a second
/// connection can wait for itself.
async fn claim_place(core: &Core, tier: Tier, work: &mut dyn UnitOfWork) -> Result<()> {
    if core.tiers.limits(tier).max_products.is_none() {
        return Ok(());
    }
    let active = work.products().count_published().await?;
    Ok(core.tiers.check_product(tier, active)?)
}

/// Refuses categories that the store does not have, by the place they have in the request.
async fn check_categories(work: &mut dyn UnitOfWork, categories: &[CategoryId]) -> Result<()> {
    let unknown = work.products().unknown_categories(categories).await?;
    let places = categories.iter().enumerate().filter(|(_, category)| unknown.contains(category));
    let faults = places
        .map(|(index, _)| (format!("categoryIds.{index}"), "is not a category of this store".to_owned()));
    Error::from_faults(faults).map_or(Ok(()), Err)
}

/// Refuses a brand that the store does not have.
async fn check_brand(core: &Core, ctx: &Context, product: &Product) -> Result<()> {
    let Some(brand) = product.brand_id else { return Ok(()) };
    match core.db.brands().brand(ctx.store, &Handle::Id(brand)).await? {
        Some(_) => Ok(()),
        None => Err(Error::invalid("brandId", "is not a brand of this store")),
    }
}

/// What happened to a product, with what receivers most often want to know of it.
pub(crate) fn event(core: &Core, ctx: &Context, kind: EventKind, product: &Product) -> Event {
    effects::event(core, ctx, kind, Subject::Product(product.id))
        .with("name", product.name.as_str())
        .with("slug", product.slug.as_str())
        .with("status", product.status.as_str())
        .with("price", product.price.price)
}

/// Why stock comes into being.
pub(crate) fn cause(ctx: &Context) -> Cause {
    Cause { mode: ctx.mode, order: None, actor: ctx.actor.to_string(), reason: None, at: ctx.now }
}

/// Each category once, in the order given.
fn distinct(categories: Vec<CategoryId>) -> Vec<CategoryId> {
    let mut each = Vec::with_capacity(categories.len());
    for category in categories {
        if !each.contains(&category) {
            each.push(category);
        }
    }
    each
}

/// The product with this id, which a unit of work has just written.
pub(crate) async fn written(core: &Core, ctx: &Context, product: ProductId) -> Result<ProductView> {
    get(core, ctx, &Handle::Id(product), Include { variants: true, brand: true }).await
}
