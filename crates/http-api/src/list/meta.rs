//! What a list answers with.

use ports::list::{Count, Window};
use serde::Serialize;
use utoipa::ToSchema;

/// The body of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListBody<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where they stand in the list.
    pub meta: ListMeta,
}

/// Where rows stand in their list. Pages have numbers and a total; slices by cursor do not count, so that
/// they stay fast and stable however long the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListMeta {
    /// Number of this page, from 1. Pages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(1))]
    pub current_page: Option<u32>,
    /// Rows on a page at most.
    #[schema(examples(20))]
    pub per_page: u32,
    /// Rows in the whole list; so many at least. Counting ends at 10,000, or at 1,000 where each row has to
    /// be looked at for the filters. Pages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(318))]
    pub total: Option<u64>,
    /// Whether `total` is all there is. Pages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(true))]
    pub total_is_exact: Option<bool>,
    /// Number of the last page that was counted; 1 when there are no rows. Pages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(16))]
    pub last_page: Option<u64>,
    /// What to send as `cursor` to go on from here; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Whether there is more. Cursors only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub has_next_page: Option<bool>,
}

impl ListMeta {
    /// Of the slice that `window` asked for.
    pub(super) fn new(window: &Window, total: Option<Count>, next_cursor: Option<String>) -> Self {
        let per_page = window.per_page();
        match window {
            Window::Page { page, .. } => {
                let total = total.unwrap_or_default();
                Self {
                    current_page: Some(*page),
                    per_page,
                    total: Some(total.rows),
                    total_is_exact: Some(!total.and_more),
                    last_page: Some(total.rows.div_ceil(per_page.into()).max(1)),
                    next_cursor,
                    has_next_page: None,
                }
            }
            Window::After { .. } => Self {
                current_page: None,
                per_page,
                total: None,
                total_is_exact: None,
                last_page: None,
                has_next_page: Some(next_cursor.is_some()),
                next_cursor,
            },
        }
    }
}
