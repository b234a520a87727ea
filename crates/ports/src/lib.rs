//! What the core needs from outside, as async traits; adapters implement them, use cases call them.
//!
//! What this crate may know: `domain`, and nothing of SQL, HTTP or JSON.
//!
//! To add a port: give the aggregate a file. A repository trait (writes, and reads that lock) is
//! reached through [`UnitOfWork`]; reads that need no transaction go to the reader trait beside it,
//! reached through [`Database`]. Plain aggregates share [`records::Records`]. Read models for lists
//! live in the same file.
#![warn(missing_docs)]

pub mod audit;
pub mod brands;
pub mod carts;
pub mod catalog;
pub mod categories;
pub mod clock;
pub mod database;
pub mod error;
pub mod events;
pub mod gateway;
pub mod health;
pub mod idempotency;
pub mod keys;
pub mod limits;
pub mod list;
pub mod logins;
pub mod mail;
pub mod orders;
pub mod products;
pub mod promotions;
pub mod records;
pub mod sales;
pub mod sandbox;
pub mod sealing;
pub mod search;
pub mod signatures;
pub mod staff;
pub mod stock;
pub mod stores;
pub mod terms;

pub use clock::{Clock, IdSource};
pub use database::{CatalogEpoch, Database, UnitOfWork};
pub use error::RepoError;
