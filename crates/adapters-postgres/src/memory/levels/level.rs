//! What is known of one variant's stock while it moves.

use std::time::{Duration, Instant};

/// How old a remembered level may be: what other processes sell is heard of no sooner.
const LAST: Duration = Duration::from_secs(1);
/// From so many pieces on there is time to hear of it: what others sell is only a part of them.
pub(super) const PLENTY: u32 = 100;
const LAST_OF_PLENTY: Duration = Duration::from_secs(10);

/// What is available of a variant, as far as it is known, and how much moves it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    known: Option<Known>,
    /// So many moves are under way.
    under_way: u32,
    /// Others were while one of them was.
    mixed: bool,
    /// One of those left only a few, perhaps as the last.
    few: bool,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    available: u32,
    since: Instant,
}

impl Known {
    fn now(available: u32) -> Self {
        Self { available, since: Instant::now() }
    }

    /// Whether it matters little how many exactly there are.
    const fn is_plenty(self) -> bool {
        self.available >= PLENTY
    }
}

impl Level {
    /// What is available, if that may still be believed.
    pub(super) fn believed(self) -> Option<u32> {
        let known = self.known.filter(|known| !self.is_moving() || known.is_plenty())?;
        let lasting = if known.is_plenty() { LAST_OF_PLENTY } else { LAST };
        (known.since.elapsed() < lasting).then_some(known.available)
    }

    /// Takes note of what was read outside of any transaction that moves it.
    pub(super) fn read(&mut self, available: u32) {
        // What is believed may have been settled since this was read.
        if self.believed().is_none() {
            let read = Some(Known::now(available));
            self.known = read.filter(|read| !self.is_moving() || self.is_plenty(*read));
        }
    }

    pub(super) fn begin(&mut self) {
        self.mixed = self.is_moving();
        self.under_way = self.under_way.saturating_add(1);
    }

    /// Ends a move, after which so many are available if it is final.
    pub(super) fn end(&mut self, outcome: Option<u32>) {
        let is_last_word = outcome.is_some() && self.under_way == 1 && !self.mixed;
        let now = outcome.map(Known::now);
        self.few |= now.is_some_and(|now| !now.is_plenty());
        self.known = now.or(self.known).filter(|known| is_last_word || self.is_plenty(*known));
        self.under_way = self.under_way.saturating_sub(1);
        self.mixed = self.is_moving();
        self.few &= self.mixed;
    }

    pub(super) const fn is_moving(self) -> bool {
        self.under_way > 0
    }

    /// Whether there is nothing worth remembering.
    pub(super) const fn is_empty(self) -> bool {
        self.known.is_none() && !self.is_moving()
    }

    /// Whether there is plenty, as far as anybody can tell who does not know which move was the last.
    const fn is_plenty(self, known: Known) -> bool {
        known.is_plenty() && !self.few
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plenty_is_believed_longer_than_a_few() {
        let believed_after = |available, age| {
            let since = Instant::now().checked_sub(age).expect("the machine runs for longer");
            Level { known: Some(Known { available, since }), ..Level::default() }.believed()
        };
        assert_eq!(believed_after(PLENTY - 1, LAST), None);
        assert_eq!(believed_after(PLENTY, LAST), Some(PLENTY));
        assert_eq!(believed_after(PLENTY, LAST_OF_PLENTY), None);
    }
}
