//! Rows read by the places of their columns. By name, as other entities are read, every value takes a search for its
//! column and every null a text about it, which was a third of the time that a list of products took.

use sea_orm::{
    DbErr, QueryResult, TryGetable,
    sqlx::{Decode, Postgres, Row as _, Type, postgres::PgRow},
};

use crate::pool::unanswered;

/// The columns of a row, from the first on.
pub(crate) struct Places<'r> {
    row: &'r QueryResult,
    postgres: Option<&'r PgRow>,
    next: usize,
}

impl<'r> Places<'r> {
    pub(crate) fn of(row: &'r QueryResult) -> Self {
        Self { row, postgres: row.try_as_pg_row(), next: 0 }
    }

    /// The value of the next column.
    pub(crate) fn next<T>(&mut self) -> Result<T, DbErr>
    where
        T: TryGetable + Type<Postgres> + Decode<'r, Postgres>,
    {
        let place = self.next;
        self.next = place.saturating_add(1);
        match self.postgres {
            // The schema says what the columns are. Tests look; servers need not, for every value of every row.
            Some(row) if cfg!(debug_assertions) => row.try_get(place).map_err(unanswered),
            Some(row) => row.try_get_unchecked(place).map_err(unanswered),
            None => self.row.try_get_by_index(place),
        }
    }
}

/// Makes `found`, which selects these fields of an entity in this order, and `read_row`, which reads them off a row.
/// What is named after `not` is left where it is.
macro_rules! read_in_order {
    ($row:ident: $($field:ident),+ $(; not $unread:ident)?) => {
        pub(crate) fn found() -> sea_orm::Select<$row::Entity> {
            use sea_orm::{EntityName as _, EntityTrait as _, QuerySelect as _};
            let mut select = $row::Entity::find().select_only();
            let table = $row::Entity.table_name();
            sea_orm::QueryFilter::query(&mut select).columns([$((table, stringify!($field))),+]);
            select
        }

        pub(crate) fn read_row(
            places: &mut $crate::places::Places<'_>,
        ) -> Result<$row::Model, sea_orm::DbErr> {
            Ok($row::Model { $($field: places.next()?,)+ $($unread: Default::default())? })
        }
    };
}

pub(crate) use read_in_order;
