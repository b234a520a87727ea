//! The doors to storage: a unit of work for writes, readers for the rest.

use async_trait::async_trait;
use domain::{
    catalog::brand::Brand, discount::Promotion, id::StoreId, payment_method::PaymentMethod,
    shipping::ShippingMethod, tax::TaxRate,
};

use crate::{
    RepoError,
    audit::{AuditLog, AuditReader},
    brands::BrandReader,
    carts::{CartReader, Carts},
    catalog::CatalogReader,
    categories::{Categories, CategoryReader},
    events::{EventReader, Outbox, OutboxQueue},
    idempotency::IdempotencyKeys,
    keys::{ApiKeys, KeyReader},
    mail::MailQueue,
    orders::{Fulfillments, OrderReader, Orders, Payments, Receipts, Refunds},
    products::Products,
    promotions::{PromotionReader, PromotionUses},
    records::Records,
    sales::Sales,
    signatures::Signatures,
    staff::{Memberships, People, PeopleWork, StaffReader},
    stock::{Stock, StockReader},
    stores::{Counters, StoreReader, Stores},
    terms::TermsReader,
};

/// Changes whenever what shoppers are shown of a catalogue does, as far as this process is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogEpoch {
    /// Changes with products, variants, categories and brands, whoever changes them.
    pub catalog: u64,
    /// Changes with pieces in stock that this process moves. Those moved by others do not change it.
    pub stock: u64,
}

/// One database.
#[async_trait]
pub trait Database: Send + Sync {
    /// Starts a unit of work for one store.
    async fn begin(&self, store: StoreId) -> Result<Box<dyn UnitOfWork>, RepoError>;

    /// Asks the database for a sign of life.
    async fn ping(&self) -> Result<(), RepoError>;

    /// Waits for a moment, in which the other processes on this database hear of what was committed
    /// before and forget what they kept of it.
    async fn announced(&self);

    /// What an answer about the store's catalogue was true at, for those kept in memory; `None` while
    /// changes may go unnoticed, so that nothing may be served from memory.
    fn catalog_epoch(&self, store: StoreId) -> Option<CatalogEpoch>;

    /// Reads stores and their configuration.
    fn stores(&self) -> &dyn StoreReader;

    /// Reads API keys.
    fn keys(&self) -> &dyn KeyReader;

    /// Starts a transaction about people, before a store is known or beyond any one of them.
    async fn begin_people(&self) -> Result<Box<dyn PeopleWork>, RepoError>;

    /// Reads staff and their logins.
    fn staff(&self) -> &dyn StaffReader;

    /// Mails that wait to be sent.
    fn mails(&self) -> &dyn MailQueue;

    /// Signatures of requests that were used.
    fn signatures(&self) -> &dyn Signatures;

    /// Reads brands.
    fn brands(&self) -> &dyn BrandReader;

    /// Reads categories.
    fn categories(&self) -> &dyn CategoryReader;

    /// Reads stock and its movements.
    fn stock(&self) -> &dyn StockReader;

    /// Reads promotions and their uses.
    fn promotions(&self) -> &dyn PromotionReader;

    /// Reads shipping methods, tax rates and payment methods for their owner.
    fn terms(&self) -> &dyn TermsReader;

    /// Reads carts, and writes them where one statement is the whole change.
    fn carts(&self) -> &dyn CartReader;

    /// Writes ordinary sales, each half in one go.
    fn sales(&self) -> &dyn Sales;

    /// Reads products and variants.
    fn catalog(&self) -> &dyn CatalogReader;

    /// Reads orders and what hangs on them.
    fn orders(&self) -> &dyn OrderReader;

    /// Events that wait for delivery.
    fn outbox(&self) -> &dyn OutboxQueue;

    /// Reads what happened.
    fn events(&self) -> &dyn EventReader;

    /// Reads who changed what.
    fn audit(&self) -> &dyn AuditReader;

    /// Requests that may be repeated.
    fn idempotency(&self) -> &dyn IdempotencyKeys;
}

/// A transaction of one store: all of it happens, or nothing. Dropping it without
/// [`UnitOfWork::commit`] undoes everything. What is added may be sent together with something later: that the
/// database refuses it is then told by that, or by the commit.
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

    /// Places of staff in the store.
    fn staff(&mut self) -> &mut dyn Memberships;

    /// People and their logins, whichever stores they belong to.
    fn people(&mut self) -> &mut dyn People;

    /// Brands.
    fn brands(&mut self) -> &mut dyn Records<Brand>;

    /// Categories.
    fn categories(&mut self) -> &mut dyn Categories;

    /// What is there of each variant.
    fn stock(&mut self) -> &mut dyn Stock;

    /// Promotions.
    fn promotions(&mut self) -> &mut dyn Records<Promotion>;

    /// Uses of promotions, and how many promotions there are.
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

    /// Attempts to take money.
    fn payments(&mut self) -> &mut dyn Payments;

    /// Money given back.
    fn refunds(&mut self) -> &mut dyn Refunds;

    /// Parcels.
    fn fulfillments(&mut self) -> &mut dyn Fulfillments;

    /// Webhooks that were acted upon.
    fn receipts(&mut self) -> &mut dyn Receipts;

    /// Events to be delivered once this commits.
    fn outbox(&mut self) -> &mut dyn Outbox;

    /// Who changed what.
    fn audit_log(&mut self) -> &mut dyn AuditLog;

    /// Products with their variants.
    fn products(&mut self) -> &mut dyn Products;
}
