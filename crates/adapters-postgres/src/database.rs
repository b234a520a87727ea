//! Opening a database, and its doors.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use async_trait::async_trait;
use domain::id::StoreId;
use migrations::Migrator;
use ports::{
    CatalogEpoch, Database, RepoError, UnitOfWork,
    audit::AuditReader,
    brands::BrandReader,
    carts::CartReader,
    catalog::CatalogReader,
    categories::CategoryReader,
    events::{EventReader, OutboxQueue},
    idempotency::IdempotencyKeys,
    keys::KeyReader,
    mail::MailQueue,
    orders::OrderReader,
    promotions::PromotionReader,
    sales::Sales,
    signatures::Signatures,
    staff::{PeopleWork, StaffReader},
    stock::StockReader,
    stores::StoreReader,
    terms::TermsReader,
};
use sea_orm::ConnectionTrait as _;

use crate::{
    carts::CartBatches,
    changes::{Changes, HEARD_WITHIN, Topic},
    config::{DatabaseConfig, OpenError},
    connection::Connection,
    engine::Engine,
    error::repo_error,
    measure::Stretch,
    memory::Memory,
    pending::Pending,
    unit_of_work::SqlUnitOfWork,
    watch::Watch,
};

/// What a transaction about people is bound to: an id that no store has.
const NO_STORE: StoreId = StoreId::from_bytes([0; 16]);

/// A Postgres or SQLite database. Clones share their connections.
#[derive(Debug, Clone)]
pub struct SqlDatabase {
    engine: Engine,
    changes: Changes,
    memory: Arc<Memory>,
    cart_batches: CartBatches,
    statements: Arc<AtomicU64>,
    // Knows of nothing that is current; stands in for `changes` where nothing may be believed.
    deaf: Changes,
}

impl SqlDatabase {
    /// Opens the database without touching it; a server that is away is found when it is back. Needs a
    /// tokio runtime: a task follows the changes that other processes make.
    pub fn open(config: &DatabaseConfig) -> Result<Self, OpenError> {
        let statements: Arc<AtomicU64> = Arc::default();
        let engine =
            Engine::open(&config.url, config.connections, &statements).map_err(OpenError::Address)?;
        let changes = Changes::default();
        tokio::spawn(changes.clone().follow(engine.clone()));
        let (memory, cart_batches, deaf) = Default::default();
        Ok(Self { engine, changes, memory, cart_batches, statements, deaf })
    }

    /// The same database, with somebody who is told of all that this value asks of it; see [`Watch`].
    #[must_use]
    pub fn watched_by(mut self, watch: &Arc<dyn Watch>) -> Self {
        self.engine.watch_by(watch);
        self
    }

    /// How many statements ran since the database was opened, all clones together. Beginning and ending
    /// transactions is not counted, nor is listening for changes.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Brings the schema up to date. On Postgres, processes that do so at the same time wait for each
    /// other; on SQLite they must not.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        use sea_orm_migration::MigratorTrait as _;
        let turn = self.engine.turn_to_migrate().await.map_err(OpenError::Migration)?;
        let beside = self.engine.beside().await.map_err(OpenError::Migration)?;
        Migrator::up(beside, None).await.map_err(OpenError::Migration)?;
        drop(turn);
        Ok(())
    }

    /// Names of the migrations that the schema lacks, without touching anything.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        use sea_orm_migration::MigratorTrait as _;
        let beside = self.engine.beside().await.map_err(OpenError::Migration)?;
        let pending = Migrator::get_pending_migrations_read_only(beside).await;
        let pending = pending.map_err(OpenError::Migration)?;
        Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
    }

    async fn start(&self, store: StoreId) -> Result<SqlUnitOfWork, RepoError> {
        let asked = Instant::now();
        let transaction = self.engine.begin().await.map_err(repo_error)?;
        let stretch = Stretch::begin(asked);
        let (changes, levels) = (self.changes.clone(), self.memory.levels.clone());
        Ok(SqlUnitOfWork::new(transaction, self.engine.backend(), store, changes, levels, stretch))
    }

    pub(crate) const fn reader(&self) -> &Connection {
        self.engine.reader()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What is current in memory: nothing, once the request that this is inside of has written.
    pub(crate) fn changes(&self) -> &Changes {
        if self.engine.pending().is_some_and(|pending| pending.is_open()) {
            &self.deaf
        } else {
            &self.changes
        }
    }

    /// The same database inside a request.
    pub(crate) fn within(&self, pending: &Arc<Pending>) -> Self {
        Self { engine: self.engine.within(pending), ..self.clone() }
    }

    /// Nothing that a request has written yet.
    pub(crate) fn nothing_pending(&self) -> Pending {
        Pending::new(self.engine.clone(), self.changes.clone())
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    pub(crate) const fn cart_batches(&self) -> &CartBatches {
        &self.cart_batches
    }
}

#[async_trait]
impl Database for SqlDatabase {
    async fn begin(&self, store: StoreId) -> Result<Box<dyn UnitOfWork>, RepoError> {
        Ok(Box::new(self.start(store).await?))
    }

    async fn ping(&self) -> Result<(), RepoError> {
        self.reader().execute_unprepared("select 1").await.map_err(repo_error).map(drop)
    }

    async fn announced(&self) {
        tokio::time::sleep(HEARD_WITHIN).await;
    }

    fn catalog_epoch(&self, store: StoreId) -> Option<CatalogEpoch> {
        let epoch = |topic| self.changes().epoch(store, topic);
        Some(CatalogEpoch { catalog: epoch(Topic::Catalog)?, stock: epoch(Topic::Stock)? })
    }

    fn stores(&self) -> &dyn StoreReader {
        self
    }

    fn keys(&self) -> &dyn KeyReader {
        self
    }

    async fn begin_people(&self) -> Result<Box<dyn PeopleWork>, RepoError> {
        Ok(Box::new(self.start(NO_STORE).await?))
    }

    fn staff(&self) -> &dyn StaffReader {
        self
    }

    fn mails(&self) -> &dyn MailQueue {
        self
    }

    fn signatures(&self) -> &dyn Signatures {
        self
    }

    fn brands(&self) -> &dyn BrandReader {
        self
    }

    fn categories(&self) -> &dyn CategoryReader {
        self
    }

    fn stock(&self) -> &dyn StockReader {
        self
    }

    fn promotions(&self) -> &dyn PromotionReader {
        self
    }

    fn terms(&self) -> &dyn TermsReader {
        self
    }

    fn carts(&self) -> &dyn CartReader {
        self
    }

    fn sales(&self) -> &dyn Sales {
        self
    }

    fn catalog(&self) -> &dyn CatalogReader {
        self
    }

    fn orders(&self) -> &dyn OrderReader {
        self
    }

    fn outbox(&self) -> &dyn OutboxQueue {
        self
    }

    fn events(&self) -> &dyn EventReader {
        self
    }

    fn audit(&self) -> &dyn AuditReader {
        self
    }

    fn idempotency(&self) -> &dyn IdempotencyKeys {
        self
    }
}
