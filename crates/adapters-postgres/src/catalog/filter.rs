//! Which products a list is about, as conditions on the table of products.

use domain::id::StoreId;
use ports::{RepoError, catalog::ProductFilter, list::Count};
use sea_orm::{
    DatabaseBackend, EntityTrait as _, QueryFilter, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{Condition, Expr, ExprTrait as _, Order},
};
use uuid::Uuid;

use super::{
    common::is_met_soon,
    compared::compared,
    keys,
    plain::{plain, status},
    shelves::{self, lies_in},
    text::{Search, as_value},
};
use crate::{
    SqlDatabase,
    stored::uuid,
    window::{self, COUNT_MAX, LOOKED_AT_MAX},
};

/// A column of the table of products.
pub(super) fn product(column: &'static str) -> Expr {
    Expr::col(("products", column))
}

/// The products that a filter means, in two ways: as they are found where few pass, and as each is looked at
/// where many do.
pub(super) struct Wanted {
    /// Everything that an index over the store's products holds.
    plain: Condition,
    /// Words in the text, whole and perhaps unfinished.
    search: Option<Search>,
    /// In one of these categories.
    categories: Option<Vec<Uuid>>,
    store: Uuid,
    backend: DatabaseBackend,
    /// Whether few may pass.
    picky: bool,
    /// Whether everything passes that an index holds in one piece.
    whole: bool,
    /// Whether there is nothing to go by but what is in stock.
    by_stock: bool,
}

impl SqlDatabase {
    /// The products that `filter` means; `None` when nothing can pass.
    pub(super) async fn wanted(
        &self,
        store: StoreId,
        filter: &ProductFilter,
    ) -> Result<Option<Wanted>, RepoError> {
        let key = uuid(store);
        let search = match (&filter.text, &filter.tag) {
            (None, None) => None,
            (text, tag) => {
                let Some(search) = Search::of(key, text.as_deref(), tag.as_deref()) else { return Ok(None) };
                Some(search)
            }
        };
        let categories = match &filter.category {
            None => None,
            Some(category) => Some(
                self.category_labels(store)
                    .await?
                    .subtree(category)
                    .into_iter()
                    .map(uuid)
                    .collect::<Vec<_>>(),
            ),
        };
        if categories.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let all = Condition::all().add(product("store_id").eq(key)).add_option(status(filter));
        let ProductFilter {
            statuses,
            brand,
            featured,
            sku,
            min_price,
            max_price,
            in_stock,
            updated_since,
            conditions,
            ..
        } = filter;
        let picky = search.is_some()
            || categories.is_some()
            || brand.is_some()
            || sku.is_some()
            || min_price.is_some()
            || max_price.is_some()
            || updated_since.is_some()
            || !conditions.is_empty();
        let whole = !picky && featured.is_none() && in_stock.is_none() && statuses.len() < 2;
        let by_stock = !picky && featured.is_none() && in_stock.is_some();
        let plain = conditions.iter().map(compared).fold(plain(all, key, filter), Condition::add);
        let backend = self.engine().backend();
        Ok(Some(Wanted { plain, search, categories, store: key, backend, picky, whole, by_stock }))
    }
}

impl Wanted {
    /// Whether few may pass.
    pub(super) const fn is_picky(&self) -> bool {
        self.picky
    }

    /// How many of them are worth counting.
    pub(super) const fn countable(&self) -> u64 {
        if self.whole { COUNT_MAX } else { LOOKED_AT_MAX }
    }

    /// Whether words are sought.
    pub(super) const fn searches(&self) -> bool {
        self.search.is_some()
    }

    /// The products as they are read best, of which there are so many among `searched`, if that is known.
    pub(super) fn select(&self, counted: Option<Count>, searched: Option<Count>) -> Select<keys::Entity> {
        match (counted, searched) {
            (Some(counted), Some(all)) if is_met_soon(counted, all) => self.looked_at(),
            (Some(Count { and_more: false, .. }), _) if self.picky => window::few(self.found()),
            _ => self.looked_at(),
        }
    }

    /// Those that pass among the first few products of the store.
    pub(super) fn among_first(&self, products: u64) -> Select<keys::Entity> {
        let mut first = keys::Entity::find().filter(self.plain.clone()).limit(products);
        if let Some(search) = &self.search {
            QueryFilter::query(&mut first).expr_as(search.tested(), "passes");
        }
        let mut passing = keys::Entity::find();
        let query = QueryFilter::query(&mut passing);
        query.from_clear().from_subquery(first.into_query(), "products").and_where(product("passes"));
        passing
    }

    /// The products as the rarest of what they have in common leads to them.
    pub(super) fn found(&self) -> Select<keys::Entity> {
        let mut select = keys::Entity::find();
        let query = QueryFilter::query(&mut select);
        match (&self.search, &self.categories) {
            (Some(search), categories) => {
                if self.backend == DatabaseBackend::Postgres {
                    // The words lead to few enough, since they are the store's own. An index of the store's
                    // products would have all of them collected beside.
                    query.and_where(as_value(self.plain.clone().into()));
                } else {
                    query.cond_where(self.plain.clone());
                }
                search.lead(self.backend, query);
                if let Some(categories) = categories {
                    query.and_where(lies_in(self.store, categories));
                }
            }
            (None, Some(categories)) => {
                shelves::lead(self.backend, self.store, categories, self.plain.clone(), query);
            }
            (None, None) => {
                query.cond_where(self.plain.clone());
                if self.by_stock && self.backend == DatabaseBackend::Sqlite {
                    // Each has to be looked at: in the order in which they lie in the file.
                    query.order_by(("products", "created_at"), Order::Desc);
                    query.order_by(("products", "id"), Order::Desc);
                }
            }
        }
        select
    }

    /// The products of the store one after another, each with the question whether it passes. Said so that no
    /// engine takes it for an invitation to collect all that pass first.
    pub(super) fn looked_at(&self) -> Select<keys::Entity> {
        let mut select = keys::Entity::find().filter(self.plain.clone());
        let query = QueryFilter::query(&mut select);
        if let Some(search) = &self.search {
            query.cond_where(search.test(self.backend));
        }
        if let Some(categories) = &self.categories {
            query.and_where(lies_in(self.store, categories));
        }
        select
    }
}
