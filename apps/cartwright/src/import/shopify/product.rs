//! The rows of one product, understood.

use application::Change;
use domain::{
    catalog::{
        options::OptionValues,
        product::{ProductStatus, ShippingType},
    },
    money::Currency,
};

use super::{
    columns::{Column, OPTIONS},
    row::Row,
};
use crate::import::{
    cell::{amount, grams, slug, units, yes_or_no},
    item::{Fault, Image, Item, ItemVariant, More, Place, options_of},
};

/// What Shopify calls the only option of a product without any, and its value.
pub(in crate::import) const NO_OPTION: (&str, &str) = ("Title", "Default Title");

/// The product of these rows, of which there is at least one. What is wrong with them goes to `faults`;
/// `None` when that leaves no product at all.
pub(super) fn product(rows: &[Row], currency: Currency, faults: &mut Vec<Fault>) -> Option<Item> {
    let first = rows.first()?;
    if first.handle().is_empty() {
        let missing = rows.iter().map(|row| Fault::new(row.line, Column::Handle.title(), "is needed"));
        faults.extend(missing);
        return None;
    }
    let slug = first.parse(Column::Handle, faults, slug)?;
    if first.parse(Column::GiftCard, faults, yes_or_no) == Some(true) {
        let message = "gift cards are not products here; make them as gift cards";
        faults.push(Fault::new(first.line, Column::GiftCard.title(), message));
    }
    let names = option_names(first);
    let variants = variants(rows, &names, currency, faults);
    Some(Item {
        line: first.line,
        slug,
        name: first.owned(Column::Title),
        summary: None,
        description: first.owned(Column::Body),
        status: status(first, faults),
        product_type: None,
        brand: first.owned(Column::Vendor).map(Place::Name),
        categories: category(first).into_iter().collect(),
        tags: first.get(Column::Tags).map(tags),
        images: images(rows, faults),
        options: options_of(&variants),
        track_inventory: tracked(rows, faults),
        shipping: any(rows, Column::RequiresShipping, faults)
            .map(|sent| if sent { ShippingType::Required } else { ShippingType::None }),
        taxable: any(rows, Column::Taxable, faults),
        tax_class: None,
        featured: None,
        seo_title: first.owned(Column::SeoTitle),
        seo_description: first.owned(Column::SeoDescription),
        variants,
        more: More::default(),
    })
}

/// For sale only if both columns say so: an active product may still be kept from the online store.
fn status(row: &Row, faults: &mut Vec<Fault>) -> Option<ProductStatus> {
    let published = row.parse(Column::Published, faults, yes_or_no);
    let status = row.parse(Column::Status, faults, |text| match text.to_ascii_lowercase().as_str() {
        "active" => Ok(ProductStatus::Published),
        "draft" => Ok(ProductStatus::Draft),
        "archived" => Ok(ProductStatus::Archived),
        _ => Err("must be active, draft or archived".to_owned()),
    });
    match (status, published) {
        (Some(ProductStatus::Published) | None, Some(false)) => Some(ProductStatus::Draft),
        (Some(status), _) => Some(status),
        (None, Some(true)) => Some(ProductStatus::Published),
        (None, None) => None,
    }
}

/// The shop's own type, else the last step of `Home & Garden > Decor > Candles`.
fn category(row: &Row) -> Option<Place> {
    let taxonomy = || row.get(Column::Category).and_then(|path| path.rsplit('>').next()).map(str::trim);
    let name = row.get(Column::Type).or_else(taxonomy).filter(|name| !name.is_empty())?;
    Some(Place::Name(name.to_owned()))
}

fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// Names of the options, which only the first row gives; none for a product without choices.
fn option_names(first: &Row) -> Vec<(Column, String)> {
    let named = OPTIONS.iter().filter_map(|(name, value)| Some((*value, first.owned(*name)?)));
    let names: Vec<_> = named.collect();
    let is_default = |(column, name): &(Column, String)| {
        name.eq_ignore_ascii_case(NO_OPTION.0)
            && first.get(*column).is_none_or(|value| value.eq_ignore_ascii_case(NO_OPTION.1))
    };
    if names.len() == 1 && names.iter().all(is_default) { Vec::new() } else { names }
}

