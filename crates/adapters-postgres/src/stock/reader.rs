//! Lists of levels and movements: a slice of rows, then one statement for what they are called.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    access::Mode,
    id::StoreId,
    inventory::{MovementKind, StockMovement, StockStatus},
};
use ports::{
    RepoError,
    list::{Slice, SortValue, Window},
    stock::{LevelFilter, LevelRow, MovementFilter, MovementRow, StockReader},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter,
    QueryTrait as _, Select,
    sea_query::{Cond, Condition, Expr, Func, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{column, level, movements, row, units};
use crate::{
    SqlDatabase,
    error::{corrupt, repo_error},
    stored::{id, uuid},
    variants,
    window::{LOOKED_AT_MAX, Ordering, fetch, fetch_counting_to},
};

#[async_trait]
impl StockReader for SqlDatabase {
    async fn levels(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &LevelFilter,
        window: &Window,
    ) -> Result<Slice<LevelRow>, RepoError> {
        let ordering = Ordering {
            column: "created_at",
            descending: false,
            key: |row: &variants::row::Model| (SortValue::Time(row.created_at), row.id),
        };
        let slice =
            fetch_counting_to(LOOKED_AT_MAX, self.reader(), counted(store, mode, filter)?, &ordering, window)
                .await?;
        let variants: Vec<Uuid> = slice.items.iter().map(|row| row.id).collect();
        let labels = self.labels(store, &variants).await?;
        let stock: HashMap<Uuid, row::Model> = row::Entity::find()
            .filter(row::Column::StoreId.eq(uuid(store)))
            .filter(row::Column::Livemode.eq(mode.is_live()))
            .filter(self.among(Expr::col("variant_id"), variants.iter().copied()))
            .all(self.reader())
            .await
            .map_err(repo_error)?
            .into_iter()
            .map(|row| (row.variant_id, row))
            .collect();
        // A variant that was removed between the statements is left out.
        let rows = variants.iter().filter_map(|variant| stock.get(variant));
        let items = rows.map(|row| {
            let Label { name, sku } = labels.get(&row.variant_id).cloned().unwrap_or_default();
            let (product, updated_at) = (id(row.product_id), row.updated_at);
            Ok(LevelRow { level: level(row)?, product, name, sku, updated_at })
        });
        let items = items.collect::<Result<_, RepoError>>()?;
        Ok(Slice { items, total: slice.total, next: slice.next })
    }

    async fn movements(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &MovementFilter,
        window: &Window,
    ) -> Result<Slice<MovementRow>, RepoError> {
        let MovementFilter { variant, product } = filter;
        let wanted = movements::row::Entity::find()
            .filter(movements::row::Column::StoreId.eq(uuid(store)))
            .filter(movements::row::Column::Livemode.eq(mode.is_live()))
            .apply_if(*variant, |select, variant| {
                select.filter(movements::row::Column::VariantId.eq(uuid(variant)))
            })
            .apply_if(*product, |select, product| {
                select.filter(movements::row::Column::ProductId.eq(uuid(product)))
            });
        let ordering = Ordering {
            column: "created_at",
            descending: true,
            key: |row: &movements::row::Model| (SortValue::Time(row.created_at), row.id),
        };
        let slice = fetch(self.reader(), wanted, &ordering, window).await?;
        let mut variants: Vec<Uuid> = slice.items.iter().map(|row| row.variant_id).collect();
        variants.sort_unstable();
        variants.dedup();
        let labels = self.labels(store, &variants).await?;
        slice.try_map(|row| {
            let Label { name, sku } = labels.get(&row.variant_id).cloned().unwrap_or_default();
            Ok(MovementRow { movement: movement(row)?, name, sku })
        })
    }
}

/// The variants whose stock is listed.
fn counted(
    store: StoreId,
    mode: Mode,
    filter: &LevelFilter,
) -> Result<Select<variants::row::Entity>, RepoError> {
    let LevelFilter { sku, status, default_threshold } = filter;
    let mut wanted = variants::row::Entity::find().filter(variants::row::Column::StoreId.eq(uuid(store)));
    let query = QueryFilter::query(&mut wanted);
    query.inner_join("products", product_of_variant()).inner_join(
        "stock",
        Cond::all()
            .add(Expr::col(("stock", "store_id")).equals(("variants", "store_id")))
            .add(Expr::col(("stock", "variant_id")).equals(("variants", "id")))
            .add(Expr::col(("stock", "livemode")).eq(mode.is_live())),
    );
    query.and_where(Expr::col(("products", "track_inventory")).eq(true));
    query.and_where(Expr::col(("products", "status")).ne("archived"));
    if let Some(sku) = sku {
        query.and_where(Expr::col(("variants", "id")).in_subquery(shown_as(store, sku)));
    }
    if let Some(status) = status {
        query.cond_where(stands(*status, column(*default_threshold)?));
    }
    Ok(wanted)
}

/// The variants that go by this SKU: their own, or where they have none that of their product. Each by its index.
fn shown_as(store: StoreId, sku: &str) -> SelectStatement {
    let mut inherited = Query::select();
    inherited
        .column(("variants", "id"))
        .from("products")
        .inner_join("variants", product_of_variant())
        .and_where(Expr::col(("products", "store_id")).eq(uuid(store)))
        .and_where(Expr::col(("products", "sku")).eq(sku))
        .and_where(Expr::col(("variants", "sku")).is_null());
    let mut own = Query::select();
    own.column("id")
        .from("variants")
        .and_where(Expr::col("store_id").eq(uuid(store)))
        .and_where(Expr::col("sku").eq(sku))
        .union(UnionType::All, inherited);
    own
}

/// As [`domain::inventory::status_of`] has it, for the database to look by.
fn stands(status: StockStatus, default_threshold: i32) -> Condition {
    let available = || Expr::col(("stock", "available"));
    let threshold = || Func::coalesce([Expr::col(("stock", "low_threshold")), Expr::val(default_threshold)]);
    match status {
        StockStatus::OutOfStock => Condition::all().add(available().eq(0)),
        StockStatus::Low => {
            Condition::all().add(available().gt(0)).add(available().lte(Expr::from(threshold())))
        }
        StockStatus::InStock => {
            Condition::all().add(available().gt(0)).add(available().gt(Expr::from(threshold())))
        }
    }
}

fn product_of_variant() -> Cond {
    Cond::all()
        .add(Expr::col(("products", "store_id")).equals(("variants", "store_id")))
        .add(Expr::col(("products", "id")).equals(("variants", "product_id")))
}

/// What a variant is called on shelves and in books.
#[derive(Debug, Clone, Default)]
struct Label {
    name: String,
    sku: Option<String>,
}

impl SqlDatabase {
    async fn labels(&self, store: StoreId, variants: &[Uuid]) -> Result<HashMap<Uuid, Label>, RepoError> {
        if variants.is_empty() {
            return Ok(HashMap::new());
        }
        let sku = Func::coalesce([Expr::col(("variants", "sku")), Expr::col(("products", "sku"))]);
        let query = Query::select()
            .expr_as(Expr::col(("variants", "id")), "id")
            .expr_as(Expr::col(("variants", "name")), "variant_name")
            .expr_as(Expr::col(("variants", "option_key")), "option_key")
            .expr_as(Expr::col(("products", "name")), "product_name")
            .expr_as(sku, "sku")
            .from("variants")
            .inner_join("products", product_of_variant())
            .and_where(Expr::col(("variants", "store_id")).eq(uuid(store)))
            .and_where(self.among(Expr::col(("variants", "id")), variants.iter().copied()))
            .to_owned();
        let rows = self.reader().query_all(&query).await.map_err(repo_error)?;
        let labels = rows.iter().map(|row| {
            let product: String = row.try_get("", "product_name")?;
            let variant: String = row.try_get("", "variant_name")?;
            let choices: String = row.try_get("", "option_key")?;
            // The only variant of a simple product chooses nothing and goes by the product's name.
            let name = if choices.is_empty() { product } else { format!("{product} — {variant}") };
            Ok((row.try_get("", "id")?, Label { name, sku: row.try_get("", "sku")? }))
        });
        labels.collect::<Result<_, DbErr>>().map_err(repo_error)
    }
}

fn movement(row: movements::row::Model) -> Result<StockMovement, RepoError> {
    let movements::row::Model {
        store_id: _,
        id: key,
        livemode,
        variant_id,
        product_id,
        kind,
        delta,
        stock_before,
        stock_after,
        reason,
        order_id,
        actor,
        created_at,
    } = row;
    Ok(StockMovement {
        id: id(key),
        variant_id: id(variant_id),
        product_id: id(product_id),
        mode: if livemode { Mode::Live } else { Mode::Test },
        delta,
        before: units(stock_before, "stock_before", key)?,
        after: units(stock_after, "stock_after", key)?,
        kind: MovementKind::parse(&kind).ok_or_else(|| corrupt("stock_movements", "kind", key))?,
        reason,
        order: order_id.map(id),
        actor,
        created_at,
    })
}
