//! The book of stock: entries are added, never changed.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use domain::inventory::{MovementKind, delta};
use ports::{
    RepoError,
    stock::{Cause, Changed},
};
use sea_orm::ConnectionTrait as _;
use uuid::{ContextV7, Timestamp, Uuid};

use super::column;
use crate::{connection::Transaction, error::repo_error, rows, stored::uuid, unit_of_work::SqlUnitOfWork};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stock_movements")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) livemode: bool,
        pub(crate) variant_id: Uuid,
        pub(crate) product_id: Uuid,
        pub(crate) kind: String,
        pub(crate) delta: i64,
        pub(crate) stock_before: i32,
        pub(crate) stock_after: i32,
        pub(crate) reason: Option<String>,
        pub(crate) order_id: Option<Uuid>,
        pub(crate) actor: String,
        pub(crate) created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An id that sorts by `at`, and behind every id that this process gave before: entries of one variant
/// are made while its level is locked, so their order is the order of the changes.
pub(crate) fn next_id(at: DateTime<Utc>) -> Uuid {
    static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(&ORDER, seconds, at.timestamp_subsec_nanos()))
}

/// The entry that tells of one change.
pub(super) fn entry(
    store: Uuid,
    kind: MovementKind,
    changed: &Changed,
    cause: &Cause,
) -> Result<row::Model, RepoError> {
    let Cause { mode, order, actor, reason, at } = cause;
    let Changed { variant, product, before, after, low_threshold: _ } = changed;
    Ok(row::Model {
        store_id: store,
        id: next_id(*at),
        livemode: mode.is_live(),
        variant_id: uuid(*variant),
        product_id: uuid(*product),
        kind: kind.as_str().to_owned(),
        delta: delta(*before, *after),
        stock_before: column(*before)?,
        stock_after: column(*after)?,
        reason: reason.clone(),
        order_id: order.map(uuid),
        actor: actor.clone(),
        created_at: *at,
    })
}

/// Writes entries, all in one statement.
pub(super) async fn write(transaction: &Transaction, entries: Vec<row::Model>) -> Result<(), RepoError> {
    if entries.is_empty() {
        return Ok(());
    }
    let insert = rows::insert(transaction.get_database_backend(), entries, "");
    transaction.execute_later(insert).await.map_err(repo_error)
}

impl SqlUnitOfWork {
    /// Tells the book of changes that have one cause.
    pub(super) async fn enter(
        &self,
        kind: MovementKind,
        changed: &[Changed],
        cause: &Cause,
    ) -> Result<(), RepoError> {
        let entries = changed.iter().map(|each| entry(self.store(), kind, each, cause));
        write(self.transaction(), entries.collect::<Result<_, _>>()?).await
    }
}
