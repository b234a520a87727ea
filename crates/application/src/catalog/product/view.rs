//! Products with what pages show beside them, gathered in a bounded number of reads.

use std::collections::HashMap;

use domain::{
    catalog::{brand::Brand, product::Product, variant::Variant},
    id::{BrandId, CategoryId, ProductId, VariantId},
    money::{Money, MoneyError},
    pricing::{EffectivePrice, PriceQuery, VariantPrice, effective_price},
};
use ports::catalog::{CategoryLabel, VariantOutline, VariantRow};

use crate::{Context, Core, Result};

/// What to read beside the product itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Include {
    /// Every variant, rather than what they come to together.
    pub variants: bool,
    /// The whole brand, rather than its id.
    pub brand: bool,
}

/// A product as it is shown.
#[derive(Debug, Clone)]
pub struct ProductView {
    /// The product.
    pub product: Product,
    /// What it costs now: the price of its only variant, or the price that variants go by.
    pub price: EffectivePrice,
    /// The lowest price of a variant now.
    pub price_min: Money,
    /// The highest price of a variant now.
    pub price_max: Money,
    /// How many variants there are, 1 or more.
    pub variant_count: u32,
    /// The variant that is meant when none is named; `None` where one must be chosen.
    pub only_variant: Option<VariantId>,
    /// Units of all variants that can be sold in the caller's mode.
    pub inventory: u64,
    /// Whether anything of it can be sold now.
    pub in_stock: bool,
    /// The variants, the default first; empty unless asked for.
    pub variants: Vec<VariantView>,
    /// The brand, if asked for.
    pub brand: Option<Brand>,
    /// The categories it was put in.
    pub categories: Vec<CategoryLabel>,
}

/// A variant as it is shown.
#[derive(Debug, Clone)]
pub struct VariantView {
    /// The variant.
    pub variant: Variant,
    /// What it costs now.
    pub price: EffectivePrice,
    /// Units that can be sold now; without meaning where stock is not counted.
    pub available: u32,
    /// Whether any can be sold now.
    pub in_stock: bool,
}

/// One product.
pub(crate) async fn one(
    core: &Core,
    ctx: &Context,
    product: Product,
    include: Include,
) -> Result<ProductView> {
    let mut views = many(core, ctx, vec![product], include).await?;
    views.pop().ok_or_else(|| crate::Error::not_found("product"))
}

/// Products in the order given.
pub(crate) async fn many(
    core: &Core,
    ctx: &Context,
    products: Vec<Product>,
    include: Include,
) -> Result<Vec<ProductView>> {
    let catalog = core.db.catalog();
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let (mut outlines, mut rows) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
    if include.variants {
        for row in catalog.variants(ctx.store, ctx.mode, &ids).await? {
            outlines.entry(row.variant.product_id).or_default().push(outline(&row));
            rows.entry(row.variant.product_id).or_default().push(row);
        }
    } else {
        for row in catalog.outlines(ctx.store, ctx.mode, &ids).await? {
            outlines.entry(row.product_id).or_default().push(row);
        }
    }
    let brands = brands(core, ctx, &products, include).await?;
    let labels = labels(core, ctx, &products).await?;
    let view = |product: Product| {
        let outlines = outlines.remove(&product.id).unwrap_or_default();
        let rows = rows.remove(&product.id).unwrap_or_default();
        let brand = product.brand_id.and_then(|id| brands.get(&id).cloned());
        let named = product.category_ids.iter().filter_map(|id| labels.get(id).cloned()).collect();
        Ok(ProductView { brand, categories: named, ..assemble(ctx, product, &outlines, rows)? })
    };
    products.into_iter().map(view).collect()
}

async fn brands(
    core: &Core,
    ctx: &Context,
    products: &[Product],
    include: Include,
) -> Result<HashMap<BrandId, Brand>> {
    if !include.brand {
        return Ok(HashMap::new());
    }
    let mut ids: Vec<BrandId> = products.iter().filter_map(|product| product.brand_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = core.db.catalog().brands_by_id(ctx.store, &ids).await?;
    Ok(found.into_iter().map(|brand| (brand.id, brand)).collect())
}

async fn labels(
    core: &Core,
    ctx: &Context,
    products: &[Product],
) -> Result<HashMap<CategoryId, CategoryLabel>> {
    let mut ids: Vec<CategoryId> =
        products.iter().flat_map(|product| product.category_ids.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = core.db.catalog().labels(ctx.store, &ids).await?;
    Ok(found.into_iter().map(|label| (label.id, label)).collect())
}

fn outline(row: &VariantRow) -> VariantOutline {
    VariantOutline {
        id: row.variant.id,
        product_id: row.variant.product_id,
        is_default: row.variant.is_default,
        price: row.variant.price.clone(),
        available: row.available,
    }
}

fn assemble(
    ctx: &Context,
    product: Product,
    outlines: &[VariantOutline],
    rows: Vec<VariantRow>,
) -> Result<ProductView> {
    let prices = outlines.iter().map(|each| price_of(ctx, &product, each.id, &each.price));
    let prices = prices.collect::<Result<Vec<_>, MoneyError>>()?;
    let only = match outlines {
        [only] => Some(only),
        _ => None,
    };
    let price = match only {
        Some(only) => price_of(ctx, &product, only.id, &only.price)?,
        None => general_price(ctx, &product)?,
    };
    let units = prices.iter().map(|price| price.unit);
    let price_min = units.clone().min_by_key(|unit| unit.minor()).unwrap_or(price.unit);
    let price_max = units.max_by_key(|unit| unit.minor()).unwrap_or(price.unit);
    let inventory = outlines.iter().map(|each| u64::from(each.available)).sum();
    let counted = product.track_inventory;
    let variants = rows.into_iter().map(|VariantRow { variant, available }| {
        let price = price_of(ctx, &product, variant.id, &variant.price)?;
        Ok(VariantView { variant, price, available, in_stock: !counted || available > 0 })
    });
    let variants = variants.collect::<Result<Vec<_>>>()?;
    Ok(ProductView {
        price,
        price_min,
        price_max,
        variant_count: u32::try_from(outlines.len()).unwrap_or(u32::MAX),
        only_variant: only.map(|only| only.id),
        inventory,
        in_stock: !counted || inventory > 0,
        variants,
        brand: None,
        categories: Vec::new(),
        product,
    })
}

/// What one unit of a variant costs now, for somebody without a price list.
pub(crate) fn price_of(
    ctx: &Context,
    product: &Product,
    variant: VariantId,
    own: &VariantPrice,
) -> Result<EffectivePrice, MoneyError> {
    effective_price(&PriceQuery {
        product: product.id,
        variant,
        tag: &product.price,
        variant_price: Some(own),
        list: &[],
        quantity: 1,
        now: ctx.now,
    })
}

/// What the product's own price comes to now.
fn general_price(ctx: &Context, product: &Product) -> Result<EffectivePrice, MoneyError> {
    price_of(ctx, product, product.id.cast(), &VariantPrice::default())
}
