//! Products by the categories that they lie in.

use sea_orm::{
    DatabaseBackend, EntityTrait as _, QueryFilter as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Condition, Expr, ExprTrait as _, JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    filter::product,
    keys,
    plain::{found, in_table},
};

/// Has the shelves lead to the products that are `wanted`; to each once, from the first of these categories that has
/// it.
pub(super) fn lead(
    backend: DatabaseBackend,
    store: Uuid,
    categories: &[Uuid],
    wanted: Condition,
    query: &mut SelectStatement,
) {
    let shelf = |column: &'static str| Expr::col(("product_categories", column));
    let stands_here = product("id").equals(("product_categories", "product_id"));
    let wanted = wanted.add(stands_here);
    query.from_clear().from("product_categories");
    if backend == DatabaseBackend::Postgres {
        // One at a time, so that who counts can stop. Left to itself, Postgres makes a table of the whole shelf first.
        let each = keys::Entity::find().filter(wanted).limit(1).into_query();
        query.join_lateral(JoinType::InnerJoin, each, "products", Expr::val(true));
    } else {
        query.cross_join("products").cond_where(wanted);
    }
    query
        .and_where(shelf("store_id").eq(store))
        .and_where(shelf("category_id").is_in(categories.iter().copied()));
    if categories.len() > 1 {
        let column = |column: &'static str| Expr::col(("earlier", column));
        let mut earlier = Query::select();
        earlier
            .from_as("product_categories", "earlier")
            .and_where(column("store_id").eq(store))
            .and_where(column("product_id").equals(("product_categories", "product_id")))
            .and_where(column("category_id").is_in(categories.iter().copied()))
            .and_where(column("category_id").lt(shelf("category_id")));
        query.and_where(found(earlier).is_null());
    }
}

/// Whether a product lies in one of these categories.
pub(super) fn lies_in(store: Uuid, categories: &[Uuid]) -> Expr {
    let mut query = in_table("product_categories", store);
    query
        .and_where(Expr::col(("product_categories", "product_id")).equals(("products", "id")))
        .and_where(Expr::col(("product_categories", "category_id")).is_in(categories.iter().copied()));
    found(query).is_not_null()
}
