//! Orders: a row each, and a row for each line. Columns hold what is searched, summed or checked by
//! the database; the rest of an order is one document.

use std::sync::LazyLock;

use async_trait::async_trait;
use domain::{access::Mode, id::OrderId, order::Order};
use ports::{RepoError, orders::Orders};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait as _, EntityTrait as _, IdenStatic as _, IntoActiveModel as _, Iterable as _,
    QueryFilter as _, QuerySelect as _,
};
use uuid::Uuid;

pub(crate) use self::mapping::to_row;
use self::mapping::{currency_of, from_row};
use crate::{
    error::repo_error,
    rows,
    stored::{by_id, uuid},
    unit_of_work::SqlUnitOfWork,
};

mod body;
mod filter;
pub(crate) mod lines;
mod mapping;
mod reader;
mod summary;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    use super::body::OrderDocument;
    use crate::json::Spelled;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "orders")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) livemode: bool,
        pub(crate) token_hash: Option<String>,
        pub(crate) number: Option<i64>,
        pub(crate) number_text: Option<String>,
        pub(crate) email: String,
        pub(crate) email_key: String,
        pub(crate) customer_id: Option<Uuid>,
        pub(crate) currency: String,
        pub(crate) subtotal: i64,
        pub(crate) discount: i64,
        pub(crate) shipping: i64,
        pub(crate) tax: i64,
        pub(crate) total: i64,
        pub(crate) refunded: i64,
        pub(crate) payment_status: String,
        pub(crate) fulfillment_status: String,
        pub(crate) item_count: i32,
        pub(crate) body: Spelled<OrderDocument>,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
        pub(crate) placed_at: Option<DateTimeUtc>,
        pub(crate) paid_at: Option<DateTimeUtc>,
        pub(crate) fulfilled_at: Option<DateTimeUtc>,
        pub(crate) cancelled_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Mode as the column `livemode` says it.
pub(crate) const fn mode(livemode: bool) -> Mode {
    if livemode { Mode::Live } else { Mode::Test }
}

/// What changes of an order's row with its next version. The key stays: SQLite would look for everything that refers to
/// it.
pub(crate) fn written(store: Uuid, order: &Order) -> Result<row::ActiveModel, RepoError> {
    let row = to_row(store, order, None)?.into_active_model();
    let version = Set(order.version.saturating_add(1));
    Ok(row::ActiveModel { store_id: NotSet, id: NotSet, token_hash: NotSet, version, ..row })
}

/// Over an earlier draft every column is written anew and the version goes on; a placed order stays.
static OVER_A_DRAFT: LazyLock<String> = LazyLock::new(|| {
    let is_kept = |column: &row::Column| {
        matches!(column, row::Column::StoreId | row::Column::Id | row::Column::Version)
    };
    let anew = row::Column::iter().filter(|column| !is_kept(column));
    let anew =
        anew.map(|column| format!("{0} = excluded.{0}", column.as_str())).collect::<Vec<_>>().join(", ");
    format!(
        " ON CONFLICT (store_id, id) DO UPDATE SET {anew}, version = orders.version + 1 \
         WHERE orders.number is null and orders.payment_status in ('pending', 'failed') RETURNING version"
    )
});

#[async_trait]
impl Orders for SqlUnitOfWork {
    async fn draft(&mut self, order: &mut Order, token_hash: Option<&str>) -> Result<(), RepoError> {
        let row = to_row(self.store(), order, token_hash)?;
        let insert = rows::insert(self.backend(), [row], &OVER_A_DRAFT);
        let written =
            self.transaction().query_one_raw(insert).await.map_err(repo_error)?.ok_or(RepoError::Stale)?;
        let version: i32 = written.try_get("", "version").map_err(repo_error)?;
        if version != order.version {
            lines::remove(self.transaction(), self.store(), order.id).await?;
            order.version = version;
        }
        lines::write_changed(self.transaction(), self.store(), order.id, &order.lines, &[]).await?;
        self.remember_lines(order.id, &order.lines);
        Ok(())
    }

    async fn find(&mut self, order: OrderId) -> Result<Option<Order>, RepoError> {
        let found = row::Entity::find().filter(by_id(self.store(), order)).lock_exclusive();
        let Some(row) = found.one(self.transaction()).await.map_err(repo_error)? else { return Ok(None) };
        let lines = lines::of_order(self.transaction(), self.store(), row.id, currency_of(&row)?).await?;
        self.remember_lines(order, &lines);
        from_row(row, lines).map(Some)
    }

    async fn update(&mut self, order: &mut Order) -> Result<(), RepoError> {
        self.update_head(order).await?;
        let known = match self.take_remembered_lines(order.id) {
            Some(known) => known,
            None => lines::of_order(self.transaction(), self.store(), uuid(order.id), order.currency).await?,
        };
        lines::write_changed(self.transaction(), self.store(), order.id, &order.lines, &known).await?;
        self.remember_lines(order.id, &order.lines);
        Ok(())
    }

    async fn update_head(&mut self, order: &mut Order) -> Result<(), RepoError> {
        self.write_version(written(self.store(), order)?, order.id, order.version).await?;
        order.version = order.version.saturating_add(1);
        Ok(())
    }
}
