//! The real time.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound as _, Utc};
use ports::Clock;

/// Digits after the seconds that both database engines keep.
const MICROSECONDS: u16 = 6;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that the rule points to")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(MICROSECONDS)
    }

    async fn sleep(&self, pause: Duration) {
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_storage_in_microseconds() {
        for _ in 0..50 {
            let now = SystemClock.now();
            assert_eq!(DateTime::from_timestamp_micros(now.timestamp_micros()), Some(now));
        }
    }

    #[tokio::test]
    async fn a_pause_lasts_at_least_as_long_as_asked() {
        let before = std::time::Instant::now();
        SystemClock.sleep(Duration::from_millis(15)).await;
        assert!(before.elapsed() >= Duration::from_millis(15));
    }
}
