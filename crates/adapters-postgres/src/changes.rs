//! Who must forget what: epochs that tell readers when something kept in memory is out of date.
//!
//! Every store has a catalogue epoch and a configuration epoch. A unit of work that changes either
//! raises it in the same transaction; other processes learn of it by Postgres' notifications or, on
//! SQLite, by glancing at the file twenty times a second. While a process cannot listen, its epochs are
//! unknown and nothing is served from memory; that it can is tried whenever it was quiet for a while.

use std::{
    collections::HashMap,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::id::StoreId;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, ExprTrait as _, Statement,
    sea_query::{Expr, Query},
};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::{engine::Engine, stored::uuid};

const CHANNEL: &str = "cartwright_changes";
const POLL_EVERY: Duration = Duration::from_millis(50);
/// How soon another process has heard of a commit: a notification takes a millisecond or few, a glance
/// comes after [`POLL_EVERY`], and the rest is for a process that is busy.
pub(crate) const HEARD_WITHIN: Duration = Duration::from_millis(100);
/// How long a connection may be silent until it is asked whether it still stands, and how long it may
/// take to answer. A connection that was cut without a word is found out after both.
const ASK_AFTER: Duration = Duration::from_secs(5);
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// What a write can make out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Nothing that is kept in memory.
    Nothing,
    /// Products, variants, categories, brands.
    Catalog,
    /// Pieces in stock. They move with every sale, so that other processes are not told.
    Stock,
    /// The store, its settings, keys and methods.
    Config,
}

/// The epochs known to this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    listening: AtomicBool,
    /// How often changes may have been missed, of whichever store. Counts in every epoch.
    missed: AtomicU64,
    epochs: RwLock<HashMap<Uuid, Epochs>>,
}

/// Counters of this process, not the database's: they only ever grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Epochs {
    catalog: u64,
    stock: u64,
    config: u64,
    stored: (i64, i64),
}

impl Changes {
    /// The epoch of `topic`, or `None` while this process may have missed a change.
    pub(crate) fn epoch(&self, store: StoreId, topic: Topic) -> Option<u64> {
        if !self.shared.listening.load(Ordering::Acquire) {
            return None;
        }
        let epochs = self.shared.epochs.read().ok()?;
        let known = epochs.get(&uuid(store)).copied().unwrap_or_default();
        let raised = match topic {
            Topic::Nothing => return None,
            Topic::Catalog => known.catalog,
            Topic::Stock => known.stock,
            Topic::Config => known.config,
        };
        Some(raised.wrapping_add(self.shared.missed.load(Ordering::Acquire)))
    }

    /// Raises the stored epochs, in the transaction of the change, where other processes are to be told.
    pub(crate) async fn record(
        &self,
        transaction: &impl ConnectionTrait,
        backend: DatabaseBackend,
        store: StoreId,
        topics: &[Topic],
    ) -> Result<(), DbErr> {
        if topics.iter().all(|topic| topic.letter().is_none()) {
            return Ok(());
        }
        let mut update = Query::update();
        update.table("stores").and_where(Expr::col("id").eq(uuid(store)));
        for topic in topics {
            let column = match topic {
                Topic::Nothing | Topic::Stock => continue,
                Topic::Catalog => "catalog_epoch",
                Topic::Config => "config_epoch",
            };
            update.value(column, Expr::col(column).add(1));
        }
        transaction.execute(&update).await?;
        if backend == DatabaseBackend::Postgres {
            let payload = format!(
                "{} {}",
                uuid(store),
                topics.iter().filter_map(|topic| topic.letter()).collect::<String>()
            );
            let notify = Statement::from_sql_and_values(
                backend,
                "select pg_notify($1, $2)",
                [CHANNEL.into(), payload.into()],
            );
            transaction.execute_raw(notify).await?;
        }
        Ok(())
    }

    pub(crate) fn raise(&self, store: Uuid, topics: &[Topic]) {
        if topics.is_empty() {
            return;
        }
        if let Ok(mut epochs) = self.shared.epochs.write() {
            let known = epochs.entry(store).or_default();
            if topics.contains(&Topic::Catalog) {
                known.catalog = known.catalog.wrapping_add(1);
            }
            if topics.contains(&Topic::Stock) {
                known.stock = known.stock.wrapping_add(1);
            }
            if topics.contains(&Topic::Config) {
                known.config = known.config.wrapping_add(1);
            }
        }
    }

