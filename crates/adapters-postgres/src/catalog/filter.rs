//! Which products a list is about, as conditions on the table of products.

use domain::id::{Handle, ProductId, StoreId};
use ports::{
    RepoError,
    catalog::{ProductField, ProductFilter},
    list::SortValue,
    search::{Comparison, Condition as Compared},
};
use sea_orm::{
    DatabaseBackend, Value,
    sea_query::{
        Condition, Expr, ExprTrait as _, Query, SelectStatement,
        extension::{postgres::PgBinOper, sqlite::SqliteBinOper},
    },
};
use uuid::Uuid;

use super::words;
use crate::{SqlDatabase, stored::uuid, window};

/// A column of the table of products.
fn product(column: &'static str) -> Expr {
    Expr::col(("products", column))
}

/// The rows of another table that belong to this store's products.
fn in_table(table: &'static str, store: Uuid) -> SelectStatement {
    let mut query = Query::select();
    query.from(table).and_where(Expr::col((table, "store_id")).eq(store));
    query
}

impl SqlDatabase {
    /// The conditions of `filter`, the store's own included; `None` when nothing can pass.
    pub(super) async fn product_conditions(
        &self,
        store: StoreId,
        filter: &ProductFilter,
    ) -> Result<Option<Condition>, RepoError> {
        let key = uuid(store);
        let mut all = Condition::all().add(product("store_id").eq(key)).add_option(status(filter));
        if filter.text.is_some() || filter.tag.is_some() {
            let Some(search) = search(self.engine().backend(), key, filter) else { return Ok(None) };
            all = all.add(search);
        }
        if let Some(category) = &filter.category {
            let subtree = self.category_labels(store).await?.subtree(category);
            let mut query = in_table("product_categories", key);
            query
                .column(("product_categories", "product_id"))
                .and_where(Expr::col("category_id").is_in(subtree.into_iter().map(uuid)));
            all = all.add(product("id").in_subquery(query));
        }
        let exact = filter.conditions.iter().map(compared);
        Ok(Some(exact.fold(plain(all, key, filter), Condition::add)))
    }
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
        let mut query = in_table("variants", store);
        query.column(("variants", "product_id")).and_where(Expr::col(("variants", "sku")).eq(sku.as_str()));
        all = all.add(product("sku").eq(sku.as_str()).or(product("id").in_subquery(query)));
    }
    if let Some((mode, wanted)) = filter.in_stock {
        let mut query = in_table("stock", store);
        query
            .column(("stock", "product_id"))
            .and_where(Expr::col(("stock", "livemode")).eq(mode.is_live()))
            .and_where(Expr::col(("stock", "available")).gt(0));
        let there = product("track_inventory").eq(false).or(product("id").in_subquery(query));
        all = all.add(if wanted { there } else { there.not() });
    }
    all.add_option(filter.featured.map(|flag| product("featured").eq(i32::from(flag))))
        .add_option(filter.min_price.map(|least| product("price_max").gte(least)))
        .add_option(filter.max_price.map(|most| product("price_min").lte(most)))
        .add_option(filter.updated_since.map(|since| product("updated_at").gte(since)))
}

/// The condition on the text index; `None` when the query has no word in it.
fn search(backend: DatabaseBackend, store: Uuid, filter: &ProductFilter) -> Option<Expr> {
    let mut whole = vec![words::store_word(store)];
    whole.extend(filter.tag.as_deref().map(words::tag_word));
    let mut typed = match &filter.text {
        Some(text) => words::query_words(text)?,
        None => Vec::new(),
    };
    let unfinished = typed.pop();
    whole.append(&mut typed);
    // Words are of letters and digits only, so that none of them can be mistaken for an operator.
    Some(if backend == DatabaseBackend::Postgres {
        whole.extend(unfinished.map(|word| format!("{word}:*")));
        let query = Expr::val(whole.join(" & ")).cast_as("tsquery");
        product("search").binary(PgBinOper::Matches, query)
    } else {
        let mut parts: Vec<_> = whole.iter().map(|word| format!("\"{word}\"")).collect();
        parts.extend(unfinished.map(|word| format!("\"{word}\" *")));
        let mut query = Query::select();
        query
            .column("rowid")
            .from("products_search")
            .and_where(Expr::col("products_search").binary(SqliteBinOper::Match, parts.join(" AND ")));
        product("row_number").in_subquery(query)
    })
}

/// The value as the column holds it; `None` where it can be nobody's.
fn comparable(condition: &Compared<ProductField>) -> Option<Value> {
    match (condition.field, &condition.value) {
        (ProductField::Id, SortValue::Text(text)) => text.parse::<ProductId>().ok().map(|id| uuid(id).into()),
        (_, value) => Some(window::value(value)),
    }
}

fn compared(condition: &Compared<ProductField>) -> Expr {
    let Some(value) = comparable(condition).map(Expr::val) else {
        return Expr::val(condition.comparison == Comparison::NotEqual).eq(true);
    };
    let column = match condition.field {
        ProductField::Id => "id",
        ProductField::Name => "name",
        ProductField::Slug => "slug",
        ProductField::Sku => "sku",
        ProductField::Status => "status",
        ProductField::ProductType => "product_type",
        ProductField::Price => "price",
        ProductField::Cost => "cost",
        ProductField::WeightGrams => "weight_grams",
        ProductField::SortOrder => "sort_order",
        ProductField::CreatedAt => "created_at",
        ProductField::UpdatedAt => "updated_at",
    };
    match condition.comparison {
        Comparison::Equal => product(column).eq(value),
        Comparison::NotEqual => product(column).ne(value).or(product(column).is_null()),
        Comparison::Less => product(column).lt(value),
        Comparison::Greater => product(column).gt(value),
        Comparison::AtLeast => product(column).gte(value),
        Comparison::AtMost => product(column).lte(value),
    }
}
