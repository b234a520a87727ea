//! People who log in: who they are, their places in stores, their logins, and what was mailed to them.
//! Passwords and tokens are known here by their hash only.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    address::Email,
    id::{PersonId, SessionId, StaffId, StoreId},
    staff::{Membership, Person, lockout::Guesses},
};

use crate::{
    RepoError,
    audit::AuditLog,
    list::{Slice, Window},
    mail::QueuedMail,
    records::Records,
};

/// A person with what they prove themselves by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Who.
    pub person: Person,
    /// The hash of the password; none until an invitation was accepted.
    pub password_hash: Option<String>,
}

/// One of a store's staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// The place in the store.
    pub membership: Membership,
    /// Who has it.
    pub person: Person,
}

/// A place with the name of its store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The place.
    pub membership: Membership,
    /// What the store is called.
    pub store_name: String,
}

/// A login, from the password to the logout. Its token changes with every refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identity.
    pub id: SessionId,
    /// Who logged in.
    pub person: PersonId,
    /// From when on it cannot be refreshed any more.
    pub expires_at: DateTime<Utc>,
    /// When the password was given.
    pub created_at: DateTime<Utc>,
}

/// A login that lasts, with all that it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// The login.
    pub session: Session,
    /// Who it is.
    pub person: Person,
    /// Their active places, oldest first.
    pub places: Vec<Place>,
}

/// A refresh token as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The login it belongs to.
    pub session: Session,
    /// When it was used; each is good once.
    pub used_at: Option<DateTime<Utc>>,
}

/// What a mailed token lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPurpose {
    /// Take a place in a store.
    Invite {
        /// The store.
        store: StoreId,
        /// The place.
        staff: StaffId,
    },
    /// Set another password.
    PasswordReset,
}

/// A token that was sent to somebody; good once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedToken {
    /// The hash of its text.
    pub hash: String,
    /// Whom it was sent to.
    pub person: PersonId,
    /// What it is good for.
    pub purpose: TokenPurpose,
    /// From when on it is not.
    pub expires_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Somebody's wish for a new password, before anybody looked whether there is such a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetWish {
    /// The address that was given.
    pub email: Email,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Reads staff and logins outside a transaction.
#[async_trait]
pub trait StaffReader: Send + Sync {
    /// A login with all that it opens, expired ones too; from memory while that is known to be current.
    async fn session(&self, session: SessionId) -> Result<Option<Arc<OpenSession>>, RepoError>;

    /// The person with this address and their password.
    async fn login(&self, email: &Email) -> Result<Option<Login>, RepoError>;

    /// A person's active places, oldest first.
    async fn places(&self, person: PersonId) -> Result<Vec<Place>, RepoError>;

    /// The token with this hash that has not expired at `now`, and whose it is.
    async fn token(&self, hash: &str, now: DateTime<Utc>) -> Result<Option<(MailedToken, Login)>, RepoError>;

    /// One of a store's staff.
    async fn member(&self, store: StoreId, staff: StaffId) -> Result<Option<StaffRow>, RepoError>;

    /// A store's staff, newest first.
    async fn staff(&self, store: StoreId, window: &Window) -> Result<Slice<StaffRow>, RepoError>;

    /// Up to `limit` wishes for a new password, oldest first.
    async fn reset_wishes(&self, limit: u32) -> Result<Vec<ResetWish>, RepoError>;

    /// Removes logins, tokens and counted guesses that are of no use at `now` any more.
    async fn sweep(&self, now: DateTime<Utc>) -> Result<(), RepoError>;
}

/// Places in the store of a unit of work.
#[async_trait]
pub trait Memberships: Records<Membership> {
    /// The active owners, locked: two who demote each other do so one after the other.
    async fn owners(&mut self) -> Result<Vec<StaffId>, RepoError>;

    /// The place that a person has here, in whatever state.
    async fn of_person(&mut self, person: PersonId) -> Result<Option<Membership>, RepoError>;
}

/// People and their logins, inside a transaction. What ends a login ends it on every node when the
/// transaction commits.
#[async_trait]
pub trait People: Send {
    /// Reads a person and locks them.
    async fn find(&mut self, person: PersonId) -> Result<Option<Login>, RepoError>;

    /// Reads the person with this address and locks them.
    async fn find_by_email(&mut self, email: &Email) -> Result<Option<Login>, RepoError>;

    /// Adds a person, who has no password yet. [`RepoError::Conflict`] when the address is taken.
    async fn insert(&mut self, person: &Person) -> Result<(), RepoError>;

    /// Writes what a person is called.
    async fn rename(&mut self, person: &Person) -> Result<(), RepoError>;

    /// Gives a person a password.
    async fn set_password(
        &mut self,
        person: PersonId,
        hash: &str,
        at: DateTime<Utc>,
    ) -> Result<(), RepoError>;

    /// Has every node read anew what the person's logins open.
    async fn forget(&mut self, person: PersonId) -> Result<(), RepoError>;

    /// Begins a login with its first refresh token.
    async fn open_session(&mut self, session: &Session, refresh_hash: &str) -> Result<(), RepoError>;

    /// The refresh token with this hash, its login locked.
    async fn refresh_token(&mut self, hash: &str) -> Result<Option<RefreshToken>, RepoError>;

    /// Uses up a refresh token and gives the login the next one.
    async fn rotate(
        &mut self,
        session: &Session,
        used_hash: &str,
        next_hash: &str,
        at: DateTime<Utc>,
    ) -> Result<(), RepoError>;

    /// Ends a login, if it still lasts.
    async fn close_session(&mut self, session: SessionId, person: PersonId) -> Result<(), RepoError>;

    /// Ends all logins of a person.
    async fn close_sessions(&mut self, person: PersonId) -> Result<(), RepoError>;

    /// Keeps a token; earlier ones for the same purpose stop working.
    async fn put_token(&mut self, token: &MailedToken) -> Result<(), RepoError>;

    /// Uses up a token; `false` when it is not there or has expired at `now`.
    async fn take_token(&mut self, hash: &str, now: DateTime<Utc>) -> Result<bool, RepoError>;

    /// Guesses about `subject` so far; nobody else counts any until this transaction ends.
    async fn guesses(&mut self, subject: &str, now: DateTime<Utc>) -> Result<Option<Guesses>, RepoError>;

    /// Writes how many guesses about `subject` there were.
    async fn set_guesses(&mut self, subject: &str, guesses: Guesses) -> Result<(), RepoError>;

    /// Forgets the guesses about `subject`.
    async fn forget_guesses(&mut self, subject: &str) -> Result<(), RepoError>;

    /// Notes a wish for a new password; one that waits already is enough.
    async fn wish_reset(&mut self, wish: &ResetWish) -> Result<(), RepoError>;

    /// Takes a wish off the list; `false` when somebody else did.
    async fn take_wish(&mut self, wish: &ResetWish) -> Result<bool, RepoError>;

    /// Adds a mail to be sent once this commits.
    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), RepoError>;
}

/// A transaction about people, of no store in particular. Dropping it without
/// [`PeopleWork::commit`] undoes everything.
#[async_trait]
pub trait PeopleWork: Send {
    /// Makes everything since the beginning permanent.
    async fn commit(self: Box<Self>) -> Result<(), RepoError>;

    /// People and their logins.
    fn people(&mut self) -> &mut dyn People;

    /// The audit logs of all stores; each entry says whose it belongs to.
    fn audit_log(&mut self) -> &mut dyn AuditLog;
}
