//! Who counts requests.

use std::sync::Arc;

use adapters_postgres::SqlDatabase;
use adapters_system::WindowLimiter;
use ports::limits::{RateLimiter, SharedCounts};

use crate::config::{Config, RateLimits};

/// The counting of this process.
#[derive(Clone)]
pub(super) struct Counting {
    pub(super) limiter: Arc<WindowLimiter>,
    /// What it keeps in step with, when there are other servers.
    pub(super) together: Option<Arc<dyn SharedCounts>>,
}

impl Counting {
    /// As configured; nothing where limits are off.
    pub(super) fn of(config: &Config, database: &SqlDatabase) -> Option<Self> {
        let together = match config.rate_limits {
            RateLimits::Off => return None,
            RateLimits::Memory => None,
            RateLimits::Shared => database.shared_counts(),
        };
        let limiter = match &together {
            Some(_) => WindowLimiter::among_others(),
            None => WindowLimiter::alone(),
        };
        Some(Self { limiter: Arc::new(limiter), together })
    }

    /// As a server takes it.
    pub(super) fn limiter(&self) -> Arc<dyn RateLimiter> {
        self.limiter.clone()
    }
}
