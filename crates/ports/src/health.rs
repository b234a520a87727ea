//! Asking what the service depends on how it is.

use async_trait::async_trait;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Works.
    Ok,
    /// Works, but somebody should look at it.
    Degraded,
    /// Does not work.
    Unavailable,
}

/// Something the service depends on.
#[async_trait]
pub trait Check: Send + Sync {
    /// What it is called, in a word.
    fn name(&self) -> &'static str;

    /// How it is now. Logs why when it is not well; whoever asks sets the time limit.
    async fn look(&self) -> Condition;
}
