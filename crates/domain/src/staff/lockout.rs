//! How many guesses somebody has at a password.
//!
//! A guess is counted before it is looked at, so that a hundred guesses at once are a hundred guesses.

use chrono::{DateTime, TimeDelta, Utc};

/// How guesses of one kind are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Guesses that are free.
    pub free: u32,
    /// The pause after the first guess beyond that; each further one doubles it.
    pub first_pause: TimeDelta,
    /// The longest pause.
    pub longest_pause: TimeDelta,
    /// Guesses are forgotten when the last one is this old.
    pub memory: TimeDelta,
}

/// Guesses at the password of one account, from wherever: five, then pauses of a minute to an hour.
pub const ACCOUNT: Limit = Limit {
    free: 5,
    first_pause: TimeDelta::minutes(1),
    longest_pause: TimeDelta::hours(1),
    memory: TimeDelta::days(1),
};

/// Guesses from one address, at whatever account. An office shares its address, so there are more.
pub const ADDRESS: Limit = Limit {
    free: 30,
    first_pause: TimeDelta::minutes(1),
    longest_pause: TimeDelta::hours(1),
    memory: TimeDelta::hours(1),
};

/// Requests for a new password for one account: three an hour.
pub const RESET: Limit = Limit {
    free: 3,
    first_pause: TimeDelta::hours(1),
    longest_pause: TimeDelta::hours(1),
    memory: TimeDelta::hours(1),
};

/// What is known of past guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guesses {
    /// How many there were.
    pub count: u32,
    /// When the last one was.
    pub last: DateTime<Utc>,
}

impl Limit {
    /// Until when no guess is taken, given the `past` ones; `None` when one may be made at `now`.
    pub fn paused_until(&self, past: Guesses, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let age = now.signed_duration_since(past.last);
        if age >= self.memory || past.count < self.free {
            return None;
        }
        let doublings = past.count.saturating_sub(self.free).min(16);
        let pause = self.first_pause.checked_mul(1 << doublings).unwrap_or(self.longest_pause);
        let until = past.last.checked_add_signed(pause.min(self.longest_pause))?;
        (until > now).then_some(until)
    }

    /// The guesses after one more at `now`.
    pub fn after_one_more(&self, past: Option<Guesses>, now: DateTime<Utc>) -> Guesses {
        let remembered = past.filter(|past| now.signed_duration_since(past.last) < self.memory);
        Guesses { count: remembered.map_or(0, |past| past.count).saturating_add(1), last: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn pause(count: u32) -> i64 {
        let past = Guesses { count, last: at(0) };
        ACCOUNT.paused_until(past, at(0)).map_or(0, |until| until.timestamp())
    }

    #[test]
    fn pauses_begin_after_the_free_guesses_and_double_up_to_the_longest() {
        let pauses: Vec<i64> = [0, 4, 5, 6, 7, 10, 11, 12, 1000, u32::MAX].map(pause).into();
        assert_eq!(pauses, [0, 0, 60, 120, 240, 1920, 3600, 3600, 3600, 3600]);
    }

    #[test]
    fn a_pause_ends_and_the_next_guess_makes_a_longer_one() {
        let past = Guesses { count: 5, last: at(0) };
        assert_eq!(ACCOUNT.paused_until(past, at(59)), Some(at(60)));
        assert_eq!(ACCOUNT.paused_until(past, at(60)), None);
        let more = ACCOUNT.after_one_more(Some(past), at(60));
        assert_eq!(ACCOUNT.paused_until(more, at(60)), Some(at(180)));
    }

    #[test]
    fn old_guesses_are_forgotten() {
        let past = Guesses { count: 50, last: at(0) };
        let day = 24 * 3600;
        assert_eq!(ACCOUNT.after_one_more(Some(past), at(day)).count, 1);
        assert_eq!(ACCOUNT.after_one_more(Some(past), at(day - 1)).count, 51);
        assert_eq!(ACCOUNT.after_one_more(None, at(0)).count, 1);
    }
}
