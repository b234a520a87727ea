//! Questions about single rows, and changes of them, that wait for a connection and go together with the next that is
//! free: one statement for all costs a fraction of what the statements of each would.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_orm::{ConnAcquireErr, DbErr, QueryResult, Statement};
use tokio::sync::oneshot;

use crate::{error::is_undone, pool::Pool, watch::Watched};

/// As many go in one statement.
const AT_MOST: usize = 100;

/// What is asked about one row, or done to it on a condition, and can go beside others of its kind.
pub(crate) trait Batched: Sized + Send + 'static {
    /// What names the row. No two of a batch are about the same.
    type Key: Eq + Hash + fmt::Debug + Send;
    /// What the database says of it.
    type Answer: fmt::Debug + Send;

    fn key(&self) -> Self::Key;

    /// The statement for all of these. It has a row for each that it found, or did; it passes over those whose condition
    /// does not hold, and, if it writes, those that somebody else is at.
    fn statement(all: Vec<Self>) -> Statement;

    /// Reads such a row.
    fn answer(row: &QueryResult) -> Result<(Self::Key, Self::Answer), DbErr>;
}

/// Gathers what is of one kind. Clones gather together.
#[derive(Debug)]
pub(crate) struct Batcher<B: Batched>(Arc<Mutex<Queue<B>>>);

#[derive(Debug)]
struct Queue<B: Batched> {
    waiting: Vec<Waiting<B>>,
    /// Whether somebody is about to get a connection for them.
    is_called: bool,
}

/// One with its key and whoever asked.
type Waiting<B> = ((<B as Batched>::Key, Asker<B>), B);

/// Who waits to be told what came of it.
type Asker<B> = oneshot::Sender<Result<Option<<B as Batched>::Answer>, DbErr>>;

impl<B: Batched> Clone for Batcher<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B: Batched> Default for Batcher<B> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Queue { waiting: Vec::new(), is_called: false })))
    }
}

impl<B: Batched> Batcher<B> {
    /// Goes together with others, where connections are waited for. `None` when there is no answer to it, and it has to
    /// be tried alone: nobody waits, there is no such row or its condition did not hold, somebody else is at it, or the
    /// database refused one of the others.
    pub(crate) async fn join(
        &self,
        pool: &Watched<Pool>,
        one: impl FnOnce() -> B,
    ) -> Result<Option<B::Answer>, DbErr> {
        if !pool.lines().are_taken() {
            return Ok(None);
        }
        let (asker, answer) = oneshot::channel();
        match self.queue(one(), asker) {
            Queued::Refused => return Ok(None),
            Queued::First => Call::begin(self, pool),
            Queued::Behind => {}
        }
        answer.await.unwrap_or(Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)))
    }

    fn lock(&self) -> MutexGuard<'_, Queue<B>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self, one: B, asker: Asker<B>) -> Queued {
        let key = one.key();
        let mut queue = self.lock();
        if queue.waiting.iter().any(|((waiting, _), _)| *waiting == key) {
            return Queued::Refused;
        }
        queue.waiting.push(((key, asker), one));
        if mem::replace(&mut queue.is_called, true) { Queued::Behind } else { Queued::First }
    }

    /// The first of them, and whether others have to wait for the next statement.
    fn take(&self, at_most: usize) -> (Vec<Waiting<B>>, bool) {
        let mut queue = self.lock();
        // What was given up must not be done later: whoever asked may be asking again.
        queue.waiting.retain(|((_, asker), _)| !asker.is_closed());
        let now = queue.waiting.len().min(at_most);
        let rest = queue.waiting.split_off(now);
        let taken = mem::replace(&mut queue.waiting, rest);
        queue.is_called = !queue.waiting.is_empty();
        (taken, queue.is_called)
    }
}

/// The duty to get a connection for those who wait. When it ends with its runtime, they are told.
struct Call<B: Batched> {
    batcher: Batcher<B>,
    is_due: bool,
}

impl<B: Batched> Call<B> {
    /// As a task of its own: whoever asked may go away, and the others not with them.
    fn begin(batcher: &Batcher<B>, pool: &Watched<Pool>) {
        let call = Self { batcher: batcher.clone(), is_due: true };
        drop(tokio::spawn(call.answer(pool.clone())));
    }

