//! A product as a file tells of it, whatever the file's format.

use std::collections::BTreeMap;

use application::Change;
use chrono::{DateTime, Utc};
use domain::{
    catalog::{
        options::{OptionValues, ProductOption},
        product::{ProductStatus, ProductType, ShippingType},
    },
    text::Slug,
};
use serde::Serialize;

/// One product of a file. What is `None` is not said there: a product that exists keeps what it has, a
/// new one gets the usual value. Amounts are in minor units of the store's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Line of the file that it begins on, from 1.
    pub line: u64,
    /// Its slug, by which it is recognized in a later run.
    pub slug: Slug,
    /// What it is called.
    pub name: Option<String>,
    /// A line about it.
    pub summary: Option<String>,
    /// What there is to say about it, in Markdown or HTML.
    pub description: Option<String>,
    /// Draft, for sale or archived.
    pub status: Option<ProductStatus>,
    /// What sort of thing it is.
    pub product_type: Option<ProductType>,
    /// Its brand.
    pub brand: Option<Place>,
    /// Categories that it is in, among others.
    pub categories: Vec<Place>,
    /// Words to find it by, all of them.
    pub tags: Option<Vec<String>>,
    /// Pictures by address with what they show, all of them; nothing said when there are none.
    pub images: Vec<Image>,
    /// What a shopper chooses between; empty for a simple product.
    pub options: Vec<ProductOption>,
    /// Its variants. A simple product has one without choices.
    pub variants: Vec<ItemVariant>,
    /// Whether stock is counted.
    pub track_inventory: Option<bool>,
    /// Whether it has to be sent.
    pub shipping: Option<ShippingType>,
    /// Whether tax is charged.
    pub taxable: Option<bool>,
    /// Which tax rates apply.
    pub tax_class: Option<String>,
    /// Whether it is prominent.
    pub featured: Option<bool>,
    /// Title for search engines.
    pub seo_title: Option<String>,
    /// Description for search engines.
    pub seo_description: Option<String>,
    /// What only some formats tell.
    pub more: More,
}

/// What only some formats tell of a product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct More {
    /// A sale.
    pub sale: Option<Sale>,
    /// What sending one unit costs.
    pub fixed_shipping: Option<i64>,
    /// Units an order must hold at least.
    pub min_order_quantity: Option<u32>,
    /// Units an order may hold at most.
    pub max_order_quantity: Option<u32>,
    /// Its place in lists.
    pub sort_order: Option<i32>,
    /// What the store's programs want to remember, all of it.
    pub metadata: Option<BTreeMap<String, String>>,
}

/// A sale of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The price while it runs.
    pub price: i64,
    /// What shoppers see it called.
    pub name: Option<String>,
    /// Its first moment.
    pub starts_at: Option<DateTime<Utc>>,
    /// The first moment after it.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Item {
    /// Whether it leaves its variants to its options.
    pub(super) fn leaves_variants_to_options(&self) -> bool {
        !self.options.is_empty() && self.variants.iter().all(|variant| variant.choices.is_empty())
    }
}

/// The options that variants choose from, with names and values in the order they first appear.
pub(super) fn options_of(variants: &[ItemVariant]) -> Vec<ProductOption> {
    let mut options: Vec<ProductOption> = Vec::new();
    for (name, value) in variants.iter().flat_map(|variant| &variant.choices) {
        let known = options.iter_mut().find(|option| option.name.eq_ignore_ascii_case(name));
        match known {
            Some(option) if option.values.iter().any(|known| known.eq_ignore_ascii_case(value)) => {}
            Some(option) => option.values.push(value.clone()),
            None => options.push(ProductOption { name: name.clone(), values: vec![value.clone()] }),
        }
    }
    options
}

/// A brand or a category, by what the file calls it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// By name; made when there is none with the slug of that name.
    Name(String),
    /// By id or slug; never made.
    Handle(String),
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its address.
    pub url: String,
    /// What it shows, for those who cannot see it.
    pub alt: Option<String>,
}

/// A variant of an [`Item`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemVariant {
    /// Line of the file that it is on.
    pub line: u64,
    /// What it is of each option.
    pub choices: OptionValues,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// UPC, EAN or ISBN.
    pub barcode: Option<String>,
    /// Its price.
    pub price: Option<i64>,
    /// A higher price to strike through, or none.
    pub compare_at: Change<i64>,
    /// What it costs the shop.
    pub cost: Option<i64>,
    /// Weight in grams.
    pub weight_grams: Option<u32>,
    /// Units that there are.
    pub stock: Option<u32>,
    /// Address of the picture that shows it.
    pub image: Option<String>,
}

impl ItemVariant {
    /// The price to strike through, if the file has one.
    pub(super) fn compare_at(&self) -> Option<i64> {
        match self.compare_at {
            Change::Set(minor) => Some(minor),
            Change::Keep | Change::Clear => None,
        }
    }
}

/// Why something of a file does not go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Line of the file, from 1.
    pub line: u64,
    /// The product's handle, where it could be read.
    pub handle: Option<String>,
    /// The column or field at fault.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    /// Something is wrong with a field.
    pub fn new(line: u64, field: &str, message: impl Into<String>) -> Self {
        Self { line, handle: None, field: Some(field.to_owned()), message: message.into() }
    }

    /// Something is wrong with a line as a whole.
    pub fn of_line(line: u64, message: impl Into<String>) -> Self {
        Self { line, handle: None, field: None, message: message.into() }
    }
}
