//! Logging in: from a password to a login, keeping it up, and ending it.
//!
//! A login is a row. Its token says which one for a day, without asking the database; its refresh token
//! is good once and brings the next one of each. Whoever uses a refresh token twice ends the login: one
//! of the two had no right to it.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Mode,
    address::Email,
    audit::{Action, Subject, SubjectType},
    id::{SessionId, StaffId, StoreId},
    staff::{Person, password},
};
use ports::{
    logins::Claims,
    staff::{Login, People, PeopleWork, Place, Session},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    Actor, Context, Core, Error, ErrorCode, Result,
    access::{self, Member},
    audit::Record,
    work::entry,
};

mod guesses;
pub mod reset;

pub(crate) use guesses::{Guess, account};

/// How long a token is good for.
const TOKEN_LIFE: TimeDelta = TimeDelta::hours(24);
/// How long a login lasts that is not refreshed.
const REFRESH_LIFE: TimeDelta = TimeDelta::days(30);
/// How refresh tokens begin.
const REFRESH_PREFIX: &str = "rft_";

/// Somebody who is not logged in yet.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The address they come from.
    pub address: Option<IpAddr>,
    /// Id of their request in logs and answers.
    pub request_id: String,
}

impl Visitor {
    /// The circumstances of what they do as one of the staff of a store.
    pub(crate) fn context(&self, core: &Core, store: StoreId, staff: StaffId) -> Context {
        Context {
            request_id: self.request_id.clone(),
            address: self.address,
            ..Context::of_system(core, store, Mode::Live, Actor::Staff(staff))
        }
    }
}

/// A login that has just begun or been refreshed.
#[derive(Debug, Clone)]
pub struct OpenedLogin {
    /// Proves it, on every request.
    pub token: SecretString,
    /// From when on the token is refused.
    pub expires_at: DateTime<Utc>,
    /// Good once, for the next pair of tokens.
    pub refresh_token: SecretString,
    /// From when on it is refused.
    pub refresh_expires_at: DateTime<Utc>,
    /// Who it is.
    pub person: Person,
    /// Where they may act.
    pub places: Vec<Place>,
}

/// Begins a login. Whether the address is unknown, the password wrong or no store left to act in, the
/// answer is the same and takes as long.
pub async fn login(
    core: &Core,
    visitor: &Visitor,
    email: &str,
    password: &SecretString,
) -> Result<OpenedLogin> {
    let guess = Guess::claim(core, visitor, email).await?;
    let found = match Email::parse(email) {
        Ok(email) => core.db.staff().login(&email).await?,
        Err(_) => None,
    };
    let known = found.filter(|login| login.password_hash.is_some());
    let hash = known.as_ref().and_then(|login| login.password_hash.as_deref());
    let fits = core.logins.passwords.verify(password, hash).await?;
    let Some(known) = known.filter(|_| fits) else { return Err(refused()) };
    let places = core.db.staff().places(known.person.id).await?;
    if places.is_empty() {
        return Err(refused());
    }
    let mut work = core.db.begin_people().await?;
    confirm_unchanged(work.people(), &known).await?;
    guess.was_right(work.people(), core.clock.now()).await?;
    let opened = open(core, work.people(), &known.person).await?;
    work.commit().await?;
    Ok(opened.with(known.person, places))
}

/// Exchanges a refresh token for the next pair of tokens.
pub async fn refresh(core: &Core, refresh_token: &str) -> Result<OpenedLogin> {
    let over = || Error::new(ErrorCode::InvalidToken, "The refresh token is not valid; log in again.");
    let (now, used) = (core.clock.now(), access::hash_key(refresh_token));
    let mut work = core.db.begin_people().await?;
    let found = work.people().refresh_token(&used).await?.ok_or_else(over)?;
    if found.used_at.is_some() {
        let session = &found.session;
        tracing::warn!(session = %session.id, person = %session.person, "a refresh token was used twice; its login ends");
        work.people().close_session(session.id, session.person).await?;
        work.commit().await?;
        return Err(over());
    }
    if found.session.expires_at <= now {
        return Err(over());
    }
    let session = Session { expires_at: after(now, REFRESH_LIFE), ..found.session };
    let next = access::new_secret_text(core, REFRESH_PREFIX);
    work.people().rotate(&session, &used, &access::hash_key(&next), now).await?;
    work.commit().await?;
    let open = core.db.staff().session(session.id).await?.filter(|open| !open.places.is_empty());
    let open = open.ok_or_else(over)?;
    let issued = Issued::new(core, &session, next, now);
    Ok(issued.with(open.person.clone(), open.places.clone()))
}

/// Ends a login on every node.
pub async fn logout(core: &Core, member: &Member) -> Result<()> {
    let mut work = core.db.begin_people().await?;
    work.people().close_session(member.open.session.id, member.open.person.id).await?;
    Ok(work.commit().await?)
}