    /// Waits for a connection, and sends whatever has gathered until then.
    async fn answer(mut self, pool: Watched<Pool>) {
        let early = self.batcher.lock().waiting.len();
        let line = pool.lend().await;
        // Without a connection those have waited long enough who did from the beginning.
        let (taken, others_wait) = self.batcher.take(if line.is_ok() { AT_MOST } else { early });
        self.is_due = false;
        if others_wait {
            Self::begin(&self.batcher, &pool);
        }
        let (askers, all): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
        if askers.is_empty() {
            return;
        }
        let outcome = match line {
            Ok(mut line) => line.all(B::statement(all)).await,
            Err(error) => Err(error),
        };
        tell::<B>(askers, outcome);
    }
}

impl<B: Batched> Drop for Call<B> {
    fn drop(&mut self) {
        if self.is_due {
            drop(self.batcher.take(usize::MAX));
        }
    }
}

/// What became of one that wanted to go with others.
enum Queued {
    /// It goes, and somebody has to get a connection.
    First,
    /// It goes.
    Behind,
    /// It cannot.
    Refused,
}

/// Tells everybody what the database said of their row.
fn tell<B: Batched>(askers: Vec<(B::Key, Asker<B>)>, outcome: Result<Vec<QueryResult>, DbErr>) {
    let mut answers = match outcome {
        // What cannot be read is told to whoever tries it alone.
        Ok(rows) => Ok(rows.iter().filter_map(|row| B::answer(row).ok()).collect::<HashMap<_, _>>()),
        Err(error) if is_undone(&error) => Ok(HashMap::new()),
        // It may have done everything.
        Err(error) => Err(error),
    };
    for (key, asker) in askers {
        // Nobody listens where the request has ended.
        let _ = asker.send(match &mut answers {
            Ok(answers) => Ok(answers.remove(&key)),
            Err(error) => Err(error.clone()),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, time::Duration};

    use sea_orm::sqlx::postgres::PgConnectOptions;
    use tokio::{runtime::Runtime, time::timeout};

    use super::*;
    use crate::line::Address;

    /// How long a connection is waited for.
    const PATIENCE: Duration = Duration::from_millis(300);

    #[derive(Debug)]
    struct Number(u32);

    impl Batched for Number {
        type Key = u32;
        type Answer = ();

        fn key(&self) -> u32 {
            self.0
        }

        fn statement(_: Vec<Self>) -> Statement {
            unreachable!("there is never a connection")
        }

        fn answer(_: &QueryResult) -> Result<(u32, ()), DbErr> {
            unreachable!("nor an answer")
        }
    }

    /// Asks for a number while somebody else waits for the only connection.
    async fn ask(batcher: Batcher<Number>, pool: Watched<Pool>, number: u32) -> Result<Option<()>, DbErr> {
        let other = pool.clone();
        tokio::spawn(async move { other.lend().await.map(drop) });
        while !pool.lines().are_taken() {
            tokio::task::yield_now().await;
        }
        batcher.join(&pool, || Number(number)).await
    }

    #[test]
    fn nobody_waits_for_a_runtime_that_has_ended() {
        let silent = TcpListener::bind("127.0.0.1:0").expect("the machine has ports");
        let port = silent.local_addr().expect("it is bound").port();
        let address = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(port);
        let address = Address::Postgres(Box::new(address));
        let pool = Pool::new(address, 1, PATIENCE, "", &Arc::default()).expect("nothing is asked yet");
        let (pool, batcher) = (Watched::unseen(pool), Batcher::default());

        let first = Runtime::new().expect("the machine has threads");
        first.spawn(ask(batcher.clone(), pool.clone(), 1));
        while batcher.0.lock().expect("nobody panics").waiting.is_empty() {
            std::thread::yield_now();
        }
        drop(first);

        let second = Runtime::new().expect("the machine has threads");
        let answer = second.block_on(async { timeout(10 * PATIENCE, ask(batcher, pool, 2)).await });
        answer.expect("somebody answers").expect_err("that there is no connection");
    }
}
