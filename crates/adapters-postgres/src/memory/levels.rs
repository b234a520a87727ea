//! What is in stock, as it was a moment ago.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{access::Mode, id::StoreId};
use quick_cache::sync::{Cache, EntryAction, EntryResult};
use uuid::Uuid;

use super::CAPACITY;

/// How old a remembered level may be: what other processes sell is heard of no sooner.
const LAST: Duration = Duration::from_secs(1);
/// From so many pieces on there is time to hear of it: what others sell is only a part of them.
const PLENTY: u32 = 100;
const LAST_OF_PLENTY: Duration = Duration::from_secs(10);

/// Available pieces by variant, for a moment. Of a variant that this process is moving only plenty is known until that
/// has ended; after moves at once, whoever needs to know of a few reads it.
#[derive(Debug, Clone)]
pub(crate) struct Levels(Arc<Cache<Key, Level>>);

type Key = (StoreId, Mode, Uuid);

#[derive(Debug, Clone, Copy, Default)]
struct Level {
    known: Option<Known>,
    /// So many moves are under way.
    under_way: u32,
    /// Others were while one of them was.
    mixed: bool,
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
    fn believed(self) -> Option<u32> {
        let known = self.known.filter(|known| self.under_way == 0 || known.is_plenty())?;
        let lasting = if known.is_plenty() { LAST_OF_PLENTY } else { LAST };
        (known.since.elapsed() < lasting).then_some(known.available)
    }

    /// Takes note of what was read outside of any transaction that moves it.
    fn read(&mut self, available: u32) {
        // What is believed may have been settled since this was read.
        if self.believed().is_none() {
            self.known = Some(Known::now(available)).filter(|read| self.under_way == 0 || read.is_plenty());
        }
    }

    fn begin(&mut self) {
        self.mixed = self.under_way > 0;
        self.under_way = self.under_way.saturating_add(1);
    }

    /// Ends a move, after which so many are available if it is final.
    fn end(&mut self, outcome: Option<u32>) {
        let is_last_word = outcome.is_some() && self.under_way == 1 && !self.mixed;
        self.known = outcome.map(Known::now).or(self.known).filter(|now| is_last_word || now.is_plenty());
        self.under_way = self.under_way.saturating_sub(1);
        self.mixed = self.under_way > 0;
    }
}

/// A change of what is available of a variant, from before it could be seen until it is final or undone. One that is
/// dropped leaves nothing known.
#[derive(Debug)]
pub(crate) struct Move {
    levels: Levels,
    key: Key,
    outcome: Option<u32>,
}

impl Default for Levels {
    fn default() -> Self {
        Self(Arc::new(Cache::new(CAPACITY)))
    }
}

impl Levels {
    /// What was available a moment ago.
    pub(crate) fn get(&self, store: StoreId, mode: Mode, variant: Uuid) -> Option<u32> {
        self.0.get(&(store, mode, variant))?.believed()
    }

    /// Keeps what was read outside of any transaction that moves stock.
    pub(crate) fn keep(&self, store: StoreId, mode: Mode, variant: Uuid, available: u32) {
        self.change((store, mode, variant), |level| level.read(available));
    }

    /// Begins a move.
    pub(crate) fn begin(&self, store: StoreId, mode: Mode, variant: Uuid) -> Move {
        let key = (store, mode, variant);
        self.change(key, Level::begin);
        Move { levels: self.clone(), key, outcome: None }
    }

    fn change(&self, key: Key, change: impl Fn(&mut Level)) {
        let entry = self.0.entry(&key, None, |_, level| {
            change(level);
            EntryAction::Retain(())
        });
        if let EntryResult::Vacant(place) = entry {
            let mut level = Level::default();
            change(&mut level);
            // Refused where somebody was quicker to forget it: then nothing is known, which is always true.
            let _forgotten = place.insert(level);
        }
    }
}

impl Move {
    /// Ends the move: it is final, and so many are available now.
    pub(crate) fn settle(mut self, available: u32) {
        self.outcome = Some(available);
    }
}

impl Drop for Move {
    fn drop(&mut self) {
        let outcome = self.outcome;
        self.levels.0.entry(&self.key, None, |_, level| {
            // Forgotten meanwhile, for want of room: what was read since may be what was there before the move.
            if level.under_way == 0 {
                return EntryAction::Remove;
            }
            level.end(outcome);
            if level.under_way == 0 && level.known.is_none() {
                return EntryAction::Remove;
            }
            EntryAction::Retain(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: StoreId = StoreId::from_bytes([7; 16]);
    const SHIRT: Uuid = Uuid::from_u128(1);

    fn begin(levels: &Levels) -> Move {
        levels.begin(STORE, Mode::Live, SHIRT)
    }

    fn read(levels: &Levels, available: u32) {
        levels.keep(STORE, Mode::Live, SHIRT, available);
    }

    fn seen(levels: &Levels) -> Option<u32> {
        levels.get(STORE, Mode::Live, SHIRT)
    }

    #[test]
    fn what_moves_is_known_again_when_that_is_final() {
        let levels = Levels::default();
        read(&levels, 5);
        assert_eq!(seen(&levels), Some(5));
        let moved = begin(&levels);
        read(&levels, 5);
        assert_eq!(seen(&levels), None, "what was read before the move ended is believed");
        moved.settle(4);
        assert_eq!(seen(&levels), Some(4));
    }

    #[test]
    fn a_move_that_is_undone_leaves_nothing_known() {
        let levels = Levels::default();
        drop(begin(&levels));
        assert_eq!(seen(&levels), None);
        read(&levels, 5);
        assert_eq!(seen(&levels), Some(5));
    }

    #[test]
    fn nobody_knows_which_of_two_moves_at_once_was_the_last() {
        let levels = Levels::default();
        let (first, second) = (begin(&levels), begin(&levels));
        second.settle(3);
        let third = begin(&levels);
        first.settle(4);
        read(&levels, 9);
        third.settle(2);
        assert_eq!(seen(&levels), None);
        begin(&levels).settle(1);
        assert_eq!(seen(&levels), Some(1));
    }

    #[test]
    fn plenty_is_known_while_it_moves() {
        let levels = Levels::default();
        read(&levels, 500);
        let (first, second) = (begin(&levels), begin(&levels));
        assert_eq!(seen(&levels), Some(500));
        second.settle(300);
        assert_eq!(seen(&levels), Some(300));
        first.settle(PLENTY - 1);
        assert_eq!(seen(&levels), None, "nobody knows whether these few are what is left");
        let moved = begin(&levels);
        read(&levels, 400);
        assert_eq!(seen(&levels), Some(400));
        drop(moved);
        assert_eq!(seen(&levels), Some(400));
    }

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
