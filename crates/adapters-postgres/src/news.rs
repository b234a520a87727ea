//! What a unit of work makes known once it is final.

use std::collections::BTreeMap;

use domain::id::StoreId;

use crate::{
    changes::{Changes, Topic},
    memory::levels::Move,
    stored::uuid,
};

/// What is to be told of once it is final.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// What is out of date then, by store.
    pub(crate) touched: BTreeMap<StoreId, Vec<Topic>>,
    /// Moves of stock, each with what is available after it.
    pub(crate) moved: Vec<(Move, u32)>,
}

impl News {
    /// Tells this process at once what it has just committed.
    pub(crate) fn announce(self, changes: &Changes) {
        for (moved, available) in self.moved {
            moved.settle(available);
        }
        for (store, topics) in self.touched {
            changes.raise(uuid(store), &topics);
        }
    }
}
