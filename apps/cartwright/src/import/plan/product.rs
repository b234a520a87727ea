//! What differs about the product itself.

use application::{
    Change,
    catalog::{
        product::{NewMedia, ProductChanges},
        variant::SaleChanges,
    },
};
use domain::{
    catalog::product::{Media, Product, ShippingType},
    id::CategoryId,
    money::Money,
    pricing::PriceTag,
};

use super::{Places, change, set};
use crate::import::{
    item::{Image, Item, ItemVariant, Sale},
    new::media_id,
};

pub(super) fn texts(item: &Item, product: &Product, changes: &mut ProductChanges, differs: &mut bool) {
    let name = item.name.as_ref().map(|name| name.trim().to_owned());
    set(name.as_ref(), &product.name, &mut changes.name, differs);
    change(item.summary.as_ref(), product.summary.as_ref(), &mut changes.summary, differs);
    change(item.description.as_ref(), product.description.as_ref(), &mut changes.description, differs);
    change(item.seo_title.as_ref(), product.seo_title.as_ref(), &mut changes.seo_title, differs);
    let (said, is) = (item.seo_description.as_ref(), product.seo_description.as_ref());
    change(said, is, &mut changes.seo_description, differs);
    set(item.tags.as_ref(), &product.tags, &mut changes.tags, differs);
    set(item.more.metadata.as_ref(), &product.metadata, &mut changes.metadata, differs);
    if let Some(media) = new_media(&item.images, &product.media) {
        changes.media = Some(media);
        *differs = true;
    }
}

pub(super) fn terms(item: &Item, product: &Product, changes: &mut ProductChanges, differs: &mut bool) {
    set(item.status.as_ref(), &product.status, &mut changes.status, differs);
    set(item.product_type.as_ref(), &product.product_type, &mut changes.product_type, differs);
    set(item.featured.as_ref(), &product.featured, &mut changes.featured, differs);
    set(item.track_inventory.as_ref(), &product.track_inventory, &mut changes.track_inventory, differs);
    set(item.taxable.as_ref(), &product.taxable, &mut changes.taxable, differs);
    let class = product.tax_class.as_str().to_owned();
    set(item.tax_class.as_ref(), &class, &mut changes.tax_class, differs);
    // Files know sent and not sent only; a finer answer that comes to the same stays.
    let needs_sending = |shipping: ShippingType| shipping.needs_sending(product.product_type);
    let finer = item.shipping.filter(|said| needs_sending(*said) != needs_sending(product.shipping_type));
    set(finer.as_ref(), &product.shipping_type, &mut changes.shipping_type, differs);
    let more = &item.more;
    set(
        more.min_order_quantity.as_ref(),
        &product.min_order_quantity,
        &mut changes.min_order_quantity,
        differs,
    );
    let (said, is) = (more.max_order_quantity.as_ref(), product.max_order_quantity.as_ref());
    change(said, is, &mut changes.max_order_quantity, differs);
    set(more.sort_order.as_ref(), &product.sort_order, &mut changes.sort_order, differs);
    let is = product.fixed_shipping.map(Money::minor);
    change(more.fixed_shipping.as_ref(), is.as_ref(), &mut changes.fixed_shipping, differs);
    if let Some(sale) = more.sale.as_ref().filter(|sale| !is_sale(sale, &product.price)) {
        let or_clear = |text: Option<String>| text.map_or(Change::Clear, Change::Set);
        changes.sale = SaleChanges {
            price: Change::Set(sale.price),
            name: or_clear(sale.name.clone()),
            starts_at: sale.starts_at.map_or(Change::Clear, Change::Set),
            ends_at: sale.ends_at.map_or(Change::Clear, Change::Set),
        };
        *differs = true;
    }
}

fn is_sale(said: &Sale, tag: &PriceTag) -> bool {
    tag.sale.as_ref().is_some_and(|sale| {
        let (is, Sale { price, name, starts_at, ends_at }) = (sale, said);
        is.price.minor() == *price && is.name == *name && is.starts_at == *starts_at && is.ends_at == *ends_at
    })
}

/// Brand and categories. Other categories, which the merchant may have added, stay.
pub(super) fn belonging(
    item: &Item,
    places: &Places,
    product: &Product,
    changes: &mut ProductChanges,
    differs: &mut bool,
) {
    if item.brand.is_some() {
        change(places.brand.as_ref(), product.brand_id.as_ref(), &mut changes.brand_id, differs);
    }
    let missing = places.categories.iter().filter(|category| !product.category_ids.contains(category));
    let missing: Vec<CategoryId> = missing.copied().collect();
    if !missing.is_empty() {
        changes.category_ids = Some(product.category_ids.iter().copied().chain(missing).collect());
        *differs = true;
    }
    *differs |= places.is_pending;
}

pub(super) fn codes_of_simple(
    wanted: &ItemVariant,
    product: &Product,
    changes: &mut ProductChanges,
    differs: &mut bool,
) {
    change(wanted.sku.as_ref(), product.sku.as_ref(), &mut changes.sku, differs);
    change(wanted.barcode.as_ref(), product.barcode.as_ref(), &mut changes.barcode, differs);
    let weight = wanted.weight_grams.filter(|grams| *grams != product.weight_grams.unwrap_or_default());
    change(weight.as_ref(), product.weight_grams.as_ref(), &mut changes.weight_grams, differs);
    let cost = product.cost.map(Money::minor);
    change(wanted.cost.as_ref(), cost.as_ref(), &mut changes.cost, differs);
}

/// All pictures as the file has them, with the identity of those that are there already; `None` when they
/// are so, or when the file has none.
fn new_media(images: &[Image], media: &[Media]) -> Option<Vec<NewMedia>> {
    let same = |(image, known): (&Image, &Media)| {
        image.url == known.url && image.alt.as_ref().is_none_or(|alt| Some(alt) == known.alt.as_ref())
    };
    if images.is_empty() || (images.len() == media.len() && images.iter().zip(media).all(same)) {
        return None;
    }
    let new = images.iter().map(|image| {
        let known = media.iter().find(|known| known.url == image.url);
        NewMedia {
            id: Some(known.map_or_else(|| media_id(&image.url), |known| known.id.clone())),
            url: image.url.clone(),
            alt: image.alt.clone().or_else(|| known.and_then(|known| known.alt.clone())),
            is_video: known.is_some_and(|known| known.is_video),
            aspect_ratio: known.and_then(|known| known.aspect_ratio),
        }
    });
    Some(new.collect())
}
