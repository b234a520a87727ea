//! The program as its users meet it.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod doctor;
mod first_minutes;
mod import;
mod metrics;
mod readme;
mod running;
mod secrets;
mod telemetry;
