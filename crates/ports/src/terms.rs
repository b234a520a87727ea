//! Reading the terms of sale as their owner edits them: shipping methods, tax rates, payment methods.
//! What prices and checkouts need of them comes with [`crate::stores::StoreConfig`].

use async_trait::async_trait;
use domain::{
    id::{PaymentMethodId, ShippingMethodId, StoreId, TaxRateId},
    payment_method::PaymentMethod,
    shipping::ShippingMethod,
    tax::TaxRate,
};

use crate::{
    RepoError,
    list::{Slice, Sort, Window},
};

/// What shipping and payment methods can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodSort {
    /// In the order that shoppers see.
    SortOrder,
    /// By name or label.
    Name,
    /// By age.
    CreatedAt,
}

/// What tax rates can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxRateSort {
    /// By name.
    Name,
    /// By age.
    CreatedAt,
}

/// Reads the terms of sale outside a transaction, never from memory.
#[async_trait]
pub trait TermsReader: Send + Sync {
    /// One shipping method.
    async fn shipping_method(
        &self,
        store: StoreId,
        id: ShippingMethodId,
    ) -> Result<Option<ShippingMethod>, RepoError>;

    /// The store's shipping methods, disabled ones too.
    async fn shipping_methods(
        &self,
        store: StoreId,
        sort: Sort<MethodSort>,
        window: &Window,
    ) -> Result<Slice<ShippingMethod>, RepoError>;

    /// One tax rate.
    async fn tax_rate(&self, store: StoreId, id: TaxRateId) -> Result<Option<TaxRate>, RepoError>;

    /// The store's tax rates, disabled ones too.
    async fn tax_rates(
        &self,
        store: StoreId,
        sort: Sort<TaxRateSort>,
        window: &Window,
    ) -> Result<Slice<TaxRate>, RepoError>;

    /// One payment method.
    async fn payment_method(
        &self,
        store: StoreId,
        id: PaymentMethodId,
    ) -> Result<Option<PaymentMethod>, RepoError>;

    /// The store's payment methods, disabled ones too.
    async fn payment_methods(
        &self,
        store: StoreId,
        sort: Sort<MethodSort>,
        window: &Window,
    ) -> Result<Slice<PaymentMethod>, RepoError>;
}
