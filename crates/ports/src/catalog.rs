//! Products and variants.

use async_trait::async_trait;
use domain::{
    access::Mode,
    catalog::sellable::Sellable,
    id::{CategoryId, Handle, StoreId, VariantId, kind},
};

use crate::RepoError;

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

    /// What a cart needs to know of several variants, in one statement; those that no longer exist are
    /// left out.
    async fn sellables(
        &self,
        store: StoreId,
        mode: Mode,
        variants: &[VariantId],
    ) -> Result<Vec<Sellable>, RepoError>;
}
