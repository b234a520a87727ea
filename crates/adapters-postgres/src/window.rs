//! Slices of lists: page or keyset, over any table.

use ports::{
    RepoError,
    list::{Count, Keyset, Slice, SortValue, Window},
};
use sea_orm::{
    ConnectionTrait, EntityTrait, ExprTrait as _, FromQueryResult, Order, QueryFilter, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, Select, Value,
    sea_query::{Alias, Expr, Query, SelectStatement},
};
use uuid::Uuid;

use crate::error::repo_error;

/// Rows are counted up to here, by an index that holds them in order. Counting on would cost more than anybody
/// reads.
pub(crate) const COUNT_MAX: u64 = 10_000;
/// The same where each row has to be looked at, which costs ten times as much.
pub(crate) const LOOKED_AT_MAX: u64 = 1_000;

/// The column a list is ordered by, and how to read it off a row.
pub(crate) struct Ordering<M> {
    /// Name of the column, in the list's own table.
    pub(crate) column: &'static str,
    /// Largest first.
    pub(crate) descending: bool,
    /// The row's value of that column, and its id.
    pub(crate) key: fn(&M) -> (SortValue, Uuid),
}

impl<M> Ordering<M> {
    /// Which way it goes.
    pub(crate) const fn order(&self) -> Order {
        if self.descending { Order::Desc } else { Order::Asc }
    }
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
    fetch_counting_to(COUNT_MAX, connection, select, ordering, window).await
}

/// The same with another end of counting.
pub(crate) async fn fetch_counting_to<E>(
    most: u64,
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
        Window::Page { .. } => Some(count(connection, select.clone(), most).await?),
        Window::After { .. } => None,
    };
    read(connection, select, ordering, window, total).await
}

/// Reads one slice of what was counted already, if that is called for.
pub(crate) async fn read<E>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    ordering: &Ordering<E::Model>,
    window: &Window,
    total: Option<Count>,
) -> Result<Slice<E::Model>, RepoError>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
{
    let items = rows(select, ordering, window).all(connection).await.map_err(repo_error)?;
    Ok(sliced(items, ordering, window, total))
}

/// The slice that [`rows`] came to.
pub(crate) fn sliced<M>(
    mut items: Vec<M>,
    ordering: &Ordering<M>,
    window: &Window,
    total: Option<Count>,
) -> Slice<M> {
    let room = usize::try_from(window.per_page()).unwrap_or(usize::MAX);
    let more = items.len() > room;
    items.truncate(room);
    let next = items.last().filter(|_| more).map(|row| {
        let (value, id) = (ordering.key)(row);
        Keyset { value, id: id.into_bytes() }
    });
    Slice { items, total, next }
}

/// The rows of `select`, of which there are few, found before they are ordered. Left to itself an engine may
/// walk a whole store in order to meet these few in their order.
pub(crate) fn few<E: EntityTrait>(select: Select<E>) -> Select<E> {
    let table = Alias::new(E::default().table_name());
    let mut found = E::find();
    let query = QueryFilter::query(&mut found);
    query.from_clear().from_subquery(select.limit(LOOKED_AT_MAX + 1).into_query(), table);
    found
}

/// The statement that reads one slice of `select`, and one row more: it tells whether there is another.
pub(crate) fn rows<E: EntityTrait, M>(
    select: Select<E>,
    ordering: &Ordering<M>,
    window: &Window,
) -> Select<E> {
    let table = E::default();
    let order = ordering.order();
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

/// Counts the rows of `select`, `most` at most.
pub(crate) async fn count<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    most: u64,
) -> Result<Count, RepoError> {
    let one = select.select_only().expr_as(Expr::val(1), "one").into_query();
    count_rows(connection, one, most).await
}

/// The same of any statement.
pub(crate) async fn count_rows(
    connection: &impl ConnectionTrait,
    mut rows: SelectStatement,
    most: u64,
) -> Result<Count, RepoError> {
    // One more, which tells whether that is all.
    rows.limit(most.saturating_add(1));
    let mut counting = Query::select();
    counting.expr_as(Expr::cust("count(*)"), "total").from_subquery(rows, "bounded");
    let row = connection.query_one(&counting).await.map_err(repo_error)?;
    let total: i64 = match row {
        Some(row) => row.try_get("", "total").map_err(repo_error)?,
        None => 0,
    };
    Ok(Count::up_to(most, u64::try_from(total).unwrap_or_default()))
}

/// The value as the database compares it.
pub(crate) fn value(value: &SortValue) -> Value {
    match value {
        SortValue::Int(number) => (*number).into(),
        SortValue::Text(text) => text.clone().into(),
        SortValue::Time(time) => (*time).into(),
    }
}
