//! Slices of lists: page or keyset, over any table.

use ports::{
    RepoError,
    list::{Keyset, Slice, SortValue, Window},
};
use sea_orm::{
    ConnectionTrait, EntityTrait, ExprTrait as _, FromQueryResult, Order, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, Select, Value,
    sea_query::{Alias, Expr, Query},
};
use uuid::Uuid;

use crate::error::repo_error;

/// Rows are counted up to here; a list that is longer says this much. Counting on would cost more than
/// anybody reads.
const COUNT_LIMIT: u64 = 100_000;

/// The column a list is ordered by, and how to read it off a row.
pub(crate) struct Ordering<M> {
    /// Name of the column, in the list's own table.
    pub(crate) column: &'static str,
    /// Largest first.
    pub(crate) descending: bool,
    /// The row's value of that column, and its id.
    pub(crate) key: fn(&M) -> (SortValue, Uuid),
}

/// Reads one slice of `select`, which is filtered already but neither ordered nor limited.
pub(crate) async fn fetch<E>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    ordering: &Ordering<E::Model>,
    window: &Window,
) -> Result<Slice<E::Model>, RepoError>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let total = match window {
        Window::Page { .. } => Some(count(connection, select.clone()).await?),
        Window::After { .. } => None,
    };
    let per_page = u64::from(window.per_page());
    let mut items = rows(select, ordering, window).all(connection).await.map_err(repo_error)?;
    let more = items.len() as u64 > per_page;
    items.truncate(usize::try_from(per_page).unwrap_or(usize::MAX));
    let next = items.last().filter(|_| more).map(|row| {
        let (value, id) = (ordering.key)(row);
        Keyset { value, id: id.into_bytes() }
    });
    Ok(Slice { items, total, next })
}

/// The statement that reads one slice of `select`, and one row more: it tells whether there is another.
pub(crate) fn rows<E: EntityTrait>(
    select: Select<E>,
    ordering: &Ordering<E::Model>,
    window: &Window,
) -> Select<E> {
    let table = E::default();
    let order = if ordering.descending { Order::Desc } else { Order::Asc };
    let column = || Expr::col((Alias::new(table.table_name()), Alias::new(ordering.column)));
    let id = || Expr::col((Alias::new(table.table_name()), Alias::new("id")));
    let per_page = u64::from(window.per_page());
    let ordered = select.order_by(column(), order.clone()).order_by(id(), order);
    let limited = ordered.limit(per_page.saturating_add(1));
    match window {
        Window::Page { page, .. } => {
            limited.offset(u64::from(page.saturating_sub(1)).saturating_mul(per_page))
        }
        Window::After { last: Some(last), .. } => {
            let place = Expr::tuple([column(), id()]);
            let seen = Expr::tuple([Expr::val(value(&last.value)), Expr::val(Uuid::from_bytes(last.id))]);
            limited.filter(if ordering.descending { place.lt(seen) } else { place.gt(seen) })
        }
        Window::After { last: None, .. } => limited,
    }
}

/// Counts the rows of `select`, as far as counting goes.
pub(crate) async fn count<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
) -> Result<u64, RepoError> {
    let bounded = select.select_only().expr_as(Expr::val(1), "one").limit(COUNT_LIMIT).into_query();
    let mut counting = Query::select();
    counting.expr_as(Expr::cust("count(*)"), "total").from_subquery(bounded, "bounded");
    let row = connection.query_one(&counting).await.map_err(repo_error)?;
    let total: i64 = match row {
        Some(row) => row.try_get("", "total").map_err(repo_error)?,
        None => 0,
    };
    Ok(u64::try_from(total).unwrap_or_default())
}

/// The value as the database compares it.
pub(crate) fn value(value: &SortValue) -> Value {
    match value {
        SortValue::Int(number) => (*number).into(),
        SortValue::Text(text) => text.clone().into(),
        SortValue::Time(time) => (*time).into(),
    }
}
