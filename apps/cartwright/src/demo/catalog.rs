//! What the demo shop sells, as `catalog.toml` says it.

use anyhow::{Context as _, Result};
use figment::{
    Figment,
    providers::{Format as _, Toml},
};
use serde::Deserialize;

/// The whole of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalog {
    pub(super) brands: Vec<Brand>,
    pub(super) categories: Vec<Category>,
    pub(super) products: Vec<Product>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Brand {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) description: String,
}

/// Parents come before their children.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) parent: Option<String>,
    pub(super) description: Option<String>,
}

/// Amounts are in minor units, weights in grams.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) category: String,
    pub(super) brand: String,
    #[serde(default = "physical", rename = "type")]
    pub(super) product_type: String,
    pub(super) sku: Option<String>,
    pub(super) barcode: Option<String>,
    pub(super) price: i64,
    pub(super) compare_at: Option<i64>,
    pub(super) sale_price: Option<i64>,
    pub(super) sale_name: Option<String>,
    pub(super) cost: Option<i64>,
    pub(super) weight: Option<u32>,
    pub(super) tax_class: Option<String>,
    #[serde(default)]
    pub(super) stock: u32,
    #[serde(default = "yes")]
    pub(super) track: bool,
    #[serde(default)]
    pub(super) featured: bool,
    pub(super) max_quantity: Option<u32>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) options: Vec<ProductOption>,
    #[serde(default)]
    pub(super) variants: Vec<Variant>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductOption {
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

/// Values are in the order of the product's options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variant {
    pub(super) values: Vec<String>,
    pub(super) sku: String,
    pub(super) price: Option<i64>,
    pub(super) cost: Option<i64>,
    pub(super) weight: Option<u32>,
    pub(super) stock: u32,
}

impl Catalog {
    /// The catalogue that comes with the program.
    pub(super) fn built_in() -> Result<Self> {
        let text = Toml::string(include_str!("catalog.toml"));
        Figment::from(text).extract().context("the built-in catalogue of the demo store is damaged")
    }
}

fn physical() -> String {
    "physical".to_owned()
}

const fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_is_worth_looking_at() {
        let catalog = Catalog::built_in().unwrap();
        let count =
            |test: &dyn Fn(&Product) -> bool| catalog.products.iter().filter(|each| test(each)).count();
        assert!(catalog.products.len() >= 30);
        assert!(catalog.brands.len() >= 4);
        assert!(count(&|product| product.sale_price.is_some()) >= 2, "sales");
        assert!(count(&|product| product.compare_at.is_some()) >= 2, "compare-at prices");
        assert!(count(&|product| product.options.len() >= 2) >= 2, "two options");
        assert!(count(&|product| product.featured) >= 4, "featured");
        assert_eq!(count(&|product| product.product_type == "digital"), 1);
        let sold_out = |product: &Product| product.track && product.stock == 0 && product.variants.is_empty();
        assert!(count(&sold_out) >= 1, "something is sold out");
    }

    #[test]
    fn everything_that_is_named_is_there() {
        let catalog = Catalog::built_in().unwrap();
        let brand = |slug: &str| catalog.brands.iter().any(|brand| brand.slug == slug);
        let place = |slug: &str| catalog.categories.iter().position(|category| category.slug == slug);
        for (index, category) in catalog.categories.iter().enumerate() {
            let parent = category.parent.as_deref().map(|parent| place(parent).expect(parent));
            assert!(parent.is_none_or(|parent| parent < index), "{} is before its parent", category.slug);
        }
        for product in &catalog.products {
            assert!(brand(&product.brand), "{}: {}", product.slug, product.brand);
            assert!(place(&product.category).is_some(), "{}: {}", product.slug, product.category);
        }
    }
}
