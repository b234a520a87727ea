//! Connections, kept open and lent out. One that comes back with nothing under way is free at once; the pool
//! of `sqlx` would ask each whether it still works, which is a round trip for every one that is needed.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use deadpool::{
    Runtime,
    managed::{Manager, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult, Timeouts},
};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, sqlx,
};

use crate::{
    line::{Address, Line},
    open::OpenTransaction,
};

/// Opens connections.
#[derive(Debug)]
pub(crate) struct Opener {
    address: Address,
    greeting: &'static str,
}

impl Manager for Opener {
    type Type = Line;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Line, sqlx::Error> {
        // Boxed: connecting takes far more room than whatever waits for it.
        Box::pin(Line::open(&self.address, self.greeting)).await
    }

    async fn recycle(&self, line: &mut Line, _: &Metrics) -> RecycleResult<sqlx::Error> {
        if line.is_fit().await { Ok(()) } else { Err(RecycleError::message("not fit to be used again")) }
    }
}

/// Connections to one database. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    lines: deadpool::managed::Pool<Opener>,
    backend: DatabaseBackend,
    statements: Arc<AtomicU64>,
}

/// How many connections a pool has at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Those that are open.
    pub(crate) open: usize,
    /// Those of them that nobody uses.
    pub(crate) idle: usize,
    /// As many as may be open.
    pub(crate) max: usize,
}

impl Pool {
    /// At most `size` connections to `address`, opened when they are needed, for which nobody waits longer
    /// than `patience`. `greeting` is what Postgres is told first on each. Statements are counted.
    pub(crate) fn new(
        address: Address,
        size: usize,
        patience: Duration,
        greeting: &'static str,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, sqlx::Error> {
        let backend = match &address {
            Address::Postgres(_) => DatabaseBackend::Postgres,
            Address::Sqlite(_) => DatabaseBackend::Sqlite,
        };
        let timeouts = Timeouts { wait: Some(patience), create: Some(patience), recycle: Some(patience) };
        let lines = deadpool::managed::Pool::builder(Opener { address, greeting })
            .max_size(size)
            .timeouts(timeouts)
            // Those at the bottom are needed in a crowd alone; what is used stays warm.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| sqlx::Error::Configuration(error.into()))?;
        Ok(Self { lines, backend, statements: Arc::clone(statements) })
    }

    /// A connection, for as long as the value lives.
    pub(crate) async fn lend(&self) -> Result<Lent, DbErr> {
        let line = self.lines.get().await.map_err(no_line)?;
        Ok(Lent { line: Some(line), pool: self.clone() })
    }

    /// Begins a transaction, on SQLite with the right to write: one that starts as a reader can lose it to
    /// another writer halfway.
    pub(crate) async fn begin(&self) -> Result<OpenTransaction, DbErr> {
        let begin = if self.backend == DatabaseBackend::Sqlite { "begin immediate" } else { "begin" };
        let mut line = self.lend().await?;
        let told = line.tell(begin.to_owned(), true).await;
        line.noticed(told).map_err(refused)?;
        Ok(OpenTransaction::begun(line, self.backend))
    }

    /// How many connections there are.
    pub(crate) fn lines(&self) -> Lines {
        let status = self.lines.status();
        Lines { open: status.size, idle: status.available, max: status.max_size }
    }
}

/// A connection that goes back to its pool with this value.
#[derive(Debug)]
pub(crate) struct Lent {
    /// Gone only while this value is dropped.
    line: Option<Object<Opener>>,
    pool: Pool,
}

impl Lent {
    /// Passes an outcome on. When the line broke, those that rest are as old and most likely broken as well.
    pub(crate) fn noticed<T>(&self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if outcome.is_err() && !self.is_free() && !self.is_open() {
            self.pool.lines.retain(|_, _| false);
        }
        outcome
    }

    fn counted<T>(&self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        self.pool.statements.fetch_add(1, Ordering::Relaxed);
        self.noticed(outcome)
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        let outcome = Line::execute(self, statement).await;
        self.counted(outcome).map_err(refused)
    }

    pub(crate) async fn execute_plain(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        let outcome = Line::execute_plain(self, sql.to_owned()).await;
        self.counted(outcome).map_err(refused)
    }

    pub(crate) async fn one(&mut self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let outcome = Line::one(self, statement).await;
        self.counted(outcome).map_err(unanswered)
    }

    pub(crate) async fn all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let outcome = Line::all(self, statement).await;
        self.counted(outcome).map_err(unanswered)
    }
}

impl Deref for Lent {
    type Target = Line;

    fn deref(&self) -> &Line {
        self.line.as_ref().expect("only dropping takes it")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Line {
        self.line.as_mut().expect("only dropping takes it")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(line) = self.line.take() else { return };
        if line.is_free() {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if line.is_open() => {
                runtime.spawn(undo(line));
            }
            // Closed, whatever was under way is undone by the database.
            _ => drop(Object::take(line)),
        }
    }
}

/// Undoes a transaction that was left, before anybody else gets the connection.
async fn undo(line: Object<Opener>) {
    let mut line = Discarded(Some(line));
    let Some(open) = &mut line.0 else { return };
    if open.tell("rollback".to_owned(), false).await.is_ok() {
        drop(line.0.take());
    }
}

/// Closes a connection unless it is taken out.
struct Discarded(Option<Object<Opener>>);

impl Drop for Discarded {
    fn drop(&mut self) {
        self.0.take().map(Object::take);
    }
}

fn no_line(error: PoolError<sqlx::Error>) -> DbErr {
    let cause = match error {
        PoolError::Backend(cause) => cause,
        PoolError::Timeout(_) => sqlx::Error::PoolTimedOut,
        other => sqlx::Error::Configuration(other.into()),
    };
    DbErr::Conn(RuntimeErr::SqlxError(cause.into()))
}

/// An error of a statement that writes.
pub(crate) fn refused(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

/// An error of a statement that asks.
pub(crate) fn unanswered(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

#[async_trait]
impl ConnectionTrait for Pool {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.lend().await?.execute(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.lend().await?.execute_plain(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.lend().await?.one(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.lend().await?.all(statement).await
    }
}
