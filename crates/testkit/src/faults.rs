//! Something going wrong at a chosen step of an operation, on the way to the database or to a gateway.
//!
//! ```no_run
//! # use testkit::faults::{Fate, Faults};
//! # async fn example(shop: testkit::TestCore, operation: impl AsyncFn(&application::Core)) {
//! for step in 1.. {
//!     let faults = Faults::at(step, Fate::LosesAnswer);
//!     let core = shop.faulty(&faults);
//!     faults.run(operation(&core), async {}).await;
//!     if !faults.struck() {
//!         break; // the operation has fewer steps
//!     }
//!     // … the books still have to be right …
//! }
//! # }
//! ```
//!
//! A step is a statement, the beginning or the end of a transaction, or a call of a gateway.

mod gateway;

use std::{
    io,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use adapters_postgres::{SqlDatabase, Step, Watch};
use application::Core;
use async_trait::async_trait;
use futures::future::{Either, join, pending, select};
use tokio::sync::Notify;

use self::gateway::Unreliable;
use crate::TestCore;

/// How long an operation is held up for a rival. A rival that needs what the operation holds would wait
/// for ever.
const PATIENCE: Duration = Duration::from_millis(100);

/// What happens at the chosen step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is not taken: the line is dead.
    Fails,
    /// It is taken, but the line dies before its answer.
    LosesAnswer,
    /// The process dies before it.
    DiesBefore,
    /// The process dies after it.
    DiesAfter,
    /// It has to wait until somebody else has done something.
    Waits,
}

impl Fate {
    /// All fates that need nobody else.
    pub const ALONE: [Self; 4] = [Self::Fails, Self::LosesAnswer, Self::DiesBefore, Self::DiesAfter];
}

/// One fault, and whether it has happened.
#[derive(Debug)]
pub struct Faults {
    /// Number of the step, once it is known.
    at: AtomicU32,
    named: Option<&'static str>,
    fate: Fate,
    taken: AtomicU32,
    struck: AtomicBool,
    name: Mutex<String>,
    /// The step is reached, or never will be.
    reached: Notify,
    go_on: Notify,
}

impl Faults {
    /// `fate` at step `at`, counted from 1.
    pub fn at(at: u32, fate: Fate) -> Arc<Self> {
        Self::new(at, None, fate)
    }

    /// `fate` at the first call of that method of a gateway.
    pub fn on(call: &'static str, fate: Fate) -> Arc<Self> {
        Self::new(0, Some(call), fate)
    }

    fn new(at: u32, named: Option<&'static str>, fate: Fate) -> Arc<Self> {
        Arc::new(Self {
            at: AtomicU32::new(at),
            named,
            fate,
            taken: AtomicU32::new(0),
            struck: AtomicBool::new(false),
            name: Mutex::default(),
            reached: Notify::new(),
            go_on: Notify::new(),
        })
    }

    /// Whether the operation came to the chosen step.
    pub fn struck(&self) -> bool {
        self.struck.load(Ordering::Acquire)
    }

    /// What the chosen step was.
    pub fn step(&self) -> String {
        self.name.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs an operation into its fault; `None` when its process died. `rival` runs while the operation
    /// [waits](Fate::Waits), and both run to their ends.
    pub async fn run<T>(
        &self,
        operation: impl Future<Output = T>,
        rival: impl Future<Output = ()>,
    ) -> Option<T> {
        match self.fate {
            Fate::Fails | Fate::LosesAnswer => Some(operation.await),
            Fate::DiesBefore | Fate::DiesAfter => {
                match select(pin!(operation), pin!(self.reached.notified())).await {
                    Either::Left((outcome, _)) => Some(outcome),
                    Either::Right(_) => None,
                }
            }
            Fate::Waits => {
                let operation = async {
                    let outcome = operation.await;
                    self.reached.notify_one();
                    outcome
                };
                let rival = async {
                    self.reached.notified().await;
                    if self.struck() {
                        rival.await;
                        self.go_on.notify_one();
                    }
                };
                Some(join(operation, rival).await.0)
            }
        }
    }

    async fn before_step(&self, name: impl FnOnce() -> String) -> io::Result<()> {
        let step = self.taken.fetch_add(1, Ordering::AcqRel).wrapping_add(1);
        let name = match self.named {
            Some(wanted) if !self.struck() => Some(name()).filter(|name| name == wanted),
            Some(_) => None,
            None => (step == self.at.load(Ordering::Acquire)).then(name),
        };
        let Some(name) = name else { return Ok(()) };
        self.at.store(step, Ordering::Release);
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = name;
        self.struck.store(true, Ordering::Release);
        match self.fate {
            Fate::Fails => Err(dead_line()),
            Fate::DiesBefore => self.die().await,
            Fate::Waits => {
                self.reached.notify_one();
                // In vain when the rival waits for what this operation holds; then both go on.
                let _freed = tokio::time::timeout(PATIENCE, self.go_on.notified()).await;
                Ok(())
            }
            Fate::LosesAnswer | Fate::DiesAfter => Ok(()),
        }
    }

    async fn after_step(&self) -> io::Result<()> {
        if self.taken.load(Ordering::Acquire) != self.at.load(Ordering::Acquire) {
            return Ok(());
        }
        match self.fate {
            Fate::LosesAnswer => Err(dead_line()),
            Fate::DiesAfter => self.die().await,
            Fate::Fails | Fate::DiesBefore | Fate::Waits => Ok(()),
        }
    }

    async fn die(&self) -> io::Result<()> {
        self.reached.notify_one();
        pending().await
    }
}

fn dead_line() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the test cut the line")
}

#[async_trait]
impl Watch for Faults {
    async fn before(&self, step: Step<'_>) -> io::Result<()> {
        self.before_step(|| format!("{step:?}")).await
    }

    async fn after(&self, _: Step<'_>) -> io::Result<()> {
        self.after_step().await
    }
}

impl TestCore {
    /// The same core over the same database, except that `faults` stands on its way to the database and to
    /// the gateways. The sandbox's own books are beyond the line: they belong to somebody else.
    pub fn faulty(&self, faults: &Arc<Faults>) -> Core {
        let mut core = Core::clone(&self.core);
        let watch: Arc<dyn Watch> = faults.clone();
        core.db = Arc::new(SqlDatabase::clone(&self.database).watched_by(&watch));
        let unreliable = |inner| Unreliable { inner, faults: faults.clone() };
        core.gateways.sandbox = Arc::new(unreliable(core.gateways.sandbox));
        core.gateways.stripe = Arc::new(unreliable(core.gateways.stripe));
        core
    }
}
