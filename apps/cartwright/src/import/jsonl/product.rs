//! One product of a file, as `POST /products` takes it.

use std::collections::BTreeMap;

use application::Change;
use chrono::{DateTime, Utc};
use domain::catalog::{
    options::ProductOption,
    product::{ProductStatus, ProductType, ShippingType},
};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::import::{
    cell::slug,
    item::{Fault, Image, Item, ItemVariant, More, Place, Sale, options_of},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Product {
    name: Option<String>,
    slug: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    #[serde(default, deserialize_with = "said")]
    status: Option<ProductStatus>,
    #[serde(default, deserialize_with = "said")]
    product_type: Option<ProductType>,
    brand_id: Option<String>,
    #[serde(default)]
    category_ids: Vec<String>,
    tags: Option<Vec<String>>,
    #[serde(default)]
    media: Vec<Media>,
    #[serde(default)]
    images: Vec<String>,
    #[serde(default)]
    options: Vec<Choice>,
    #[serde(default)]
    variants: Vec<Variant>,
    price: Option<i64>,
    #[serde(default, deserialize_with = "said_or_none")]
    compare_at_price: Change<i64>,
    cost: Option<i64>,
    stock: Option<u32>,
    track_inventory: Option<bool>,
    sku: Option<String>,
    barcode: Option<String>,
    weight_grams: Option<u32>,
    taxable: Option<bool>,
    tax_class: Option<String>,
    #[serde(default, deserialize_with = "said")]
    shipping_type: Option<ShippingType>,
    featured: Option<bool>,
    seo_title: Option<String>,
    seo_description: Option<String>,
    sale_price: Option<i64>,
    sale_name: Option<String>,
    sale_starts_at: Option<DateTime<Utc>>,
    sale_ends_at: Option<DateTime<Utc>>,
    fixed_shipping_rate_cents: Option<i64>,
    min_order_quantity: Option<u32>,
    max_order_quantity: Option<u32>,
    sort_order: Option<i32>,
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Variant {
    sku: Option<String>,
    barcode: Option<String>,
    price: Option<i64>,
    #[serde(default, deserialize_with = "said_or_none")]
    compare_at_price: Change<i64>,
    cost: Option<i64>,
    weight_grams: Option<u32>,
    #[serde(default, alias = "options")]
    option_values: BTreeMap<String, String>,
    #[serde(alias = "inventoryCount")]
    stock: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Media {
    #[serde(alias = "path")]
    url: String,
    alt: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    name: String,
    values: Vec<String>,
}

/// A word of the API.
trait Word: Sized {
    fn read(text: &str) -> Option<Self>;
}

impl Word for ProductStatus {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Word for ProductType {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Word for ShippingType {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

fn said<'de, T: Word, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    T::read(&text)
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("`{text}` is not one of the values there are")))
}

/// `null` says that there is none.
fn said_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Change<i64>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map_or(Change::Clear, Change::Set))
}

impl Product {
    pub(super) fn into_item(self, line: u64) -> Result<Item, Fault> {
        let key = self.slug.as_deref().or(self.name.as_deref());
        let key = key.ok_or_else(|| Fault::new(line, "slug", "is needed, or a name to make it from"))?;
        let slug = slug(key).map_err(|message| Fault::new(line, "slug", message))?;
        let pictures = self.media.into_iter().map(|media| Image { url: media.url, alt: media.alt });
        let addresses = self.images.into_iter().map(|url| Image { url, alt: None });
        let own = ItemVariant {
            line,
            choices: Vec::new(),
            sku: self.sku,
            barcode: self.barcode,
            price: self.price,
            compare_at: self.compare_at_price,
            cost: self.cost,
            weight_grams: self.weight_grams,
            stock: self.stock,
            image: None,
        };
        let sale = self.sale_price.map(|price| Sale {
            price,
            name: self.sale_name,
            starts_at: self.sale_starts_at,
            ends_at: self.sale_ends_at,
        });
        let more = More {
            sale,
            fixed_shipping: self.fixed_shipping_rate_cents,
            min_order_quantity: self.min_order_quantity,
            max_order_quantity: self.max_order_quantity,
            sort_order: self.sort_order,
            metadata: self.metadata,
        };
        let options = self.options.into_iter().map(|Choice { name, values }| ProductOption { name, values });
        let options: Vec<_> = options.collect();
        let variants = if self.variants.is_empty() {
            vec![own]
        } else {
            self.variants.into_iter().map(|variant| variant.under(&own)).collect()
        };
        Ok(Item {
            line,
            slug,
            name: self.name,
            summary: self.summary,
            description: self.description,
            status: self.status,
            product_type: self.product_type,
            brand: self.brand_id.map(Place::Handle),
            categories: self.category_ids.into_iter().map(Place::Handle).collect(),
            tags: self.tags,
            images: pictures.chain(addresses).collect(),
            options: if options.is_empty() { options_of(&variants) } else { options },
            variants,
            more,
            track_inventory: self.track_inventory,
            shipping: self.shipping_type,
            taxable: self.taxable,
            tax_class: self.tax_class,
            featured: self.featured,
            seo_title: self.seo_title,
            seo_description: self.seo_description,
        })
    }
}

impl Variant {
    /// The variant, with what the product says for all of them where it does not say so itself.
    fn under(self, product: &ItemVariant) -> ItemVariant {
        let inherits = self.price.is_none();
        ItemVariant {
            line: product.line,
            choices: self.option_values.into_iter().collect(),
            sku: self.sku,
            barcode: self.barcode,
            price: self.price.or(product.price),
            compare_at: match self.compare_at_price {
                Change::Keep if inherits => product.compare_at.clone(),
                own => own,
            },
            cost: self.cost.or(product.cost),
            weight_grams: self.weight_grams.or(product.weight_grams),
            stock: self.stock.or(product.stock),
            image: None,
        }
    }
}
