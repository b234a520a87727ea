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

/// Available pieces by variant, for a moment. Of a variant that this process is moving nothing is known until that has
/// ended; after moves at once, whoever needs to know reads it.
#[derive(Debug, Clone)]
pub(crate) struct Levels(Arc<Cache<Key, Level>>);

type Key = (StoreId, Mode, Uuid);

#[derive(Debug, Clone, Copy)]
enum Level {
    Known {
        available: u32,
        since: Instant,
    },
    /// So many moves are under way; `mixed` if others were while one of them was.
    Moving {
        under_way: u32,
        mixed: bool,
    },
}

impl Level {
    fn known(available: u32) -> Self {
        Self::Known { available, since: Instant::now() }
    }

    /// What is available, if that may still be believed.
    fn believed(self) -> Option<u32> {
        let Self::Known { available, since } = self else { return None };
        let lasting = if available < PLENTY { LAST } else { LAST_OF_PLENTY };
        (since.elapsed() < lasting).then_some(available)
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
        self.set((store, mode, variant), |known| match known {
            Some(moving @ Level::Moving { .. }) => moving,
            // It may have been settled since this was read.
            Some(known) if known.believed().is_some() => known,
            Some(Level::Known { .. }) | None => Level::known(available),
        });
    }

    /// Begins a move.
    pub(crate) fn begin(&self, store: StoreId, mode: Mode, variant: Uuid) -> Move {
        let key = (store, mode, variant);
        self.set(key, |known| match known {
            Some(Level::Moving { under_way, .. }) => {
                Level::Moving { under_way: under_way.saturating_add(1), mixed: true }
            }
            Some(Level::Known { .. }) | None => Level::Moving { under_way: 1, mixed: false },
        });
        Move { levels: self.clone(), key, outcome: None }
    }

    /// Makes what is known of a variant something else, or something.
    fn set(&self, key: Key, next: impl Fn(Option<Level>) -> Level) {
        let entry = self.0.entry(&key, None, |_, level| {
            *level = next(Some(*level));
            EntryAction::Retain(())
        });
        if let EntryResult::Vacant(place) = entry {
            // Refused where somebody was quicker to forget it: then nothing is known, which is always true.
            let _forgotten = place.insert(next(None));
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
            *level = match (*level, outcome) {
                (Level::Moving { under_way: 1, mixed: false }, Some(available)) => Level::known(available),
                (Level::Moving { under_way, .. }, _) if under_way > 1 => {
                    Level::Moving { under_way: under_way.saturating_sub(1), mixed: true }
                }
                // What was read while a move was forgotten, for want of room, may be what was there before it.
                _ => return EntryAction::Remove,
            };
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
    fn plenty_is_believed_longer_than_a_few() {
        let believed_after = |available, age| {
            let since = Instant::now().checked_sub(age).expect("the machine runs for longer");
            Level::Known { available, since }.believed()
        };
        assert_eq!(believed_after(PLENTY - 1, LAST), None);
        assert_eq!(believed_after(PLENTY, LAST), Some(PLENTY));
        assert_eq!(believed_after(PLENTY, LAST_OF_PLENTY), None);
    }
}
