//! The doors to storage: a unit of work for writes, readers for the rest.

use async_trait::async_trait;
use domain::{catalog::brand::Brand, id::StoreId};

use crate::{
    RepoError,
    brands::BrandReader,
    keys::{ApiKeys, KeyReader},
    records::Records,
    stores::{Counters, StoreReader, Stores},
};

/// One database.
#[async_trait]
pub trait Database: Send + Sync {
    /// Starts a unit of work for one store.
    async fn begin(&self, store: StoreId) -> Result<Box<dyn UnitOfWork>, RepoError>;

    /// Asks the database for a sign of life.
    async fn ping(&self) -> Result<(), RepoError>;

    /// A number that changes whenever the store's catalogue does, for answers kept in memory; `None`
    /// while changes may go unnoticed, so that nothing may be served from memory. Stock moves without
    /// changing it.
    fn catalog_epoch(&self, store: StoreId) -> Option<u64>;

    /// Reads stores and their configuration.
    fn stores(&self) -> &dyn StoreReader;

    /// Reads API keys.
    fn keys(&self) -> &dyn KeyReader;

    /// Reads brands.
    fn brands(&self) -> &dyn BrandReader;
}

/// A transaction of one store: all of it happens, or nothing. Dropping it without
/// [`UnitOfWork::commit`] undoes everything.
#[async_trait]
pub trait UnitOfWork: Send {
    /// Makes everything since the beginning permanent.
    async fn commit(self: Box<Self>) -> Result<(), RepoError>;

    /// The store itself and its settings.
    fn stores(&mut self) -> &mut dyn Stores;

    /// Order numbers and monthly counts.
    fn counters(&mut self) -> &mut dyn Counters;

    /// API keys.
    fn keys(&mut self) -> &mut dyn ApiKeys;

    /// Brands.
    fn brands(&mut self) -> &mut dyn Records<Brand>;
}
