//! Ordinary sales on Postgres: each half is one statement, which is a transaction of its own. First it locks the rows
//! that it is about, in the order of locks that is kept everywhere, and looks at them; all that it writes hangs on
//! that. So it does everything or nothing.
//!
//! What the parts of such a statement see of each other is what they answer with: to the tables all look as they did
//! before it.

use std::time::Instant;

use async_trait::async_trait;
use domain::{
    id::{OrderId, StoreId, VariantId},
    order::OrderNumber,
};
use ports::{
    RepoError,
    sales::{Closing, Reservation, Sales},
    stock::{Cause, Units},
};
use sea_orm::{ConnectionTrait as _, DatabaseBackend, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    changes::Topic,
    error::{corrupt, repo_error},
    measure::Stretch,
    news::News,
    rows::Text,
    stored::{id, uuid},
};

mod close;
mod reserve;

/// Begins a statement about a sale: `$1` is its store, `$2` its mode, `$3` the order, and the cart, whose id it has.
fn about(store: StoreId, order: OrderId, cause: &Cause) -> Text {
    let values = [uuid(store).into(), cause.mode.is_live().into(), uuid(order).into()];
    Text::about(DatabaseBackend::Postgres, values)
}

/// Which row of a table with versions is meant.
const THE_SALE: &str = "store_id = $1 AND id = $3 AND version = ";
/// The stock of the variants that are wanted.
const ITS_STOCK: &str =
    "stock.store_id = $1 AND stock.livemode = $2 AND stock.variant_id = wanted.variant_id";

/// `wanted`, the variants with their units, and what else `of_each` says of them.
fn wanted(text: &mut Text, units: &[Units], more: &str, of_each: impl Fn(&mut Text)) {
    text.say(", wanted (variant_id, n").say(more).say(") AS (VALUES ");
    text.list(units, |text, Units { variant, quantity }| {
        text.say("(").typed(uuid(*variant).into()).say(", ").typed(i64::from(*quantity).into());
        of_each(text);
        text.say(")");
    });
    text.say(")");
}

/// `locked`, their stock once `before` has answered: in the order of ids, so that two sales never wait for each other
/// in a circle.
fn locked(text: &mut Text, before: &str) {
    text.say(", locked AS (SELECT n, available, low_threshold FROM wanted JOIN stock USING (variant_id)");
    text.say(" WHERE store_id = $1 AND livemode = $2 AND EXISTS (SELECT FROM ").say(before);
    text.say(") ORDER BY variant_id FOR UPDATE OF stock)");
}

impl SqlDatabase {
    fn sells_at_once(&self) -> bool {
        self.engine().backend() == DatabaseBackend::Postgres
    }

    /// Runs the statement, which answers with rows if it did anything.
    async fn run_at_once(&self, statement: Statement) -> Result<Vec<QueryResult>, RepoError> {
        let mut stretch = Stretch::begin(Instant::now());
        let rows = self.engine().writer().query_all_raw(statement).await.map_err(repo_error)?;
        if !rows.is_empty() {
            stretch.committed();
        }
        Ok(rows)
    }

    fn tell(&self, news: News) {
        match self.engine().pending() {
            Some(pending) => pending.announce_later(news),
            None => news.announce(self.changes()),
        }
    }
}

#[async_trait]
impl Sales for SqlDatabase {
    async fn reserve(&self, store: StoreId, sale: &Reservation<'_>) -> Result<bool, RepoError> {
        if !self.sells_at_once() {
            return Ok(false);
        }
        let statement = reserve::statement(store, sale)?;
        let begin = |units: &Units| self.memory().levels.begin(store, sale.cause.mode, uuid(units.variant));
        let mut moves: Vec<_> = sale.units.iter().map(|units| (units.variant, begin(units))).collect();
        let rows = self.run_at_once(statement.into_statement()).await?;
        let mut news = News::default();
        for row in rows.iter().filter(|_| !sale.units.is_empty()) {
            let (variant, available) = left(row)?;
            if let Some(place) = moves.iter().position(|(moved, _)| *moved == variant) {
                news.moved.push((moves.swap_remove(place).1, available));
            }
            news.touched.insert(store, vec![Topic::Stock]);
        }
        self.tell(news);
        Ok(!rows.is_empty())
    }

    async fn close(&self, store: StoreId, sale: &Closing<'_>) -> Result<Option<OrderNumber>, RepoError> {
        if !self.sells_at_once() {
            return Ok(None);
        }
        let statement = close::statement(store, sale)?.into_statement();
        let rows = self.run_at_once(statement).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let drawn: i64 = row.try_get("", "n").map_err(repo_error)?;
        let n = u64::try_from(drawn).map_err(|error| RepoError::Other(error.into()))?;
        Ok(Some(OrderNumber { prefix: sale.number_prefix.to_owned(), n }))
    }
}

fn left(row: &QueryResult) -> Result<(VariantId, u32), RepoError> {
    let variant: Uuid = row.try_get("", "variant_id").map_err(repo_error)?;
    let available: i32 = row.try_get("", "available").map_err(repo_error)?;
    let available = u32::try_from(available).map_err(|_| corrupt("stock", "available", variant))?;
    Ok((id(variant), available))
}

/// A moment, as a parameter.
fn moment(cause: &Cause) -> Value {
    cause.at.into()
}