fn variants(
    rows: &[Row],
    names: &[(Column, String)],
    currency: Currency,
    faults: &mut Vec<Fault>,
) -> Vec<ItemVariant> {
    let mut variants = Vec::new();
    for row in rows.iter().filter(|row| row.has_variant()) {
        let mut choices = OptionValues::new();
        for (column, name) in names {
            match row.owned(*column) {
                Some(value) => choices.push((name.clone(), value)),
                None => {
                    faults.push(Fault::new(row.line, column.title(), format!("is needed: which {name}?")));
                }
            }
        }
        let price = row.parse(Column::Price, faults, |text| amount(text, currency));
        let compare_at = row.parse(Column::CompareAt, faults, |text| amount(text, currency));
        variants.push(ItemVariant {
            line: row.line,
            choices,
            sku: row.owned(Column::Sku).map(|sku| sku.trim_start_matches('\'').to_owned()),
            barcode: row.owned(Column::Barcode).map(|code| code.trim_start_matches('\'').to_owned()),
            price,
            // Shopify shows none that is no higher than the price; here such a one cannot be.
            compare_at: match (price, compare_at) {
                (None, _) => Change::Keep,
                (Some(price), Some(higher)) if higher > price => Change::Set(higher),
                (Some(_), _) => Change::Clear,
            },
            cost: row.parse(Column::Cost, faults, |text| amount(text, currency)),
            weight_grams: row.parse(Column::Grams, faults, grams),
            stock: row.parse(Column::Quantity, faults, units),
            image: row.owned(Column::VariantImage),
        });
    }
    if names.is_empty() && variants.len() > 1 {
        let extra = variants.iter().skip(1).map(|variant| {
            let message = "is needed: a product with several variants says what they differ in";
            Fault::new(variant.line, Column::Option1Name.title(), message)
        });
        faults.extend(extra);
    }
    variants
}

/// Pictures in the order of their positions, then those that only variants name; each once.
fn images(rows: &[Row], faults: &mut Vec<Fault>) -> Vec<Image> {
    let mut placed = Vec::new();
    for row in rows {
        let Some(url) = row.owned(Column::ImageSrc) else { continue };
        let position = row.parse(Column::ImagePosition, faults, |text| {
            text.parse::<u32>().map_err(|_| "must be a whole number".to_owned())
        });
        placed.push((position.unwrap_or(u32::MAX), Image { url, alt: row.owned(Column::ImageAlt) }));
    }
    placed.sort_by_key(|(position, _)| *position);
    let of_variants = rows.iter().filter_map(|row| row.owned(Column::VariantImage));
    let of_variants = of_variants.map(|url| Image { url, alt: None });
    let mut images: Vec<Image> = Vec::new();
    for image in placed.into_iter().map(|(_, image)| image).chain(of_variants) {
        if !images.iter().any(|known| known.url == image.url) {
            images.push(image);
        }
    }
    images
}

/// Stock is counted where a tracker is named, unless every variant may be sold beyond it.
fn tracked(rows: &[Row], faults: &mut Vec<Fault>) -> Option<bool> {
    let (mut said, mut tracked) = (false, false);
    for row in rows.iter().filter(|row| row.has_variant()) {
        let beyond = row.parse(Column::Policy, faults, |text| match text.to_ascii_lowercase().as_str() {
            "deny" => Ok(false),
            "continue" => Ok(true),
            _ => Err("must be deny or continue".to_owned()),
        });
        let tracker = row.get(Column::Tracker).is_some();
        said |= beyond.is_some() || tracker;
        tracked |= tracker && beyond != Some(true);
    }
    said.then_some(tracked)
}

/// Whether any row says yes; `None` when none says anything.
fn any(rows: &[Row], column: Column, faults: &mut Vec<Fault>) -> Option<bool> {
    let said: Vec<bool> = rows.iter().filter_map(|row| row.parse(column, faults, yes_or_no)).collect();
    if said.is_empty() { None } else { Some(said.contains(&true)) }
}
