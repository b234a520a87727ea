//! What only tests need. Nothing that ships may depend on this crate.

pub mod database;
pub mod postgres;
pub mod sandbox;
pub mod stripe;
