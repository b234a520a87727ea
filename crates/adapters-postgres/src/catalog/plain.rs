//! The filters of a list of products that are one comparison each.

use domain::id::Handle;
use ports::catalog::ProductFilter;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement, UnionType};
use uuid::Uuid;

use super::filter::product;
use crate::stored::uuid;

/// The rows of another table that belong to this store's products.
pub(super) fn in_table(table: &'static str, store: Uuid) -> SelectStatement {
    let mut query = Query::select();
    query.from(table).and_where(Expr::col((table, "store_id")).eq(store));
    query
}

/// Null where there is no such row. A value, not a set: no engine can make it first.
pub(super) fn found(mut rows: SelectStatement) -> Expr {
    rows.expr(Expr::val(1)).limit(1);
    Expr::SubQuery(None, Box::new(rows.into()))
}

/// The states that are sought, if it is not all of them.
pub(super) fn status(filter: &ProductFilter) -> Option<Expr> {
    match filter.statuses.as_slice() {
        [] => None,
        [only] => Some(product("status").eq(only.as_str())),
        several => Some(product("status").is_in(several.iter().map(|status| status.as_str()))),
    }
}

/// All of them but the state, beside `all`.
pub(super) fn plain(mut all: Condition, store: Uuid, filter: &ProductFilter) -> Condition {
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
            .and_where(Expr::col(("stock", "livemode")).eq(mode.is_live()))
            .and_where(Expr::col(("stock", "product_id")).equals(("products", "id")))
            .and_where(Expr::col(("stock", "available")).gt(0));
        let there = found(query);
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
