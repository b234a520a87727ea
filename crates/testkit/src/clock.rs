//! Time that stands still and ids that count up, so that a test runs the same every time.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use ports::{Clock, IdSource};

use crate::database::NOW;

/// What a pause really takes: enough for other tasks to get on, too little to be noticed.
const BLINK: Duration = Duration::from_millis(1);

/// A clock that shows [`NOW`] until it is moved. Waiting moves it on by as long as was waited for, so
/// that whoever waits for a moment gets there.
#[derive(Debug)]
pub struct TestClock(Mutex<DateTime<Utc>>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Mutex::new(NOW))
    }
}

impl TestClock {
    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        *self.time() += by;
    }

    /// Puts the clock to a moment, later or earlier.
    pub fn set(&self, to: DateTime<Utc>) {
        *self.time() = to;
    }

    fn time(&self) -> MutexGuard<'_, DateTime<Utc>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.time()
    }

    async fn sleep(&self, pause: Duration) {
        tokio::time::sleep(BLINK.min(pause)).await;
        self.advance(TimeDelta::from_std(pause).unwrap_or_default());
    }
}

/// Ids and secrets that follow from how many were taken before.
#[derive(Debug, Default)]
pub struct TestIds(AtomicU64);

impl TestIds {
    fn count(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}

impl IdSource for TestIds {
    /// A UUIDv7 of [`NOW`] whose random part is a count.
    fn next(&self) -> [u8; 16] {
        let time = NOW.timestamp_millis().to_be_bytes();
        let mut id = [0; 16];
        id[..6].copy_from_slice(&time[2..]);
        id[6] = 0x70;
        id[8..].copy_from_slice(&self.count().to_be_bytes());
        id[8] |= 0x80;
        id
    }

    fn secret(&self) -> [u8; 32] {
        let mut seed = self.count();
        let mut secret = [0; 32];
        for chunk in secret.chunks_exact_mut(8) {
            seed = scrambled(seed);
            chunk.copy_from_slice(&seed.to_be_bytes());
        }
        secret
    }
}

/// SplitMix64: neighbouring numbers come out far apart, so that no two secrets look alike.
const fn scrambled(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[tokio::test]
    async fn waiting_reaches_the_moment_waited_for() {
        let clock = TestClock::default();
        clock.sleep(Duration::from_hours(1)).await;
        assert_eq!(clock.now(), NOW + TimeDelta::hours(1));
        clock.advance(TimeDelta::seconds(5));
        assert_eq!(clock.now(), NOW + TimeDelta::seconds(3605));
    }

    #[test]
    fn ids_ascend_and_secrets_differ() {
        let ids = TestIds::default();
        let taken: Vec<_> = (0..1000).map(|_| ids.next()).collect();
        assert!(taken.is_sorted_by(|earlier, later| earlier < later));
        let secrets: HashSet<_> = (0..1000).map(|_| ids.secret()).collect();
        assert_eq!(secrets.len(), 1000);
    }
}
