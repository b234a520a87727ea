//! Adding a product.

use std::collections::BTreeMap;

use domain::{
    audit::Action,
    catalog::{
        options::ProductOption,
        product::{Media, Product, ProductStatus, ProductType, ShippingType},
    },
    event::EventKind,
    id::{BrandId, CategoryId},
    money::{Currency, Money},
    pricing::PriceTag,
    tax::TaxClass,
    tier::Tier,
};
use ports::{RepoError, UnitOfWork};
use rust_decimal::Decimal;

use super::{
    ProductView, check_brand, check_categories, claim_place, distinct, event,
    sale::{NewSale, amount},
    shelve::{NewVariant, Shelf, options_of, start_stock, stock_up},
    written,
};
use crate::{
    Context, Core, Error, Result,
    audit::{self, Shelved},
    slug, store_config,
};

/// A picture or film that a merchant adds.
#[derive(Debug, Clone)]
pub struct NewMedia {
    /// Its identity within the product, to keep one it has; a new one is made when absent.
    pub id: Option<String>,
    /// Address, or path in the store's own storage.
    pub url: String,
    /// What it shows.
    pub alt: Option<String>,
    /// Film rather than picture.
    pub is_video: bool,
    /// Width divided by height.
    pub aspect_ratio: Option<Decimal>,
}

/// What a merchant says of a new product. Amounts are in minor units of the store's currency.
#[derive(Debug, Clone)]
pub struct NewProduct {
    /// What it is called.
    pub name: String,
    /// Its slug; made from the name when absent.
    pub slug: Option<String>,
    /// A line about it.
    pub summary: Option<String>,
    /// What there is to say about it.
    pub description: Option<String>,
    /// Draft or published.
    pub status: ProductStatus,
    /// What sort of thing it is.
    pub product_type: ProductType,
    /// Shown in prominent places.
    pub featured: bool,
    /// Its brand.
    pub brand_id: Option<BrandId>,
    /// Its categories.
    pub category_ids: Vec<CategoryId>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Pictures and films.
    pub media: Vec<NewMedia>,
    /// What a shopper chooses between.
    pub options: Vec<ProductOption>,
    /// Variants; when there are none, the options make them.
    pub variants: Vec<NewVariant>,
    /// Price.
    pub price: i64,
    /// A higher price to strike through.
    pub compare_at_price: Option<i64>,
    /// A sale.
    pub sale: NewSale,
    /// What it costs the shop.
    pub cost: Option<i64>,
    /// Units that each variant starts with in both modes, unless it says so itself.
    pub stock: u32,
    /// Whether stock is counted.
    pub track_inventory: bool,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// UPC, EAN or ISBN.
    pub barcode: Option<String>,
    /// Weight of one unit in grams.
    pub weight_grams: Option<u32>,
    /// Whether tax is charged.
    pub taxable: bool,
    /// Which tax rates apply; the standard ones when absent.
    pub tax_class: Option<String>,
    /// Whether it has to be sent; what its type suggests when absent.
    pub shipping_type: Option<ShippingType>,
    /// What sending one unit costs.
    pub fixed_shipping: Option<i64>,
    /// Units an order must hold at least.
    pub min_order_quantity: u32,
    /// Units an order may hold at most.
    pub max_order_quantity: Option<u32>,
    /// Its place in lists.
    pub sort_order: i32,
    /// What the store's programs want to remember.
    pub metadata: BTreeMap<String, String>,
    /// Title for search engines.
    pub seo_title: Option<String>,
    /// Description for search engines.
    pub seo_description: Option<String>,
}

/// Adds a product with its variants and their stock.
pub async fn create(core: &Core, ctx: &Context, new: NewProduct) -> Result<ProductView> {
    let Draft { mut product, shelf, tier, chosen } = draft(core, ctx, new).await?;
    let base = product.slug.clone();
    for attempt in slug::attempts(chosen) {
        product.slug = attempt.of(&base);
        if store(core, ctx, tier, &product, &shelf).await? {
            return written(core, ctx, product.id).await;
        }
    }
    Err(slug::taken(&base))
}

/// A sound product that is not stored yet.
pub(super) struct Draft {
    pub(super) product: Product,
    pub(super) shelf: Shelf,
    /// The plan of the store.
    pub(super) tier: Tier,
    /// Whether its slug was chosen, rather than made from its name.
    chosen: bool,
}

