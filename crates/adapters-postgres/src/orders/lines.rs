//! The lines of orders: one row each.

use domain::{
    catalog::product::ProductType,
    id::OrderId,
    money::{Currency, Money},
    order::OrderLine,
};
use ports::RepoError;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::body::taxes;
use crate::{
    connection::Transaction,
    documents::{TaxAmountDocument, number},
    error::{corrupt, repo_error},
    json::Spelled,
    rows,
    stored::{id, uuid},
};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    use crate::{documents::TaxAmountDocument, json::Spelled};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_lines")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) order_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) position: i32,
        pub(crate) product_id: Uuid,
        pub(crate) variant_id: Uuid,
        pub(crate) product_name: String,
        pub(crate) product_slug: String,
        pub(crate) variant_name: Option<String>,
        pub(crate) sku: Option<String>,
        pub(crate) image_url: Option<String>,
        pub(crate) product_type: String,
        pub(crate) requires_shipping: bool,
        pub(crate) tracked: bool,
        pub(crate) quantity: i32,
        pub(crate) unit_price: i64,
        pub(crate) original_unit_price: i64,
        pub(crate) subtotal: i64,
        pub(crate) discount: i64,
        pub(crate) tax: i64,
        pub(crate) total: i64,
        pub(crate) taxes: Spelled<Vec<TaxAmountDocument>>,
        pub(crate) fulfilled: i32,
        pub(crate) refunded: i32,
        pub(crate) restocked: i32,
        pub(crate) refunded_amount: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Of a line that is there, only counts and refunded money change.
const PROGRESS: &str = " ON CONFLICT (store_id, order_id, id) DO UPDATE SET fulfilled = excluded.fulfilled, \
    refunded = excluded.refunded, restocked = excluded.restocked, refunded_amount = excluded.refunded_amount";

pub(crate) fn to_row(
    store: Uuid,
    order: OrderId,
    position: usize,
    line: &OrderLine,
) -> Result<row::Model, RepoError> {
    let OrderLine {
        id,
        product_id,
        variant_id,
        product_name,
        product_slug,
        variant_name,
        sku,
        image,
        product_type,
        requires_shipping,
        tracked,
        quantity,
        unit_price,
        original_unit_price,
        subtotal,
        discount,
        tax,
        taxes,
        total,
        fulfilled,
        refunded,
        restocked,
        refunded_amount,
    } = line.clone();
    Ok(row::Model {
        store_id: store,
        order_id: uuid(order),
        id: uuid(id),
        position: i32::try_from(position).map_err(|error| RepoError::Other(error.into()))?,
        product_id: uuid(product_id),
        variant_id: uuid(variant_id),
        product_name,
        product_slug,
        variant_name,
        sku,
        image_url: image,
        product_type: product_type.as_str().to_owned(),
        requires_shipping,
        tracked,
        quantity: number(quantity)?,
        unit_price: unit_price.minor(),
        original_unit_price: original_unit_price.minor(),
        subtotal: subtotal.minor(),
        discount: discount.minor(),
        tax: tax.minor(),
        total: total.minor(),
        taxes: Spelled(taxes.iter().map(TaxAmountDocument::from).collect()),
        fulfilled: number(fulfilled)?,
        refunded: number(refunded)?,
        restocked: number(restocked)?,
        refunded_amount: refunded_amount.minor(),
    })
}

fn from_row(row: row::Model, currency: Currency) -> Result<OrderLine, RepoError> {
    let broken = |column| corrupt("order_lines", column, row.id);
    let money = |minor| Money::new(minor, currency);
    let count = |stored: i32, column| u32::try_from(stored).map_err(|_| broken(column));
    Ok(OrderLine {
        id: id(row.id),
        product_id: id(row.product_id),
        variant_id: id(row.variant_id),
        product_name: row.product_name,
        product_slug: row.product_slug,
        variant_name: row.variant_name,
        sku: row.sku,
        image: row.image_url,
        product_type: ProductType::parse(&row.product_type).ok_or_else(|| broken("product_type"))?,
        requires_shipping: row.requires_shipping,
        tracked: row.tracked,
        quantity: count(row.quantity, "quantity")?,
        unit_price: money(row.unit_price),
        original_unit_price: money(row.original_unit_price),
        subtotal: money(row.subtotal),
        discount: money(row.discount),
        tax: money(row.tax),
        taxes: taxes(row.taxes.0, currency).ok_or_else(|| broken("taxes"))?,
        total: money(row.total),
        fulfilled: count(row.fulfilled, "fulfilled")?,
        refunded: count(row.refunded, "refunded")?,
        restocked: count(row.restocked, "restocked")?,
        refunded_amount: money(row.refunded_amount),
    })
}

/// The lines of one order, as they were put into the cart.
pub(super) async fn of_order(
    connection: &impl ConnectionTrait,
    store: Uuid,
    order: Uuid,
    currency: Currency,
) -> Result<Vec<OrderLine>, RepoError> {
    let found = row::Entity::find()
        .filter(row::Column::StoreId.eq(store))
        .filter(row::Column::OrderId.eq(order))
        .order_by_asc(row::Column::Position)
        .all(connection)
        .await;
    found.map_err(repo_error)?.into_iter().map(|row| from_row(row, currency)).collect()
}

/// Writes those of `lines` that `known` does not hold as they are, in one statement; none when there is
/// nothing to write.
pub(super) async fn write_changed(
    transaction: &Transaction,
    store: Uuid,
    order: OrderId,
    lines: &[OrderLine],
    known: &[OrderLine],
) -> Result<(), RepoError> {
    let changed = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !known.contains(line))
        .map(|(position, line)| to_row(store, order, position, line))
        .collect::<Result<Vec<_>, _>>()?;
    if changed.is_empty() {
        return Ok(());
    }
    let insert = rows::insert(transaction.get_database_backend(), changed, PROGRESS);
    transaction.execute_later(insert).await.map_err(repo_error)
}

/// Removes the lines of a draft that is drafted anew.
pub(super) async fn remove(
    connection: &impl ConnectionTrait,
    store: Uuid,
    order: OrderId,
) -> Result<(), RepoError> {
    row::Entity::delete_many()
        .filter(row::Column::StoreId.eq(store))
        .filter(row::Column::OrderId.eq(uuid(order)))
        .exec(connection)
        .await
        .map_err(repo_error)
        .map(drop)
}
