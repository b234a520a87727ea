//! Whether this process can do its work, for probes: what it depends on is asked at most once a second,
//! however often the probes come, and each answer is waited for so long and no longer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ports::health::{Check, Condition};
use tokio::{
    sync::Mutex,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::Core;

mod checks;
mod pulse;

pub use checks::{DatabaseCheck, QueueCheck};
pub use pulse::Pulse;

/// How long an answer stays good.
const KEPT: Duration = Duration::from_secs(1);
/// How long something may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was found, in the order of the checks.
pub type Findings = Vec<(&'static str, Condition)>;

/// Asks after everything this process depends on.
pub struct Monitor {
    checks: Vec<Arc<dyn Check>>,
    /// Held while asking, so that those who come meanwhile get the same answer.
    last: Mutex<Option<(Instant, Findings)>>,
    stopping: AtomicBool,
}

impl std::fmt::Debug for Monitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.checks.iter().map(|check| check.name()).collect();
        f.debug_struct("Monitor").field("checks", &names).finish_non_exhaustive()
    }
}

impl Monitor {
    /// Asks the database and the queue of events; `pulse` is that of the worker, if it runs in this process.
    pub fn of(core: &Core, pulse: Option<Pulse>) -> Self {
        Self {
            checks: vec![Arc::new(DatabaseCheck::of(core)), Arc::new(QueueCheck::of(core, pulse))],
            last: Mutex::new(None),
            stopping: AtomicBool::new(false),
        }
    }

    /// Asks this as well.
    #[must_use]
    pub fn and(mut self, check: Arc<dyn Check>) -> Self {
        self.checks.push(check);
        self
    }

    /// From now on the process is not ready, whatever is found: it is about to stop.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// Whether the process is about to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// How everything is, or was up to a second ago.
    pub async fn findings(&self) -> Findings {
        let mut last = self.last.lock().await;
        if let Some((at, findings)) = last.as_ref()
            && at.elapsed() < KEPT
        {
            return findings.clone();
        }
        let findings = self.ask().await;
        *last = Some((Instant::now(), findings.clone()));
        findings
    }

    async fn ask(&self) -> Findings {
        let mut asked = JoinSet::new();
        for check in &self.checks {
            let check = Arc::clone(check);
            asked.spawn(async move {
                let condition = timeout(PATIENCE, check.look()).await.unwrap_or_else(|_| {
                    tracing::warn!(check = check.name(), "did not answer in time");
                    Condition::Unavailable
                });
                (check.name(), condition)
            });
        }
        let answered = asked.join_all().await;
        let found = |name| answered.iter().find(|(answered, _)| *answered == name);
        self.checks.iter().filter_map(|check| found(check.name()).copied()).collect()
    }
}

#[cfg(test)]
mod tests;
