//! The doors to storage: a unit of work for writes, readers for the rest.

use async_trait::async_trait;
use domain::{
    access::Mode,
    catalog::{brand::Brand, category::Category},
    discount::Promotion,
    id::StoreId,
    payment_method::PaymentMethod,
    shipping::ShippingMethod,
    tax::TaxRate,
};

use crate::{
    RepoError,
    brands::BrandReader,
    catalog::{CatalogReader, Products, Variants},
    categories::{CategoryReader, ProductCategories},
    carts::{CartReader, Carts},
    events::{EventReader, Outbox, OutboxQueue},
    keys::{ApiKeys, KeyReader},
    orders::{Fulfillments, OrderReader, Orders, Payments, Receipts, Refunds},
    promotions::{PromotionReader, PromotionUses},
    records::Records,
    stock::{Stock, StockReader},
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
    /// Reads categories.
    fn categories(&self) -> &dyn CategoryReader;
    /// Reads products and variants.
    fn catalog(&self) -> &dyn CatalogReader;
    /// Reads stock levels and movements.
    fn stock(&self) -> &dyn StockReader;
    /// Reads promotions and their use.
    fn promotions(&self) -> &dyn PromotionReader;
    /// Reads carts, and writes the ones that nobody else is writing.
    fn carts(&self) -> &dyn CartReader;
    /// Reads orders with their payments, refunds and parcels.
    fn orders(&self) -> &dyn OrderReader;
    /// Reads the log of events.
    fn events(&self) -> &dyn EventReader;
    /// Takes undelivered events for delivery.
    fn outbox(&self) -> &dyn OutboxQueue;
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
    fn counters(&mut self, mode: Mode) -> Box<dyn Counters + '_>;
    /// API keys.
    fn keys(&mut self) -> &mut dyn ApiKeys;
    /// Brands.
    fn brands(&mut self) -> &mut dyn Records<Brand>;
    /// Categories.
    fn categories(&mut self) -> &mut dyn Records<Category>;
    /// Which products are in which categories.
    fn product_categories(&mut self) -> &mut dyn ProductCategories;
    /// Products.
    fn products(&mut self) -> &mut dyn Products;
    /// Variants.
    fn variants(&mut self) -> &mut dyn Variants;
    /// Stock of one mode.
    fn stock(&mut self) -> &mut dyn Stock;
    /// Promotions.
    fn promotions(&mut self) -> &mut dyn Records<Promotion>;
    /// How often promotions were used.
    fn promotion_uses(&mut self) -> &mut dyn PromotionUses;
    /// Shipping methods.
    fn shipping_methods(&mut self) -> &mut dyn Records<ShippingMethod>;
    /// Tax rates.
    fn tax_rates(&mut self) -> &mut dyn Records<TaxRate>;
    /// Payment methods.
    fn payment_methods(&mut self) -> &mut dyn Records<PaymentMethod>;
    /// Carts.
    fn carts(&mut self) -> &mut dyn Carts;
    /// Orders with their lines.
    fn orders(&mut self) -> &mut dyn Orders;
    /// Payment attempts.
    fn payments(&mut self) -> &mut dyn Payments;
    /// Refunds.
    fn refunds(&mut self) -> &mut dyn Refunds;
    /// Parcels.
    fn fulfillments(&mut self) -> &mut dyn Fulfillments;
    /// Webhooks that were acted upon.
    fn receipts(&mut self) -> &mut dyn Receipts;
    /// Events to be delivered once this commits.
    fn outbox(&mut self) -> &mut dyn Outbox;
}
