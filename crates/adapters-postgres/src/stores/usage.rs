//! What a store has of what its plan limits, and the number its next order gets.

use chrono::{DateTime, Utc};
use domain::{access::Mode, catalog::product::ProductStatus, id::StoreId};
use ports::{RepoError, stores::Usage};
use sea_orm::{
    ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryResult,
    sea_query::{Condition, Expr, Query, SelectStatement, SubQueryStatement},
};

use crate::{
    counters::row as counters,
    error::{corrupt, repo_error},
    stored::uuid,
};

/// Counts in one statement, so that the numbers belong together.
pub(super) async fn read(
    connection: &impl ConnectionTrait,
    store: StoreId,
    month: &str,
    now: DateTime<Utc>,
) -> Result<Usage, RepoError> {
    let of_store = || Expr::col("store_id").eq(uuid(store));
    let mut products = counting("products");
    products.and_where(of_store()).and_where(Expr::col("status").eq(ProductStatus::Published.as_str()));
    let not_over = Condition::any().add(Expr::col("ends_at").is_null()).add(Expr::col("ends_at").gt(now));
    let mut coupons = counting("promotions");
    coupons.and_where(of_store()).and_where(Expr::col("active").eq(true)).cond_where(not_over);
    let mut orders = Query::select();
    orders
        .expr(Expr::col("month_orders").cast_as("bigint"))
        .from("counters")
        .and_where(of_store())
        .and_where(Expr::col("livemode").eq(Mode::Live.is_live()))
        .and_where(Expr::col("month").eq(month));
    let mut all = Query::select();
    all.expr_as(Expr::from(SubQueryStatement::from(products)), "products")
        .expr_as(Expr::from(SubQueryStatement::from(coupons)), "coupons")
        .expr_as(Expr::from(SubQueryStatement::from(orders)), "orders");
    let row = connection.query_one(&all).await.map_err(repo_error)?;
    let row = row.ok_or_else(|| RepoError::Other("a statement of counts gave no row".into()))?;
    Ok(Usage {
        products: number(&row, "products")?,
        coupons: number(&row, "coupons")?,
        monthly_orders: number(&row, "orders")?,
    })
}

fn counting(table: &'static str) -> SelectStatement {
    let mut count = Query::select();
    count.expr(Expr::cust("count(*)")).from(table);
    count
}

/// Nought where there is no row, as in a month without orders.
fn number(row: &QueryResult, column: &str) -> Result<u32, RepoError> {
    let number: Option<i64> = row.try_get("", column).map_err(repo_error)?;
    Ok(u32::try_from(number.unwrap_or_default()).unwrap_or(u32::MAX))
}

/// What the counter of a mode gives next.
pub(super) async fn next_order_number(
    connection: &impl ConnectionTrait,
    store: StoreId,
    mode: Mode,
) -> Result<Option<u64>, RepoError> {
    let found = counters::Entity::find()
        .filter(Expr::col("store_id").eq(uuid(store)))
        .filter(Expr::col("livemode").eq(mode.is_live()))
        .one(connection)
        .await
        .map_err(repo_error)?;
    let number = found.map(|row| u64::try_from(row.next_order_number));
    number.transpose().map_err(|_| corrupt("counters", "next_order_number", store))
}
