//! The differences between Postgres and SQLite, all of them: connecting, beginning a transaction,
//! locking, searching text.

use std::{
    str::FromStr as _,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use sea_orm::{
    ConnectionTrait as _, DatabaseBackend, DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector,
    SqlxSqliteConnector,
};
use sqlx::{
    Connection as _, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    connection::{Connection, Transaction},
    line::Address,
    open::OpenTransaction,
    pending::Pending,
    pool::{Lines, Pool},
    watch::{Watch, Watched},
};

/// How long a request waits for a free connection before the database counts as away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a SQLite writer waits for the one before it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Kilobytes of a SQLite file that a connection keeps in memory, four times what it would of itself: a list of a large
/// shop would be read anew each time.
const FILE_CACHE: &str = "-8000";
/// What every connection to Postgres is told first. Each question begins at one store and has an index, so
/// that reading a whole table is never right; on tables that were not analyzed yet, which count as empty, it
/// is what Postgres would do. No question is worth being compiled, and none being planned each time that it is asked:
/// Postgres would, where it hopes for a little of knowing how many rows are wanted, and planning costs more than that.
pub const SESSION: &str = "set enable_seqscan = off; set jit = off; set plan_cache_mode = force_generic_plan";
/// Statements that a connection to Postgres keeps prepared.
const PREPARED: usize = 256;
/// Names the lock among all advisory locks of a database; any number would do.
const MIGRATION_LOCK: i64 = 0x0C_A127_0001;

/// Connections beside those that requests share: one that follows changes all the time, and one for whatever
/// it has to look up, or for migrations.
const BESIDE: u32 = 2;

/// The pools of one database. On SQLite there is one writer, so writes queue in memory instead of
/// spinning on the file's lock; on Postgres both are the same pool.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    reader: Connection,
    writer: Connection,
    beside: DatabaseConnection,
    pending: Option<Arc<Pending>>,
}

