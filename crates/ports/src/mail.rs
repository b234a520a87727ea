//! Mail: sending it, and the queue it waits in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    address::Email,
    id::{MailId, StoreId},
};
use secrecy::SecretString;
use thiserror::Error;

use crate::RepoError;

/// A plain text to one person.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Names the mail for good, so that a receiver can drop a second copy.
    pub id: MailId,
    /// To whom.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// The text; it may hold a link that lets its reader in.
    pub text: SecretString,
}

/// Why a mail was not sent.
#[derive(Debug, Error)]
pub enum MailError {
    /// The server refuses this mail for good.
    #[error("the mail server refuses the mail")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server was not reached, or wants it later.
    #[error("the mail server cannot take the mail now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Hands mail to a mail server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends a mail; done once the server has taken it.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;

    /// Asks the server for a sign of life, without sending anything.
    async fn check(&self) -> Result<(), MailError>;
}

/// A mail as it waits: its text is sealed for the store on whose behalf it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMail {
    /// Identity.
    pub id: MailId,
    /// The store that the text is sealed for.
    pub store: StoreId,
    /// To whom.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// The text, sealed.
    pub sealed_text: String,
    /// How often it was taken for sending, this time included.
    pub attempts: u32,
    /// From when on it is not worth sending any more.
    pub expires_at: DateTime<Utc>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Mails that wait, over all stores.
#[async_trait]
pub trait MailQueue: Send + Sync {
    /// Takes up to `limit` of the mails that are due at `now`, oldest first, until `until`. One that is
    /// not settled by then can be taken again.
    async fn lease(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<QueuedMail>, RepoError>;

    /// Removes a mail that was sent, or never will be.
    async fn remove(&self, mail: MailId) -> Result<(), RepoError>;

    /// Puts a mail off until `due`.
    async fn put_off(&self, mail: MailId, due: DateTime<Utc>) -> Result<(), RepoError>;
}
