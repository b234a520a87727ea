//! Whole products, read once it is known which ones.

use domain::{
    catalog::product::Product,
    id::{Handle, StoreId, kind},
};
use ports::RepoError;
use sea_orm::{
    DatabaseBackend, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{Expr, ExprTrait as _, Func},
};

use super::{filter, keys};
use crate::{
    SqlDatabase,
    error::repo_error,
    products::{self, Priced, currency_of},
    stored::{among_found, by_handle, uuid},
    window::Ordering,
};

impl SqlDatabase {
    /// The products behind `keys`, which are ordered by a column and their ids, and so few that they fit a page.
    pub(super) async fn load(
        &self,
        store: StoreId,
        keys: Select<keys::Entity>,
        ordering: &Ordering<Priced>,
    ) -> Result<Vec<Priced>, RepoError> {
        behind(self.engine().backend(), store, keys, ordering)
            .into_model()
            .all(self.reader())
            .await
            .map_err(repo_error)
    }
}

/// The statement that reads products with the currency of their amounts, in the order of their keys.
pub(super) fn behind(
    backend: DatabaseBackend,
    store: StoreId,
    keys: Select<keys::Entity>,
    ordering: &Ordering<Priced>,
) -> Select<products::row::Entity> {
    let ids = keys.select_only().column(keys::Column::Id).into_query();
    let select = products::row::found()
        .filter(filter::product("store_id").eq(uuid(store)))
        .filter(among_found(backend, filter::product("id"), ids))
        .column_as(currency_of(uuid(store)), "currency");
    // As values that no index holds: these rows are few, and an index in this order leads through the whole store.
    [ordering.column, "id"].into_iter().fold(select, |select, column| {
        let value = Func::coalesce([filter::product(column), Expr::cust("null")]);
        select.order_by(Expr::from(value), ordering.order())
    })
}

/// What the rows say.
pub(super) fn read(rows: Vec<Priced>) -> Result<Vec<Product>, RepoError> {
    rows.into_iter().map(products::from_row).collect()
}

/// The product that is meant, with the currency of its amounts.
pub(super) fn one(store: StoreId, product: &Handle<kind::ProductId>) -> Select<products::row::Entity> {
    products::row::found()
        .filter(by_handle(store, product, "slug"))
        .column_as(currency_of(uuid(store)), "currency")
}
