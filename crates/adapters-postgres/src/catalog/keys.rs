//! The columns that lists of products are sorted by, and nothing else: a list sorts and skips these
//! narrow rows, and loads whole products for one page only.

use ports::{
    catalog::ProductSort,
    list::{Sort, SortValue},
};
use sea_orm::entity::prelude::*;

use crate::window::Ordering;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) store_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) price_min: i64,
    pub(crate) sort_order: i32,
    pub(crate) featured: i32,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Reads the place of a row off it.
type Key = fn(&Model) -> (SortValue, Uuid);

/// How the rows are ordered, each order by an index that starts with store and status.
pub(crate) fn ordering(sort: Sort<ProductSort>) -> Ordering<Model> {
    let (column, key): (_, Key) = match sort.by {
        ProductSort::Name => ("name", |row| (SortValue::Text(row.name.clone()), row.id)),
        ProductSort::Price => ("price_min", |row| (SortValue::Int(row.price_min), row.id)),
        ProductSort::CreatedAt => ("created_at", |row| (SortValue::Time(row.created_at), row.id)),
        ProductSort::UpdatedAt => ("updated_at", |row| (SortValue::Time(row.updated_at), row.id)),
        ProductSort::SortOrder => ("sort_order", |row| (SortValue::Int(row.sort_order.into()), row.id)),
        ProductSort::Featured => ("featured", |row| (SortValue::Int(row.featured.into()), row.id)),
    };
    // Nobody asks for the prominent ones in order to see them last.
    let descending = sort.descending || sort.by == ProductSort::Featured;
    Ordering { column, descending, key }
}
