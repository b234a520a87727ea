//! A transaction on a connection of its own, and parts of it that can be undone alone.

use std::sync::{Arc, Mutex as Cell, PoisonError};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement};
use tokio::sync::{Mutex, MutexGuard};

use crate::pool::{Lent, refused};

/// A transaction, or a part of one. Dropping it undoes it: the whole as soon as all its parts are gone too,
/// a part before the next statement runs.
#[derive(Debug)]
pub(crate) struct OpenTransaction {
    shared: Arc<Shared>,
    /// How many parts this one lies in; 0 for the whole.
    depth: usize,
    over: bool,
}

#[derive(Debug)]
struct Shared {
    line: Mutex<Lent>,
    backend: DatabaseBackend,
    /// The outermost part that was dropped, and is to be undone.
    dropped: Cell<Option<usize>>,
}

impl OpenTransaction {
    /// The transaction that has just begun on this connection.
    pub(crate) fn begun(line: Lent, backend: DatabaseBackend) -> Self {
        let shared = Shared { line: Mutex::new(line), backend, dropped: Cell::default() };
        Self { shared: Arc::new(shared), depth: 0, over: false }
    }

    /// Begins a part.
    pub(crate) async fn savepoint(&self) -> Result<Self, DbErr> {
        let depth = self.depth.saturating_add(1);
        self.tell(format!("savepoint part_{depth}"), true).await?;
        Ok(Self { shared: Arc::clone(&self.shared), depth, over: false })
    }

    /// Makes it final, or a part as final as what it lies in.
    pub(crate) async fn commit(mut self) -> Result<(), DbErr> {
        let end = match self.depth {
            0 => "commit".to_owned(),
            depth => format!("release savepoint part_{depth}"),
        };
        self.tell(end, self.depth > 0).await?;
        self.over = true;
        Ok(())
    }

    /// Undoes it.
    pub(crate) async fn rollback(mut self) -> Result<(), DbErr> {
        let end = match self.depth {
            0 => "rollback".to_owned(),
            depth => undone(depth),
        };
        self.tell(end, self.depth > 0).await?;
        self.over = true;
        Ok(())
    }

    async fn tell(&self, sql: String, is_open_after: bool) -> Result<(), DbErr> {
        let mut line = self.line().await?;
        let told = line.tell(sql, is_open_after).await;
        line.noticed(told).map_err(refused)
    }

    /// The connection, once nothing is left on it of parts that were dropped.
    async fn line(&self) -> Result<MutexGuard<'_, Lent>, DbErr> {
        let mut line = self.shared.line.lock().await;
        if let Some(depth) = self.shared.take_dropped() {
            let told = line.tell(undone(depth), true).await;
            line.noticed(told).map_err(refused)?;
        }
        Ok(line)
    }
}

/// A savepoint of the same name that comes later hides this one, and both are gone with what they lie in.
fn undone(depth: usize) -> String {
    format!("rollback to savepoint part_{depth}")
}

impl Shared {
    fn take_dropped(&self) -> Option<usize> {
        self.dropped.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        if self.over || self.depth == 0 {
            return;
        }
        let mut dropped = self.shared.dropped.lock().unwrap_or_else(PoisonError::into_inner);
        *dropped = Some(dropped.map_or(self.depth, |outer| outer.min(self.depth)));
    }
}

#[async_trait]
impl ConnectionTrait for OpenTransaction {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.shared.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.line().await?.execute(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.line().await?.execute_plain(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.line().await?.one(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.line().await?.all(statement).await
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::atomic::AtomicU64, time::Duration};

    use sea_orm::sqlx::sqlite::SqliteConnectOptions;
    use tempfile::TempDir;

    use super::*;
    use crate::{line::Address, pool::Pool};

    /// One connection to a new file with a table of numbers.
    async fn numbers() -> (Pool, TempDir) {
        let folder = tempfile::tempdir().expect("the machine has room for a temporary folder");
        let file =
            SqliteConnectOptions::new().filename(folder.path().join("numbers")).create_if_missing(true);
        let address = Address::Sqlite(Box::new(file));
        let statements = Arc::new(AtomicU64::new(0));
        let pool = Pool::new(address, 1, Duration::from_secs(5), "", &statements).expect("it is sound");
        pool.execute_unprepared("create table numbers (n integer)").await.expect("there is none");
        (pool, folder)
    }

    async fn put(connection: &impl ConnectionTrait, number: i64) {
        let sql = format!("insert into numbers values ({number})");
        connection.execute_unprepared(&sql).await.expect("there is such a table");
    }

    async fn sum(connection: &impl ConnectionTrait) -> i64 {
        let sql = "select coalesce(sum(n), 0) as total from numbers";
        let asked = Statement::from_string(DatabaseBackend::Sqlite, sql);
        let row = connection.query_one_raw(asked).await.expect("there is such a table");
        row.expect("a sum is one row").try_get("", "total").expect("it is a number")
    }

    #[tokio::test]
    async fn what_is_left_is_undone_and_the_connection_used_again() {
        let (pool, _folder) = numbers().await;
        let left = pool.begin().await.unwrap();
        put(&left, 1).await;
        drop(left);
        assert_eq!(sum(&pool).await, 0);
        assert_eq!(pool.lines().open, 1);
    }

    #[tokio::test]
    async fn parts_that_are_left_are_undone_alone_and_with_what_lies_in_them() {
        let (pool, _folder) = numbers().await;
        let whole = pool.begin().await.unwrap();
        put(&whole, 1).await;
        let outer = whole.savepoint().await.unwrap();
        put(&outer, 2).await;
        let inner = outer.savepoint().await.unwrap();
        put(&inner, 4).await;
        inner.commit().await.unwrap();
        drop(outer);
        put(&whole, 8).await;
        let kept = whole.savepoint().await.unwrap();
        put(&kept, 16).await;
        kept.commit().await.unwrap();
        whole.commit().await.unwrap();
        assert_eq!(sum(&pool).await, 25);
    }

    #[tokio::test]
    async fn a_connection_whose_answer_nobody_took_is_not_used_again() {
        let (pool, _folder) = numbers().await;
        let long = "with recursive long (n) as (select 1 union all select n + 1 from long limit 1000000) \
            insert into numbers select max(n) from long";
        let mut asked = pool.execute_unprepared(long);
        assert!(futures::poll!(&mut asked).is_pending());
        drop(asked);
        assert_eq!(pool.lines().open, 0);
        put(&pool, 1).await;
        assert_eq!(pool.lines().open, 1);
    }

    async fn flushes(connection: &impl ConnectionTrait) -> bool {
        let asked = Statement::from_string(DatabaseBackend::Sqlite, "pragma synchronous");
        let row = connection.query_one_raw(asked).await.expect("every file has such a setting");
        let level: i64 = row.expect("it is one").try_get_by_index(0).expect("it is a number");
        level >= 2
    }

    #[tokio::test]
    async fn a_file_is_flushed_for_what_is_promised_alone() {
        let (pool, _folder) = numbers().await;
        for _ in 0..2 {
            assert!(flushes(&pool).await);
            assert!(!flushes(&pool.soon()).await);
            let promised = pool.begin().await.unwrap();
            assert!(flushes(&promised).await);
            promised.commit().await.unwrap();
        }
    }
}
