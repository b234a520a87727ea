//! Counting requests in memory, and telling other servers of it.
//!
//! Every server counts by itself, so that no request waits for another machine. Where several serve
//! one installation, [`keep_in_step`] tells the others a few times a second what was taken, all subjects
//! in one statement, and learns what they took. Between two such exchanges a server does not know of the
//! others: with `n` servers a subject gets at most its limit from each at once, and over a period no more
//! than the limit, a tenth of it for each further server, and what they grant within one exchange.
//!
//! Why so: the processor time of one count, client and server together, on two cores shared with much
//! else, over 10,000 subjects in one run:
//!
//! | way | time | waits |
//! |---|---|---|
//! | an upsert on Postgres for every request | 64 µs | 0.6 to 1.5 ms in the request |
//! | Redis, one of the two commands it takes | 20 µs | 0.4 ms in the request, and a further system to run |
//! | Postgres, 100 subjects in one statement | 7 µs for a subject | none |
//! | Postgres, 1000 subjects in one statement | 5 µs for a subject | none |
//!
//! And a subject is only told of when a tenth of its limit was taken since the last time: most callers,
//! who never come near it, cost the database nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use moka::sync::Cache;
use ports::{
    RepoError,
    limits::{Allowance, Count, RateLimiter, SharedCounts, Standing, Subject, Taken},
};

mod exchange;

pub use exchange::keep_in_step;

/// Subjects that are kept in memory, some 200 bytes each. Under a flood of further ones, those that come
/// often stay.
const SUBJECTS: u64 = 250_000;
/// How long a subject is kept that does not come again; as long as the longest period.
const KEPT: std::time::Duration = std::time::Duration::from_hours(1);
/// The part of its limit that a subject may have taken without the other servers being told.
const UNTOLD: u32 = 10;

type ToTell = Mutex<Vec<(Subject, Arc<Mutex<Window>>)>>;

/// Counts requests in this process.
#[derive(Debug)]
pub struct WindowLimiter {
    windows: Cache<Subject, Arc<Mutex<Window>>>,
    /// Subjects to tell other servers of; `None` when there are none.
    to_tell: Option<ToTell>,
}

/// One period of a subject.
#[derive(Debug, Default)]
struct Window {
    /// In Unix seconds.
    ends_at: i64,
    /// As far as this server knows: by itself and by the others.
    taken: u32,
    /// What of it the others were not told yet.
    untold: u32,
    /// Whether it stands in `to_tell`.
    listed: bool,
}

impl Window {
    /// The same subject's window at `now`: a new one when this has ended.
    fn renew(&mut self, allowance: Allowance, now: i64) {
        if self.ends_at <= now {
            let ends_at = now.saturating_add(i64::from(allowance.period));
            *self = Self { ends_at, taken: 0, untold: 0, listed: self.listed };
        }
    }

    fn standing(&self, limit: u32) -> Standing {
        Standing { limit, remaining: limit.saturating_sub(self.taken), resets_at: self.ends_at }
    }
}

impl WindowLimiter {
    /// For the only server of an installation.
    pub fn alone() -> Self {
        Self::new(None, SUBJECTS)
    }

    /// For one of several, which [`keep_in_step`] keeps in step.
    pub fn among_others() -> Self {
        Self::new(Some(Mutex::default()), SUBJECTS)
    }

    fn new(to_tell: Option<ToTell>, subjects: u64) -> Self {
        Self { windows: Cache::builder().max_capacity(subjects).time_to_idle(KEPT).build(), to_tell }
    }

    /// Tells the other servers what was taken here, and learns what they took.
    ///
    /// # Errors
    /// When the shared books are away. Nothing is lost: the next exchange tells it.
    pub async fn exchange(&self, counts: &dyn SharedCounts, now: i64) -> Result<(), RepoError> {
        let Some(to_tell) = &self.to_tell else { return Ok(()) };
        let listed = std::mem::take(&mut *lock(to_tell));
        let mut told: Vec<_> = listed
            .into_iter()
            .filter_map(|(subject, window)| {
                let mut state = lock(&window);
                state.listed = false;
                let count =
                    Count { subject, taken: std::mem::take(&mut state.untold), ends_at: state.ends_at };
                drop(state);
                (count.taken > 0).then_some((count, window))
            })
            .collect();
        if told.is_empty() {
            return Ok(());
        }
        told.sort_unstable_by_key(|(count, _)| count.subject);
        let sent: Vec<Count> = told.iter().map(|(count, _)| *count).collect();
        match counts.add(&sent, now).await {
            Ok(totals) => {
                learn(&told, &totals);
                Ok(())
            }
            Err(error) => {
                keep_untold(to_tell, told);
                Err(error)
            }
        }
    }
}

impl RateLimiter for WindowLimiter {
    fn take(&self, allowance: Allowance, now: i64) -> Taken {
        let window = self.windows.get_with(allowance.subject, Arc::default);
        let mut state = lock(&window);
        state.renew(allowance, now);
        let granted = state.taken < allowance.limit;
        let mut list = false;
        if granted {
            state.taken = state.taken.saturating_add(1);
            if self.to_tell.is_some() {
                state.untold = state.untold.saturating_add(1);
                if state.untold >= (allowance.limit / UNTOLD).max(1) {
                    list = !std::mem::replace(&mut state.listed, true);
                }
            }
        }
        let standing = state.standing(allowance.limit);
        drop(state);
        if let (true, Some(to_tell)) = (list, &self.to_tell) {
            lock(to_tell).push((allowance.subject, window));
        }
        Taken { granted, standing }
    }

    fn look(&self, allowance: Allowance, now: i64) -> Standing {
        let known = self.windows.get(&allowance.subject);
        let running = known.as_deref().map(lock).filter(|window| window.ends_at > now);
        running.map_or_else(
            || {
                let mut fresh = Window::default();
                fresh.renew(allowance, now);
                fresh.standing(allowance.limit)
            },
            |window| window.standing(allowance.limit),
        )
    }
}

/// Puts back what could not be told, for the next time.
fn keep_untold(to_tell: &ToTell, told: Vec<(Count, Arc<Mutex<Window>>)>) {
    for (count, window) in told {
        let mut state = lock(&window);
        // A window that ended meanwhile is nobody's business any more.
        if state.ends_at != count.ends_at {
            continue;
        }
        state.untold = state.untold.saturating_add(count.taken);
        let first = !std::mem::replace(&mut state.listed, true);
        drop(state);
        if first {
            lock(to_tell).push((count.subject, window));
        }
    }
}

/// Takes over what all servers together have taken, and when the period ends that they agreed on.
fn learn(told: &[(Count, Arc<Mutex<Window>>)], totals: &[Count]) {
    for total in totals {
        let Ok(at) = told.binary_search_by_key(&total.subject, |(count, _)| count.subject) else { continue };
        let (count, window) = &told[at];
        let mut state = lock(window);
        if state.ends_at == count.ends_at {
            state.ends_at = total.ends_at;
            state.taken = total.taken.saturating_add(state.untold);
        }
    }
}

/// Nothing in here panics while it holds a lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
