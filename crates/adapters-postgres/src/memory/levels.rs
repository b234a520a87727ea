//! What is in stock, as it was a moment ago.

use std::sync::Arc;

use domain::{access::Mode, id::StoreId};
use quick_cache::sync::{Cache, EntryAction, EntryResult};
use uuid::Uuid;

use self::level::Level;
use super::CAPACITY;

mod level;

/// Available pieces by variant, for a moment. Of a variant that this process is moving only plenty is known until that
/// has ended; after moves at once, whoever needs to know of a few reads it.
#[derive(Debug, Clone)]
pub(crate) struct Levels(Arc<Cache<Key, Level>>);

type Key = (StoreId, Mode, Uuid);

/// A change of what is available of a variant, from before it could be seen until it is final or undone. One that is
/// dropped leaves nothing known but plenty.
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
            if !level.is_moving() {
                return EntryAction::Remove;
            }
            level.end(outcome);
            if level.is_empty() {
                return EntryAction::Remove;
            }
            EntryAction::Retain(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{level::PLENTY, *};

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
    fn a_few_are_not_taken_for_plenty_that_moved_at_the_same_time() {
        let levels = Levels::default();
        read(&levels, 500);
        let (sold, counted, sold_later) = (begin(&levels), begin(&levels), begin(&levels));
        counted.settle(0);
        sold.settle(499);
        assert_eq!(seen(&levels), None, "the sale may have been before the count");
        read(&levels, 499);
        assert_eq!(seen(&levels), None, "this may have been read before the count");
        drop(sold_later);
        assert_eq!(seen(&levels), None);
        begin(&levels).settle(600);
        assert_eq!(seen(&levels), Some(600));
    }
}
