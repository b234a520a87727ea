//! A place to stand between this crate and its database: everything that is asked of a connection can be
//! told beforehand and afterwards to somebody, who may fail it, hold it up, or let the line break behind it.
//! Without a watcher this is one branch a statement.

use std::{fmt, io, sync::Arc};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, sqlx,
};

use crate::{
    open::OpenTransaction,
    pool::{Lent, Lines, Pool},
};

/// What is asked of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A transaction is to begin.
    Begin,
    /// A statement is to run; its text, without the values.
    Statement(&'a str),
    /// A transaction is to be made final.
    Commit,
}

/// Whoever stands there. An error is taken for a broken line: what was under way is undone by the
/// database unless it was final already.
#[async_trait]
pub trait Watch: Send + Sync {
    /// Called before the step; on an error it is not taken.
    async fn before(&self, step: Step<'_>) -> io::Result<()>;

    /// Called after the step has succeeded; on an error its answer is lost.
    async fn after(&self, step: Step<'_>) -> io::Result<()>;
}

/// A connection or a transaction, with whoever watches it.
#[derive(Clone)]
pub(crate) struct Watched<C> {
    inner: C,
    watch: Option<Arc<dyn Watch>>,
}

impl<C: fmt::Debug> fmt::Debug for Watched<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<C> Watched<C> {
    pub(crate) const fn unseen(inner: C) -> Self {
        Self { inner, watch: None }
    }

    pub(crate) fn watch_by(&mut self, watch: Arc<dyn Watch>) {
        self.watch = Some(watch);
    }

    async fn step<T>(
        &self,
        step: Step<'_>,
        taken: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let Some(watch) = &self.watch else { return taken.await };
        watch.before(step).await.map_err(broken)?;
        let answer = taken.await?;
        watch.after(step).await.map_err(broken)?;
        Ok(answer)
    }
}

fn broken(cause: io::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(sqlx::Error::Io(cause))))
}

impl Watched<Pool> {
    pub(crate) async fn begin(&self) -> Result<Watched<OpenTransaction>, DbErr> {
        let inner = self.step(Step::Begin, self.inner.begin()).await?;
        Ok(Watched { inner, watch: self.watch.clone() })
    }

    /// A connection, for a statement that is put down only once there is one.
    pub(crate) async fn lend(&self) -> Result<Watched<Lent>, DbErr> {
        Ok(Watched { inner: self.inner.lend().await?, watch: self.watch.clone() })
    }

    pub(crate) fn lines(&self) -> Lines {
        self.inner.lines()
    }

    /// As [`Pool::soon`].
    pub(crate) fn soon(&self) -> Self {
        Self { inner: self.inner.soon(), watch: self.watch.clone() }
    }

    /// As [`Pool::losses`].
    pub(crate) fn losses(&self) -> u64 {
        self.inner.losses()
    }

    /// As [`Pool::note_loss`].
    pub(crate) fn note_loss(&self) {
        self.inner.note_loss();
    }

    /// As [`Pool::close_resting`].
    pub(crate) fn close_resting(&self) {
        self.inner.close_resting();
    }
}

impl Watched<Lent> {
    /// Asks for all rows of a statement that is a transaction of its own.
    pub(crate) async fn all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let statement = self.inner.worded(statement);
        let Self { inner, watch } = self;
        let sql = watch.as_ref().map(|_| statement.sql.clone()).unwrap_or_default();
        let watch = Watched { inner: (), watch: watch.clone() };
        watch.step(Step::Statement(&sql), inner.all(statement)).await
    }
}

impl Watched<OpenTransaction> {
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, watch } = self;
        Watched { inner: (), watch }.step(Step::Commit, inner.commit()).await
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    /// Begins a part that can be undone alone.
    pub(crate) async fn savepoint(&self) -> Result<Self, DbErr> {
        let inner = self.step(Step::Statement("savepoint"), self.inner.savepoint()).await?;
        Ok(Self { inner, watch: self.watch.clone() })
    }

    /// Ends a part, which is undone from now on only with the whole.
    pub(crate) async fn release(self) -> Result<(), DbErr> {
        let Self { inner, watch } = self;
        Watched { inner: (), watch }.step(Step::Statement("release savepoint"), inner.commit()).await
    }
}

#[async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Watched<C> {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        if self.watch.is_none() {
            return self.inner.execute_raw(statement).await;
        }
        let sql = statement.sql.clone();
        self.step(Step::Statement(&sql), self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.step(Step::Statement(sql), self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        if self.watch.is_none() {
            return self.inner.query_one_raw(statement).await;
        }
        let sql = statement.sql.clone();
        self.step(Step::Statement(&sql), self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if self.watch.is_none() {
            return self.inner.query_all_raw(statement).await;
        }
        let sql = statement.sql.clone();
        self.step(Step::Statement(&sql), self.inner.query_all_raw(statement)).await
    }
}
