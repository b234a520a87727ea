//! A database for one test on each engine, so that the same assertions hold both to the same contract.
//!
//! ```no_run
//! # async fn example() {
//! for database in testkit::database::each().await {
//!     let (acme, other) = (database.store("Acme").await, database.store("Other").await);
//!     // What Acme keeps is not seen by Other.
//! }
//! # }
//! ```

use std::{ops::Deref, sync::Arc, time::Duration};

use adapters_postgres::{DatabaseConfig, OpenError, SqlDatabase};
use adapters_system::SystemIds;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    id::{Entity, Id, StoreId},
    money::Currency,
    settings::{CheckoutSettings, OrderSettings, ShippingSettings},
    store::{Branding, Store, StoreStatus},
    tax::TaxSettings,
    tier::Tier,
};
use futures::future::{join, join_all};
use ports::{Database as _, IdSource, stores::Settings};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement, Value};
use tempfile::TempDir;

pub use self::contents::Contents;
use crate::{
    invariants::{self, Calm},
    postgres::{FreshPostgres, fresh_postgres, migrations_fingerprint},
};

mod contents;

/// How long a new database may take until its changes are followed, and how often that is looked at.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Connections of a test's pool.
const CONNECTIONS: u32 = 8;
/// After so many turns whatever a test begins at once has begun.
const TURNS: u32 = 200;

/// A migrated database that is gone with this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// `sqlite` or `postgres`, for messages.
    pub engine: &'static str,
    /// Its address, for other processes.
    pub url: String,
    db: Arc<SqlDatabase>,
    raw: DatabaseConnection,
    // Last, so that connections are closed before their database goes.
    _keep: Keep,
}

#[derive(Debug)]
enum Keep {
    Nothing,
    Folder { _folder: TempDir },
    Server { _database: FreshPostgres },
}

impl Deref for TestDatabase {
    type Target = SqlDatabase;

    fn deref(&self) -> &SqlDatabase {
        &self.db
    }
}

/// One database on SQLite and one on Postgres.
pub async fn each() -> [TestDatabase; 2] {
    [TestDatabase::sqlite().await, TestDatabase::postgres().await]
}

