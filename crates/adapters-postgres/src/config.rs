//! What is said of a database before it is opened, and what may come of it.

use std::fmt;

use thiserror::Error;

/// Which database to open, and how wide.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host/name` or `sqlite://path`.
    pub url: String,
    /// Connections in the pool, at least 1. On two cores beside Postgres four cost a tenth less than eight, and sold as
    /// much.
    pub connections: u32,
}

/// Without the address, which may hold a password.
impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig").field("connections", &self.connections).finish_non_exhaustive()
    }
}

/// The database could not be opened or brought up to date.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The address is neither of Postgres nor of SQLite, or malformed.
    #[error("the database address is not usable: {0}")]
    Address(#[source] sqlx::Error),
    /// A migration failed.
    #[error("the database could not be migrated: {0}")]
    Migration(#[source] sea_orm::DbErr),
}
