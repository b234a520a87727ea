//! Searches that compare single fields, beside the filters a list has of its own.

use crate::list::SortValue;

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Anything else; a field that is empty is something else too.
    NotEqual,
    /// Below, or before.
    Less,
    /// Above, or after.
    Greater,
    /// Not below, not before.
    AtLeast,
    /// Not above, not after.
    AtMost,
}

/// One comparison that a row must pass; `F` names the fields that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition<F> {
    /// The field.
    pub field: F,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what; of the field's own type.
    pub value: SortValue,
}

/// A part of what was found, by count. For searches, which have no cursors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excerpt {
    /// Rows to skip.
    pub offset: u64,
    /// Rows to read at most; none just counts.
    pub limit: u64,
}