/// Gives somebody who is logged in another password. All their logins end, and a new one begins.
pub async fn change_password(
    core: &Core,
    visitor: &Visitor,
    member: &Member,
    current: &SecretString,
    new: &SecretString,
) -> Result<OpenedLogin> {
    let email = &member.open.person.email;
    let guess = Guess::claim(core, visitor, email.as_str()).await?;
    let known = core.db.staff().login(email).await?.ok_or_else(refused)?;
    if !core.logins.passwords.verify(current, known.password_hash.as_deref()).await? {
        return Err(wrong_password());
    }
    let hash = new_hash(core, "newPassword", new, email).await?;
    let now = core.clock.now();
    let mut work = core.db.begin_people().await?;
    confirm_unchanged(work.people(), &known).await?;
    guess.was_right(work.people(), now).await?;
    work.people().set_password(known.person.id, &hash, now).await?;
    work.people().close_sessions(known.person.id).await?;
    let opened = open(core, work.people(), &known.person).await?;
    note_password(core, &mut *work, visitor, &known.person, &member.open.places).await?;
    work.commit().await?;
    Ok(opened.with(known.person, member.open.places.clone()))
}

/// Writes into the log of every store that somebody works for that they have another password.
async fn note_password(
    core: &Core,
    work: &mut dyn PeopleWork,
    visitor: &Visitor,
    person: &Person,
    places: &[Place],
) -> Result<()> {
    let note = |Place { membership, .. }: &Place| {
        let context = Context {
            actor_name: Some(person.email.as_str().to_owned()),
            ..visitor.context(core, membership.store, membership.id)
        };
        let subject = Subject::new(SubjectType::Staff, membership.id);
        let record = Record { subject, before: None, after: None };
        entry(&context, core.ids.id(), core.clock.now(), Action::StaffPasswordChanged, record)
    };
    let entries: Vec<_> = places.iter().map(note).collect();
    Ok(work.audit_log().append(&entries).await?)
}

fn wrong_password() -> Error {
    Error::new(ErrorCode::InvalidCredentials, "This is not the present password.")
}

/// What everybody hears whose address and password do not go together.
pub(crate) fn refused() -> Error {
    Error::new(ErrorCode::InvalidCredentials, "The e-mail address and the password do not go together.")
}

/// The hash of a new password, if it may be one.
pub(crate) async fn new_hash(
    core: &Core,
    field: &str,
    password: &SecretString,
    email: &Email,
) -> Result<String> {
    Error::check(password::check(field, password.expose_secret(), email).into_iter().collect())?;
    Ok(core.logins.passwords.hash(password).await?)
}

/// Locks a person and makes sure that the password which was compared is still theirs: it may have been
/// changed, and their logins ended, while it was compared.
pub(crate) async fn confirm_unchanged(people: &mut dyn People, known: &Login) -> Result<()> {
    let now = people.find(known.person.id).await?;
    if now.is_some_and(|now| now.password_hash == known.password_hash) { Ok(()) } else { Err(refused()) }
}

/// Tokens that were made for a login.
pub(crate) struct Issued {
    token: SecretString,
    expires_at: DateTime<Utc>,
    refresh_token: String,
    refresh_expires_at: DateTime<Utc>,
}

impl Issued {
    fn new(core: &Core, session: &Session, refresh_token: String, now: DateTime<Utc>) -> Self {
        let expires_at = after(now, TOKEN_LIFE);
        let claims = Claims {
            person: session.person,
            session: session.id,
            token: core.ids.next(),
            issued_at: now,
            expires_at,
        };
        let token = core.logins.tokens.sign(&claims);
        Self { token, expires_at, refresh_token, refresh_expires_at: session.expires_at }
    }

    pub(crate) fn with(self, person: Person, places: Vec<Place>) -> OpenedLogin {
        OpenedLogin {
            token: self.token,
            expires_at: self.expires_at,
            refresh_token: self.refresh_token.into(),
            refresh_expires_at: self.refresh_expires_at,
            person,
            places,
        }
    }
}

/// Begins a login in a transaction that has made sure of the person.
pub(crate) async fn open(core: &Core, people: &mut dyn People, person: &Person) -> Result<Issued> {
    let now = core.clock.now();
    let id: SessionId = core.ids.id();
    let session = Session { id, person: person.id, expires_at: after(now, REFRESH_LIFE), created_at: now };
    let refresh_token = access::new_secret_text(core, REFRESH_PREFIX);
    people.open_session(&session, &access::hash_key(&refresh_token)).await?;
    Ok(Issued::new(core, &session, refresh_token, now))
}

/// Some time after `now`.
pub(crate) fn after(now: DateTime<Utc>, span: TimeDelta) -> DateTime<Utc> {
    now.checked_add_signed(span).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
