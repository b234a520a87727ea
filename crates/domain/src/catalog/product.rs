//! Products: what is for sale, whatever its variants are.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::{
    catalog::options::{OptionsError, ProductOption, check},
    id::{BrandId, CategoryId, ProductId},
    money::Money,
    pricing::PriceTag,
    tax::TaxClass,
    text::{Fault, Slug},
};

mod validation;

pub use validation::NAME_MAX;
pub(crate) use validation::{code, cost, weight};

/// Units of one thing that one order may hold, whatever a product says.
pub const ORDER_QUANTITY_MAX: u32 = 10_000;

crate::text_enum! {
    /// Where a product is in its life.
    pub enum ProductStatus {
        /// Being prepared; shoppers don't see it.
        Draft = "draft",
        /// For sale.
        Published = "published",
        /// No longer for sale, kept for the books; what deleting a product does.
        Archived = "archived",
    }
}

crate::text_enum! {
    /// What sort of thing a product is.
    pub enum ProductType {
        /// Something that is sent or handed over.
        Physical = "physical",
        /// Something that is downloaded.
        Digital = "digital",
        /// Several things sold as one.
        Bundle = "bundle",
        /// Something that comes again and again.
        Subscription = "subscription",
    }
}

crate::text_enum! {
    /// Whether a product has to be sent.
    pub enum ShippingType {
        /// Always sent; an order with it needs an address and a shipping method.
        Required = "required",
        /// Sent along with what has to be sent, but asks for nothing by itself.
        Optional = "optional",
        /// Never sent.
        None = "none",
    }
}

impl ShippingType {
    /// Whether an order with a product of this type needs an address and a shipping method. What is
    /// downloaded is never sent, whatever else was said.
    pub fn needs_sending(self, product_type: ProductType) -> bool {
        self == Self::Required && product_type != ProductType::Digital
    }
}

/// A picture or a film of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Identity within the product.
    pub id: String,
    /// Address, or path in the store's own storage.
    pub url: String,
    /// What it shows, for those who cannot see it.
    pub alt: Option<String>,
    /// Film rather than picture.
    pub is_video: bool,
    /// Width divided by height.
    pub aspect_ratio: Option<Decimal>,
}

/// Something for sale. It has one variant or more: a simple product has a single default variant
/// without options. Stock is kept by variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Identity.
    pub id: ProductId,
    /// Unique among the store's products.
    pub slug: Slug,
    /// What it is called.
    pub name: String,
    /// A line about it.
    pub summary: Option<String>,
    /// What there is to say about it, in Markdown.
    pub description: Option<String>,
    /// Draft, for sale or archived.
    pub status: ProductStatus,
    /// What sort of thing it is.
    pub product_type: ProductType,
    /// Shown in prominent places.
    pub featured: bool,
    /// Who made it.
    pub brand_id: Option<BrandId>,
    /// The categories it was put in; the ones above them are not listed.
    pub category_ids: Vec<CategoryId>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Pictures and films, the main one first.
    pub media: Vec<Media>,
    /// What a shopper chooses between; empty for a simple product.
    pub options: Vec<ProductOption>,
    /// Price, sale and compare-at price.
    pub price: PriceTag,
    /// What it costs the shop.
    pub cost: Option<Money>,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// UPC, EAN or ISBN.
    pub barcode: Option<String>,
    /// Weight of one unit with its wrapping, in grams.
    pub weight_grams: Option<u32>,
    /// Whether stock is counted; if not, it is always there.
    pub track_inventory: bool,
    /// Whether tax is charged on it.
    pub taxable: bool,
    /// Which tax rates apply to it.
    pub tax_class: TaxClass,
    /// Whether it has to be sent.
    pub shipping_type: ShippingType,
    /// What sending one unit costs, instead of what the shipping method would ask for it.
    pub fixed_shipping: Option<Money>,
    /// Units an order must hold at least, 1 or more.
    pub min_order_quantity: u32,
    /// Units an order may hold at most.
    pub max_order_quantity: Option<u32>,
    /// Smaller comes first in lists.
    pub sort_order: i32,
    /// What the store's own programs want to remember.
    pub metadata: BTreeMap<String, String>,
    /// Title for search engines.
    pub seo_title: Option<String>,
    /// Description for search engines.
    pub seo_description: Option<String>,
    /// Grows by one with every change.
    pub version: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was first put on sale.
    pub published_at: Option<DateTime<Utc>>,
}

impl Product {
    /// What is wrong with the product's fields, by the API's names; nothing when it can be saved.
    pub fn validate(&self) -> Vec<Fault> {
        validation::faults(self)
    }

    /// Whether it is a digital good: delivered as a download and never sent.
    pub fn is_digital(&self) -> bool {
        self.product_type == ProductType::Digital
    }

    /// Whether an order with it needs an address and a shipping method.
    pub fn requires_shipping(&self) -> bool {
        self.shipping_type.needs_sending(self.product_type)
    }

    /// Whether it has no options and so exactly one variant, its default.
    pub fn is_simple(&self) -> bool {
        self.options.is_empty()
    }

    /// Moves the product to another status. `published_at` keeps the first time it went on sale.
    pub fn change_status(&mut self, status: ProductStatus, now: DateTime<Utc>) {
        self.status = status;
        if status == ProductStatus::Published {
            self.published_at.get_or_insert(now);
        }
    }

    /// Whether changing `before` into `self` puts one more product on sale: what a plan counts.
    pub fn newly_published(&self, before: Option<&Self>) -> bool {
        let is_published = |product: &Self| product.status == ProductStatus::Published;
        is_published(self) && !before.is_some_and(is_published)
    }

    /// A draft with everything the original has, apart from its identity and its history. The caller
    /// finds a free slug; article numbers and barcodes stay with the original, being its own.
    pub fn duplicate(&self, id: ProductId, slug: Slug, name: String, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug,
            name,
            status: ProductStatus::Draft,
            sku: None,
            barcode: None,
            version: 1,
            created_at: now,
            updated_at: now,
            published_at: None,
            ..self.clone()
        }
    }

    /// Whether the options can be.
    pub fn check_options(&self) -> Result<(), OptionsError> {
        check(&self.options)
    }
}

#[cfg(test)]
pub(crate) mod tests;
