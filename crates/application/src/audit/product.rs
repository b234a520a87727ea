//! Products with their variants.

use domain::{
    audit::{Facts, Subject, SubjectType, Value},
    catalog::{
        options::ProductOption,
        product::{Media, Product},
        variant::Variant,
    },
    pricing::{PriceTag, Sale, VariantPrice},
};

use super::Snapshot;

/// A product with the variants it is sold in.
pub(crate) struct Shelved<'a>(pub(crate) &'a Product, pub(crate) &'a [Variant]);

impl Snapshot for Shelved<'_> {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::Product, self.0.id)
    }

    /// Fields of a variant stand under its id: `variants.var_01H….sku`.
    fn facts(&self) -> Facts {
        let Self(product, variants) = self;
        variants.iter().fold(of_product(product), |facts, variant| {
            facts.with_part(&format!("variants.{}", variant.id), of_variant(variant))
        })
    }
}

fn of_product(product: &Product) -> Facts {
    let Product {
        id: _,
        slug,
        name,
        summary,
        description,
        status,
        product_type,
        featured,
        brand_id,
        category_ids,
        tags,
        media,
        options,
        price: PriceTag { price, compare_at, sale },
        cost,
        sku,
        barcode,
        weight_grams,
        track_inventory,
        taxable,
        tax_class,
        shipping_type,
        fixed_shipping,
        min_order_quantity,
        max_order_quantity,
        sort_order,
        metadata,
        seo_title,
        seo_description,
        version,
        created_at: _,
        updated_at: _,
        published_at: _,
    } = product.clone();
    let described = Facts::default()
        .with("name", name)
        .with("slug", slug.as_str())
        .with("summary", summary)
        .with("description", description)
        .with("status", status.as_str())
        .with("productType", product_type.as_str())
        .with("featured", featured)
        .with("brandId", brand_id)
        .with("categoryIds", Value::list(category_ids))
        .with("tags", Value::list(tags))
        .with("media", Value::list(media.into_iter().map(of_media)))
        .with("options", Value::list(options.into_iter().map(of_option)))
        .with("price", price)
        .with("compareAtPrice", compare_at);
    with_sale(described, sale)
        .with("cost", cost)
        .with("sku", sku)
        .with("barcode", barcode)
        .with("weightGrams", weight_grams)
        .with("trackInventory", track_inventory)
        .with("taxable", taxable)
        .with("taxClass", tax_class.as_str())
        .with("shippingType", shipping_type.as_str())
        .with("fixedShippingRateCents", fixed_shipping)
        .with("minOrderQuantity", min_order_quantity)
        .with("maxOrderQuantity", max_order_quantity)
        .with("sortOrder", sort_order)
        .with_map("metadata", &metadata)
        .with("seoTitle", seo_title)
        .with("seoDescription", seo_description)
        .with("version", version)
}

fn of_variant(variant: &Variant) -> Facts {
    let Variant {
        id: _,
        product_id: _,
        name,
        sku,
        barcode,
        price: VariantPrice { price, compare_at, sale },
        cost,
        weight_grams,
        option_values,
        position,
        is_default,
        media_id,
        version,
        created_at: _,
        updated_at: _,
    } = variant.clone();
    let choices = option_values.into_iter().map(|(option, value)| (option, Value::from(value)));
    let described = Facts::default()
        .with("name", name)
        .with("sku", sku)
        .with("barcode", barcode)
        .with("price", price)
        .with("compareAtPrice", compare_at);
    with_sale(described, sale)
        .with("cost", cost)
        .with("weightGrams", weight_grams)
        .with_part("optionValues", choices.collect())
        .with("position", position)
        .with("isDefault", is_default)
        .with("mediaId", media_id)
        .with("version", version)
}

fn with_sale(facts: Facts, sale: Option<Sale>) -> Facts {
    let (price, name, starts_at, ends_at) = match sale {
        Some(Sale { price, name, starts_at, ends_at }) => (Some(price), name, starts_at, ends_at),
        None => (None, None, None, None),
    };
    facts
        .with("salePrice", price)
        .with("saleName", name)
        .with("saleStartsAt", starts_at)
        .with("saleEndsAt", ends_at)
}

fn of_media(media: Media) -> Facts {
    let Media { id, url, alt, is_video, aspect_ratio } = media;
    Facts::default()
        .with("id", id)
        .with("url", url)
        .with("alt", alt)
        .with("isVideo", is_video)
        .with("aspectRatio", aspect_ratio.map(|ratio| ratio.to_string()))
}

fn of_option(option: ProductOption) -> Facts {
    let ProductOption { name, values } = option;
    Facts::default().with("name", name).with("values", Value::list(values))
}
