//! The built-in payment gateway for test mode: no account, no network, no money.
//!
//! It behaves as a foreign gateway does, with books of its own behind [`ports::sandbox::SandboxLedger`]:
//! repeated keys charge once, money arrives late, shoppers are sent to a page, refunds have limits. The
//! means of payment decides how a charge goes, under the names of Stripe's test cards, so that a shop
//! moves to Stripe's own test mode without a change.
//!
//! What this crate may know: `ports` and `domain`. To add a story: a line in `scenario.rs`.
#![warn(missing_docs)]

mod gateway;
mod payments;
mod scenario;

pub use gateway::{SandboxConfig, SandboxGateway};
pub use scenario::accepted_methods;
