//! Lists: which slice of a collection is asked for, and what comes back.

use chrono::{DateTime, Utc};

/// Which slice of a list to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// By number, with a count of everything.
    Page {
        /// First page is 1.
        page: u32,
        /// Rows on a page, 1 to 100.
        per_page: u32,
    },
    /// From a place in the order of the list on, without a count; stable while rows are added.
    After {
        /// Last row of the slice before; `None` starts at the beginning.
        last: Option<Keyset>,
        /// Rows in the slice, 1 to 100.
        per_page: u32,
    },
}

impl Window {
    /// Rows asked for.
    pub const fn per_page(&self) -> u32 {
        match self {
            Self::Page { per_page, .. } | Self::After { per_page, .. } => *per_page,
        }
    }
}

/// A place in the order of a list: the sort value of a row, and its id to tell equals apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyset {
    /// Value of the column that the list is sorted by.
    pub value: SortValue,
    /// Raw id of the row.
    pub id: [u8; 16],
}

/// A value that a list can be sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortValue {
    /// Whole numbers: amounts, counts, positions.
    Int(i64),
    /// Text, in the database's binary order.
    Text(String),
    /// Points in time.
    Time(DateTime<Utc>),
}

/// How a list is ordered; `F` names the columns a list can be sorted by. Ties are broken by id in the
/// same direction, so that every order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<F> {
    /// The column.
    pub by: F,
    /// Largest first.
    pub descending: bool,
}

/// How many rows there are, as far as they were counted: nobody reads a number so closely that it would be
/// worth counting a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// So many at least.
    pub rows: u64,
    /// Whether there are more.
    pub and_more: bool,
}

impl Count {
    /// All there are.
    pub const fn exact(rows: u64) -> Self {
        Self { rows, and_more: false }
    }

    /// Whether there is nothing from that place on, counted from zero.
    pub const fn ends_before(self, place: u64) -> bool {
        !self.and_more && place >= self.rows
    }

    /// Of rows that were counted up to `limit` and one more.
    pub const fn up_to(limit: u64, counted: u64) -> Self {
        if counted > limit { Self { rows: limit, and_more: true } } else { Self::exact(counted) }
    }
}

/// One slice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// How many rows there are in all; counted for pages only.
    pub total: Option<Count>,
    /// Where the next slice starts; `None` on the last one.
    pub next: Option<Keyset>,
}

impl<T> Slice<T> {
    /// The same slice with every row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Slice<U> {
        Slice { items: self.items.into_iter().map(turn).collect(), total: self.total, next: self.next }
    }

    /// The same slice with every row turned into something else, or the first failure to do so.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Slice<U>, E> {
        let items = self.items.into_iter().map(turn).collect::<Result<_, E>>()?;
        Ok(Slice { items, total: self.total, next: self.next })
    }
}