impl TestDatabase {
    /// A SQLite file of its own.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("the machine has room for a temporary file");
        let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
        let db = open(&url).expect("a new file can be opened");
        db.migrate().await.expect("the migrations run on SQLite");
        Self::new("sqlite", db, &url, Keep::Folder { _folder: folder }).await
    }

    /// A Postgres database of its own.
    pub async fn postgres() -> Self {
        let migrate = |url: String| async move { open(&url)?.migrate().await };
        let database = fresh_postgres(&migrations_fingerprint(), migrate).await;
        let url = database.url().to_owned();
        let db = open(&url).expect("a fresh database can be opened");
        Self::new("postgres", db, &url, Keep::Server { _database: database }).await
    }

    /// A database that the test has made, empty, and keeps as long as it likes.
    pub async fn at(url: &str) -> Self {
        let db = open(url).expect("the address is sound");
        db.migrate().await.expect("the migrations run");
        let engine = if url.starts_with("sqlite:") { "sqlite" } else { "postgres" };
        Self::new(engine, db, url, Keep::Nothing).await
    }

    async fn new(engine: &'static str, db: SqlDatabase, url: &str, keep: Keep) -> Self {
        let raw = sea_orm::Database::connect(url).await.expect("the database answers");
        follow(&db).await;
        Self { engine, db: Arc::new(db), url: url.to_owned(), raw, _keep: keep }
    }

    /// The same database as another process has it: with connections and a memory of its own.
    pub async fn elsewhere(&self) -> Arc<SqlDatabase> {
        let db = open(&self.url).expect("what was opened once can be opened again");
        follow(&db).await;
        Arc::new(db)
    }

    /// The database as a core takes it.
    pub fn shared(&self) -> Arc<SqlDatabase> {
        Arc::clone(&self.db)
    }

    /// Adds a store with default settings, which sells in pounds.
    pub async fn store(&self, name: &str) -> StoreId {
        let store = store(name);
        let mut work = self.db.begin(store.id).await.expect("the database takes writes");
        work.stores().insert(&store, &settings()).await.expect("a store can be added");
        for mode in Mode::ALL {
            work.counters().start(*mode, 1001).await.expect("a new store has no counters");
        }
        work.commit().await.expect("nothing stands against a new store");
        store.id
    }

    /// Runs a statement with parameters `$1`, `$2` …, for rows that no repository writes as a test
    /// needs them. Ids are given by [`raw_id`].
    pub async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) {
        let statement = Statement::from_sql_and_values(self.raw.get_database_backend(), sql, values);
        self.raw.execute_raw(statement).await.expect("the statement of the test is sound");
    }

    /// Cuts all connections of everybody to Postgres.
    pub async fn cut_connections(&self) {
        let all_others = "select pg_terminate_backend(pid) from pg_stat_activity \
            where datname = current_database() and pid <> pg_backend_pid()";
        self.execute(all_others, []).await;
    }

    /// Begins something while no connection to Postgres is left, and lets go of them once it waits. SQLite, where
    /// writers have one between them, is not held up.
    pub async fn without_connections<T>(&self, store: StoreId, begun: impl Future<Output = T>) -> T {
        if self.engine == "sqlite" {
            return begun.await;
        }
        crowded(&self.db, store, begun).await
    }

    /// Every rule that the books of the shops in here break; see [`invariants`].
    pub async fn breaches(&self, calm: Calm) -> Vec<String> {
        invariants::breaches(&self.raw, calm).await.expect("the rules can be asked for")
    }
}

/// An id as a parameter of [`TestDatabase::execute`].
pub fn raw_id<T: Entity>(id: Id<T>) -> Value {
    sea_orm::prelude::Uuid::from_bytes(*id.as_bytes()).into()
}

/// An id that was never used before.
pub fn fresh_id<T: Entity>() -> Id<T> {
    (&SystemIds as &dyn IdSource).id()
}

/// The moment at which tests take place.
pub const NOW: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("within range");

/// A store that sells in pounds.
pub fn store(name: &str) -> Store {
    let gbp = Currency::from_code("GBP").expect("pounds are a currency");
    Store {
        id: fresh_id(),
        name: name.to_owned(),
        currency: gbp,
        supported_currencies: vec![gbp],
        supported_locales: vec!["en".to_owned()],
        default_locale: "en".to_owned(),
        timezone: "Europe/London".to_owned(),
        status: StoreStatus::Active,
        tier: Tier::Expert,
        contact_email: None,
        domain: None,
        allowed_domains: Vec::new(),
        branding: Branding::default(),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// The settings of a new store.
pub fn settings() -> Settings {
    Settings {
        tax: TaxSettings::default(),
        shipping: ShippingSettings::default(),
        orders: OrderSettings::default(),
        checkout: CheckoutSettings::default(),
    }
}

/// As [`TestDatabase::without_connections`], of any process that is at Postgres.
pub async fn crowded<T>(db: &SqlDatabase, store: StoreId, begun: impl Future<Output = T>) -> T {
    let held = join_all((0..CONNECTIONS).map(|_| db.begin(store))).await;
    let let_go = async {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        drop(held);
    };
    join(begun, let_go).await.0
}

/// Until changes are followed nothing is answered from memory, and tests count statements.
async fn follow(db: &SqlDatabase) {
    let patience = async {
        while db.catalog_epoch(fresh_id()).is_none() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(PATIENCE, patience).await.expect("the database tells of changes");
}

fn open(url: &str) -> Result<SqlDatabase, OpenError> {
    SqlDatabase::open(&DatabaseConfig { url: url.to_owned(), connections: CONNECTIONS })
}
