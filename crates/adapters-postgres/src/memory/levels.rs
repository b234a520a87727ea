//! What is in stock, as it was a moment ago.

use std::time::Duration;

use domain::{access::Mode, id::StoreId};
use moka::{Entry, ops::compute::Op, sync::Cache};
use uuid::Uuid;

use super::CAPACITY;

/// How old a remembered level may be: what other processes sell is heard of no sooner.
const LAST: Duration = Duration::from_secs(1);

/// Available pieces by variant, for a moment. Of a variant that this process is moving nothing is known until that has
/// ended; after moves at once, whoever needs to know reads it.
#[derive(Debug, Clone)]
pub(crate) struct Levels(Cache<Key, Level>);

type Key = (StoreId, Mode, Uuid);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Known(u32),
    /// So many moves are under way; `mixed` if others were while one of them was.
    Moving {
        under_way: u32,
        mixed: bool,
    },
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
        Self(Cache::builder().max_capacity(CAPACITY).time_to_live(LAST).build())
    }
}

impl Levels {
    /// What was available a moment ago.
    pub(crate) fn get(&self, store: StoreId, mode: Mode, variant: Uuid) -> Option<u32> {
        match self.0.get(&(store, mode, variant))? {
            Level::Known(available) => Some(available),
            Level::Moving { .. } => None,
        }
    }

    /// Keeps what was read outside of any transaction that moves stock.
    pub(crate) fn keep(&self, store: StoreId, mode: Mode, variant: Uuid, available: u32) {
        self.0.entry((store, mode, variant)).or_insert(Level::Known(available));
    }

    /// Begins a move.
    pub(crate) fn begin(&self, store: StoreId, mode: Mode, variant: Uuid) -> Move {
        let key = (store, mode, variant);
        self.0.entry(key).and_upsert_with(|known| match known.map(Entry::into_value) {
            Some(Level::Moving { under_way, .. }) => {
                Level::Moving { under_way: under_way.saturating_add(1), mixed: true }
            }
            Some(Level::Known(_)) | None => Level::Moving { under_way: 1, mixed: false },
        });
        Move { levels: self.clone(), key, outcome: None }
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
        self.levels.0.entry(self.key).and_compute_with(|known| {
            match (known.map(Entry::into_value), outcome) {
                (Some(Level::Moving { under_way: 1, mixed: false }), Some(available)) => {
                    Op::Put(Level::Known(available))
                }
                (Some(Level::Moving { under_way, .. }), _) if under_way > 1 => {
                    Op::Put(Level::Moving { under_way: under_way.saturating_sub(1), mixed: true })
                }
                // What was read while a move took too long to be remembered may be what was there before it.
                _ => Op::Remove,
            }
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
}
