//! What one request has written and nobody else sees yet: a transaction that begins with the first write
//! and takes units of work in as savepoints.

use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use sea_orm::{ConnectionTrait as _, DbErr, sea_query::UpdateStatement};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::{changes::Changes, engine::Engine, news::News, open::OpenTransaction, watch::Watched};

/// The transaction of a request.
pub(crate) struct Pending {
    // For whatever is final at once.
    engine: Engine,
    changes: Changes,
    held: RwLock<Held>,
    open: AtomicBool,
    written: AtomicBool,
    parts: AtomicUsize,
    news: Mutex<Vec<News>>,
}

#[derive(Default)]
struct Held {
    transaction: Option<Watched<OpenTransaction>>,
    over: bool,
}

/// The open transaction, for reading in it.
pub(crate) type Open<'a> = RwLockReadGuard<'a, Watched<OpenTransaction>>;

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("open", &self.is_open()).finish_non_exhaustive()
    }
}

impl Pending {
    /// Nothing yet, on `engine`, which must not be inside a request itself.
    pub(crate) fn new(engine: Engine, changes: Changes) -> Self {
        let (open, written, parts) = Default::default();
        Self { engine, changes, held: RwLock::default(), open, written, parts, news: Mutex::default() }
    }

    /// The database without what is pending.
    pub(crate) const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether there is something that others do not see. What is read meanwhile must not be kept in
    /// memory, nor what is kept there be believed.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// The open transaction, if there is one.
    pub(crate) async fn open(&self) -> Option<Open<'_>> {
        RwLockReadGuard::try_map(self.held.read().await, |held| held.transaction.as_ref()).ok()
    }

    /// Begins a part of the transaction, and the transaction with the first.
    pub(crate) async fn savepoint(&self) -> Result<Watched<OpenTransaction>, DbErr> {
        let mut held = self.held.write().await;
        if held.over {
            return Err(over());
        }
        let transaction = match &mut held.transaction {
            Some(open) => open,
            none => none.insert(self.engine.open_transaction().await?),
        };
        self.open.store(true, Ordering::Release);
        transaction.savepoint().await
    }

    /// Notes that a part is to become final.
    pub(crate) fn note_written(&self) {
        self.written.store(true, Ordering::Release);
    }

    /// Keeps what is to be told once everything is final.
    pub(crate) fn announce_later(&self, news: News) {
        self.news.lock().unwrap_or_else(PoisonError::into_inner).push(news);
    }

    /// Notes that a part is about to begin.
    pub(crate) fn part_begins(&self) {
        self.parts.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes that a part has ended. If it was the last and nothing in the transaction is worth keeping, the
    /// transaction ends, so that it holds nobody up.
    pub(crate) fn part_ends(&self) {
        if self.parts.fetch_sub(1, Ordering::AcqRel) > 1 || self.is_written() {
            return;
        }
        if let Ok(mut held) = self.held.try_write() {
            self.close(&mut held);
        }
    }

    /// Makes everything final together with `last`, which must change a row; if it does not, nothing is
    /// final and the answer is `false`. Nothing more can be written then, nor after an error, nor unless
    /// the request `goes_on`.
    pub(crate) async fn commit(&self, last: &UpdateStatement, goes_on: bool) -> Result<bool, DbErr> {
        if self.parts.load(Ordering::Acquire) > 0 {
            return Err(DbErr::Custom("a unit of work is still open".to_owned()));
        }
        let mut held = self.held.write().await;
        if std::mem::replace(&mut held.over, true) {
            return Err(over());
        }
        let transaction = self.close(&mut held);
        let changed = match &transaction {
            Some(transaction) => transaction.execute(last).await?,
            None => self.engine.writer().execute(last).await?,
        };
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(transaction) = transaction {
            transaction.commit().await?;
        }
        for news in self.take_news() {
            news.announce(&self.changes);
        }
        held.over = !goes_on;
        Ok(true)
    }

    /// Undoes what is not final.
    pub(crate) async fn roll_back(&self) -> Result<(), DbErr> {
        let mut held = self.held.write().await;
        held.over = true;
        self.take_news();
        match self.close(&mut held) {
            Some(transaction) => transaction.rollback().await,
            None => Ok(()),
        }
    }

    /// Whether something is waiting to become final.
    pub(crate) fn is_written(&self) -> bool {
        self.written.load(Ordering::Acquire)
    }

    fn close(&self, held: &mut Held) -> Option<Watched<OpenTransaction>> {
        self.open.store(false, Ordering::Release);
        self.written.store(false, Ordering::Release);
        held.transaction.take()
    }

    fn take_news(&self) -> Vec<News> {
        std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn over() -> DbErr {
    DbErr::Custom("the request is over".to_owned())
}
