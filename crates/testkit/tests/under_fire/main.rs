//! Sales under fire: many people at once, and everything failing at every step.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod any_step;
mod deeds;
mod races;
#[path = "../sale/mod.rs"]
mod sale;
