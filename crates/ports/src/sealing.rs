//! Encryption of secrets at rest.

use domain::id::StoreId;
use secrecy::SecretString;
use thiserror::Error;

/// The sealed text was damaged, belongs to another store, or was sealed under another master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the sealed secret cannot be opened")]
pub struct CannotOpen;

/// Seals secrets of a store (gateway keys, signing secrets) for storage, bound to that store: a sealed
/// text copied to another store's row does not open there.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Sealer: Send + Sync {
    /// Encrypts `secret` for `store`.
    fn seal(&self, store: StoreId, secret: &SecretString) -> String;

    /// Decrypts what [`Sealer::seal`] made for the same store.
    fn open(&self, store: StoreId, sealed: &str) -> Result<SecretString, CannotOpen>;
}
