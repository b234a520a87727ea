//! Mail: what is written to people, and sending it in the background.
//!
//! A letter is queued in the transaction of what it tells of, its text sealed, for it may hold a token.
//! A worker that dies between sending and noting so sends it once more.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{address::Email, id::StoreId, staff::Role};
use ports::mail::{Mail, MailError, Mailer, QueuedMail};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{Core, Post, Result};

/// How long a worker has for the mails it took before another may take them.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// The pause after a first failure; each further one doubles it.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
/// The longest pause between two attempts.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);
/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Characters of a store's name in a subject.
const NAME_IN_SUBJECT: usize = 80;

/// What is written to somebody.
#[derive(Debug)]
pub(crate) struct Letter {
    subject: String,
    text: SecretString,
}

impl Letter {
    /// Invites somebody to work for a store.
    pub(crate) fn invitation(core: &Core, store_name: &str, role: Role, token: &SecretString) -> Self {
        let name = one_line(store_name);
        let way = way_in(&core.post, "accept-invite", token);
        let text = format!(
            "You are invited to work for {name} as {role}.\n\nAccept within 7 days {way}\n\n\
             If you do not know what this is about, do nothing; the invitation lapses by itself.\n"
        );
        Self { subject: format!("Your invitation to {name}"), text: text.into() }
    }

    /// Lets somebody choose another password.
    pub(crate) fn password_reset(core: &Core, token: &SecretString) -> Self {
        let way = way_in(&core.post, "reset-password", token);
        let text = format!(
            "Somebody, hopefully you, asked for a new password for this address.\n\n\
             Choose one within 45 minutes {way}\n\n\
             If it was not you, do nothing; the present password stays.\n"
        );
        Self { subject: String::from("Choose a new password"), text: text.into() }
    }
}

/// The end of a sentence that leads to a page of the dashboard, or to the token alone.
fn way_in(post: &Post, page: &str, token: &SecretString) -> String {
    match link(post, page, token) {
        Some(link) => format!("at\n{}", link.expose_secret()),
        None => format!("with this token:\n{}", token.expose_secret()),
    }
}

/// Where a page of the dashboard takes a token. It stands behind the `#`, which browsers keep to
/// themselves: no server writes it to a log.
pub(crate) fn link(post: &Post, page: &str, token: &SecretString) -> Option<SecretString> {
    let url = post.dashboard_url.as_ref()?;
    Some(format!("{url}/{page}#token={}", token.expose_secret()).into())
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(NAME_IN_SUBJECT).collect()
}

/// A letter as it waits to be sent, for nobody without the master key to read.
pub(crate) fn seal(
    core: &Core,
    store: StoreId,
    to: &Email,
    letter: Letter,
    expires_at: DateTime<Utc>,
) -> QueuedMail {
    QueuedMail {
        id: core.ids.id(),
        store,
        to: to.clone(),
        subject: letter.subject,
        sealed_text: core.sealer.seal(store, &letter.text),
        attempts: 0,
        expires_at,
        created_at: core.clock.now(),
    }
}

/// Sends up to `batch` of the mails that are due and tells how many there were. One that cannot be sent
/// now is put off, longer each time, and given up when what it is about is over.
pub async fn deliver(core: &Core, batch: u32) -> Result<usize> {
    let Some(mailer) = &core.post.mailer else { return Ok(0) };
    let now = core.clock.now();
    let until = now.checked_add_signed(LEASE).unwrap_or(now);
    let mails = core.db.mails().lease(now, until, batch).await?;
    for mail in &mails {
        send(core, mailer.as_ref(), mail).await?;
    }
    Ok(mails.len())
}

async fn send(core: &Core, mailer: &dyn Mailer, queued: &QueuedMail) -> Result<()> {
    let (id, now) = (queued.id, core.clock.now());
    if queued.expires_at <= now {
        tracing::warn!(mail = %id, "a mail could not be sent while it made sense; it is dropped");
        return Ok(core.db.mails().remove(id).await?);
    }
    let Ok(text) = core.sealer.open(queued.store, &queued.sealed_text) else {
        tracing::error!(mail = %id, "a mail was sealed under another master key; it is dropped");
        return Ok(core.db.mails().remove(id).await?);
    };
    let mail = Mail { id, to: queued.to.clone(), subject: queued.subject.clone(), text };
    let sent = tokio::time::timeout(PATIENCE, mailer.send(&mail)).await;
    match sent.unwrap_or_else(|slow| Err(MailError::Unavailable(Box::new(slow)))) {
        Ok(()) => Ok(core.db.mails().remove(id).await?),
        Err(error @ MailError::Refused(_)) => {
            tracing::error!(mail = %id, error = cause(&error), "the mail server refuses a mail; it is dropped");
            Ok(core.db.mails().remove(id).await?)
        }
        Err(error @ MailError::Unavailable(_)) => {
            let pause = pause_after(queued.attempts);
            tracing::warn!(mail = %id, error = cause(&error), pause = %pause, "a mail could not be sent yet");
            let due = now.checked_add_signed(pause).unwrap_or(now);
            Ok(core.db.mails().put_off(id, due).await?)
        }
    }
}

fn cause(error: &MailError) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string);
    source.unwrap_or_else(|| error.to_string())
}

fn pause_after(attempts: u32) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(16);
    FIRST_PAUSE.checked_mul(1 << doublings).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses: Vec<i64> = [1, 2, 3, 7, 8, 100].map(|n| pause_after(n).num_seconds()).into();
        assert_eq!(pauses, [30, 60, 120, 1920, 3600, 3600]);
    }

    #[test]
    fn a_store_cannot_write_headers_by_its_name() {
        assert_eq!(one_line("Acme\r\nBcc: all@example.com"), "Acme  Bcc: all@example.com");
        assert_eq!(one_line(&"x".repeat(500)).len(), NAME_IN_SUBJECT);
    }

    #[test]
    fn a_link_keeps_its_token_from_servers() {
        let token = SecretString::from("inv_1");
        let there = Post { dashboard_url: Some("https://admin.example".to_owned()), ..Post::default() };
        let found = link(&there, "accept-invite", &token).unwrap();
        assert_eq!(found.expose_secret(), "https://admin.example/accept-invite#token=inv_1");
        assert!(link(&Post::default(), "accept-invite", &token).is_none());
    }
}
