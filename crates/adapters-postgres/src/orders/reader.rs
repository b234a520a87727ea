//! Reading orders outside a transaction.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    id::{Handle, OrderId, PaymentId, StoreId, kind},
    payment::{Payment, Provider},
    refund::Refund,
};
use futures::future::try_join4;
use ports::{
    RepoError,
    list::{Count, Slice, Sort, Window},
    orders::{OrderFilter, OrderReader, OrderSort, OrderSummary, OrderView},
    search::Excerpt,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select,
    sea_query::{Condition, Expr},
};
use uuid::Uuid;

use super::{
    filter::condition,
    lines,
    mapping::{currency_of, from_row},
    row,
    summary::{self, ordering, to_summary},
};
use crate::{
    SqlDatabase,
    error::repo_error,
    fulfillments, payments, refunds,
    stored::{by_handle, by_id, id, uuid},
    window::{COUNT_MAX, LOOKED_AT_MAX, count, fetch_counting_to},
};

impl SqlDatabase {
    /// Reads an order that was found, with everything on it, in one round trip's time.
    async fn view(&self, store: Uuid, order: row::Model) -> Result<OrderView, RepoError> {
        let (reader, key) = (self.reader(), order.id);
        let of_order =
            || Condition::all().add(Expr::col("store_id").eq(store)).add(Expr::col("order_id").eq(key));
        let payments =
            payments::row::Entity::find().filter(of_order()).order_by_asc(payments::row::Column::Attempt);
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

/// Rows whose outcome should be asked for by now: the longest overdue of every store, then the next of every store,
/// so that one whose gateway lets everybody wait takes nobody else's turn.
fn due<E: EntityTrait>(now: DateTime<Utc>, limit: u32) -> Select<E> {
    let turn = Expr::cust("row_number() over (partition by store_id order by next_check_at, id)");
    let next_check_at = || Expr::col("next_check_at");
    E::find()
        .filter(next_check_at().lte(now))
        .order_by_asc(turn)
        .order_by_asc(next_check_at())
        .limit(u64::from(limit))
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
        let most = if filter.is_narrow() { LOOKED_AT_MAX } else { COUNT_MAX };
        let ordering = ordering(sort, filter.unplaced);
        fetch_counting_to(most, self.reader(), wanted, &ordering, window).await?.try_map(to_summary)
    }

    async fn search(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &OrderFilter,
        excerpt: Excerpt,
    ) -> Result<(Vec<OrderSummary>, Count), RepoError> {
        let wanted = summary::Entity::find().filter(condition(store, mode, filter));
        let total = count(self.reader(), wanted.clone(), LOOKED_AT_MAX).await?;
        if excerpt.limit == 0 || total.ends_before(excerpt.offset) {
            return Ok((Vec::new(), total));
        }
        let rows = wanted
            .order_by_desc(summary::Column::PlacedAt)
            .order_by_desc(summary::Column::Id)
            .offset(excerpt.offset)
            .limit(excerpt.limit)
            .all(self.reader())
            .await
            .map_err(repo_error)?;
        Ok((rows.into_iter().map(to_summary).collect::<Result<_, _>>()?, total))
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
        let due = due::<payments::row::Entity>(now, limit).all(self.reader()).await.map_err(repo_error)?;
        due.into_iter().map(|row| Ok((id(row.store_id), payments::from_row(row)?))).collect()
    }

    async fn due_refunds(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<(StoreId, Refund)>, RepoError> {
        let due = due::<refunds::row::Entity>(now, limit).all(self.reader()).await.map_err(repo_error)?;
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
