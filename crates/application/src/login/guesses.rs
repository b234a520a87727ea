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
    address: Option<OfAddress>,
}

/// What was known of an address before a guess, and what is since.
#[derive(Debug)]
struct OfAddress {
    subject: String,
    before: Option<Guesses>,
    counted: Guesses,
}

/// What guesses at the password of `email` are counted under. The address itself is not kept.
pub(crate) fn account(email: &str) -> String {
    let key = Email::parse(email).map_or_else(|_| email.trim().to_lowercase(), |email| email.key());
    format!("account:{}", access::hash_key(&key))
}

impl Guess {
    /// Counts a guess, or refuses it because there were too many.
    pub(crate) async fn claim(core: &Core, visitor: &Visitor, email: &str) -> Result<Self> {
        let account = account(email);
        let now = core.clock.now();
        let mut work = core.db.begin_people().await?;
        count(work.people(), &account, lockout::ACCOUNT, now).await?;
        let address = match visitor.address.map(|address| format!("address:{address}")) {
            Some(subject) => {
                let (before, counted) = count(work.people(), &subject, lockout::ADDRESS, now).await?;
                Some(OfAddress { subject, before, counted })
            }
            None => None,
        };
        work.commit().await?;
        Ok(Self { account, address })
    }

    /// Takes the count back: the account starts afresh, and the address stands where it stood, neither rid of
    /// what it guessed at other accounts nor paused anew.
    pub(crate) async fn was_right(&self, people: &mut dyn People, now: DateTime<Utc>) -> Result<()> {
        people.forget_guesses(&self.account).await?;
        let Some(OfAddress { subject, before, counted }) = &self.address else { return Ok(()) };
        let Some(known) = people.guesses(subject, now).await? else { return Ok(()) };
        // Others may have guessed from there meanwhile.
        let last = if known.last == counted.last {
            before.map_or(known.last, |before| before.last)
        } else {
            known.last
        };
        match known.count.saturating_sub(1) {
            0 => people.forget_guesses(subject).await?,
            count => people.set_guesses(subject, Guesses { count, last }).await?,
        }
        Ok(())
    }
}

/// Counts one more about `subject`, and tells what was known before and is now; refuses when there were too many
/// of late.
pub(super) async fn count(
    people: &mut dyn People,
    subject: &str,
    limit: Limit,
    now: DateTime<Utc>,
) -> Result<(Option<Guesses>, Guesses)> {
    let past = people.guesses(subject, now).await?;
    if let Some(until) = past.and_then(|past| limit.paused_until(past, now)) {
        return Err(paused(until, now));
    }
    let counted = limit.after_one_more(past, now);
    people.set_guesses(subject, counted).await?;
    Ok((past, counted))
}

fn paused(until: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let seconds = until.signed_duration_since(now).num_seconds().saturating_add(1);
    let message = format!("Too many wrong passwords; try again in {seconds} seconds.");
    let facts = BTreeMap::from([("retryAfter", seconds.to_string())]);
    Error::new(ErrorCode::LoginPaused, message).with_details(Details::Facts(facts))
}
