//! Brands, categories and products of the demo store.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result};
use application::{
    Context, Core,
    catalog::{
        brand::{self, NewBrand},
        category::{self, NewCategory},
        product::{self, Include, NewProduct},
        variant::{NewSale, NewVariant},
    },
};
use domain::{
    catalog::{
        options::ProductOption,
        product::{ProductStatus, ProductType},
    },
    id::{BrandId, CategoryId},
};

use super::catalog::{Catalog, Product, Variant};
use crate::present;

/// What products refer to, by slug.
struct Places {
    brands: HashMap<String, BrandId>,
    categories: HashMap<String, CategoryId>,
}

pub(super) async fn furnish(core: &Core, ctx: &Context, catalog: Catalog) -> Result<()> {
    let Catalog { brands, categories, products } = catalog;
    let mut places = Places { brands: HashMap::new(), categories: HashMap::new() };
    for new in brands {
        let id = match present(brand::get(core, ctx, &new.slug.as_str().into()).await)? {
            Some(known) => known.id,
            None => add_brand(core, ctx, &new).await?,
        };
        places.brands.insert(new.slug, id);
    }
    for (sort_order, new) in (0..).zip(categories) {
        let id = match present(category::get(core, ctx, &new.slug.as_str().into()).await)? {
            Some(known) => known.category.id,
            None => add_category(core, ctx, &new, sort_order, &places).await?,
        };
        places.categories.insert(new.slug, id);
    }
    for (sort_order, new) in (0..).zip(products) {
        let handle = new.slug.as_str().into();
        if present(product::get(core, ctx, &handle, Include::default()).await)?.is_none() {
            let name = new.slug.clone();
            let new = described(new, sort_order, &places)?;
            product::create(core, ctx, new).await.with_context(|| format!("product {name}"))?;
        }
    }
    Ok(())
}

async fn add_brand(core: &Core, ctx: &Context, new: &super::catalog::Brand) -> Result<BrandId> {
    let new = NewBrand {
        name: new.name.clone(),
        slug: Some(new.slug.clone()),
        description: Some(new.description.clone()),
        ..NewBrand::default()
    };
    Ok(brand::create(core, ctx, new).await?.id)
}

async fn add_category(
    core: &Core,
    ctx: &Context,
    new: &super::catalog::Category,
    sort_order: i32,
    places: &Places,
) -> Result<CategoryId> {
    let parent = new.parent.as_ref().map(|slug| places.category(slug)).transpose()?;
    let new = NewCategory {
        name: new.name.clone(),
        slug: Some(new.slug.clone()),
        parent,
        description: new.description.clone(),
        sort_order,
        ..NewCategory::default()
    };
    Ok(category::create(core, ctx, new).await?.category.id)
}

impl Places {
    fn category(&self, slug: &str) -> Result<CategoryId> {
        self.categories.get(slug).copied().with_context(|| format!("no category {slug} in the catalogue"))
    }

    fn brand(&self, slug: &str) -> Result<BrandId> {
        self.brands.get(slug).copied().with_context(|| format!("no brand {slug} in the catalogue"))
    }
}

fn described(new: Product, sort_order: i32, places: &Places) -> Result<NewProduct> {
    let product_type = ProductType::parse(&new.product_type)
        .with_context(|| format!("{} is no type of product", new.product_type))?;
    let names: Vec<String> = new.options.iter().map(|option| option.name.clone()).collect();
    let options =
        new.options.into_iter().map(|option| ProductOption { name: option.name, values: option.values });
    Ok(NewProduct {
        name: new.name,
        slug: Some(new.slug),
        summary: Some(new.summary),
        description: Some(new.description),
        status: ProductStatus::Published,
        product_type,
        featured: new.featured,
        brand_id: Some(places.brand(&new.brand)?),
        category_ids: vec![places.category(&new.category)?],
        tags: new.tags,
        // Pictures would have to be somebody else's; a shop without any shows its own in their place.
        media: Vec::new(),
        options: options.collect(),
        variants: new.variants.into_iter().map(|variant| variant_of(variant, &names)).collect(),
        price: new.price,
        compare_at_price: new.compare_at,
        sale: NewSale { price: new.sale_price, name: new.sale_name, ..NewSale::default() },
        cost: new.cost,
        stock: new.stock,
        track_inventory: new.track,
        sku: new.sku,
        barcode: new.barcode,
        weight_grams: new.weight,
        taxable: true,
        tax_class: new.tax_class,
        shipping_type: None,
        fixed_shipping: None,
        min_order_quantity: 1,
        max_order_quantity: new.max_quantity,
        sort_order,
        metadata: BTreeMap::new(),
        seo_title: None,
        seo_description: None,
    })
}

fn variant_of(new: Variant, options: &[String]) -> NewVariant {
    NewVariant {
        sku: Some(new.sku),
        price: new.price,
        cost: new.cost,
        weight_grams: new.weight,
        option_values: options.iter().cloned().zip(new.values).collect(),
        stock: Some(new.stock),
        ..NewVariant::default()
    }
}
