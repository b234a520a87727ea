//! How storage fails.

use thiserror::Error;

/// What went wrong between a repository and its database. Finding nothing is no error: methods that
/// look for one row return an `Option`.
#[derive(Debug, Error)]
pub enum RepoError {
    /// A unique, foreign-key or check constraint refused the write.
    #[error("constraint {constraint} refused the write")]
    Conflict {
        /// Name of the constraint or index as the schema gives it, `products_slug`; empty when the
        /// engine did not say.
        constraint: String,
    },
    /// The row changed since it was read.
    #[error("the row was changed by someone else")]
    Stale,
    /// The database cannot be reached or refuses work; trying again later may help.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored value breaks a rule that every write keeps.
    #[error("row {id} of {table} holds an invalid {column}")]
    Corrupt {
        /// Table of the row.
        table: &'static str,
        /// Column of the value.
        column: &'static str,
        /// Identifier of the row.
        id: String,
    },
    /// Anything else; always a fault of ours.
    #[error("the database reported an error")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}
