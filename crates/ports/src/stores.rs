//! Stores, what their owners have set up, and the numbers they count.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    id::StoreId,
    payment_method::PaymentMethod,
    settings::{CheckoutSettings, OrderSettings, ShippingSettings},
    shipping::ShippingMethod,
    store::Store,
    tax::{TaxRate, TaxSettings},
};

use crate::{
    RepoError,
    list::{Slice, Window},
};

/// The settings of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How tax is charged.
    pub tax: TaxSettings,
    /// Where parcels come from and go to.
    pub shipping: ShippingSettings,
    /// How orders are numbered.
    pub orders: OrderSettings,
    /// What is asked at the checkout.
    pub checkout: CheckoutSettings,
}

/// A store with all that decides prices and checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// The store.
    pub store: Store,
    /// Its settings.
    pub settings: Settings,
    /// All its tax rates, oldest first.
    pub tax_rates: Vec<TaxRate>,
    /// All its shipping methods, disabled ones too, in the merchant's order.
    pub shipping_methods: Vec<ShippingMethod>,
    /// All its payment methods, disabled ones too, in the merchant's order. Their secrets stay sealed.
    pub payment_methods: Vec<PaymentMethod>,
}

/// What a store has at the moment of what its plan limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Published products.
    pub products: u32,
    /// Coupons that are switched on and not over.
    pub coupons: u32,
    /// Live orders of the month.
    pub monthly_orders: u32,
}

/// Reads stores outside a transaction.
#[async_trait]
pub trait StoreReader: Send + Sync {
    /// A store with its configuration; from memory while that is known to be current.
    async fn config(&self, store: StoreId) -> Result<Option<Arc<StoreConfig>>, RepoError>;

    /// All stores of this installation, oldest first.
    async fn stores(&self, window: &Window) -> Result<Slice<Store>, RepoError>;

    /// What the store has at `now` of what its plan limits; `month` (`2026-11`) says which orders count.
    async fn usage(&self, store: StoreId, month: &str, now: DateTime<Utc>) -> Result<Usage, RepoError>;

    /// The number that the next order gets, unless somebody else is given it first; `None` for a store
    /// that does not exist.
    async fn next_order_number(&self, store: StoreId, mode: Mode) -> Result<Option<u64>, RepoError>;
}

/// The store's own row.
#[async_trait]
pub trait Stores: Send {
    /// Adds a store with its settings.
    async fn insert(&mut self, store: &Store, settings: &Settings) -> Result<(), RepoError>;

    /// Reads the store and locks it.
    async fn find(&mut self) -> Result<Option<(Store, Settings)>, RepoError>;

    /// Writes the store and its settings if nobody wrote them since; raises the store's version.
    async fn update(&mut self, store: &mut Store, settings: &Settings) -> Result<(), RepoError>;
}

/// Numbers that are given once, and counts that have a limit. Each call locks the store's counters of
/// one mode until the unit of work ends, so it comes last in a transaction.
#[async_trait]
pub trait Counters: Send {
    /// Makes the counters of a new store.
    async fn start(&mut self, mode: Mode, first_order_number: u64) -> Result<(), RepoError>;

    /// Gives the next order number.
    async fn next_order_number(&mut self, mode: Mode) -> Result<u64, RepoError>;

    /// Raises the next order number to `at_least`; `false` if it is beyond that already.
    async fn raise_order_number(&mut self, mode: Mode, at_least: u64) -> Result<bool, RepoError>;

    /// Counts one more order in `month` (`2026-11`) unless `limit` orders are counted already; `false`
    /// then. A new month starts at nought.
    async fn claim_order(&mut self, mode: Mode, month: &str, limit: Option<u32>) -> Result<bool, RepoError>;

    /// Takes back one claim of `month`; nothing once that month is over.
    async fn release_order(&mut self, mode: Mode, month: &str) -> Result<(), RepoError>;
}
