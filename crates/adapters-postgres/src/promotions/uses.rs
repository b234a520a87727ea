//! Counting the uses of promotions.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    id::{OrderId, PromotionId},
};
use ports::{RepoError, promotions::PromotionUses};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _,
    sea_query::{Condition, Expr, OnConflict, Query},
};

use super::{row as promotion, stored_limit};
use crate::{error::repo_error, stored::uuid, unit_of_work::SqlUnitOfWork};

pub(super) mod usage {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "promotion_usage")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) livemode: bool,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) promotion_id: Uuid,
        pub(crate) used: i32,
        pub(crate) max_uses: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod redemption {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "promotion_redemptions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) livemode: bool,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) promotion_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) order_id: Uuid,
        pub(crate) email: String,
        pub(crate) created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The rows of one promotion in one mode, of either table.
pub(super) fn of_promotion(store: uuid::Uuid, mode: Mode, promotion: PromotionId) -> Condition {
    Condition::all()
        .add(Expr::col("store_id").eq(store))
        .add(Expr::col("livemode").eq(mode.is_live()))
        .add(Expr::col("promotion_id").eq(uuid(promotion)))
}

impl SqlUnitOfWork {
    /// Adds one use below the limit; `false` when there is no room. Locks the count.
    async fn count_up(&mut self, mode: Mode, promotion: PromotionId) -> Result<bool, RepoError> {
        let room = Condition::any()
            .add(Expr::col("max_uses").is_null())
            .add(Expr::col("used").lt(Expr::col("max_uses")));
        let counted = usage::Entity::update_many()
            .col_expr(usage::Column::Used, Expr::col("used").add(1))
            .filter(of_promotion(self.store(), mode, promotion).add(room))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        Ok(counted.rows_affected > 0)
    }
}

#[async_trait]
impl PromotionUses for SqlUnitOfWork {
    async fn count_active(&mut self, now: DateTime<Utc>) -> Result<u32, RepoError> {
        let running = Condition::any().add(Expr::col("ends_at").is_null()).add(Expr::col("ends_at").gt(now));
        let counted = promotion::Entity::find()
            .filter(Expr::col("store_id").eq(self.store()))
            .filter(Expr::col("active").eq(true))
            .filter(running)
            .count(self.transaction())
            .await
            .map_err(repo_error)?;
        Ok(u32::try_from(counted).unwrap_or(u32::MAX))
    }

    async fn set_limit(&mut self, promotion: PromotionId, max_uses: Option<u32>) -> Result<(), RepoError> {
        let rows = Mode::ALL.iter().map(|mode| {
            let row = usage::Model {
                store_id: self.store(),
                livemode: mode.is_live(),
                promotion_id: uuid(promotion),
                used: 0,
                max_uses: stored_limit(max_uses),
            };
            row.into_active_model().reset_all()
        });
        let key = [usage::Column::StoreId, usage::Column::Livemode, usage::Column::PromotionId];
        usage::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(key).update_column(usage::Column::MaxUses).to_owned())
            .exec_without_returning(self.transaction())
            .await
            .map_err(repo_error)
            .map(drop)
    }

    async fn claim(
        &mut self,
        mode: Mode,
        promotion: PromotionId,
        order: OrderId,
        email_key: &str,
        max_per_customer: Option<u32>,
        at: DateTime<Utc>,
    ) -> Result<bool, RepoError> {
        let row = redemption::Model {
            store_id: self.store(),
            livemode: mode.is_live(),
            promotion_id: uuid(promotion),
            order_id: uuid(order),
            email: email_key.to_owned(),
            created_at: at,
        };
        let key = [
            redemption::Column::StoreId,
            redemption::Column::Livemode,
            redemption::Column::PromotionId,
            redemption::Column::OrderId,
        ];
        let added = redemption::Entity::insert(row.into_active_model().reset_all())
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(self.transaction())
            .await
            .map_err(repo_error)?;
        if added == 0 {
            return Ok(true);
        }
        if !self.count_up(mode, promotion).await? {
            return Ok(false);
        }
        let Some(most) = max_per_customer else { return Ok(true) };
        // Counted after the lock on the count is held, so two orders of one customer see each other.
        let uses = redemption::Entity::find()
            .filter(of_promotion(self.store(), mode, promotion))
            .filter(Expr::col("email").eq(email_key))
            .count(self.transaction())
            .await
            .map_err(repo_error)?;
        Ok(uses <= u64::from(most))
    }

    async fn release(&mut self, mode: Mode, promotion: PromotionId, order: OrderId) -> Result<(), RepoError> {
        let gone = redemption::Entity::delete_many()
            .filter(of_promotion(self.store(), mode, promotion))
            .filter(Expr::col("order_id").eq(uuid(order)))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        if gone.rows_affected == 0 {
            return Ok(());
        }
        usage::Entity::update_many()
            .col_expr(usage::Column::Used, Expr::col("used").sub(1))
            .filter(of_promotion(self.store(), mode, promotion))
            .exec(self.transaction())
            .await
            .map_err(repo_error)
            .map(drop)
    }

    async fn has_order(&mut self, mode: Mode, email_key: &str, except: OrderId) -> Result<bool, RepoError> {
        let mut query = Query::select();
        query
            .expr(Expr::val(1))
            .from("orders")
            .and_where(Expr::col("store_id").eq(self.store()))
            .and_where(Expr::col("livemode").eq(mode.is_live()))
            .and_where(Expr::col("email_key").eq(email_key))
            .and_where(Expr::col("placed_at").is_not_null())
            .and_where(Expr::col("id").ne(uuid(except)))
            .limit(1);
        Ok(self.transaction().query_one(&query).await.map_err(repo_error)?.is_some())
    }
}
