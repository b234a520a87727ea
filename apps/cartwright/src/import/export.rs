//! Writing products out as Shopify's CSV, a page at a time, so that the import reads them back unchanged.

use std::io::Write;

use anyhow::Result;
use application::{
    Context, Core,
    catalog::product::{Include, ProductView, VariantView, list},
};
use csv::Writer;
use domain::{
    catalog::product::{Product, ProductStatus},
    money::Money,
};
use ports::{
    catalog::{ProductFilter, ProductSort},
    list::{Sort, Window},
};

use super::{
    cell::written,
    shopify::NO_OPTION,
    shopify::columns::{Column, OPTIONS},
};

const PRODUCTS_PER_PAGE: u32 = 100;

/// How much was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Products.
    pub products: u64,
    /// Rows below the first line.
    pub rows: u64,
}

/// Writes all products of the store, oldest first, with the stock of the mode of `ctx`. Sales, metadata
/// and what else Shopify's format has no column for stay behind.
pub async fn export(core: &Core, ctx: &Context, file: impl Write) -> Result<Exported> {
    let mut writer = Writer::from_writer(file);
    writer.write_record(Column::ALL.iter().map(|column| column.title()))?;
    let (mut exported, mut last) = (Exported::default(), None);
    let (filter, include) = (ProductFilter::default(), Include { variants: true, brand: true });
    let sort = Sort { by: ProductSort::CreatedAt, descending: false };
    loop {
        let window = Window::After { last, per_page: PRODUCTS_PER_PAGE };
        let slice = list(core, ctx, &filter, sort, &window, include).await?;
        for view in &slice.items {
            for row in rows(view) {
                writer.write_record(row)?;
                exported.rows = exported.rows.saturating_add(1);
            }
            exported.products = exported.products.saturating_add(1);
        }
        last = slice.next;
        if last.is_none() {
            writer.flush()?;
            return Ok(exported);
        }
    }
}

/// As many rows as the product has variants or pictures, whichever are more.
fn rows(view: &ProductView) -> Vec<Vec<String>> {
    let count = view.variants.len().max(view.product.media.len());
    (0..count).map(|index| Column::ALL.iter().map(|column| cell(view, index, *column)).collect()).collect()
}

fn cell(view: &ProductView, index: usize, column: Column) -> String {
    let product = &view.product;
    if column == Column::Handle {
        return product.slug.as_str().to_owned();
    }
    let of_product = if index == 0 { product_cell(view, column) } else { None };
    let of_variant =
        || view.variants.get(index).and_then(|variant| variant_cell(product, variant, index, column));
    let of_picture = || {
        let media = product.media.get(index)?;
        match column {
            Column::ImageSrc => Some(media.url.clone()),
            Column::ImagePosition => Some(index.saturating_add(1).to_string()),
            Column::ImageAlt => media.alt.clone(),
            _ => None,
        }
    };
    of_product.or_else(of_variant).or_else(of_picture).unwrap_or_default()
}

fn product_cell(view: &ProductView, column: Column) -> Option<String> {
    let product = &view.product;
    match column {
        Column::Title => Some(product.name.clone()),
        Column::Body => product.description.clone(),
        Column::Vendor => view.brand.as_ref().map(|brand| brand.name.clone()),
        Column::Type => view.categories.first().map(|category| category.name.clone()),
        Column::Tags => Some(product.tags.join(", ")),
        Column::Published => Some(truth(product.status == ProductStatus::Published)),
        Column::Status => Some(match product.status {
            ProductStatus::Draft => "draft".to_owned(),
            ProductStatus::Published => "active".to_owned(),
            ProductStatus::Archived => "archived".to_owned(),
        }),
        Column::GiftCard => Some(truth(false)),
        Column::SeoTitle => product.seo_title.clone(),
        Column::SeoDescription => product.seo_description.clone(),
        _ => None,
    }
}

fn variant_cell(product: &Product, view: &VariantView, index: usize, column: Column) -> Option<String> {
    let variant = &view.variant;
    let currency = product.price.price.currency();
    let amount = |money: Money| written(money.minor(), currency);
    let tag = variant.price.over(&product.price);
    match column {
        Column::Sku => variant.sku.clone().or_else(|| product.sku.clone().filter(|_| product.is_simple())),
        Column::Barcode => {
            variant.barcode.clone().or_else(|| product.barcode.clone().filter(|_| product.is_simple()))
        }
        Column::Grams => variant.weight_grams.or(product.weight_grams).map(|grams| grams.to_string()),
        Column::WeightUnit => Some("g".to_owned()),
        Column::Tracker => product.track_inventory.then(|| "shopify".to_owned()),
        Column::Policy => Some(if product.track_inventory { "deny" } else { "continue" }.to_owned()),
        Column::Quantity => Some(view.available.to_string()),
        Column::Price => Some(amount(tag.price)),
        Column::CompareAt => tag.compare_at.map(amount),
        Column::RequiresShipping => Some(truth(product.requires_shipping())),
        Column::Taxable => Some(truth(product.taxable)),
        Column::Cost => variant.cost.or(product.cost).map(amount),
        Column::VariantImage => {
            let shown = product.media.iter().find(|media| Some(&media.id) == variant.media_id.as_ref());
            shown.map(|media| media.url.clone())
        }
        other => option_cell(product, view, index, other),
    }
}

/// Names of options stand in the first row only, as in Shopify's own files.
fn option_cell(product: &Product, view: &VariantView, index: usize, column: Column) -> Option<String> {
    let place = OPTIONS.iter().position(|(name, value)| *name == column || *value == column)?;
    let is_name = OPTIONS.get(place).is_some_and(|(name, _)| *name == column);
    if product.is_simple() {
        let (name, value) = NO_OPTION;
        return (place == 0).then(|| if is_name { name } else { value }.to_owned());
    }
    let (name, value) = view.variant.option_values.get(place)?;
    if is_name { (index == 0).then(|| name.clone()) } else { Some(value.clone()) }
}

fn truth(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}
