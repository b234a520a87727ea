//! Variants of products, with what there is of them.

use domain::{
    access::Mode,
    id::{ProductId, StoreId},
};
use ports::{
    RepoError,
    catalog::{VariantOutline, VariantRow},
};
use sea_orm::{
    ConnectionTrait as _, DatabaseBackend, DbErr, FromQueryResult, QueryFilter, QueryOrder as _, QueryResult,
    QuerySelect as _,
    sea_query::{Condition, Expr, ExprTrait as _, JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    error::{corrupt, repo_error},
    places::Places,
    price::PriceColumns,
    products::{currency_of, read_currency},
    stored::{id, uuid},
    variants,
};

/// Rows of one answer at most: products of a page times their variants can be many.
const PRODUCTS_AT_ONCE: usize = 100;

#[derive(Debug)]
struct WithStock {
    row: variants::row::Model,
    currency: String,
    available: Option<i32>,
}

impl FromQueryResult for WithStock {
    fn from_query_result(result: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let mut places = Places::of(result);
        let row = variants::read_row(&mut places)?;
        Ok(Self { row, currency: places.next()?, available: places.next()? })
    }
}

#[derive(Debug, FromQueryResult)]
struct Outline {
    id: Uuid,
    product_id: Uuid,
    is_default: bool,
    price: Option<i64>,
    compare_at_price: Option<i64>,
    sale_price: Option<i64>,
    sale_name: Option<String>,
    sale_starts_at: Option<chrono::DateTime<chrono::Utc>>,
    sale_ends_at: Option<chrono::DateTime<chrono::Utc>>,
    available: Option<i32>,
    currency: String,
}

const OUTLINED: [&str; 9] = [
    "id",
    "product_id",
    "is_default",
    "price",
    "compare_at_price",
    "sale_price",
    "sale_name",
    "sale_starts_at",
    "sale_ends_at",
];

/// Units as counted; none where the row is missing.
fn units(stored: Option<i32>, variant: Uuid) -> Result<u32, RepoError> {
    u32::try_from(stored.unwrap_or_default()).map_err(|_| corrupt("stock", "available", variant))
}

impl SqlDatabase {
    fn of_products(&self, store: StoreId, products: &[ProductId]) -> Condition {
        Condition::all()
            .add(Expr::col(("variants", "store_id")).eq(uuid(store)))
            .add(self.among(Expr::col(("variants", "product_id")), products.iter().copied().map(uuid)))
    }

    /// Joins what there is of the variants of `products` in one mode to them. On Postgres it is found by the products, which
    /// are fewer; SQLite, which goes from one variant to the next, would look at all of them for each.
    fn join_stock(&self, query: &mut SelectStatement, store: StoreId, mode: Mode, products: &[ProductId]) {
        let mut stock = Query::select();
        stock
            .columns(["variant_id", "available"])
            .from("stock")
            .and_where(Expr::col("store_id").eq(uuid(store)))
            .and_where(Expr::col("livemode").eq(mode.is_live()));
        if self.engine().backend() == DatabaseBackend::Postgres {
            stock.and_where(self.among(Expr::col("product_id"), products.iter().copied().map(uuid)));
        }
        let same = Expr::col(("stock", "variant_id")).equals(("variants", "id"));
        query.join_subquery(JoinType::LeftJoin, stock, "stock", same);
    }

    pub(super) async fn variants_with_stock(
        &self,
        store: StoreId,
        mode: Mode,
        products: &[ProductId],
    ) -> Result<Vec<VariantRow>, RepoError> {
        let mut found = Vec::new();
        for products in products.chunks(PRODUCTS_AT_ONCE) {
            let mut query = variants::found()
                .filter(self.of_products(store, products))
                .column_as(currency_of(uuid(store)), "currency")
                .column_as(Expr::col(("stock", "available")), "available");
            self.join_stock(QueryFilter::query(&mut query), store, mode, products);
            let rows = query
                .order_by_asc(variants::row::Column::ProductId)
                .order_by_desc(variants::row::Column::IsDefault)
                .order_by_asc(variants::row::Column::Position)
                .order_by_asc(variants::row::Column::CreatedAt)
                .order_by_asc(variants::row::Column::Id)
                .into_model::<WithStock>()
                .all(self.reader())
                .await
                .map_err(repo_error)?;
            for WithStock { row, currency, available } in rows {
                let available = units(available, row.id)?;
                let currency = read_currency(&currency, row.store_id)?;
                found.push(VariantRow { variant: variants::from_row(row, currency)?, available });
            }
        }
        Ok(found)
    }

    pub(super) async fn variant_outlines(
        &self,
        store: StoreId,
        mode: Mode,
        products: &[ProductId],
    ) -> Result<Vec<VariantOutline>, RepoError> {
        let mut found = Vec::new();
        for products in products.chunks(PRODUCTS_AT_ONCE) {
            let mut query = Query::select();
            query
                .columns(OUTLINED.map(|column| ("variants", column)))
                .expr_as(currency_of(uuid(store)), "currency")
                .expr_as(Expr::col(("stock", "available")), "available")
                .from("variants")
                .cond_where(self.of_products(store, products));
            self.join_stock(&mut query, store, mode, products);
            for row in self.reader().query_all(&query).await.map_err(repo_error)? {
                found.push(Outline::from_query_result(&row, "").map_err(repo_error)?.read(store)?);
            }
        }
        Ok(found)
    }
}

impl Outline {
    fn read(self, store: StoreId) -> Result<VariantOutline, RepoError> {
        let prices = PriceColumns {
            price: self.price,
            compare_at_price: self.compare_at_price,
            sale_price: self.sale_price,
            sale_name: self.sale_name,
            sale_starts_at: self.sale_starts_at,
            sale_ends_at: self.sale_ends_at,
        };
        Ok(VariantOutline {
            id: id(self.id),
            product_id: id(self.product_id),
            is_default: self.is_default,
            price: prices.own(read_currency(&self.currency, uuid(store))?),
            available: units(self.available, self.id)?,
        })
    }
}