impl Engine {
    /// Opens `url` (`postgres://…` or `sqlite://path`) without touching the network yet: a server that
    /// is away at the start is found when it comes back. What is asked for requests is counted in `statements`.
    pub(crate) fn open(
        url: &str,
        connections: u32,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, sqlx::Error> {
        let connections = usize::try_from(connections).unwrap_or(usize::MAX);
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url, connections, statements)
        } else {
            Self::open_postgres(url, connections, statements)
        }
    }

    fn open_postgres(
        url: &str,
        connections: usize,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, sqlx::Error> {
        use sqlx::ConnectOptions as _;
        let options = PgConnectOptions::from_str(url)?
            .application_name("cartwright")
            .statement_cache_capacity(PREPARED)
            .disable_statement_logging();
        let beside = PgPoolOptions::new().max_connections(BESIDE).acquire_timeout(ACQUIRE_TIMEOUT);
        let beside =
            SqlxPostgresConnector::from_sqlx_postgres_pool(beside.connect_lazy_with(options.clone()));
        let address = Address::Postgres(Box::new(options));
        let pool = Pool::new(address, connections, ACQUIRE_TIMEOUT, SESSION, statements)?;
        Ok(Self::over(pool.clone(), pool, beside))
    }

    fn open_sqlite(url: &str, connections: usize, statements: &Arc<AtomicU64>) -> Result<Self, sqlx::Error> {
        use sqlx::ConnectOptions as _;
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", FILE_CACHE)
            .disable_statement_logging();
        let beside = SqlitePoolOptions::new().max_connections(BESIDE).acquire_timeout(BUSY_TIMEOUT);
        let beside = SqlxSqliteConnector::from_sqlx_sqlite_pool(beside.connect_lazy_with(options.clone()));
        let address = Address::Sqlite(Box::new(options));
        let pool = |size| Pool::new(address.clone(), size, BUSY_TIMEOUT, "", statements);
        Ok(Self::over(pool(connections)?, pool(1)?, beside))
    }

    fn over(reader: Pool, writer: Pool, beside: DatabaseConnection) -> Self {
        let (reader, writer) = (Watched::unseen(reader), Watched::unseen(writer));
        Self {
            reader: Connection::reading(reader),
            writer: Connection::writing(writer),
            beside,
            pending: None,
        }
    }

    /// The same database inside a request: everything written waits to be made final with it.
    pub(crate) fn within(&self, pending: &Arc<Pending>) -> Self {
        Self {
            reader: self.reader.within(pending),
            writer: self.writer.within(pending),
            beside: self.beside.clone(),
            pending: Some(Arc::clone(pending)),
        }
    }

    /// The request that this is inside of.
    pub(crate) fn pending(&self) -> Option<&Arc<Pending>> {
        self.pending.as_ref()
    }

    /// For reads outside a transaction.
    pub(crate) const fn reader(&self) -> &Connection {
        &self.reader
    }

    /// For single-statement writes outside a transaction, and migrations.
    pub(crate) const fn writer(&self) -> &Connection {
        &self.writer
    }

    /// How often the database was lost so far; see [`Pool::losses`].
    pub(crate) fn losses(&self) -> u64 {
        self.writer.pool().losses()
    }

    /// Notes a loss that was found out apart from requests; `is_new` where a connection broke that had worked.
    pub(crate) fn note_loss(&self, is_new: bool) {
        self.writer.pool().note_loss();
        if is_new {
            self.writer.pool().close_resting();
        }
    }

    /// Apart from requests: for following changes and for migrations. Neither counted nor watched.
    pub(crate) async fn beside(&self) -> Result<&DatabaseConnection, DbErr> {
        if self.backend() == DatabaseBackend::Sqlite {
            // Whoever opens a new file first switches it to write-ahead logging, which fails at once if a
            // second connection is at it. The writer is only one, so it goes first.
            self.writer.execute_unprepared("select 1").await?;
        }
        Ok(&self.beside)
    }

    /// Tells everything that is asked from now on to a watcher, in this value and in clones made of it
    /// later.
    pub(crate) fn watch_by(&mut self, watch: &Arc<dyn Watch>) {
        for connection in [&mut self.reader, &mut self.writer] {
            connection.pool_mut().watch_by(Arc::clone(watch));
        }
    }

    /// Begins what will write: a transaction, or a part of the request's.
    pub(crate) async fn begin(&self) -> Result<Transaction, DbErr> {
        match &self.pending {
            Some(pending) => Transaction::within(pending).await,
            None => self.open_transaction().await.map(Transaction::whole),
        }
    }

    /// Begins a transaction that will write.
    pub(crate) async fn open_transaction(&self) -> Result<Watched<OpenTransaction>, DbErr> {
        self.writer.pool().begin().await
    }

    /// Waits until no other process migrates this database. Lasts as long as the value: the lock belongs
    /// to a connection of its own and goes with it. SQLite has no such lock.
    pub(crate) async fn turn_to_migrate(&self) -> Result<Option<PgConnection>, DbErr> {
        if self.backend() != DatabaseBackend::Postgres {
            return Ok(None);
        }
        let options = self.beside.get_postgres_connection_pool().connect_options();
        let lock = async {
            let mut connection = PgConnection::connect_with(&options).await?;
            sqlx::query("select pg_advisory_lock($1)").bind(MIGRATION_LOCK).execute(&mut connection).await?;
            Ok(Some(connection))
        };
        lock.await.map_err(|error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
    }

    /// How many connections there are, by what they are for: `main` on Postgres, `reader` and `writer` on
    /// SQLite.
    pub(crate) fn lines(&self) -> Vec<(&'static str, Lines)> {
        if self.backend() == DatabaseBackend::Postgres {
            return vec![("main", self.writer.pool().lines())];
        }
        vec![("reader", self.reader.pool().lines()), ("writer", self.writer.pool().lines())]
    }

    /// Which engine this is.
    pub(crate) fn backend(&self) -> DatabaseBackend {
        self.reader.get_database_backend()
    }
}
