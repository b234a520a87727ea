//! A connection while somebody has it.

use std::{
    ops::{Deref, DerefMut},
    sync::atomic::Ordering,
};

use deadpool::managed::Object;
use sea_orm::{DbErr, ExecResult, QueryResult, Statement, sqlx};

use super::{Opener, Pool, refused, unanswered};
use crate::line::Line;

/// A connection that goes back to its pool with this value.
#[derive(Debug)]
pub(crate) struct Lent {
    /// Gone only while this value is dropped.
    pub(super) line: Option<Object<Opener>>,
    pub(super) pool: Pool,
}

impl Lent {
    /// Passes an outcome on, and notes it when the line broke.
    pub(crate) fn noticed<T>(&self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if outcome.is_err() && !self.is_free() && !self.is_open() {
            self.pool.note_loss();
            self.pool.close_resting();
        }
        outcome
    }

    fn counted<T>(&self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        self.pool.statements.fetch_add(1, Ordering::Relaxed);
        self.noticed(outcome)
    }

    /// The statement as the pool's durability wants it.
    pub(crate) fn worded(&self, statement: Statement) -> Statement {
        self.pool.worded(statement)
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
