//! Stock: a level for each variant and mode, and the book of movements.
//!
//! What is available changes together with its entry in the book. Changes of several variants are one
//! statement and one batch of entries, however many there are; see [`transfer`].

use async_trait::async_trait;
use domain::{
    access::Mode,
    id::{ProductId, VariantId},
    inventory::{Adjustment, MovementKind, StockError, StockLevel},
};
use ports::{
    RepoError,
    stock::{Cause, Changed, Shortage, Stock, Units},
};
use sea_orm::{
    EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
    sea_query::{Condition, Expr},
};
use uuid::Uuid;

use crate::{
    error::{corrupt, repo_error},
    stored::{id, uuid},
    unit_of_work::SqlUnitOfWork,
};

pub(crate) use self::{
    movements::{next_id as next_movement_id, row as movement},
    transfer::Transfer,
};

mod movements;
mod reader;
mod transfer;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stock")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) livemode: bool,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) variant_id: Uuid,
        pub(crate) product_id: Uuid,
        pub(crate) available: i32,
        pub(crate) reserved: i32,
        pub(crate) sold: i64,
        pub(crate) low_threshold: Option<i32>,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The level that a row tells of.
pub(crate) fn level(row: &row::Model) -> Result<StockLevel, RepoError> {
    Ok(StockLevel {
        variant: id(row.variant_id),
        available: units(row.available, "available", row.variant_id)?,
        reserved: units(row.reserved, "reserved", row.variant_id)?,
        low_threshold: threshold(row.low_threshold, row.variant_id)?,
    })
}

fn units(stored: i32, column: &'static str, variant: Uuid) -> Result<u32, RepoError> {
    u32::try_from(stored).map_err(|_| corrupt("stock", column, variant))
}

fn threshold(stored: Option<i32>, variant: Uuid) -> Result<Option<u32>, RepoError> {
    stored.map(|count| units(count, "low_threshold", variant)).transpose()
}

/// A count as the column holds it. The domain's ceiling lies below the column's.
fn column(count: u32) -> Result<i32, RepoError> {
    i32::try_from(count).map_err(|error| RepoError::Other(error.into()))
}

impl SqlUnitOfWork {
    fn stock_of(&self, mode: Mode, variants: impl IntoIterator<Item = Uuid>) -> Condition {
        Condition::all()
            .add(Expr::col("store_id").eq(self.store()))
            .add(Expr::col("livemode").eq(mode.is_live()))
            .add(Expr::col("variant_id").is_in(variants))
    }

    async fn locked_stock(&self, mode: Mode, variant: VariantId) -> Result<Option<row::Model>, RepoError> {
        row::Entity::find()
            .filter(self.stock_of(mode, [uuid(variant)]))
            .lock_exclusive()
            .one(self.transaction())
            .await
            .map_err(repo_error)
    }
}

#[async_trait]
impl Stock for SqlUnitOfWork {
    async fn start(
        &mut self,
        variant: VariantId,
        product: ProductId,
        available: u32,
        low_threshold: Option<u32>,
        cause: &Cause,
    ) -> Result<(), RepoError> {
        let (count, threshold) = (column(available)?, low_threshold.map(column).transpose()?);
        let rows = Mode::ALL.iter().map(|mode| {
            let row = row::Model {
                store_id: self.store(),
                livemode: mode.is_live(),
                variant_id: uuid(variant),
                product_id: uuid(product),
                available: count,
                reserved: 0,
                sold: 0,
                low_threshold: threshold,
                updated_at: cause.at,
            };
            row.into_active_model()
        });
        row::Entity::insert_many(rows)
            .exec_without_returning(self.transaction())
            .await
            .map_err(repo_error)?;
        if available == 0 {
            // An empty shelf is where every variant starts; only goods on it are worth an entry.
            return Ok(());
        }
        let begun = Changed { variant, product, before: 0, after: available, low_threshold };
        let mut entries = Vec::new();
        for mode in Mode::ALL {
            let cause = Cause { mode: *mode, ..cause.clone() };
            entries.push(movements::entry(self.store(), MovementKind::Initial, &begun, &cause)?);
        }
        movements::write(self.transaction(), entries).await
    }

    async fn level(&mut self, mode: Mode, variant: VariantId) -> Result<Option<StockLevel>, RepoError> {
        self.locked_stock(mode, variant).await?.as_ref().map(level).transpose()
    }

    async fn adjust(
        &mut self,
        variant: VariantId,
        adjustment: Adjustment,
        cause: &Cause,
    ) -> Result<Option<Result<Changed, StockError>>, RepoError> {
        let Some(row) = self.locked_stock(cause.mode, variant).await? else { return Ok(None) };
        let level = level(&row)?;
        let (before, after) = match adjustment.apply(level.available) {
            Ok(change) => change,
            Err(refused) => return Ok(Some(Err(refused))),
        };
        row::Entity::update_many()
            .col_expr(row::Column::Available, Expr::value(column(after)?))
            .col_expr(row::Column::UpdatedAt, Expr::value(cause.at))
            .filter(self.stock_of(cause.mode, [uuid(variant)]))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        let product = id(row.product_id);
        let changed = Changed { variant, product, before, after, low_threshold: level.low_threshold };
        self.touch_stock(cause.mode, std::slice::from_ref(&changed));
        self.enter(MovementKind::Adjustment, std::slice::from_ref(&changed), cause).await?;
        Ok(Some(Ok(changed)))
    }

    async fn set_low_threshold(
        &mut self,
        mode: Mode,
        variant: VariantId,
        threshold: Option<u32>,
    ) -> Result<bool, RepoError> {
        let written = row::Entity::update_many()
            .col_expr(row::Column::LowThreshold, Expr::value(threshold.map(column).transpose()?))
            .filter(self.stock_of(mode, [uuid(variant)]))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        Ok(written.rows_affected > 0)
    }

    async fn reserve(
        &mut self,
        units: &[Units],
        cause: &Cause,
    ) -> Result<Result<Vec<Changed>, Vec<Shortage>>, RepoError> {
        self.take(&transfer::sums(units), cause).await
    }

    async fn sell_reserved(&mut self, units: &[Units], cause: &Cause) -> Result<(), RepoError> {
        self.move_units(Transfer::Sell, &transfer::sums(units), cause).await.map(drop)
    }

    async fn release(&mut self, units: &[Units], cause: &Cause) -> Result<Vec<Changed>, RepoError> {
        self.put_back(Transfer::Release, &transfer::sums(units), cause).await
    }

    async fn restock(&mut self, units: &[Units], cause: &Cause) -> Result<Vec<Changed>, RepoError> {
        self.put_back(Transfer::Restock, &transfer::sums(units), cause).await
    }
}
