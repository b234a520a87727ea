//! Plain create, read, update and delete of any aggregate that is one row, written once.

use async_trait::async_trait;
use domain::id::{Entity, Handle, Id, StoreId};
use ports::{
    RepoError,
    records::{Record, Records},
};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, EntityTrait, ExprTrait as _, IntoActiveModel, Order,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Condition, Expr, Func, SelectStatement, extension::postgres::PgFunc},
};
use uuid::Uuid;

use crate::{SqlDatabase, changes::Topic, error::repo_error, unit_of_work::SqlUnitOfWork};

/// The identifier as the database stores it.
pub(crate) fn uuid<T: Entity>(id: Id<T>) -> Uuid {
    Uuid::from_bytes(*id.as_bytes())
}

/// An identifier as it was stored.
pub(crate) fn id<T: Entity>(stored: Uuid) -> Id<T> {
    Id::from_bytes(stored.into_bytes())
}

impl SqlDatabase {
    /// Whether a column holds one of these. To Postgres they are one value, so that the statement is the same for
    /// any number of them, and is planned once.
    pub(crate) fn among(&self, column: Expr, ids: impl IntoIterator<Item = Uuid>) -> Expr {
        match self.engine().backend() {
            DatabaseBackend::Postgres => {
                column.eq(PgFunc::any(Expr::val(ids.into_iter().collect::<Vec<_>>())))
            }
            _ => column.is_in(ids),
        }
    }
}

/// Whether a column holds one of what a statement finds, which is few. To Postgres they are one value here too: it would
/// take them for a tenth of a table whose limit it does not know yet, and read all of that.
pub(crate) fn among_found(backend: DatabaseBackend, column: Expr, found: SelectStatement) -> Expr {
    match backend {
        DatabaseBackend::Postgres => {
            let found = Expr::SubQuery(None, Box::new(found.into()));
            column.eq(PgFunc::any(Func::cust("ARRAY").arg(found)))
        }
        _ => column.in_subquery(found),
    }
}

/// An aggregate that is one row of one table. The table has the columns `store_id`, `id` and `version`.
pub(crate) trait Stored: Record + Clone + Sized + 'static {
    /// The table's entity.
    type Table: EntityTrait<Model: IntoActiveModel<<Self::Table as EntityTrait>::ActiveModel> + Send + Sync>;
    /// What readers elsewhere must hear of when such a row changes.
    const TOPIC: Topic;

    /// The row, every column.
    fn to_row(&self, store: Uuid) -> <Self::Table as EntityTrait>::Model;

    /// The aggregate; [`RepoError::Corrupt`] when a column breaks its rule.
    fn from_row(row: <Self::Table as EntityTrait>::Model) -> Result<Self, RepoError>;
}

/// The rows of one store that have this id.
pub(crate) fn by_id<T: Entity>(store: Uuid, key: Id<T>) -> Condition {
    Condition::all().add(Expr::col("store_id").eq(store)).add(Expr::col("id").eq(uuid(key)))
}

#[async_trait]
impl<T> Records<T> for SqlUnitOfWork
where
    T: Stored,
    <T::Table as EntityTrait>::ActiveModel: Send,
{
    async fn insert(&mut self, record: &T) -> Result<(), RepoError> {
        let row = record.to_row(self.store()).into_active_model().reset_all();
        T::Table::insert(row).exec_without_returning(self.transaction()).await.map_err(repo_error)?;
        self.touch(T::TOPIC);
        Ok(())
    }

    async fn find(&mut self, key: Id<T::Kind>) -> Result<Option<T>, RepoError> {
        T::Table::find()
            .filter(by_id(self.store(), key))
            .lock_exclusive()
            .one(self.transaction())
            .await
            .map_err(repo_error)?
            .map(T::from_row)
            .transpose()
    }

    async fn update(&mut self, record: &mut T) -> Result<(), RepoError> {
        let read_at = record.version();
        let mut next = record.clone();
        next.set_version(read_at.saturating_add(1));
        let row = next.to_row(self.store()).into_active_model().reset_all();
        let written = T::Table::update_many()
            .set(row)
            .filter(by_id(self.store(), record.id()))
            .filter(Expr::col("version").eq(read_at))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        if written.rows_affected == 0 {
            return Err(RepoError::Stale);
        }
        self.touch(T::TOPIC);
        *record = next;
        Ok(())
    }

    async fn delete(&mut self, key: Id<T::Kind>) -> Result<bool, RepoError> {
        let gone = T::Table::delete_many()
            .filter(by_id(self.store(), key))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        self.touch(T::TOPIC);
        Ok(gone.rows_affected > 0)
    }
}

/// Every row of a store, ordered by `columns` and then by age.
pub(crate) async fn all<T: Stored>(
    connection: &impl ConnectionTrait,
    store: StoreId,
    columns: &[&'static str],
) -> Result<Vec<T>, RepoError> {
    let of_store = T::Table::find().filter(Expr::col("store_id").eq(uuid(store)));
    let ordered = columns
        .iter()
        .chain(&["id"])
        .fold(of_store, |select, column| select.order_by(Expr::col(*column), Order::Asc));
    ordered.all(connection).await.map_err(repo_error)?.into_iter().map(T::from_row).collect()
}

/// The rows of a store that a caller may mean: by id, or by the column that holds the name.
pub(crate) fn by_handle<T: Entity>(
    store: StoreId,
    handle: &Handle<T>,
    name_column: &'static str,
) -> Condition {
    match handle {
        Handle::Id(key) => by_id(uuid(store), *key),
        Handle::Name(name) => Condition::all()
            .add(Expr::col("store_id").eq(uuid(store)))
            .add(Expr::col(name_column).eq(name.as_str())),
    }
}
