//! Which products a list is about, as conditions on the table of products.

use domain::id::{Handle, StoreId};
use ports::{RepoError, catalog::ProductFilter, list::Count};
use sea_orm::{
    DatabaseBackend, EntityTrait as _, QueryFilter, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    common::is_met_soon,
    compared::compared,
    keys,
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

/// The rows of another table that belong to this store's products.
fn in_table(table: &'static str, store: Uuid) -> SelectStatement {
    let mut query = Query::select();
    query.from(table).and_where(Expr::col((table, "store_id")).eq(store));
    query
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
        let plain = conditions.iter().map(compared).fold(plain(all, key, filter), Condition::add);
        let backend = self.engine().backend();
        Ok(Some(Wanted { plain, search, categories, store: key, backend, picky, whole }))
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
        if self.search.is_some() && self.backend == DatabaseBackend::Postgres {
            // The words lead to few enough, since they are the store's own. An index of the store's products
            // would have all of them collected beside.
            query.and_where(as_value(self.plain.clone().into()));
        } else {
            query.cond_where(self.plain.clone());
        }
        match (&self.search, &self.categories) {
            (Some(search), categories) => {
                search.lead(self.backend, query);
                if let Some(categories) = categories {
                    query.and_where(lies_in(self.store, categories));
                }
            }
            (None, Some(categories)) => self.lead_from(categories, query),
            (None, None) => {}
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

    /// From the shelf to the products; each once, where its first of these categories has it.
    fn lead_from(&self, categories: &[Uuid], query: &mut SelectStatement) {
        let shelf = |column: &'static str| Expr::col(("product_categories", column));
        query.from_clear().from("product_categories").cross_join("products");
        query
            .and_where(shelf("store_id").eq(self.store))
            .and_where(shelf("category_id").is_in(categories.iter().copied()))
            .and_where(product("id").equals(("product_categories", "product_id")));
        if categories.len() > 1 {
            let mut earlier = Query::select();
            let column = |column: &'static str| Expr::col(("earlier", column));
            earlier
                .expr(Expr::val(1))
                .from_as("product_categories", "earlier")
                .and_where(column("store_id").eq(self.store))
                .and_where(column("product_id").equals(("product_categories", "product_id")))
                .and_where(column("category_id").is_in(categories.iter().copied()))
                .and_where(column("category_id").lt(shelf("category_id")));
            query.and_where(Expr::exists(earlier).not());
        }
    }
}

/// Whether a product lies in one of these categories. A value, not a set: no engine can make it first.
fn lies_in(store: Uuid, categories: &[Uuid]) -> Expr {
    let mut query = in_table("product_categories", store);
    query
        .expr(Expr::val(1))
        .and_where(Expr::col(("product_categories", "product_id")).equals(("products", "id")))
        .and_where(Expr::col(("product_categories", "category_id")).is_in(categories.iter().copied()))
        .limit(1);
    Expr::SubQuery(None, Box::new(query.into())).is_not_null()
}

fn status(filter: &ProductFilter) -> Option<Expr> {
    match filter.statuses.as_slice() {
        [] => None,
        [only] => Some(product("status").eq(only.as_str())),
        several => Some(product("status").is_in(several.iter().map(|status| status.as_str()))),
    }
}

/// The filters that are one comparison each.
fn plain(mut all: Condition, store: Uuid, filter: &ProductFilter) -> Condition {
    if let Some(brand) = &filter.brand {
        all = all.add(match brand {
            Handle::Id(id) => product("brand_id").eq(uuid(*id)),
            Handle::Name(slug) => {
                let mut query = in_table("brands", store);
                query.column(("brands", "id")).and_where(Expr::col("slug").eq(slug.as_str()));
                product("brand_id").in_subquery(query)
            }
        });
    }
    if let Some(sku) = &filter.sku {
        let mut of_variant = in_table("variants", store);
        of_variant.column(("variants", "product_id"));
        of_variant.and_where(Expr::col(("variants", "sku")).eq(sku.as_str()));
        let mut own = Query::select();
        let named = |column: &'static str| Expr::col(("named", column));
        own.expr(named("id")).from_as("products", "named");
        own.and_where(named("store_id").eq(store)).and_where(named("sku").eq(sku.as_str()));
        own.union(UnionType::All, of_variant);
        all = all.add(product("id").in_subquery(own));
    }
    if let Some((mode, wanted)) = filter.in_stock {
        let mut query = in_table("stock", store);
        query
            .expr(Expr::val(1))
            .and_where(Expr::col(("stock", "livemode")).eq(mode.is_live()))
            .and_where(Expr::col(("stock", "product_id")).equals(("products", "id")))
            .and_where(Expr::col(("stock", "available")).gt(0))
            .limit(1);
        let there = Expr::SubQuery(None, Box::new(query.into()));
        let counted = product("track_inventory").eq(true);
        all = all.add(if wanted {
            counted.not().or(there.is_not_null())
        } else {
            counted.and(there.is_null())
        });
    }
    all.add_option(filter.featured.map(|flag| product("featured").eq(i32::from(flag))))
        .add_option(filter.min_price.map(|least| product("price_max").gte(least)))
        .add_option(filter.max_price.map(|most| product("price_min").lte(most)))
        .add_option(filter.updated_since.map(|since| product("updated_at").gte(since)))
}
