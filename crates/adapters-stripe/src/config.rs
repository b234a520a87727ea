//! How the gateway is set up, the same for all stores.

use std::time::Duration;

use thiserror::Error;

/// The version of Stripe's API that requests and answers follow. The last one before Stripe began to
/// choose means of payment by the account's settings: here a charge says what it accepts.
pub const API_VERSION: &str = "2022-11-15";

/// Where Stripe is and how long it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeConfig {
    /// Scheme, host and port, without a slash at the end.
    pub api_base: String,
    /// For one attempt, from the first byte out to the last byte in.
    pub timeout: Duration,
    /// For the connection alone.
    pub connect_timeout: Duration,
    /// For a call with its repetitions and pauses.
    pub total_timeout: Duration,
    /// Before the first repetition; doubles before the second.
    pub backoff: Duration,
    /// How far a webhook's time may lie from ours, either way.
    pub webhook_tolerance: Duration,
}

impl Default for StripeConfig {
    fn default() -> Self {
        Self {
            api_base: "https://api.stripe.com".to_owned(),
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(45),
            backoff: Duration::from_millis(250),
            webhook_tolerance: Duration::from_mins(5),
        }
    }
}

/// The gateway cannot be set up on this machine.
#[derive(Debug, Error)]
pub enum SetupError {
    /// The address is none.
    #[error("`{0}` is not an http or https address for Stripe")]
    ApiBase(String),
    /// Most likely the system has no certificate authorities.
    #[error("no HTTPS client for Stripe")]
    Client(#[source] reqwest::Error),
}
