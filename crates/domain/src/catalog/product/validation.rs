//! The limits of a product's fields.

use rust_decimal::Decimal;

use super::{Media, ORDER_QUANTITY_MAX, Product};
use crate::{
    money::Money,
    text::{Fault, Faults, check_text},
};

/// Characters of a product's name.
pub const NAME_MAX: usize = 200;
const SUMMARY_MAX: usize = 500;
const DESCRIPTION_MAX: usize = 50_000;
const CODE_MAX: usize = 64;
const SEO_MAX: usize = 320;
const URL_MAX: usize = 2048;
const ALT_MAX: usize = 500;
const MEDIA_MAX: usize = 100;
const MEDIA_ID_MAX: usize = 64;
const TAG_MAX: usize = 60;
const TAGS_MAX: usize = 100;
const CATEGORIES_MAX: usize = 50;
const METADATA_MAX: usize = 50;
const METADATA_KEY_MAX: usize = 64;
const METADATA_VALUE_MAX: usize = 1000;
/// A hundred tonnes: nothing heavier goes into a parcel, and a full cart of it can still be weighed.
pub(crate) const WEIGHT_GRAMS_MAX: u32 = 100_000_000;

pub(super) fn faults(product: &Product) -> Vec<Fault> {
    let mut faults = Faults::default();
    texts(product, &mut faults);
    media(&product.media, &mut faults);
    lists(product, &mut faults);
    amounts(product, &mut faults);
    faults.check("options", product.check_options());
    faults.into_vec()
}

fn texts(product: &Product, faults: &mut Faults) {
    faults.text("name", &product.name, NAME_MAX);
    faults.optional_text("summary", product.summary.as_deref(), SUMMARY_MAX);
    faults.optional_text("description", product.description.as_deref(), DESCRIPTION_MAX);
    code("sku", product.sku.as_deref(), faults);
    code("barcode", product.barcode.as_deref(), faults);
    faults.optional_text("seoTitle", product.seo_title.as_deref(), SEO_MAX);
    faults.optional_text("seoDescription", product.seo_description.as_deref(), SEO_MAX);
}

/// An article number or a barcode: absent, or something.
pub(crate) fn code(field: &str, code: Option<&str>, faults: &mut Faults) {
    faults.check(field, code.map_or(Ok(()), |code| check_text(code, CODE_MAX)));
}

fn media(media: &[Media], faults: &mut Faults) {
    faults.require(media.len() <= MEDIA_MAX, "media", format_args!("must hold at most {MEDIA_MAX} items"));
    for (index, item) in media.iter().enumerate() {
        faults.text(&format!("media.{index}.id"), &item.id, MEDIA_ID_MAX);
        let again = media.iter().take(index).any(|earlier| earlier.id == item.id);
        faults.require(!again, &format!("media.{index}.id"), "is used twice");
        let field = format!("media.{index}.url");
        faults.text(&field, &item.url, URL_MAX);
        faults.require(is_safe_location(&item.url), &field, "must be a path or an http or https address");
        faults.optional_text(&format!("media.{index}.alt"), item.alt.as_deref(), ALT_MAX);
        let ratio_fits = item.aspect_ratio.is_none_or(|ratio| ratio > Decimal::ZERO);
        faults.require(ratio_fits, &format!("media.{index}.aspectRatio"), "must be more than zero");
    }
}

/// Whether a page can show what is there without running it: of addresses with a scheme, only those of
/// the web.
fn is_safe_location(url: &str) -> bool {
    match url.split_once(':') {
        Some((scheme, rest)) if !scheme.contains('/') => {
            matches!(scheme, "http" | "https") && rest.starts_with("//")
        }
        _ => true,
    }
}

fn lists(product: &Product, faults: &mut Faults) {
    faults.require(product.tags.len() <= TAGS_MAX, "tags", format_args!("must hold at most {TAGS_MAX} tags"));
    for (index, tag) in product.tags.iter().enumerate() {
        faults.text(&format!("tags.{index}"), tag, TAG_MAX);
    }
    let few = product.category_ids.len() <= CATEGORIES_MAX;
    faults.require(few, "categoryIds", format_args!("must hold at most {CATEGORIES_MAX} categories"));
    let few = product.metadata.len() <= METADATA_MAX;
    faults.require(few, "metadata", format_args!("must hold at most {METADATA_MAX} entries"));
    for (key, value) in &product.metadata {
        let field = format!("metadata.{key}");
        faults.text(&field, key, METADATA_KEY_MAX);
        faults.optional_text(&field, Some(value), METADATA_VALUE_MAX);
    }
}

fn amounts(product: &Product, faults: &mut Faults) {
    for error in product.price.faults() {
        faults.add(error.field(), error);
    }
    cost("cost", product.cost, product.price.price, faults);
    cost("fixedShippingRateCents", product.fixed_shipping, product.price.price, faults);
    weight(product.weight_grams, faults);
    faults.require(
        (1..=ORDER_QUANTITY_MAX).contains(&product.min_order_quantity),
        "minOrderQuantity",
        format_args!("must lie between 1 and {ORDER_QUANTITY_MAX}"),
    );
    if let Some(most) = product.max_order_quantity {
        faults.require(
            (product.min_order_quantity..=ORDER_QUANTITY_MAX).contains(&most),
            "maxOrderQuantity",
            format_args!("must lie between the minimum and {ORDER_QUANTITY_MAX}"),
        );
    }
}

/// An amount that may be missing, but not negative and not in another currency than the price.
pub(crate) fn cost(field: &str, amount: Option<Money>, price: Money, faults: &mut Faults) {
    let Some(amount) = amount else { return };
    faults.require(!amount.is_negative(), field, "must not be negative");
    let same = amount.currency() == price.currency();
    faults.require(same, field, format_args!("must be in {}", price.currency()));
}

pub(crate) fn weight(grams: Option<u32>, faults: &mut Faults) {
    let fits = grams.is_none_or(|grams| grams <= WEIGHT_GRAMS_MAX);
    faults.require(fits, "weightGrams", format_args!("must be at most {WEIGHT_GRAMS_MAX}"));
}
