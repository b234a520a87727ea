//! Reading shipping methods, tax rates and payment methods for their owner.

use async_trait::async_trait;
use domain::{
    id::{Id, PaymentMethodId, ShippingMethodId, StoreId, TaxRateId},
    payment_method::PaymentMethod,
    shipping::ShippingMethod,
    tax::TaxRate,
};
use ports::{
    RepoError,
    list::{Slice, Sort, SortValue, Window},
    terms::{MethodSort, TaxRateSort, TermsReader},
};
use sea_orm::{EntityTrait, ExprTrait as _, QueryFilter as _, sea_query::Expr};

use crate::{
    SqlDatabase,
    error::repo_error,
    payment_methods, shipping_methods,
    stored::{Stored, by_id, uuid},
    tax_rates,
    window::{Ordering, fetch},
};

type Row<T> = <<T as Stored>::Table as EntityTrait>::Model;

impl SqlDatabase {
    async fn one<T: Stored>(&self, store: StoreId, id: Id<T::Kind>) -> Result<Option<T>, RepoError> {
        let found = T::Table::find().filter(by_id(uuid(store), id)).one(self.reader()).await;
        found.map_err(repo_error)?.map(T::from_row).transpose()
    }

    async fn slice<T: Stored>(
        &self,
        store: StoreId,
        ordering: &Ordering<Row<T>>,
        window: &Window,
    ) -> Result<Slice<T>, RepoError> {
        let of_store = T::Table::find().filter(Expr::col("store_id").eq(uuid(store)));
        fetch(self.reader(), of_store, ordering, window).await?.try_map(T::from_row)
    }
}

#[async_trait]
impl TermsReader for SqlDatabase {
    async fn shipping_method(
        &self,
        store: StoreId,
        id: ShippingMethodId,
    ) -> Result<Option<ShippingMethod>, RepoError> {
        self.one(store, id).await
    }

    async fn shipping_methods(
        &self,
        store: StoreId,
        sort: Sort<MethodSort>,
        window: &Window,
    ) -> Result<Slice<ShippingMethod>, RepoError> {
        type Method = shipping_methods::row::Model;
        let (column, key): (_, fn(&Method) -> _) = match sort.by {
            MethodSort::SortOrder => ("sort_order", |row| (SortValue::Int(row.sort_order.into()), row.id)),
            MethodSort::Name => ("name", |row| (SortValue::Text(row.name.clone()), row.id)),
            MethodSort::CreatedAt => ("created_at", |row| (SortValue::Time(row.created_at), row.id)),
        };
        self.slice(store, &Ordering { column, descending: sort.descending, key }, window).await
    }

    async fn tax_rate(&self, store: StoreId, id: TaxRateId) -> Result<Option<TaxRate>, RepoError> {
        self.one(store, id).await
    }

    async fn tax_rates(
        &self,
        store: StoreId,
        sort: Sort<TaxRateSort>,
        window: &Window,
    ) -> Result<Slice<TaxRate>, RepoError> {
        type Rate = tax_rates::row::Model;
        let (column, key): (_, fn(&Rate) -> _) = match sort.by {
            TaxRateSort::Name => ("name", |row| (SortValue::Text(row.name.clone()), row.id)),
            TaxRateSort::CreatedAt => ("created_at", |row| (SortValue::Time(row.created_at), row.id)),
        };
        self.slice(store, &Ordering { column, descending: sort.descending, key }, window).await
    }

    async fn payment_method(
        &self,
        store: StoreId,
        id: PaymentMethodId,
    ) -> Result<Option<PaymentMethod>, RepoError> {
        self.one(store, id).await
    }

    async fn payment_methods(
        &self,
        store: StoreId,
        sort: Sort<MethodSort>,
        window: &Window,
    ) -> Result<Slice<PaymentMethod>, RepoError> {
        type Method = payment_methods::row::Model;
        let (column, key): (_, fn(&Method) -> _) = match sort.by {
            MethodSort::SortOrder => ("sort_order", |row| (SortValue::Int(row.sort_order.into()), row.id)),
            MethodSort::Name => ("label", |row| (SortValue::Text(row.label.clone()), row.id)),
            MethodSort::CreatedAt => ("created_at", |row| (SortValue::Time(row.created_at), row.id)),
        };
        self.slice(store, &Ordering { column, descending: sort.descending, key }, window).await
    }
}