/// The product that `new` describes, with everything checked that needs no lock.
pub(super) async fn draft(core: &Core, ctx: &Context, mut new: NewProduct) -> Result<Draft> {
    let config = store_config(core, ctx).await?;
    let (base, chosen) = slug::for_new(&new.name, new.slug.as_deref())?;
    let (stock, described) = (new.stock, std::mem::take(&mut new.variants));
    if new.options.is_empty() {
        new.options = options_of(&described);
    }
    let product = product(core, ctx, base, new, config.store.currency)?;
    Error::check(product.validate())?;
    check_brand(core, ctx, &product).await?;
    let shelf = stock_up(core, ctx, &product, described, stock)?;
    Ok(Draft { product, shelf, tier: config.store.tier, chosen })
}

/// Stores a new product; `false` when its slug is taken.
pub(super) async fn store(
    core: &Core,
    ctx: &Context,
    tier: Tier,
    product: &Product,
    shelf: &Shelf,
) -> Result<bool> {
    let mut work = core.begin(ctx).await?;
    let stored = put(core, ctx, tier, &mut *work, product, shelf).await?;
    if stored {
        let units = shelf.stock.iter().map(|(variant, units)| (variant.to_string(), (*units).into()));
        let record = audit::created(&Shelved(product, &shelf.variants)).with("stock", units.collect());
        work.audit(Action::ProductCreated, record);
        work.commit().await?;
    }
    Ok(stored)
}

/// Puts a new product into a unit of work; `false` when its slug is taken.
pub(super) async fn put(
    core: &Core,
    ctx: &Context,
    tier: Tier,
    work: &mut dyn UnitOfWork,
    product: &Product,
    shelf: &Shelf,
) -> Result<bool> {
    check_categories(work, &product.category_ids).await?;
    if product.newly_published(None) {
        claim_place(core, tier, work).await?;
    }
    match work.products().insert(product, &shelf.variants).await {
        Ok(()) => {}
        Err(RepoError::Conflict { constraint }) if constraint == "products_slug" => return Ok(false),
        Err(other) => return Err(other.into()),
    }
    start_stock(ctx, work, product, &shelf.stock).await?;
    work.outbox().append(&[event(core, ctx, EventKind::ProductCreated, product)]).await?;
    Ok(true)
}

fn product(
    core: &Core,
    ctx: &Context,
    slug: domain::text::Slug,
    new: NewProduct,
    currency: Currency,
) -> Result<Product> {
    let suggested = match new.product_type {
        ProductType::Physical | ProductType::Bundle => ShippingType::Required,
        ProductType::Digital | ProductType::Subscription => ShippingType::None,
    };
    let mut product = Product {
        id: core.ids.id(),
        slug,
        name: new.name.trim().to_owned(),
        summary: new.summary,
        description: new.description,
        status: ProductStatus::Draft,
        product_type: new.product_type,
        featured: new.featured,
        brand_id: new.brand_id,
        category_ids: distinct(new.category_ids),
        tags: new.tags,
        media: media(core, new.media),
        options: new.options,
        price: PriceTag {
            price: Money::new(new.price, currency),
            compare_at: amount(new.compare_at_price, currency),
            sale: new.sale.into_sale(currency)?,
        },
        cost: amount(new.cost, currency),
        sku: new.sku,
        barcode: new.barcode,
        weight_grams: new.weight_grams,
        track_inventory: new.track_inventory,
        taxable: new.taxable,
        tax_class: new.tax_class.as_deref().map_or(Ok(TaxClass::standard()), tax_class)?,
        shipping_type: new.shipping_type.unwrap_or(suggested),
        fixed_shipping: amount(new.fixed_shipping, currency),
        min_order_quantity: new.min_order_quantity,
        max_order_quantity: new.max_order_quantity,
        sort_order: new.sort_order,
        metadata: new.metadata,
        seo_title: new.seo_title,
        seo_description: new.seo_description,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
        published_at: None,
    };
    product.change_status(new.status, ctx.now);
    Ok(product)
}

/// A tax class as given.
pub(super) fn tax_class(text: &str) -> Result<TaxClass> {
    TaxClass::parse(text).map_err(|error| Error::invalid("taxClass", error.to_string()))
}

/// Media with an identity each.
pub(super) fn media(core: &Core, new: Vec<NewMedia>) -> Vec<Media> {
    let fresh = || format!("{:032x}", u128::from_be_bytes(core.ids.next()));
    new.into_iter()
        .map(|NewMedia { id, url, alt, is_video, aspect_ratio }| Media {
            id: id.unwrap_or_else(fresh),
            url,
            alt,
            is_video,
            aspect_ratio,
        })
        .collect()
}
