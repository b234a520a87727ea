//! What only tests need. Nothing that ships may depend on this crate.
//!
//! [`cores`] gives a whole core on each engine and [`store()`] opens a store on it; [`database::each`]
//! gives the bare databases, for tests of repositories. Time, ids and secrets are the test's own
//! ([`clock`]), so that runs do not differ.

pub mod clock;
pub mod cluster;
pub mod core;
pub mod database;
pub mod effort;
pub mod faults;
pub mod goods;
pub mod invariants;
pub mod limits;
pub mod mailbox;
pub mod multitude;
pub mod postgres;
pub mod sandbox;
pub mod smtp;
pub mod statements;
pub mod store;
pub mod stripe;

pub use self::{
    clock::{TestClock, TestIds},
    core::{TestCore, core, cores},
    store::{TestStore, store, store_with},
};
