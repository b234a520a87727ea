//! A product of a file that the shop does not have yet.

use application::catalog::{
    product::{NewMedia, NewProduct},
    variant::{NewSale, NewVariant},
};
use domain::{
    catalog::product::{ProductStatus, ProductType},
    money::{Currency, Money},
    pricing::PriceTag,
};
use sha2::{Digest as _, Sha256};

use super::{
    item::{Fault, Image, Item, ItemVariant},
    plan::Places,
};

/// The product that `item` describes. It goes by its first variant; the others say what they differ in.
pub(super) fn new_product(
    item: Item,
    places: &Places,
    status: ProductStatus,
    currency: Currency,
) -> Result<NewProduct, Fault> {
    let needed = |line: u64, field: &str| Fault::new(line, field, "is needed for a new product");
    let by_options = item.options.is_empty() || item.leaves_variants_to_options();
    let first = item.variants.first().cloned().unwrap_or_default();
    let price = first.price.ok_or_else(|| needed(first.line.max(item.line), "price"))?;
    let compare_at = first.compare_at();
    let money = |minor| Money::new(minor, currency);
    let tag = PriceTag { price: money(price), compare_at: compare_at.map(money), sale: None };
    let described = item.variants.iter().filter(|_| !by_options);
    let variants: Vec<_> = described.map(|variant| new_variant(variant, &tag)).collect();
    let own = |text: &Option<String>| text.clone().filter(|_| by_options);
    let sale = item.more.sale.map_or_else(NewSale::default, |sale| NewSale {
        price: Some(sale.price),
        name: sale.name,
        starts_at: sale.starts_at,
        ends_at: sale.ends_at,
    });
    Ok(NewProduct {
        name: item.name.ok_or_else(|| needed(item.line, "name"))?,
        slug: Some(item.slug.as_str().to_owned()),
        summary: item.summary,
        description: item.description,
        status: item.status.unwrap_or(status),
        product_type: item.product_type.unwrap_or(ProductType::Physical),
        featured: item.featured.unwrap_or_default(),
        brand_id: places.brand,
        category_ids: places.categories.clone(),
        tags: item.tags.unwrap_or_default(),
        media: item.images.into_iter().map(new_media).collect(),
        options: item.options,
        variants,
        price,
        compare_at_price: compare_at,
        sale,
        cost: first.cost,
        stock: first.stock.unwrap_or_default(),
        track_inventory: item.track_inventory.unwrap_or(true),
        sku: own(&first.sku),
        barcode: own(&first.barcode),
        weight_grams: first.weight_grams,
        taxable: item.taxable.unwrap_or(true),
        tax_class: item.tax_class,
        shipping_type: item.shipping,
        fixed_shipping: item.more.fixed_shipping,
        min_order_quantity: item.more.min_order_quantity.unwrap_or(1),
        max_order_quantity: item.more.max_order_quantity,
        sort_order: item.more.sort_order.unwrap_or_default(),
        metadata: item.more.metadata.unwrap_or_default(),
        seo_title: item.seo_title,
        seo_description: item.seo_description,
    })
}

/// A variant under a product that costs `tag`: its price is its own only where it differs.
pub(super) fn new_variant(variant: &ItemVariant, tag: &PriceTag) -> NewVariant {
    let compare_at = variant.compare_at();
    let price = variant
        .price
        .filter(|price| *price != tag.price.minor() || compare_at != tag.compare_at.map(Money::minor));
    NewVariant {
        sku: variant.sku.clone(),
        barcode: variant.barcode.clone(),
        price,
        compare_at_price: compare_at.filter(|_| price.is_some()),
        cost: variant.cost,
        weight_grams: variant.weight_grams,
        option_values: variant.choices.clone(),
        media_id: variant.image.as_deref().map(media_id),
        stock: Some(variant.stock.unwrap_or_default()),
        ..NewVariant::default()
    }
}

fn new_media(Image { url, alt }: Image) -> NewMedia {
    NewMedia { id: Some(media_id(&url)), url, alt, is_video: false, aspect_ratio: None }
}

/// The identity of a picture with this address, the same in every run.
pub(super) fn media_id(url: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(url.as_bytes()).into();
    let half = digest.first_chunk().copied().unwrap_or_default();
    format!("{:032x}", u128::from_be_bytes(half))
}

#[cfg(test)]
mod tests {
    use application::Change;

    use super::*;

    #[test]
    fn a_variant_has_a_price_of_its_own_only_where_it_differs() {
        let pounds = Currency::from_code("GBP").unwrap();
        let tag = |price, compare_at: Option<i64>| PriceTag {
            price: Money::new(price, pounds),
            compare_at: compare_at.map(|minor| Money::new(minor, pounds)),
            sale: None,
        };
        let variant = |price, compare_at| ItemVariant { price, compare_at, ..ItemVariant::default() };
        let cases = [
            (variant(Some(500), Change::Clear), tag(500, None), (None, None)),
            (variant(Some(600), Change::Clear), tag(500, None), (Some(600), None)),
            (variant(Some(500), Change::Set(700)), tag(500, Some(700)), (None, None)),
            (variant(Some(500), Change::Clear), tag(500, Some(700)), (Some(500), None)),
            (variant(Some(500), Change::Set(900)), tag(500, Some(700)), (Some(500), Some(900))),
            (variant(None, Change::Keep), tag(500, Some(700)), (None, None)),
        ];
        for (said, tag, expected) in cases {
            let new = new_variant(&said, &tag);
            assert_eq!((new.price, new.compare_at_price), expected, "{said:?} under {tag:?}");
        }
    }

    #[test]
    fn a_picture_has_the_same_identity_in_every_run() {
        assert_eq!(media_id("https://cdn.example/1.jpg"), media_id("https://cdn.example/1.jpg"));
        assert_ne!(media_id("https://cdn.example/1.jpg"), media_id("https://cdn.example/2.jpg"));
        assert_eq!(media_id("").len(), 32);
    }
}
