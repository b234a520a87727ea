//! The columns that lists of products are sorted by, and nothing else: a list sorts and skips these
//! narrow rows, mostly without leaving the index, and reads whole products for one page only.

use ports::{
    catalog::ProductSort,
    list::{Sort, SortValue},
};
use sea_orm::entity::prelude::*;

use crate::{products::Priced, window::Ordering};

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
type Key = fn(&Priced) -> (SortValue, Uuid);

/// How the rows are ordered, each order by an index that starts with store and status.
pub(crate) fn ordering(sort: Sort<ProductSort>) -> Ordering<Priced> {
    let (column, key): (_, Key) = match sort.by {
        ProductSort::Name => ("name", |it| (SortValue::Text(it.row.name.clone()), it.row.id)),
        ProductSort::Price => ("price_min", |it| (SortValue::Int(it.row.price_min), it.row.id)),
        ProductSort::CreatedAt => ("created_at", |it| (SortValue::Time(it.row.created_at), it.row.id)),
        ProductSort::UpdatedAt => ("updated_at", |it| (SortValue::Time(it.row.updated_at), it.row.id)),
        ProductSort::SortOrder => ("sort_order", |it| (SortValue::Int(it.row.sort_order.into()), it.row.id)),
        ProductSort::Featured => ("featured", |it| (SortValue::Int(it.row.featured.into()), it.row.id)),
    };
    // Nobody asks for the prominent ones in order to see them last.
    let descending = sort.descending || sort.by == ProductSort::Featured;
    Ordering { column, descending, key }
}
