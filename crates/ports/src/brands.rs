//! Reading brands.

use async_trait::async_trait;
use domain::{
    catalog::brand::Brand,
    id::{Handle, StoreId, kind},
};

use crate::{
    RepoError,
    list::{Slice, Sort, Window},
};

/// What brands can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrandSort {
    /// By name.
    Name,
    /// By age.
    CreatedAt,
}

/// Reads brands outside a transaction.
#[async_trait]
pub trait BrandReader: Send + Sync {
    /// One brand, by id or slug.
    async fn brand(&self, store: StoreId, brand: &Handle<kind::BrandId>) -> Result<Option<Brand>, RepoError>;

    /// The store's brands.
    async fn brands(
        &self,
        store: StoreId,
        sort: Sort<BrandSort>,
        window: &Window,
    ) -> Result<Slice<Brand>, RepoError>;
}
