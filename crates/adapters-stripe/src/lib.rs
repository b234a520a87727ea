//! Payments by Stripe: Payment Intents, refunds and webhooks, with the keys of each store.
//!
//! A thin typed client over HTTP. Every writing call carries an idempotency key and is repeated only
//! under that key; an answer that does not tell is [`ports::gateway::GatewayError::Unknown`], never a
//! guess. Requests are held to the parameters of [`API_VERSION`], which is pinned, so that an account's
//! own default version changes nothing; webhooks come in the version of the account and are read
//! leniently.
//!
//! What this crate may know: `ports`, `domain`, HTTP and JSON. To add a call: its answer in `wire.rs`,
//! its parameters in `gateway.rs`, a scenario in the fake Stripe of the testkit.
#![warn(missing_docs)]

mod amount;
mod charge;
mod client;
mod config;
mod gateway;
mod key;
mod measure;
mod refund;
mod trace;
mod webhook;
mod wire;

pub use config::{API_VERSION, SetupError, StripeConfig};
pub use gateway::StripeGateway;
pub use measure::describe_metrics;
