//! What happened, delivered or not, as one list.

use async_trait::async_trait;
use domain::{access::Mode, event::Event, id::StoreId};
use ports::{
    RepoError,
    events::{EventFilter, EventReader},
    list::{Keyset, Slice, SortValue, Window},
};
use sea_orm::{
    ConnectionTrait as _, ExprTrait as _, FromQueryResult as _,
    sea_query::{Expr, Order, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{COLUMNS, Row, from_row};
use crate::{
    SqlDatabase,
    error::repo_error,
    stored::uuid,
    window::{LOOKED_AT_MAX, count_rows},
};

/// Rows of one table that a list holds. Ids are given in the order of time, so they are the order too.
fn select(table: &'static str, store: StoreId, mode: Mode, filter: &EventFilter) -> SelectStatement {
    let EventFilter { subject, kind } = filter;
    let mut select = Query::select();
    select
        .columns(COLUMNS)
        .from(table)
        .and_where(Expr::col("store_id").eq(uuid(store)))
        .and_where(Expr::col("livemode").eq(mode.is_live()));
    if let Some(subject) = subject {
        select.and_where(Expr::col("subject_type").eq(subject.entity()));
        select.and_where(Expr::col("subject_id").eq(subject.id()));
    }
    if let Some(kind) = kind {
        select.and_where(Expr::col("kind").eq(kind.as_str()));
    }
    select
}

fn after(mut select: SelectStatement, last: Option<&Keyset>) -> SelectStatement {
    if let Some(last) = last {
        select.and_where(Expr::col("id").gt(Uuid::from_bytes(last.id)));
    }
    select
}

#[async_trait]
impl EventReader for SqlDatabase {
    async fn events(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &EventFilter,
        window: &Window,
    ) -> Result<Slice<Event>, RepoError> {
        let last = match window {
            Window::After { last, .. } => last.as_ref(),
            Window::Page { .. } => None,
        };
        let of = |table| after(select(table, store, mode, filter), last);
        // One statement sees one state of the database: an event that is being moved is in one of the
        // tables, never in both or in none.
        let mut both = of("events");
        both.union(UnionType::All, of("outbox"));
        let per_page = u64::from(window.per_page());
        let mut rows = Query::select();
        rows.columns(COLUMNS)
            .from_subquery(both.clone(), "happened")
            .order_by("id", Order::Asc)
            .limit(per_page.saturating_add(1));
        let mut total = None;
        if let Window::Page { page, .. } = window {
            rows.offset(u64::from(page.saturating_sub(1)).saturating_mul(per_page));
            total = Some(count_rows(self.reader(), both, LOOKED_AT_MAX).await?);
        }
        let rows = self.reader().query_all(&rows).await.map_err(repo_error)?;
        let mut items = rows
            .iter()
            .map(|row| from_row(Row::from_query_result(row, "").map_err(repo_error)?))
            .collect::<Result<Vec<_>, _>>()?;
        let asked = usize::try_from(per_page).unwrap_or(usize::MAX);
        let more = items.len() > asked;
        items.truncate(asked);
        let next = items
            .last()
            .filter(|_| more)
            .map(|event| Keyset { value: SortValue::Time(event.created_at), id: *event.id.as_bytes() });
        Ok(Slice { items, total, next })
    }
}
