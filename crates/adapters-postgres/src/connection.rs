//! Where statements run: on the pool, or, for a request that may be repeated, inside the one transaction
//! that holds all it has written.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::{
    later::{self, Later},
    open::OpenTransaction,
    pending::{Open, Pending},
    pool::Pool,
    watch::Watched,
};

/// Runs statements one by one.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pool: Watched<Pool>,
    writes: bool,
    pending: Option<Arc<Pending>>,
}

impl Connection {
    /// For reading, on the pool.
    pub(crate) const fn reading(pool: Watched<Pool>) -> Self {
        Self { pool, writes: false, pending: None }
    }

    /// For changes that are one statement, on the pool.
    pub(crate) const fn writing(pool: Watched<Pool>) -> Self {
        Self { pool, writes: true, pending: None }
    }

    /// The same inside a request: reads see what it has written, writes wait to be made final.
    pub(crate) fn within(&self, pending: &Arc<Pending>) -> Self {
        Self { pending: Some(Arc::clone(pending)), ..self.clone() }
    }

    /// For changes that are on the disk only soon, unless they wait for a request to be made final.
    pub(crate) fn soon(&self) -> Self {
        Self { pool: self.pool.soon(), ..self.clone() }
    }

    /// The pool itself.
    pub(crate) const fn pool(&self) -> &Watched<Pool> {
        &self.pool
    }

    pub(crate) const fn pool_mut(&mut self) -> &mut Watched<Pool> {
        &mut self.pool
    }

    async fn place(&self) -> Result<Place<'_>, DbErr> {
        let Some(pending) = &self.pending else { return Ok(Place::Pool(&self.pool)) };
        if self.writes {
            // A part of its own: on Postgres a refused statement spoils the transaction that it is in.
            return Transaction::within(pending).await.map(Place::Part);
        }
        Ok(pending.open().await.map_or(Place::Pool(&self.pool), Place::Open))
    }
}

/// Where one statement runs.
enum Place<'a> {
    Pool(&'a Watched<Pool>),
    Open(Open<'a>),
    Part(Transaction),
}

impl Place<'_> {
    /// After the statement has run.
    async fn leave(self, changed: bool) -> Result<(), DbErr> {
        match self {
            Self::Part(part) if changed => part.commit().await,
            Self::Part(part) => part.rollback().await,
            Self::Pool(_) | Self::Open(_) => Ok(()),
        }
    }
}

#[async_trait]
impl ConnectionTrait for Connection {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let place = self.place().await?;
        let done = match &place {
            Place::Pool(pool) => pool.execute_raw(statement).await?,
            Place::Open(transaction) => transaction.execute_raw(statement).await?,
            Place::Part(part) => part.execute_raw(statement).await?,
        };
        place.leave(done.rows_affected() > 0).await?;
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let place = self.place().await?;
        let done = match &place {
            Place::Pool(pool) => pool.execute_unprepared(sql).await?,
            Place::Open(transaction) => transaction.execute_unprepared(sql).await?,
            Place::Part(part) => part.execute_unprepared(sql).await?,
        };
        place.leave(true).await?;
        Ok(done)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let place = self.place().await?;
        let row = match &place {
            Place::Pool(pool) => pool.query_one_raw(statement).await?,
            Place::Open(transaction) => transaction.query_one_raw(statement).await?,
            Place::Part(part) => part.query_one_raw(statement).await?,
        };
        place.leave(row.is_some()).await?;
        Ok(row)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let place = self.place().await?;
        let rows = match &place {
            Place::Pool(pool) => pool.query_all_raw(statement).await?,
            Place::Open(transaction) => transaction.query_all_raw(statement).await?,
            Place::Part(part) => part.query_all_raw(statement).await?,
        };
        place.leave(!rows.is_empty()).await?;
        Ok(rows)
    }
}

/// Statements that take effect together: a transaction, or a part of the one of a request. Dropping it
/// undoes them.
pub(crate) struct Transaction {
    // Dropped first, and with it what it did; only then can the request's transaction be let go.
    inner: Watched<OpenTransaction>,
    later: Later,
    part_of: Option<PartOf>,
}

impl Transaction {
    /// A transaction of its own.
    pub(crate) fn whole(inner: Watched<OpenTransaction>) -> Self {
        Self { inner, later: Later::default(), part_of: None }
    }

    /// A part of the transaction of a request.
    pub(crate) async fn within(pending: &Arc<Pending>) -> Result<Self, DbErr> {
        let part_of = PartOf::begin(pending);
        Ok(Self { inner: pending.savepoint().await?, later: Later::default(), part_of: Some(part_of) })
    }

    /// The request that it is a part of.
    pub(crate) fn pending(&self) -> Option<&Arc<Pending>> {
        self.part_of.as_ref().map(|PartOf(pending)| pending)
    }

    /// Lets the statements take effect; inside a request, as soon as that is made final.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, later, part_of } = self;
        if let Some(rest) = later.rest() {
            inner.execute_raw(rest).await?;
        }
        let Some(PartOf(pending)) = &part_of else { return inner.commit().await };
        inner.release().await?;
        pending.note_written();
        Ok(())
    }

    /// Undoes the statements.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        let Self { inner, later: _, part_of } = self;
        inner.rollback().await?;
        drop(part_of);
        Ok(())
    }
}

impl Transaction {
    /// Runs an insert whose outcome nobody waits for, at the latest when the transaction is committed. That it
    /// fails is told by the statement that it goes with, or by the commit.
    pub(crate) async fn execute_later(&self, insert: Statement) -> Result<(), DbErr> {
        if later::pays_off(self.get_database_backend()) {
            self.later.push(insert);
            return Ok(());
        }
        self.inner.execute_raw(insert).await.map(drop)
    }

    /// The statement with what had to wait for it, which has run where it cannot go along.
    async fn with_waiting(&self, statement: Statement) -> Result<Statement, DbErr> {
        let (before, statement) = self.later.before(statement);
        if let Some(before) = before {
            self.inner.execute_raw(before).await?;
        }
        Ok(statement)
    }
}

/// Counts as an open part of a request for as long as it lives.
struct PartOf(Arc<Pending>);

impl PartOf {
    fn begin(pending: &Arc<Pending>) -> Self {
        pending.part_begins();
        Self(Arc::clone(pending))
    }
}

impl Drop for PartOf {
    fn drop(&mut self) {
        self.0.part_ends();
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let statement = self.with_waiting(statement).await?;
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        if let Some(before) = self.later.rest() {
            self.inner.execute_raw(before).await?;
        }
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let statement = self.with_waiting(statement).await?;
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let statement = self.with_waiting(statement).await?;
        self.inner.query_all_raw(statement).await
    }
}
