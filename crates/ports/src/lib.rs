//! What the core needs from outside, as async traits; adapters implement them, use cases call them.
//!
//! What this crate may know: `domain`, and nothing of SQL, HTTP or JSON.
//!
//! To add a port: give the aggregate a file. A repository trait (writes and locked reads inside a
//! transaction) is reached through [`UnitOfWork`]; reads that need no transaction go to the reader
//! trait beside it, reached through [`Database`]. Read models for lists live in the same file.
#![warn(missing_docs)]

pub mod clock;
pub mod error;
pub mod gateway;
pub mod list;
pub mod sandbox;
pub mod sealing;

pub use clock::{Clock, IdSource};
pub use error::RepoError;