    /// Listens for the changes of other processes until the returned task is dropped with its runtime.
    pub(crate) async fn follow(self, engine: Engine) {
        let mut failed_before = false;
        loop {
            let ended = match engine.backend() {
                DatabaseBackend::Postgres => self.listen(&engine).await,
                _ => self.poll(&engine).await,
            };
            let worked = self.shared.listening.swap(false, Ordering::AcqRel);
            engine.note_loss(worked);
            if let Err(error) = ended {
                // A new database has nothing to follow until it is migrated, a moment later.
                if worked || failed_before {
                    tracing::warn!(%error, "cannot follow changes; answers from memory are off until this recovers");
                } else {
                    tracing::debug!(%error, "cannot follow changes yet");
                }
                failed_before = true;
            }
            sleep(RECONNECT_AFTER).await;
        }
    }

    async fn listen(&self, engine: &Engine) -> Result<(), DbErr> {
        let pool = engine.beside().await?.get_postgres_connection_pool();
        let mut listener = sqlx::postgres::PgListener::connect_with(pool).await.map_err(from_sqlx)?;
        // Left to itself it connects anew without a word, perhaps only while it is asked whether it still stands.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await.map_err(from_sqlx)?;
        self.shared.missed.fetch_add(1, Ordering::AcqRel);
        self.shared.listening.store(true, Ordering::Release);
        loop {
            match timeout(ASK_AFTER, listener.try_recv()).await {
                Ok(Ok(Some(notification))) => self.hear(notification.payload()),
                // A lost connection: whatever was announced meanwhile is lost with it.
                Ok(Ok(None)) => return Ok(()),
                Ok(Err(error)) => return Err(from_sqlx(error)),
                Err(_silence) => {
                    let asked = timeout(ASK_AFTER, sqlx::query("select 1").execute(&mut listener)).await;
                    asked.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(from_sqlx)?;
                }
            }
        }
    }

    fn hear(&self, announcement: &str) {
        let (store, letters) = announcement.split_once(' ').unwrap_or_default();
        if let Ok(store) = store.parse() {
            let topics: Vec<_> = letters.chars().filter_map(Topic::from_letter).collect();
            self.raise(store, &topics);
        }
    }

    async fn poll(&self, engine: &Engine) -> Result<(), DbErr> {
        let beside = engine.beside().await?;
        let pool = beside.get_sqlite_connection_pool();
        // Tells for one connection whether any other has committed since it asked last.
        let mut glancing = pool.acquire().await.map_err(from_sqlx)?;
        let mut seen = None;
        loop {
            let version: i64 = sqlx::query_scalar("pragma data_version")
                .fetch_one(&mut *glancing)
                .await
                .map_err(from_sqlx)?;
            if seen.replace(version) == Some(version) {
                sleep(POLL_EVERY).await;
                continue;
            }
            let mut query = Query::select();
            query.columns(["id", "catalog_epoch", "config_epoch"]).from("stores");
            for row in beside.query_all(&query).await? {
                let (store, stored) = (
                    row.try_get::<Uuid>("", "id")?,
                    (row.try_get("", "catalog_epoch")?, row.try_get("", "config_epoch")?),
                );
                self.compare(store, stored);
            }
            self.shared.listening.store(true, Ordering::Release);
            sleep(POLL_EVERY).await;
        }
    }

    fn compare(&self, store: Uuid, stored: (i64, i64)) {
        if let Ok(mut epochs) = self.shared.epochs.write() {
            let known = epochs.entry(store).or_default();
            if known.stored.0 != stored.0 {
                known.catalog = known.catalog.wrapping_add(1);
            }
            if known.stored.1 != stored.1 {
                known.config = known.config.wrapping_add(1);
            }
            known.stored = stored;
        }
    }
}

impl Topic {
    /// How it is told to other processes; `None` when it is not.
    const fn letter(self) -> Option<char> {
        match self {
            Self::Nothing | Self::Stock => None,
            Self::Catalog => Some('k'),
            Self::Config => Some('c'),
        }
    }

    const fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'k' => Some(Self::Catalog),
            'c' => Some(Self::Config),
            _ => None,
        }
    }
}

fn from_sqlx(error: sqlx::Error) -> DbErr {
    DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into()))
}
