//! The differences between Postgres and SQLite, all of them: connecting, beginning a transaction,
//! locking, searching text.

use std::{
    str::FromStr as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnectionTrait as _, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions,
};
use sqlx::{
    Connection as _, Executor as _, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    connection::{Connection, Transaction},
    measure,
    pending::Pending,
    watch::{Watch, Watched},
};

/// How long a request waits for a free connection before the database counts as away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a SQLite writer waits for the one before it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// What every connection to Postgres is told first. Each question begins at one store and has an index, so
/// that reading a whole table is never right; on tables that were not analyzed yet, which count as empty, it
/// is what Postgres would do. And no question is worth being compiled.
pub const SESSION: &str = "set enable_seqscan = off; set jit = off";
/// Names the lock among all advisory locks of a database; any number would do.
const MIGRATION_LOCK: i64 = 0x0C_A127_0001;

/// Connections of a pool at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoolState {
    /// What the pool is for: `main` on Postgres, `reader` or `writer` on SQLite.
    pub(crate) name: &'static str,
    /// Connections that are open.
    pub(crate) open: u32,
    /// Those of them that nobody uses.
    pub(crate) idle: u32,
    /// Connections that may be open.
    pub(crate) max: u32,
}

impl PoolState {
    fn of<DB: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<DB>) -> Self {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        Self { name, open: pool.size(), idle, max: pool.options().get_max_connections() }
    }
}

/// The pools of one database. On SQLite there is one writer, so writes queue in memory instead of
/// spinning on the file's lock; on Postgres both are the same pool.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    reader: Connection,
    writer: Connection,
    pending: Option<Arc<Pending>>,
}

impl Engine {
    /// Opens `url` (`postgres://…` or `sqlite://path`) without touching the network yet: a server that
    /// is away at the start is found when it comes back.
    pub(crate) fn open(url: &str, connections: u32) -> Result<Self, sqlx::Error> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url, connections)
        } else {
            Self::open_postgres(url, connections)
        }
    }

    fn open_postgres(url: &str, connections: u32) -> Result<Self, sqlx::Error> {
        use sqlx::ConnectOptions as _;
        let options =
            PgConnectOptions::from_str(url)?.application_name("cartwright").disable_statement_logging();
        let pool = PgPoolOptions::new()
            // One more, which listens for changes and answers nobody.
            .max_connections(connections.saturating_add(1))
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A broken connection shows itself on first use; asking before each use costs a round trip.
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(SESSION).await.map(drop) })
            })
            .connect_lazy_with(options);
        let connection = Watched::unseen(SqlxPostgresConnector::from_sqlx_postgres_pool(pool));
        Ok(Self::over(connection.clone(), connection))
    }

    fn open_sqlite(url: &str, connections: u32) -> Result<Self, sqlx::Error> {
        use sqlx::ConnectOptions as _;
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .optimize_on_close(true, None)
            .disable_statement_logging();
        let pool = |size| {
            SqlitePoolOptions::new()
                .max_connections(size)
                .acquire_timeout(BUSY_TIMEOUT)
                .test_before_acquire(false)
                .connect_lazy_with(options.clone())
        };
        Ok(Self::over(
            Watched::unseen(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool(
                // One more, which follows changes and answers nobody.
                connections.saturating_add(1),
            ))),
            Watched::unseen(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool(1))),
        ))
    }

    const fn over(reader: Watched<DatabaseConnection>, writer: Watched<DatabaseConnection>) -> Self {
        Self { reader: Connection::reading(reader), writer: Connection::writing(writer), pending: None }
    }

    /// The same database inside a request: everything written waits to be made final with it.
    pub(crate) fn within(&self, pending: &Arc<Pending>) -> Self {
        Self {
            reader: self.reader.within(pending),
            writer: self.writer.within(pending),
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

    /// Counts every statement from now on, in this value and in clones made of it later.
    pub(crate) fn count_in(&mut self, statements: &Arc<AtomicU64>) {
        for connection in [&mut self.reader, &mut self.writer] {
            let statements = Arc::clone(statements);
            connection.pool_mut().bare_mut().set_metric_callback(move |info| {
                statements.fetch_add(1, Ordering::Relaxed);
                measure::statement(info);
            });
        }
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

    /// Begins a transaction that will write. On SQLite it takes the write lock at once: one that
    /// starts as a reader can lose it to another writer halfway.
    pub(crate) async fn open_transaction(&self) -> Result<Watched<DatabaseTransaction>, DbErr> {
        let mut options = TransactionOptions::default();
        if self.backend() == DatabaseBackend::Sqlite {
            options.sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        }
        self.writer.pool().begin(options).await
    }

    /// Waits until no other process migrates this database. Lasts as long as the value: the lock belongs
    /// to a connection of its own and goes with it. SQLite has no such lock.
    pub(crate) async fn turn_to_migrate(&self) -> Result<Option<PgConnection>, DbErr> {
        if self.backend() != DatabaseBackend::Postgres {
            return Ok(None);
        }
        let options = self.writer.pool().bare().get_postgres_connection_pool().connect_options();
        let lock = async {
            let mut connection = PgConnection::connect_with(&options).await?;
            sqlx::query("select pg_advisory_lock($1)").bind(MIGRATION_LOCK).execute(&mut connection).await?;
            Ok(Some(connection))
        };
        lock.await.map_err(|error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
    }

    /// How the pools stand. On Postgres one connection of the pool listens for changes and is always busy.
    pub(crate) fn pools(&self) -> Vec<PoolState> {
        if self.backend() == DatabaseBackend::Postgres {
            return vec![PoolState::of("main", self.writer.pool().bare().get_postgres_connection_pool())];
        }
        vec![
            PoolState::of("reader", self.reader.pool().bare().get_sqlite_connection_pool()),
            PoolState::of("writer", self.writer.pool().bare().get_sqlite_connection_pool()),
        ]
    }

    /// Which engine this is.
    pub(crate) fn backend(&self) -> DatabaseBackend {
        self.reader.get_database_backend()
    }
}
