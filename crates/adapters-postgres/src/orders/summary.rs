//! The columns of an order that a list shows.

use domain::{
    money::{Currency, Money},
    order::{FulfillmentStatus, PaymentStatus},
};
use ports::{
    RepoError,
    list::{Sort, SortValue},
    orders::{OrderSort, OrderSummary},
};
use sea_orm::entity::prelude::*;

use crate::{error::corrupt, stored::id, window::Ordering};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) store_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) number_text: Option<String>,
    pub(crate) email: String,
    pub(crate) customer_id: Option<Uuid>,
    pub(crate) currency: String,
    pub(crate) total: i64,
    pub(crate) refunded: i64,
    pub(crate) payment_status: String,
    pub(crate) fulfillment_status: String,
    pub(crate) item_count: i32,
    pub(crate) version: i32,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
    pub(crate) placed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) fn to_summary(row: Model) -> Result<OrderSummary, RepoError> {
    let broken = |column| corrupt("orders", column, row.id);
    let currency = Currency::from_code(&row.currency).map_err(|_| broken("currency"))?;
    Ok(OrderSummary {
        id: id(row.id),
        number: row.number_text,
        email: row.email,
        customer_id: row.customer_id.map(id),
        payment_status: PaymentStatus::parse(&row.payment_status).ok_or_else(|| broken("payment_status"))?,
        fulfillment_status: FulfillmentStatus::parse(&row.fulfillment_status)
            .ok_or_else(|| broken("fulfillment_status"))?,
        total: Money::new(row.total, currency),
        refunded: Money::new(row.refunded, currency),
        item_count: u32::try_from(row.item_count).map_err(|_| broken("item_count"))?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        placed_at: row.placed_at,
    })
}

/// How a list is ordered. Orders that were never placed have no other time than their draft's, so a list
/// that holds some goes by that.
pub(super) fn ordering(sort: Sort<OrderSort>, unplaced: bool) -> Ordering<Model> {
    let descending = sort.descending;
    match sort.by {
        OrderSort::PlacedAt if unplaced => Ordering {
            column: "created_at",
            descending,
            key: |row| (SortValue::Time(row.created_at), row.id),
        },
        OrderSort::PlacedAt => Ordering {
            column: "placed_at",
            descending,
            key: |row| (SortValue::Time(row.placed_at.unwrap_or(row.created_at)), row.id),
        },
        OrderSort::UpdatedAt => Ordering {
            column: "updated_at",
            descending,
            key: |row| (SortValue::Time(row.updated_at), row.id),
        },
        OrderSort::Total => {
            Ordering { column: "total", descending, key: |row| (SortValue::Int(row.total), row.id) }
        }
    }
}
