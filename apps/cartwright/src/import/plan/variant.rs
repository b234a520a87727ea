//! What differs about prices and variants.

use application::{
    Change,
    catalog::{
        product::{ProductChanges, ProductView},
        variant::VariantChanges,
    },
};
use domain::{
    catalog::{options::option_key, product::Product, variant::Variant},
    money::Money,
    pricing::PriceTag,
};

use super::change;
use crate::import::{
    item::{Item, ItemVariant},
    new::media_id,
};

/// The price that variants go by: that of the first one, where it is one that goes by it. Returns it as
/// it is going to be.
pub(super) fn base_price(
    item: &Item,
    view: &ProductView,
    simple: bool,
    changes: &mut ProductChanges,
    differs: &mut bool,
) -> PriceTag {
    let mut tag = view.product.price.clone();
    let Some(first) = item.variants.first() else { return tag };
    let key = option_key(&first.choices);
    let known = view.variants.iter().find(|known| known.variant.option_key() == key);
    let goes_by_it = simple
        || item.leaves_variants_to_options()
        || known.is_some_and(|known| known.variant.price.price.is_none());
    if !goes_by_it {
        return tag;
    }
    let currency = tag.price.currency();
    if let Some(price) = first.price.filter(|price| *price != tag.price.minor()) {
        changes.price = Some(price);
        tag.price = Money::new(price, currency);
        *differs = true;
    }
    let is = tag.compare_at.map(Money::minor);
    if first.compare_at != Change::Keep && first.compare_at() != is {
        let said = first.compare_at();
        changes.compare_at_price = first.compare_at.clone();
        tag.compare_at = said.map(|minor| Money::new(minor, currency));
        *differs = true;
    }
    tag
}

/// What makes the variant as the file says, under a product that is going to cost `tag`.
pub(super) fn variant_changes(
    wanted: &ItemVariant,
    known: &Variant,
    product: &Product,
    tag: &PriceTag,
) -> Option<VariantChanges> {
    let (mut changes, mut differs) = (VariantChanges::default(), false);
    change(wanted.sku.as_ref(), known.sku.as_ref(), &mut changes.sku, &mut differs);
    change(wanted.barcode.as_ref(), known.barcode.as_ref(), &mut changes.barcode, &mut differs);
    let weight = known.weight_grams.or(product.weight_grams).unwrap_or_default();
    let said = wanted.weight_grams.filter(|grams| *grams != weight);
    change(said.as_ref(), None, &mut changes.weight_grams, &mut differs);
    let cost = known.cost.or(product.cost).map(Money::minor);
    change(wanted.cost.as_ref(), cost.as_ref(), &mut changes.cost, &mut differs);
    let now = known.price.over(tag);
    let price_now = (now.price.minor(), now.compare_at.map(Money::minor));
    let said = (
        wanted.price.unwrap_or(price_now.0),
        if wanted.compare_at == Change::Keep { price_now.1 } else { wanted.compare_at() },
    );
    if said != price_now {
        changes.price = Change::Set(said.0);
        changes.compare_at_price = said.1.map_or(Change::Clear, Change::Set);
        differs = true;
    }
    if let Some(image) = &wanted.image {
        let shown = product.media.iter().find(|media| Some(&media.id) == known.media_id.as_ref());
        if shown.map(|media| &media.url) != Some(image) {
            let known = product.media.iter().find(|media| media.url == *image);
            changes.media_id = Change::Set(known.map_or_else(|| media_id(image), |media| media.id.clone()));
            differs = true;
        }
    }
    differs.then_some(changes)
}
