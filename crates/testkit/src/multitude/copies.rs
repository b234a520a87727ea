//! One statement that copies rows.

use std::ops::RangeInclusive;

use domain::id::{Entity, Id};

/// Rows of a table to copy.
pub(super) struct Copies<'a> {
    pub(super) table: &'a str,
    /// Where the rows come from: a join over `numbers`, each of which is `n`, that has the row as `r`.
    pub(super) from: String,
    /// The columns that differ; all others are as they were.
    pub(super) set: Vec<(&'a str, String)>,
}

impl Copies<'_> {
    /// The statement that copies all these columns.
    pub(super) fn statement(
        &self,
        dialect: Dialect,
        columns: &[String],
        numbers: &RangeInclusive<u32>,
    ) -> String {
        let Self { table, from, set } = self;
        let value = |column: &String| {
            let changed = set.iter().find(|(name, _)| name == column);
            changed.map_or_else(|| format!("r.{column}"), |(_, value)| value.clone())
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        format!(
            "with {} insert into {table} ({}) select {} from {from}",
            dialect.numbers(numbers),
            columns.join(", "),
            values.join(", "),
        )
    }
}

/// How an engine spells what copies need. Expressions are whole numbers in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    pub(super) fn of(engine: &str) -> Self {
        if engine == "postgres" { Self::Postgres } else { Self::Sqlite }
    }

    fn numbers(self, numbers: &RangeInclusive<u32>) -> String {
        let (first, last) = (numbers.start(), numbers.end());
        match self {
            Self::Postgres => format!("numbers (n) as (select generate_series({first}, {last}))"),
            Self::Sqlite => format!(
                "recursive numbers (n) as (select {first} union all select n + 1 from numbers where n < {last})"
            ),
        }
    }

    /// The id with a number: sixteen hexadecimal digits after as many zeros.
    pub(super) fn id(self, number: &str) -> String {
        match self {
            Self::Postgres => format!("lpad(to_hex({number}::bigint), 32, '0')::uuid"),
            Self::Sqlite => format!("unhex(printf('%032x', {number}))"),
        }
    }

    /// The same id outside the database.
    pub(super) fn copied<T: Entity>(number: u64) -> Id<T> {
        Id::from_bytes(u128::from(number).to_be_bytes())
    }

    /// An id that is known.
    pub(super) fn stored_id<T: Entity>(self, id: Id<T>) -> String {
        let digits = hex::encode(id.as_bytes());
        match self {
            Self::Postgres => format!("'{digits}'::uuid"),
            Self::Sqlite => format!("x'{digits}'"),
        }
    }

    /// A moment by its Unix second.
    pub(super) fn time(self, second: &str) -> String {
        match self {
            Self::Postgres => format!("to_timestamp({second})"),
            Self::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {second}, 'unixepoch')"),
        }
    }

    /// What the words of a store begin with in what is searched.
    pub(super) fn mark(self, store: &str) -> String {
        match self {
            Self::Postgres => format!("right(({store})::text, 8)"),
            Self::Sqlite => format!("lower(substr(hex({store}), 25))"),
        }
    }

    /// Statistics, and on Postgres which pages hold nothing but what everybody sees.
    pub(super) fn look_around(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["vacuum analyze"],
            Self::Sqlite => &["analyze", "pragma wal_checkpoint(truncate)"],
        }
    }
}
