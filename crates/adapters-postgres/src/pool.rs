//! Connections, kept open and lent out. One that comes back with nothing under way is free at once; the pool
//! of `sqlx` would ask each whether it still works, which is a round trip for every one that is needed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use deadpool::{
    Runtime,
    managed::{Manager, Metrics, PoolError, QueueMode, RecycleError, RecycleResult, Timeouts},
};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, sqlx,
};

use crate::{
    line::{Address, Durability, Line},
    open::OpenTransaction,
};

mod lent;

pub(crate) use lent::Lent;

/// What lets Postgres commit the transaction that a statement is before it is on the disk. It takes effect where a row
/// was written.
const COMMITTED_SOON: &str = "set_config('synchronous_commit', 'off', true)";

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
    durability: Durability,
    statements: Arc<AtomicU64>,
    losses: Arc<AtomicU64>,
}

/// How many connections a pool has at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Those that are open.
    pub(crate) open: usize,
    /// Those of them that nobody uses.
    pub(crate) idle: usize,
    /// How many wait for one, be it to be opened.
    pub(crate) waiting: usize,
    /// As many as may be open.
    pub(crate) max: usize,
}

impl Lines {
    /// Whether whoever needs one has to wait.
    pub(crate) const fn are_taken(self) -> bool {
        self.idle == 0 && self.open.saturating_add(self.waiting) >= self.max
    }
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
        let (durability, losses) = (Durability::Promised, Arc::default());
        Ok(Self { lines, backend, durability, statements: Arc::clone(statements), losses })
    }

    /// The same connections for statements that are transactions of their own and on the disk only
    /// [soon](Durability::Soon).
    pub(crate) fn soon(&self) -> Self {
        Self { durability: Durability::Soon, ..self.clone() }
    }

    /// How often connections were lost so far. Between one count and the next, whatever was on the disk only
    /// soon may have been undone.
    pub(crate) fn losses(&self) -> u64 {
        self.losses.load(Ordering::Acquire)
    }

    /// Counts a loss.
    pub(crate) fn note_loss(&self) {
        self.losses.fetch_add(1, Ordering::AcqRel);
    }

    /// Closes the connections that rest: as one broke, they are most likely broken too.
    pub(crate) fn close_resting(&self) {
        self.lines.retain(|_, _| false);
    }

    /// The statement with what Postgres has to be told of its durability.
    fn worded(&self, mut statement: Statement) -> Statement {
        if (self.durability, self.backend) == (Durability::Soon, DatabaseBackend::Postgres) {
            let more = if statement.sql.contains(" RETURNING ") { ", " } else { " RETURNING " };
            statement.sql.push_str(more);
            statement.sql.push_str(COMMITTED_SOON);
        }
        statement
    }

    /// A connection, for as long as the value lives.
    pub(crate) async fn lend(&self) -> Result<Lent, DbErr> {
        let line = self.lines.get().await.map_err(no_line)?;
        let mut lent = Lent { line: Some(line), pool: self.clone() };
        let told = lent.commit_as(self.durability).await;
        lent.noticed(told).map_err(refused)?;
        Ok(lent)
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
        Lines { open: status.size, idle: status.available, waiting: status.waiting, max: status.max_size }
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
        self.lend().await?.execute(self.worded(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.lend().await?.execute_plain(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.lend().await?.one(self.worded(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.lend().await?.all(self.worded(statement)).await
    }
}
