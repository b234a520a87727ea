//! What logging in needs of cryptography: slow hashes of passwords, and signed tokens.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, SessionId};
use secrecy::SecretString;
use thiserror::Error;

/// Why a password could not be hashed or compared.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// Too many are being hashed already; trying again in a moment helps.
    #[error("too many passwords are being checked")]
    Busy,
    /// Anything else; always a fault of ours.
    #[error("a password could not be hashed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Hashes passwords, slowly on purpose, and never more at a time than the machine can bear.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The hash of `password` with a fresh salt, as it is stored.
    async fn hash(&self, password: &SecretString) -> Result<String, PasswordError>;

    /// Whether `password` is the one of `hash`. Without a hash it is not, which takes as long to find.
    async fn verify(&self, password: &SecretString, hash: Option<&str>) -> Result<bool, PasswordError>;
}

/// What a token says of its bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who logged in.
    pub person: PersonId,
    /// The login it belongs to.
    pub session: SessionId,
    /// Tells tokens of one login apart.
    pub token: [u8; 16],
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

/// The text is no token of this installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a token of this installation")]
pub struct InvalidToken;

/// Signs tokens, so that a request can be told from a forgery without asking the database.
pub trait TokenSigner: Send + Sync {
    /// The token with these claims.
    fn sign(&self, claims: &Claims) -> SecretString;

    /// The claims of a token whose signature holds. Whether its time is over is for the caller to see.
    fn verify(&self, token: &str) -> Result<Claims, InvalidToken>;
}
