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
            Some(row) => row.try_get(place).map_err(unanswered),
            None => self.row.try_get_by_index(place),
        }
    }
}

/// Makes `read_row`, which reads a row of an entity by its fields, named in the order of the columns; and the test
/// that they are.
macro_rules! read_in_order {
    ($row:ident: $($field:ident),+ $(,)?) => {
        pub(crate) fn read_row(
            places: &mut $crate::places::Places<'_>,
        ) -> Result<$row::Model, sea_orm::DbErr> {
            Ok($row::Model { $($field: places.next()?),+ })
        }

        #[cfg(test)]
        #[test]
        fn the_fields_are_named_in_the_order_of_the_columns() {
            use sea_orm::{EntityTrait, IdenStatic as _, Iterable as _};
            let columns = <$row::Entity as EntityTrait>::Column::iter().map(|column| column.as_str());
            assert_eq!(vec![$(stringify!($field)),+], columns.collect::<Vec<_>>());
        }
    };
}

pub(crate) use read_in_order;
