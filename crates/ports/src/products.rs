//! Products inside a unit of work. A product and its variants are written together, so that what lists
//! show of them (lowest price, number of variants, words to search) never lags behind.

use async_trait::async_trait;
use domain::{
    catalog::{product::Product, variant::Variant},
    id::{CategoryId, ProductId},
};

use crate::RepoError;

/// Writes products with their variants.
#[async_trait]
pub trait Products: Send {
    /// Adds a product with its variants, one of which is the default.
    /// [`RepoError::Conflict`] `products_slug` when the slug is taken.
    async fn insert(&mut self, product: &Product, variants: &[Variant]) -> Result<(), RepoError>;

    /// Reads a product with its variants, the default first, and locks the product: nobody else changes
    /// it or its variants until the unit of work ends.
    async fn find(&mut self, product: ProductId) -> Result<Option<(Product, Vec<Variant>)>, RepoError>;

    /// Writes a product and its variants if nobody wrote the product since it was read, and raises its
    /// version. `before` are the variants as they were read, `after` as they are to be: those that are
    /// missing go with their stock, those that differ get a new version, those that are new are added.
    async fn update(
        &mut self,
        product: &mut Product,
        before: &[Variant],
        after: &mut [Variant],
    ) -> Result<(), RepoError>;

    /// Counts the published products. Whoever counts in order to publish waits for whoever did so
    /// before: two units of work never count the same place.
    async fn count_published(&mut self) -> Result<u32, RepoError>;

    /// Those of the categories that do not exist.
    async fn unknown_categories(&mut self, categories: &[CategoryId]) -> Result<Vec<CategoryId>, RepoError>;
}
