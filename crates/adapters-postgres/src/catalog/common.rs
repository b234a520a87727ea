//! Which way a search goes. The text index of Postgres collects whatever has a word before the first product is
//! looked at. That is right for a rare word, and in a small store for any. A common one is met soon when the
//! products are looked at one after another.

use domain::id::StoreId;
use ports::{RepoError, catalog::ProductFilter, list::Count};
use sea_orm::DatabaseBackend;

use super::filter::Wanted;
use crate::{
    SqlDatabase,
    window::{self, COUNT_MAX},
};

/// Products that may be collected all at once.
const COLLECTED: u64 = 2_000;
/// Products that tell how common a word is.
const SAMPLE: u64 = 1_000;
/// A word is common that one product in so many has.
const ONE_IN: u64 = 25;

impl SqlDatabase {
    /// Whether what passes is common enough to be met on the way through the store's products, which are so
    /// many; nothing of it is counted yet.
    pub(super) async fn seems_common(&self, wanted: &Wanted, all: Count) -> Result<bool, RepoError> {
        if !all.and_more && all.rows <= COLLECTED {
            return Ok(false);
        }
        let met = window::count(self.reader(), wanted.among_first(SAMPLE), SAMPLE).await?;
        Ok(is_common(met, SAMPLE))
    }

    /// How many products the store has, of the states that are sought; `None` where that decides nothing.
    pub(super) async fn searched(
        &self,
        store: StoreId,
        filter: &ProductFilter,
        wanted: &Wanted,
    ) -> Result<Option<Count>, RepoError> {
        if !wanted.searches() || self.engine().backend() != DatabaseBackend::Postgres {
            return Ok(None);
        }
        let all = ProductFilter { statuses: filter.statuses.clone(), ..ProductFilter::default() };
        if let Some(known) = self.known_count(store, &all, COUNT_MAX) {
            return Ok(Some(known));
        }
        let Some(all_wanted) = self.wanted(store, &all).await? else { return Ok(None) };
        self.count_anew(store, &all, COUNT_MAX, all_wanted.found()).await.map(Some)
    }
}

/// Whether so many among `all` are met soon.
pub(super) fn is_met_soon(counted: Count, all: Count) -> bool {
    counted.and_more || (!all.and_more && is_common(counted, all.rows))
}

const fn is_common(met: Count, among: u64) -> bool {
    met.rows.saturating_mul(ONE_IN) >= among
}
