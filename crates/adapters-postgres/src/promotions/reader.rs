//! Reading promotions with their uses.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    discount::{CouponCode, CustomerHistory, Promotion, PromotionStatus},
    id::{CategoryId, Entity, Id, ProductId, PromotionId, StoreId},
};
use ports::{
    RepoError,
    list::{Slice, Sort, SortValue, Window},
    promotions::{PromotionFilter, PromotionReader, PromotionRow, PromotionSort},
};
use sea_orm::{
    ConnectionTrait as _, EntityTrait as _, ExprTrait as _, PaginatorTrait as _, QueryFilter as _,
    sea_query::{Condition, Expr, Query},
};
use uuid::Uuid;

use super::{
    row,
    uses::{of_promotion, redemption, usage},
};
use crate::{
    SqlDatabase,
    error::repo_error,
    stored::{Stored as _, by_id, uuid},
    window::{Ordering, fetch},
};

/// Promotions in a status at `now`, as [`Promotion::status`] decides it.
fn in_status(status: PromotionStatus, mode: Mode, now: DateTime<Utc>) -> Condition {
    let all = Condition::all;
    let over = || Expr::col("ends_at").lte(now);
    let begun = Condition::any().add(Expr::col("starts_at").is_null()).add(Expr::col("starts_at").lte(now));
    let on = || all().add(Expr::col("active").eq(true));
    let running = Condition::any().add(Expr::col("ends_at").is_null()).add(Expr::col("ends_at").gt(now));
    let open = || on().add(running.clone());
    match status {
        PromotionStatus::Inactive => all().add(Expr::col("active").eq(false)),
        PromotionStatus::Expired => on().add(over()),
        PromotionStatus::Exhausted => open().add(used_up(mode)),
        PromotionStatus::Scheduled => open().add(used_up(mode).not()).add(Expr::col("starts_at").gt(now)),
        PromotionStatus::Active => open().add(used_up(mode).not()).add(begun),
    }
}

/// Whether every use of the promotion in the outer row is taken.
fn used_up(mode: Mode) -> Expr {
    let of = |column: &'static str| Expr::col(("promotions", column));
    let mut taken = Query::select();
    taken
        .expr(Expr::val(1))
        .from("promotion_usage")
        .and_where(Expr::col(("promotion_usage", "store_id")).eq(of("store_id")))
        .and_where(Expr::col(("promotion_usage", "livemode")).eq(mode.is_live()))
        .and_where(Expr::col(("promotion_usage", "promotion_id")).eq(of("id")))
        .and_where(Expr::col(("promotion_usage", "used")).gte(of("max_uses")));
    Expr::exists(taken)
}

impl SqlDatabase {
    /// Puts the uses beside promotions, in one statement.
    async fn with_uses(
        &self,
        store: StoreId,
        mode: Mode,
        rows: Vec<row::Model>,
    ) -> Result<Vec<PromotionRow>, RepoError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let counts = usage::Entity::find()
            .filter(Expr::col("store_id").eq(uuid(store)))
            .filter(Expr::col("livemode").eq(mode.is_live()))
            .filter(Expr::col("promotion_id").is_in(rows.iter().map(|row| row.id)))
            .all(self.reader())
            .await
            .map_err(repo_error)?;
        let used: HashMap<Uuid, i32> = counts.into_iter().map(|row| (row.promotion_id, row.used)).collect();
        let count = |id: Uuid| used.get(&id).and_then(|used| u32::try_from(*used).ok()).unwrap_or_default();
        rows.into_iter()
            .map(|row| Ok(PromotionRow { used: count(row.id), promotion: Promotion::from_row(row)? }))
            .collect()
    }

    /// The ids that are not in a table of the store.
    async fn unknown<T: Entity>(
        &self,
        table: &'static str,
        store: StoreId,
        ids: &[Id<T>],
    ) -> Result<Vec<Id<T>>, RepoError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::select();
        query
            .column("id")
            .from(table)
            .and_where(Expr::col("store_id").eq(uuid(store)))
            .and_where(Expr::col("id").is_in(ids.iter().map(|id| uuid(*id))));
        let rows = self.reader().query_all(&query).await.map_err(repo_error)?;
        let known: HashSet<Uuid> =
            rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>().map_err(repo_error)?;
        Ok(ids.iter().copied().filter(|id| !known.contains(&uuid(*id))).collect())
    }

    async fn one_promotion(
        &self,
        store: StoreId,
        mode: Mode,
        which: Condition,
    ) -> Result<Option<PromotionRow>, RepoError> {
        let found = row::Entity::find().filter(which).one(self.reader()).await.map_err(repo_error)?;
        Ok(self.with_uses(store, mode, found.into_iter().collect()).await?.pop())
    }
}

