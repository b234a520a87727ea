//! Reading products and variants.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    catalog::{
        brand::Brand,
        product::{Product, ProductStatus},
        sellable::Sellable,
        variant::Variant,
    },
    id::{BrandId, CategoryId, Handle, ProductId, StoreId, VariantId, kind},
    pricing::VariantPrice,
};

use crate::{
    RepoError,
    list::{Count, Slice, Sort, Window},
    search::{Condition, Excerpt},
};

/// What was found for a product that somebody wants to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// No such product, or no such variant of it.
    Missing,
    /// The product has several variants and none was named.
    VariantRequired,
    /// This is it.
    Found(Box<Sellable>),
}

/// A product that somebody wants, and which variant of it if they said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Id or slug of the product.
    pub product: Handle<kind::ProductId>,
    /// The variant; the product's only one when absent.
    pub variant: Option<VariantId>,
}

/// What a category is called and where it lies, for products to name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryLabel {
    /// Identity.
    pub id: CategoryId,
    /// The category that it is in.
    pub parent: Option<CategoryId>,
    /// Its slug.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// Whether it is kept from shoppers.
    pub hidden: bool,
}

/// Which products to list. Everything that is given must hold.
#[derive(Debug, Default)]
pub struct ProductFilter {
    /// Of one of these; of any when empty.
    pub statuses: Vec<ProductStatus>,
    /// With all of these words in name, summary, description, tags or an article number, the last one
    /// perhaps unfinished. Words of signs only find nothing.
    pub text: Option<String>,
    /// In this category or one below it.
    pub category: Option<Handle<kind::CategoryId>>,
    /// Of this brand.
    pub brand: Option<Handle<kind::BrandId>>,
    /// With this tag, capitals aside.
    pub tag: Option<String>,
    /// Prominent, or not.
    pub featured: Option<bool>,
    /// With this article number, its own or a variant's.
    pub sku: Option<String>,
    /// With a regular price of this much or more, in minor units.
    pub min_price: Option<i64>,
    /// With a regular price of this much or less, in minor units.
    pub max_price: Option<i64>,
    /// With something to sell in this mode, or with nothing.
    pub in_stock: Option<(Mode, bool)>,
    /// Changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// Passing these comparisons.
    pub conditions: Vec<Condition<ProductField>>,
}

/// What products can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductSort {
    /// By name.
    Name,
    /// By the lowest regular price of the variants.
    Price,
    /// By age.
    CreatedAt,
    /// By their last change.
    UpdatedAt,
    /// By the place their owner gave them.
    SortOrder,
    /// The prominent ones first, in either direction.
    Featured,
}

/// What products can be compared by in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductField {
    /// Text: the id in its written form; what is no id is no product's.
    Id,
    /// Text.
    Name,
    /// Text.
    Slug,
    /// Text: the product's own article number.
    Sku,
    /// Text: the status as the API spells it.
    Status,
    /// Text: the product's type as the API spells it.
    ProductType,
    /// A whole number: the product's regular price in minor units.
    Price,
    /// A whole number: what it costs the shop, in minor units.
    Cost,
    /// A whole number: grams.
    WeightGrams,
    /// A whole number: its place in lists.
    SortOrder,
    /// A point in time.
    CreatedAt,
    /// A point in time.
    UpdatedAt,
}

/// A variant with what there is of it in one mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantRow {
    /// The variant.
    pub variant: Variant,
    /// Units that can be sold now; without meaning where stock is not counted.
    pub available: u32,
}

/// As much of a variant as the list of products shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantOutline {
    /// Identity.
    pub id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// Whether it is the default.
    pub is_default: bool,
    /// Where its price differs from the product's.
    pub price: VariantPrice,
    /// Units that can be sold now; without meaning where stock is not counted.
    pub available: u32,
}

/// Reads the catalogue outside a transaction.
#[async_trait]
pub trait CatalogReader: Send + Sync {
    /// What a cart needs to know of a product's variant, of any status. Without a variant the product's
    /// only one is meant.
    async fn sellable(
        &self,
        store: StoreId,
        mode: Mode,
        product: &Handle<kind::ProductId>,
        variant: Option<VariantId>,
    ) -> Result<Lookup, RepoError>;

    /// The same for everything in a basket, in the order asked for and in a few statements however much
    /// that is.
    async fn lookups(&self, store: StoreId, mode: Mode, wanted: &[Wanted]) -> Result<Vec<Lookup>, RepoError>;

    /// [`CatalogReader::sellable`] and [`CatalogReader::sellables`] in one statement: what somebody adds,
    /// and the variants that the cart holds already.
    async fn sellable_beside(
        &self,
        store: StoreId,
        mode: Mode,
        product: &Handle<kind::ProductId>,
        variant: Option<VariantId>,
        held: &[VariantId],
    ) -> Result<(Lookup, Vec<Sellable>), RepoError>;

    /// What a cart needs to know of several variants, in one statement; those that no longer exist are
    /// left out.
    async fn sellables(
        &self,
        store: StoreId,
        mode: Mode,
        variants: &[VariantId],
    ) -> Result<Vec<Sellable>, RepoError>;

    /// One product of any status, by id or slug.
    async fn product(
        &self,
        store: StoreId,
        product: &Handle<kind::ProductId>,
    ) -> Result<Option<Product>, RepoError>;

    /// The store's products.
    async fn products(
        &self,
        store: StoreId,
        filter: &ProductFilter,
        sort: Sort<ProductSort>,
        window: &Window,
    ) -> Result<Slice<Product>, RepoError>;

    /// A part of the products that pass, the newest first, and how many pass in all.
    async fn search(
        &self,
        store: StoreId,
        filter: &ProductFilter,
        excerpt: Excerpt,
    ) -> Result<(Vec<Product>, Count), RepoError>;

    /// The variants of products, each product's default first.
    async fn variants(
        &self,
        store: StoreId,
        mode: Mode,
        products: &[ProductId],
    ) -> Result<Vec<VariantRow>, RepoError>;

    /// The variants of products in outline, in no order.
    async fn outlines(
        &self,
        store: StoreId,
        mode: Mode,
        products: &[ProductId],
    ) -> Result<Vec<VariantOutline>, RepoError>;

    /// Those of the brands that exist.
    async fn brands_by_id(&self, store: StoreId, brands: &[BrandId]) -> Result<Vec<Brand>, RepoError>;

    /// Those of the categories that exist; from memory while that is known to be current.
    async fn labels(
        &self,
        store: StoreId,
        categories: &[CategoryId],
    ) -> Result<Vec<CategoryLabel>, RepoError>;
}
