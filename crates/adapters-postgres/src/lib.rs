//! The ports on SeaORM: Postgres in production, a SQLite file as the embedded default.
//!
//! What this crate may know: `domain`, `ports`, and SQL. Nothing here decides anything: a repository
//! turns rows into domain types and back, and makes writes conditional on what they were decided on.
//!
//! A file an aggregate: the row as the table has it, the mapping that names every column in both
//! directions (a new field fails to compile until it is stored), and the repository and reader traits,
//! implemented on [`unit_of_work::SqlUnitOfWork`] and [`SqlDatabase`]. One-row aggregates implement
//! [`stored::Stored`] and get their repository for nothing. What differs between the engines is in
//! `engine`. Conditions start at `stored::by_id` or `stored::by_handle`, so that a store never sees
//! another's rows.

mod address;
mod audit;
mod batch;
mod brands;
mod carts;
mod catalog;
mod categories;
mod category_labels;
mod changes;
mod config;
mod connection;
mod counters;
mod database;
mod diagnosis;
mod documents;
mod engine;
mod error;
mod events;
mod fulfillments;
mod idempotency;
mod json;
mod keys;
mod later;
mod limits;
mod line;
mod mails;
mod measure;
mod memory;
mod news;
mod open;
mod orders;
mod payment_methods;
mod payments;
mod pending;
mod places;
mod pool;
mod price;
mod products;
mod promotions;
mod receipts;
mod refunds;
mod rows;
mod sales;
mod sandbox;
mod sellables;
mod settings;
mod shipping_methods;
mod signatures;
mod staff;
mod stock;
mod stored;
mod stores;
mod tax_rates;
mod terms;
mod unit_of_work;
mod variants;
mod watch;
mod window;

pub use config::{DatabaseConfig, OpenError};
pub use database::SqlDatabase;
pub use diagnosis::FileState;
pub use engine::SESSION;
pub use measure::describe_metrics;
pub use watch::{Step, Watch};
