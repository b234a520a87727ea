//! A mailer that keeps what it is given, for tests of what is written to whom.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use ports::mail::{Mail, MailError, Mailer};
use secrecy::ExposeSecret as _;

/// Keeps every mail; refuses all of them while it is shut.
#[derive(Debug, Default)]
pub struct Mailbox {
    kept: Mutex<(bool, Vec<Mail>)>,
}

impl Mailbox {
    /// The mails so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Whether mails are turned away from now on.
    pub fn shut(&self, shut: bool) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).0 = shut;
    }

    /// The token in the last mail to `address`: the word that begins with `prefix`.
    pub fn token(&self, address: &str, prefix: &str) -> String {
        let mails = self.mails();
        let last = mails.iter().rev().find(|mail| mail.to.as_str() == address).expect("there is a mail");
        let text = last.text.expose_secret();
        let start = text.find(prefix).expect("the mail holds a token");
        text[start..].split_whitespace().next().expect("a token is a word").to_owned()
    }
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 {
            return Err(MailError::Unavailable("the mailbox is shut".into()));
        }
        kept.1.push(mail.clone());
        Ok(())
    }

    async fn check(&self) -> Result<(), MailError> {
        Ok(())
    }
}
