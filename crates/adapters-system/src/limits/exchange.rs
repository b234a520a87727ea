//! The task that keeps servers in step.

use std::{pin::pin, time::Duration};

use futures::future::{Either, select};
use ports::{Clock, limits::SharedCounts};

use super::WindowLimiter;

/// Between two exchanges.
const PAUSE: Duration = Duration::from_millis(200);
/// Seconds between two rounds of forgetting what has ended.
const TIDY: i64 = 60;
/// Counts the exchanges that failed.
const FAILURES: &str = "rate_limiter_failures_total";

/// Exchanges counts until `stopped` ends. While the shared books are away every server goes on counting
/// by itself; that is logged once, and so is its end.
pub async fn keep_in_step(
    limiter: &WindowLimiter,
    counts: &dyn SharedCounts,
    clock: &dyn Clock,
    stopped: impl Future<Output = ()>,
) {
    let mut stopped = pin!(stopped);
    let (mut away, mut tidied) = (false, i64::MIN);
    while let Either::Right(((), _)) = select(&mut stopped, clock.sleep(PAUSE)).await {
        let now = clock.now().timestamp();
        let mut outcome = limiter.exchange(counts, now).await;
        if outcome.is_ok() && now.saturating_sub(tidied) >= TIDY {
            tidied = now;
            outcome = counts.forget(now).await;
        }
        match outcome {
            Ok(()) if away => {
                away = false;
                tracing::info!("requests are counted together with the other servers again");
            }
            Ok(()) => {}
            Err(error) => {
                metrics::counter!(FAILURES).increment(1);
                if !away {
                    away = true;
                    tracing::warn!(%error, "requests are counted by this server alone: the shared counts are away");
                }
            }
        }
    }
}
