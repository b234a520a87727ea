//! What is in stock, as it was a moment ago.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{access::Mode, id::StoreId};
use moka::{future::Cache, ops::compute::Op};
use uuid::Uuid;

use super::CAPACITY;

/// How old a remembered level may be: what other processes sell is heard of no sooner.
const LAST: Duration = Duration::from_secs(1);

/// Available pieces by variant, for a moment. Of a variant that a transaction is moving nothing is known until that
/// has ended: it is not the only one to see what it did before.
#[derive(Debug, Clone)]
pub(crate) struct Levels {
    known: Cache<Key, Level>,
    moves: Arc<AtomicU64>,
}

type Key = (StoreId, Mode, Uuid);

/// A move of one variant by a transaction of this process, which nobody else is moving it along with: its row is
/// locked.
#[derive(Debug, Clone)]
pub(crate) struct Move {
    key: Key,
    number: u64,
    available: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Known(u32),
    /// The number of the latest move.
    Moving(u64),
}

impl Default for Levels {
    fn default() -> Self {
        let known = Cache::builder().max_capacity(CAPACITY).time_to_live(LAST).build();
        Self { known, moves: Arc::default() }
    }
}

impl Levels {
    /// What was available a moment ago.
    pub(crate) async fn get(&self, store: StoreId, mode: Mode, variant: Uuid) -> Option<u32> {
        match self.known.get(&(store, mode, variant)).await? {
            Level::Known(available) => Some(available),
            Level::Moving(_) => None,
        }
    }

    /// Keeps what was read outside of any transaction that moves stock.
    pub(crate) async fn keep(&self, store: StoreId, mode: Mode, variant: Uuid, available: u32) {
        self.known.entry((store, mode, variant)).or_insert(Level::Known(available)).await;
    }

    /// Notes that a transaction has changed what is available to so many, whatever becomes of that. It must still
    /// hold the row.
    pub(crate) async fn moved(&self, store: StoreId, mode: Mode, variant: Uuid, available: u32) -> Move {
        let key = (store, mode, variant);
        let number = self.moves.fetch_add(1, Ordering::Relaxed);
        self.known.insert(key, Level::Moving(number)).await;
        Move { key, number, available }
    }

    /// Keeps what a move came to, whose transaction is final, unless another came after it.
    pub(crate) async fn settle(&self, moved: Move) {
        let Move { key, number, available } = moved;
        let settled = |known: Option<moka::Entry<Key, Level>>| {
            let is_latest = known.is_some_and(|known| *known.value() == Level::Moving(number));
            ready(if is_latest { Op::Put(Level::Known(available)) } else { Op::Nop })
        };
        self.known.entry(key).and_compute_with(settled).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: StoreId = StoreId::from_bytes([7; 16]);
    const SHIRT: Uuid = Uuid::from_u128(1);

    async fn seen(levels: &Levels) -> Option<u32> {
        levels.get(STORE, Mode::Live, SHIRT).await
    }

    #[tokio::test]
    async fn what_moves_is_known_again_when_its_transaction_is_final() {
        let levels = Levels::default();
        levels.keep(STORE, Mode::Live, SHIRT, 5).await;
        assert_eq!(seen(&levels).await, Some(5));
        let moved = levels.moved(STORE, Mode::Live, SHIRT, 4).await;
        assert_eq!(seen(&levels).await, None);
        levels.keep(STORE, Mode::Live, SHIRT, 5).await;
        assert_eq!(seen(&levels).await, None, "what was read before the move ended is believed");
        levels.settle(moved).await;
        assert_eq!(seen(&levels).await, Some(4));
    }

    #[tokio::test]
    async fn the_latest_move_counts_whoever_tells_of_it_first() {
        let levels = Levels::default();
        let first = levels.moved(STORE, Mode::Live, SHIRT, 4).await;
        let second = levels.moved(STORE, Mode::Live, SHIRT, 3).await;
        levels.settle(first).await;
        assert_eq!(seen(&levels).await, None);
        levels.settle(second.clone()).await;
        assert_eq!(seen(&levels).await, Some(3));
        let third = levels.moved(STORE, Mode::Live, SHIRT, 9).await;
        levels.settle(second).await;
        assert_eq!(seen(&levels).await, None);
        levels.settle(third).await;
        assert_eq!(seen(&levels).await, Some(9));
    }
}
