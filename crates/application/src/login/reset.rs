//! A new password for somebody who forgot theirs, by mail.
//!
//! The request only notes a wish, whoever asks; whether there is such a person is looked up afterwards, in
//! the background. So the answer tells nothing, not even by the time it takes.

use chrono::TimeDelta;
use domain::{address::Email, staff::lockout};
use ports::staff::{Login, MailedToken, ResetWish, TokenPurpose};
use secrecy::SecretString;

use super::{Visitor, account, after, guesses::count, new_hash, note_password};
use crate::{
    Core, Error, ErrorCode, Result, access,
    post::{self, Letter},
};

/// How long the token is good for.
const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(45);
/// How its text begins.
const TOKEN_PREFIX: &str = "pwr_";

/// Notes that somebody wants a new password. More wishes than are sensible are dropped without a word.
pub async fn request(core: &Core, email: &str) -> Result<()> {
    let email = Email::parse(email).map_err(|error| Error::invalid("email", error.to_string()))?;
    if core.post.mailer.is_none() {
        return Ok(());
    }
    let now = core.clock.now();
    let mut work = core.db.begin_people().await?;
    let subject = format!("reset:{}", account(email.as_str()));
    match count(work.people(), &subject, lockout::RESET, now).await {
        Ok(_) => {}
        Err(error) if error.code == ErrorCode::LoginPaused => return Ok(()),
        Err(error) => return Err(error),
    }
    work.people().wish_reset(&ResetWish { email, created_at: now }).await?;
    Ok(work.commit().await?)
}

/// Writes the mails that were wished for, up to `batch` of them, and tells how many wishes there were.
pub async fn grant_wishes(core: &Core, batch: u32) -> Result<usize> {
    let wishes = core.db.staff().reset_wishes(batch).await?;
    for wish in &wishes {
        grant(core, wish).await?;
    }
    Ok(wishes.len())
}

async fn grant(core: &Core, wish: &ResetWish) -> Result<()> {
    let login = core.db.staff().login(&wish.email).await?;
    let places = match &login {
        Some(login) => core.db.staff().places(login.person.id).await?,
        None => Vec::new(),
    };
    let mut work = core.db.begin_people().await?;
    // Another worker may have been faster.
    if !work.people().take_wish(wish).await? {
        return Ok(());
    }
    if let (Some(login), Some(place)) = (login, places.first()) {
        let (token, kept) = new_token(core, &login);
        let letter = Letter::password_reset(core, &token);
        let mail = post::seal(core, place.membership.store, &login.person.email, letter, kept.expires_at);
        work.people().put_token(&kept).await?;
        work.people().queue_mail(&mail).await?;
    }
    Ok(work.commit().await?)
}

/// A token for the operator to hand over to somebody; its earlier ones stop working.
pub async fn hand_over(core: &Core, email: &str) -> Result<SecretString> {
    let email = Email::parse(email).map_err(|error| Error::invalid("email", error.to_string()))?;
    let missing = || Error::not_found("person");
    let mut work = core.db.begin_people().await?;
    let login = work.people().find_by_email(&email).await?.ok_or_else(missing)?;
    let (token, kept) = new_token(core, &login);
    work.people().put_token(&kept).await?;
    work.commit().await?;
    Ok(token)
}

fn new_token(core: &Core, login: &Login) -> (SecretString, MailedToken) {
    let (now, text) = (core.clock.now(), access::new_secret_text(core, TOKEN_PREFIX));
    let kept = MailedToken {
        hash: access::hash_key(&text),
        person: login.person.id,
        purpose: TokenPurpose::PasswordReset,
        expires_at: after(now, TOKEN_LIFE),
        created_at: now,
    };
    (text.into(), kept)
}

/// Sets another password by a mailed token, ends all logins of the person, and lets them guess again.
pub async fn confirm(core: &Core, visitor: &Visitor, token: &str, password: &SecretString) -> Result<()> {
    let (hash, now) = (access::hash_key(token), core.clock.now());
    let found = core.db.staff().token(&hash, now).await?;
    let found = found.filter(|(token, _)| token.purpose == TokenPurpose::PasswordReset);
    let (_, Login { person, .. }) = found.ok_or_else(invalid_token)?;
    let password_hash = new_hash(core, "password", password, &person.email).await?;
    let places = core.db.staff().places(person.id).await?;
    let mut work = core.db.begin_people().await?;
    let people = work.people();
    people.find(person.id).await?.ok_or_else(invalid_token)?;
    if !people.take_token(&hash, now).await? {
        return Err(invalid_token());
    }
    people.set_password(person.id, &password_hash, now).await?;
    people.close_sessions(person.id).await?;
    people.forget_guesses(&account(person.email.as_str())).await?;
    note_password(core, &mut *work, visitor, &person, &places).await?;
    Ok(work.commit().await?)
}

/// What whoever holds a token hears that is unknown, used or too old.
pub(crate) fn invalid_token() -> Error {
    Error::invalid("token", "is not valid, was used already, or is too old")
}
