//! Carts. A cart is one row, found by the hash of the token that is the capability to it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    cart::Cart,
    id::{CartId, StoreId},
};

use crate::RepoError;

/// Reads carts, and writes them where one statement is the whole change.
#[async_trait]
pub trait CartReader: Send + Sync {
    /// The current cart of a token: the one that is being filled or paid for, else the newest that
    /// became an order. Superseded ones are never current.
    async fn by_token(&self, store: StoreId, mode: Mode, token_hash: &str)
    -> Result<Option<Cart>, RepoError>;

    /// The current cart of a token as it was last seen in this process, if it still remembers. It may be
    /// out of date: good enough only to decide what is then written on the condition of its version, and
    /// never to refuse anything.
    async fn remembered(&self, store: StoreId, mode: Mode, token_hash: &str) -> Option<Cart>;

    /// Adds a cart for a token. [`RepoError::Conflict`] on `carts_token_hash` when the token has one
    /// that is being filled or paid for.
    async fn insert(&self, store: StoreId, token_hash: &str, cart: &Cart) -> Result<(), RepoError>;

    /// Writes a token's cart that is stored as open if nobody wrote it since it was read, and raises its
    /// version; otherwise [`RepoError::Stale`].
    async fn save(&self, store: StoreId, token_hash: &str, cart: &mut Cart) -> Result<(), RepoError>;

    /// Removes carts that are open and expired before `now`, at most `limit` of them over all stores;
    /// tells how many.
    async fn sweep(&self, now: DateTime<Utc>, limit: u32) -> Result<u64, RepoError>;
}

/// Carts inside a unit of work.
#[async_trait]
pub trait Carts: Send {
    /// Reads a cart and locks it.
    async fn find(&mut self, cart: CartId) -> Result<Option<Cart>, RepoError>;

    /// Adds a cart for a token. [`RepoError::Conflict`] on `carts_token_hash` when the token has one
    /// that is being filled or paid for.
    async fn insert(&mut self, token_hash: &str, cart: &Cart) -> Result<(), RepoError>;

    /// Writes a cart if nobody wrote it since it was read, and raises its version; otherwise
    /// [`RepoError::Stale`].
    async fn update(&mut self, cart: &mut Cart) -> Result<(), RepoError>;
}
