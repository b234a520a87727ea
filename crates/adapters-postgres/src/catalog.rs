//! Reading the catalogue.

use async_trait::async_trait;
use domain::{
    access::Mode,
    catalog::sellable::Sellable,
    id::{Handle, StoreId, VariantId, kind},
};
use ports::{
    RepoError,
    catalog::{CatalogReader, Lookup},
};

use crate::SqlDatabase;

#[async_trait]
impl CatalogReader for SqlDatabase {
    async fn sellable(
        &self,
        store: StoreId,
        mode: Mode,
        product: &Handle<kind::ProductId>,
        variant: Option<VariantId>,
    ) -> Result<Lookup, RepoError> {
        self.find_sellable(store, mode, product, variant).await
    }

    async fn sellables(
        &self,
        store: StoreId,
        mode: Mode,
        variants: &[VariantId],
    ) -> Result<Vec<Sellable>, RepoError> {
        self.find_sellables(store, mode, variants).await
    }
}
