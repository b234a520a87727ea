//! Reading orders outside a transaction.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    id::{Handle, OrderId, PaymentId, StoreId, kind},
    money::{Currency, Money},
    order::{FulfillmentStatus, PaymentStatus},
    payment::{Payment, Provider},
    refund::Refund,
};
use futures::future::try_join4;
use ports::{
    RepoError,
    list::{Slice, Sort, SortValue, Window},
    orders::{OrderFilter, OrderReader, OrderSort, OrderSummary, OrderView},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Condition, Expr},
};
use uuid::Uuid;

use super::{
    filter::condition,
    lines,
    mapping::{currency_of, from_row},
    row,
};
use crate::{
    SqlDatabase,
    error::{corrupt, repo_error},
    fulfillments, payments, refunds,
    stored::{by_handle, by_id, id, uuid},
    window::{Ordering, fetch},
};

/// The columns of an order that a list shows.
mod summary {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "orders")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) number_text: Option<String>,
        pub(crate) email: String,
        pub(crate) customer_id: Option<Uuid>,
        pub(crate) currency: String,
        pub(crate) total: i64,
        pub(crate) refunded: i64,
        pub(crate) payment_status: String,
        pub(crate) fulfillment_status: String,
        pub(crate) item_count: i32,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
        pub(crate) placed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn to_summary(row: summary::Model) -> Result<OrderSummary, RepoError> {
    let broken = |column| corrupt("orders", column, row.id);
    let currency = Currency::from_code(&row.currency).map_err(|_| broken("currency"))?;
    Ok(OrderSummary {
        id: id(row.id),
        number: row.number_text,
        email: row.email,
        customer_id: row.customer_id.map(id),
        payment_status: PaymentStatus::parse(&row.payment_status).ok_or_else(|| broken("payment_status"))?,
        fulfillment_status: FulfillmentStatus::parse(&row.fulfillment_status)
            .ok_or_else(|| broken("fulfillment_status"))?,
        total: Money::new(row.total, currency),
        refunded: Money::new(row.refunded, currency),
        item_count: u32::try_from(row.item_count).map_err(|_| broken("item_count"))?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        placed_at: row.placed_at,
    })
}

/// How a list is ordered. Orders that were never placed have no other time than their draft's, so a list
/// that holds some goes by that.
fn ordering(sort: Sort<OrderSort>, unplaced: bool) -> Ordering<summary::Model> {
    let descending = sort.descending;
    match sort.by {
        OrderSort::PlacedAt if unplaced => Ordering {
            column: "created_at",
            descending,
            key: |row| (SortValue::Time(row.created_at), row.id),
        },
        OrderSort::PlacedAt => Ordering {
            column: "placed_at",
            descending,
            key: |row| (SortValue::Time(row.placed_at.unwrap_or(row.created_at)), row.id),
        },
        OrderSort::UpdatedAt => Ordering {
            column: "updated_at",
            descending,
            key: |row| (SortValue::Time(row.updated_at), row.id),
        },
        OrderSort::Total => {
            Ordering { column: "total", descending, key: |row| (SortValue::Int(row.total), row.id) }
        }
    }
}

impl SqlDatabase {
    /// Reads an order that was found, with everything on it, in one round trip's time.
    async fn view(&self, store: Uuid, order: row::Model) -> Result<OrderView, RepoError> {
        let (reader, key) = (self.reader(), order.id);
        let of_order =
            || Condition::all().add(Expr::col("store_id").eq(store)).add(Expr::col("order_id").eq(key));
        let payments =
            payments::row::Entity::find().filter(of_order()).order_by_asc(payments::row::Column::Id);
        let refunds = refunds::row::Entity::find().filter(of_order()).order_by_asc(refunds::row::Column::Id);
        let parcels =
            fulfillments::row::Entity::find().filter(of_order()).order_by_asc(fulfillments::row::Column::Id);
        let currency = currency_of(&order)?;
        let (lines, payments, refunds, parcels) = try_join4(
            lines::of_order(reader, store, key, currency),
            async { payments.all(reader).await.map_err(repo_error) },
            async { refunds.all(reader).await.map_err(repo_error) },
            async { parcels.all(reader).await.map_err(repo_error) },
        )
        .await?;
        Ok(OrderView {
            order: from_row(order, lines)?,
            payments: payments.into_iter().map(payments::from_row).collect::<Result<_, _>>()?,
            refunds: refunds.into_iter().map(refunds::from_row).collect::<Result<_, _>>()?,
            fulfillments: parcels.into_iter().map(fulfillments::from_row).collect::<Result<_, _>>()?,
        })
    }
}

#[async_trait]
impl OrderReader for SqlDatabase {
    async fn order(
        &self,
        store: StoreId,
        mode: Mode,
        order: &Handle<kind::OrderId>,
    ) -> Result<Option<OrderView>, RepoError> {
        let found = row::Entity::find()
            .filter(by_handle(store, order, "number_text"))
            .filter(row::Column::Livemode.eq(mode.is_live()))
            .one(self.reader())
            .await
            .map_err(repo_error)?;
        match found {
            Some(row) => self.view(uuid(store), row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn orders(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &OrderFilter,
        sort: Sort<OrderSort>,
        window: &Window,
    ) -> Result<Slice<OrderSummary>, RepoError> {
        let wanted = summary::Entity::find().filter(condition(store, mode, filter));
        fetch(self.reader(), wanted, &ordering(sort, filter.unplaced), window).await?.try_map(to_summary)
    }

    async fn token_hash(&self, store: StoreId, order: OrderId) -> Result<Option<String>, RepoError> {
        let found: Option<Option<String>> = row::Entity::find()
            .select_only()
            .column(row::Column::TokenHash)
            .filter(by_id(uuid(store), order))
            .into_tuple()
            .one(self.reader())
            .await
            .map_err(repo_error)?;
        Ok(found.flatten())
    }

    async fn due_payments(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<(StoreId, Payment)>, RepoError> {
        let due = payments::row::Entity::find()
            .filter(payments::row::Column::NextCheckAt.lte(now))
            .order_by_asc(payments::row::Column::NextCheckAt)
            .limit(u64::from(limit))
            .all(self.reader())
            .await
            .map_err(repo_error)?;
        due.into_iter().map(|row| Ok((id(row.store_id), payments::from_row(row)?))).collect()
    }

    async fn due_refunds(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<(StoreId, Refund)>, RepoError> {
        let due = refunds::row::Entity::find()
            .filter(refunds::row::Column::NextCheckAt.lte(now))
            .order_by_asc(refunds::row::Column::NextCheckAt)
            .limit(u64::from(limit))
            .all(self.reader())
            .await
            .map_err(repo_error)?;
        due.into_iter().map(|row| Ok((id(row.store_id), refunds::from_row(row)?))).collect()
    }

    async fn payment(&self, store: StoreId, payment: PaymentId) -> Result<Option<Payment>, RepoError> {
        let found =
            payments::row::Entity::find().filter(by_id(uuid(store), payment)).one(self.reader()).await;
        found.map_err(repo_error)?.map(payments::from_row).transpose()
    }

    async fn payment_by_ref(
        &self,
        store: StoreId,
        provider: Provider,
        provider_ref: &str,
    ) -> Result<Option<Payment>, RepoError> {
        let found = payments::row::Entity::find()
            .filter(payments::row::Column::StoreId.eq(uuid(store)))
            .filter(payments::row::Column::Provider.eq(provider.as_str()))
            .filter(payments::row::Column::ProviderRef.eq(provider_ref))
            .one(self.reader())
            .await;
        found.map_err(repo_error)?.map(payments::from_row).transpose()
    }
}
