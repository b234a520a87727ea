//! Counting guesses at passwords, by account and by address, whether or not there is such an account.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    address::Email,
    staff::lockout::{self, Guesses, Limit},
};
use ports::staff::People;

use super::Visitor;
use crate::{Core, Details, Error, ErrorCode, Result, access};

/// A guess that was counted before it was looked at.
#[derive(Debug)]
pub(crate) struct Guess {
    account: String,
    address: Option<String>,
}

/// What guesses at the password of `email` are counted under. The address itself is not kept.
pub(crate) fn account(email: &str) -> String {
    let key = Email::parse(email).map_or_else(|_| email.trim().to_lowercase(), |email| email.key());
    format!("account:{}", access::hash_key(&key))
}

impl Guess {
    /// Counts a guess, or refuses it because there were too many.
    pub(crate) async fn claim(core: &Core, visitor: &Visitor, email: &str) -> Result<Self> {
        let guess = Self {
            account: account(email),
            address: visitor.address.map(|address| format!("address:{address}")),
        };
        let now = core.clock.now();
        let mut work = core.db.begin_people().await?;
        count(work.people(), &guess.account, lockout::ACCOUNT, now).await?;
        if let Some(address) = &guess.address {
            count(work.people(), address, lockout::ADDRESS, now).await?;
        }
        work.commit().await?;
        Ok(guess)
    }

    /// Takes the count back: the account starts afresh, and the address has one guess more. One that
    /// guesses at many accounts does not get rid of its count by logging in to its own.
    pub(crate) async fn was_right(&self, people: &mut dyn People, now: DateTime<Utc>) -> Result<()> {
        people.forget_guesses(&self.account).await?;
        if let Some(address) = &self.address
            && let Some(past) = people.guesses(address, now).await?
        {
            let fewer = Guesses { count: past.count.saturating_sub(1), ..past };
            people.set_guesses(address, fewer).await?;
        }
        Ok(())
    }
}

/// Counts one more about `subject`; refuses when there were too many of late.
pub(super) async fn count(
    people: &mut dyn People,
    subject: &str,
    limit: Limit,
    now: DateTime<Utc>,
) -> Result<()> {
    let past = people.guesses(subject, now).await?;
    if let Some(until) = past.and_then(|past| limit.paused_until(past, now)) {
        return Err(paused(until, now));
    }
    people.set_guesses(subject, limit.after_one_more(past, now)).await?;
    Ok(())
}

fn paused(until: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let seconds = until.signed_duration_since(now).num_seconds().saturating_add(1);
    let message = format!("Too many wrong passwords; try again in {seconds} seconds.");
    let facts = BTreeMap::from([("retryAfter", seconds.to_string())]);
    Error::new(ErrorCode::LoginPaused, message).with_details(Details::Facts(facts))
}
