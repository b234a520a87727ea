//! Order numbers and monthly order counts: one row for each store and mode.

use async_trait::async_trait;
use domain::access::Mode;
use ports::{RepoError, stores::Counters};
use sea_orm::{
    ActiveModelTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{CaseStatement, Condition, Expr},
};

use crate::{error::repo_error, unit_of_work::SqlUnitOfWork};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "counters")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) livemode: bool,
        pub(crate) next_order_number: i64,
        pub(crate) month: String,
        pub(crate) month_orders: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl SqlUnitOfWork {
    fn counters_of(&self, mode: Mode) -> Condition {
        Condition::all()
            .add(Expr::col("store_id").eq(self.store()))
            .add(Expr::col("livemode").eq(mode.is_live()))
    }
}

#[async_trait]
impl Counters for SqlUnitOfWork {
    async fn start(&mut self, mode: Mode, first_order_number: u64) -> Result<(), RepoError> {
        let row = row::Model {
            store_id: self.store(),
            livemode: mode.is_live(),
            next_order_number: i64::try_from(first_order_number)
                .map_err(|error| RepoError::Other(error.into()))?,
            month: String::new(),
            month_orders: 0,
        };
        row::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(self.transaction())
            .await
            .map_err(repo_error)
            .map(drop)
    }

    async fn next_order_number(&mut self, mode: Mode) -> Result<u64, RepoError> {
        let rows = row::Entity::update_many()
            .col_expr(row::Column::NextOrderNumber, Expr::col("next_order_number").add(1))
            .filter(self.counters_of(mode))
            .exec_with_returning(self.transaction())
            .await
            .map_err(repo_error)?;
        let after = rows.first().map(|row| row.next_order_number);
        after
            .and_then(|after| u64::try_from(after.saturating_sub(1)).ok())
            .ok_or_else(|| RepoError::Other("the store has no counters".into()))
    }

    async fn raise_order_number(&mut self, mode: Mode, at_least: u64) -> Result<bool, RepoError> {
        let at_least = i64::try_from(at_least).map_err(|error| RepoError::Other(error.into()))?;
        let written = row::Entity::update_many()
            .col_expr(row::Column::NextOrderNumber, Expr::value(at_least))
            .filter(self.counters_of(mode).add(Expr::col("next_order_number").lte(at_least)))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        Ok(written.rows_affected > 0)
    }

    async fn claim_order(&mut self, mode: Mode, month: &str, limit: Option<u32>) -> Result<bool, RepoError> {
        let counted = CaseStatement::new()
            .case(Expr::col("month").eq(month), Expr::col("month_orders").add(1))
            .finally(1);
        let mut allowed = self.counters_of(mode);
        if let Some(limit) = limit {
            let below = Expr::col("month_orders").lt(i64::from(limit));
            let new_month = Expr::col("month").ne(month).and(Expr::val(limit > 0));
            allowed = allowed.add(Condition::any().add(new_month).add(below));
        }
        let written = row::Entity::update_many()
            .col_expr(row::Column::MonthOrders, counted.into())
            .col_expr(row::Column::Month, Expr::value(month))
            .filter(allowed)
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        Ok(written.rows_affected > 0)
    }

    async fn release_order(&mut self, mode: Mode, month: &str) -> Result<(), RepoError> {
        row::Entity::update_many()
            .col_expr(row::Column::MonthOrders, Expr::col("month_orders").sub(1))
            .filter(
                self.counters_of(mode).add(Expr::col("month").eq(month)).add(Expr::col("month_orders").gt(0)),
            )
            .exec(self.transaction())
            .await
            .map_err(repo_error)
            .map(drop)
    }
}