#[async_trait]
impl PromotionReader for SqlDatabase {
    async fn promotion(
        &self,
        store: StoreId,
        mode: Mode,
        id: PromotionId,
    ) -> Result<Option<PromotionRow>, RepoError> {
        self.one_promotion(store, mode, by_id(uuid(store), id)).await
    }

    async fn by_code(
        &self,
        store: StoreId,
        mode: Mode,
        code: &CouponCode,
    ) -> Result<Option<PromotionRow>, RepoError> {
        let which = Condition::all()
            .add(Expr::col("store_id").eq(uuid(store)))
            .add(Expr::col("code").eq(code.as_str()));
        self.one_promotion(store, mode, which).await
    }

    async fn promotions(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &PromotionFilter,
        now: DateTime<Utc>,
        sort: Sort<PromotionSort>,
        window: &Window,
    ) -> Result<Slice<PromotionRow>, RepoError> {
        let mut which = Condition::all().add(Expr::col(("promotions", "store_id")).eq(uuid(store)));
        if let Some(status) = filter.status {
            which = which.add(in_status(status, mode, now));
        }
        if let Some(code) = &filter.code {
            which = which.add(Expr::col("code").eq(code.as_str()));
        }
        let ordering = match sort.by {
            PromotionSort::Code => Ordering {
                column: "code",
                descending: sort.descending,
                key: |row: &row::Model| (SortValue::Text(row.code.clone()), row.id),
            },
            PromotionSort::CreatedAt => Ordering {
                column: "created_at",
                descending: sort.descending,
                key: |row: &row::Model| (SortValue::Time(row.created_at), row.id),
            },
        };
        let Slice { items, total, next } =
            fetch(self.reader(), row::Entity::find().filter(which), &ordering, window).await?;
        Ok(Slice { items: self.with_uses(store, mode, items).await?, total, next })
    }

    async fn unknown_targets(
        &self,
        store: StoreId,
        products: &[ProductId],
        categories: &[CategoryId],
    ) -> Result<(Vec<ProductId>, Vec<CategoryId>), RepoError> {
        Ok((
            self.unknown("products", store, products).await?,
            self.unknown("categories", store, categories).await?,
        ))
    }

    async fn history(
        &self,
        store: StoreId,
        mode: Mode,
        promotion: PromotionId,
        email_key: &str,
    ) -> Result<CustomerHistory, RepoError> {
        let uses = redemption::Entity::find()
            .filter(of_promotion(uuid(store), mode, promotion))
            .filter(Expr::col("email").eq(email_key))
            .count(self.reader())
            .await
            .map_err(repo_error)?;
        let mut placed = Query::select();
        placed
            .expr(Expr::val(1))
            .from("orders")
            .and_where(Expr::col("store_id").eq(uuid(store)))
            .and_where(Expr::col("livemode").eq(mode.is_live()))
            .and_where(Expr::col("email_key").eq(email_key))
            .and_where(Expr::col("placed_at").is_not_null())
            .limit(1);
        let placed = self.reader().query_one(&placed).await.map_err(repo_error)?;
        Ok(CustomerHistory {
            uses_by_customer: u32::try_from(uses).unwrap_or(u32::MAX),
            has_earlier_order: placed.is_some(),
        })
    }
}
