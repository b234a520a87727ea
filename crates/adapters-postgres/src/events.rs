//! Events: the outbox they are written to with the change they tell of, and the log they move to once
//! delivered. Both tables have the same columns, so a list of what happened reads them as one.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    event::{Event, EventKind, EventValue, Subject},
    id::EventId,
    money::{Currency, Money},
};
use ports::{
    RepoError,
    events::{Backlog, Outbox, OutboxQueue},
};
use sea_orm::{
    ConnectionTrait as _, DatabaseBackend, ExprTrait as _, FromQueryResult, Statement, Value,
    sea_query::{Asterisk, Expr, Func, LockBehavior, LockType, Order, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    error::{corrupt, repo_error},
    json::Document,
    orders::mode,
    rows,
    stored::{id, uuid},
    unit_of_work::SqlUnitOfWork,
};

mod reader;

/// The columns of both tables that every event fills.
pub(crate) const COLUMNS: [&str; 9] =
    ["id", "store_id", "livemode", "kind", "subject_type", "subject_id", DATA, "actor", "created_at"];
/// The one that holds the facts.
pub(crate) const DATA: &str = "data";

/// A row of either table.
#[derive(Debug, Clone, FromQueryResult)]
struct Row {
    id: Uuid,
    store_id: Uuid,
    livemode: bool,
    kind: String,
    subject_type: String,
    subject_id: String,
    data: Document<Vec<FactDocument>>,
    actor: String,
    created_at: DateTime<Utc>,
}

/// One fact of an event. A list of them keeps their order, which a JSON object would not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FactDocument {
    key: String,
    value: ValueDocument,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ValueDocument {
    Text(String),
    Int(i64),
    Money { minor: i64, currency: String },
    Bool(bool),
}

impl From<&(String, EventValue)> for FactDocument {
    fn from((key, value): &(String, EventValue)) -> Self {
        let value = match value {
            EventValue::Text(text) => ValueDocument::Text(text.clone()),
            EventValue::Int(number) => ValueDocument::Int(*number),
            EventValue::Money(amount) => {
                ValueDocument::Money { minor: amount.minor(), currency: amount.currency().code().to_owned() }
            }
            EventValue::Bool(flag) => ValueDocument::Bool(*flag),
        };
        Self { key: key.clone(), value }
    }
}

impl FactDocument {
    fn read(self) -> Option<(String, EventValue)> {
        let value = match self.value {
            ValueDocument::Text(text) => EventValue::Text(text),
            ValueDocument::Int(number) => EventValue::Int(number),
            ValueDocument::Money { minor, currency } => {
                EventValue::Money(Money::new(minor, Currency::from_code(&currency).ok()?))
            }
            ValueDocument::Bool(flag) => EventValue::Bool(flag),
        };
        Some((self.key, value))
    }
}

fn from_row(row: Row) -> Result<Event, RepoError> {
    let broken = |column| corrupt("events", column, row.id);
    let facts: Option<_> = row.data.0.into_iter().map(FactDocument::read).collect();
    Ok(Event {
        id: id(row.id),
        store: id(row.store_id),
        mode: mode(row.livemode),
        kind: EventKind::parse(&row.kind).ok_or_else(|| broken("kind"))?,
        subject: Subject::parse(&row.subject_type, &row.subject_id).ok_or_else(|| broken("subject_id"))?,
        data: facts.ok_or_else(|| broken("data"))?,
        actor: row.actor,
        created_at: row.created_at,
    })
}

/// One statement that adds all `events` to a table, and `then` does what that says.
fn insert(backend: DatabaseBackend, table: &str, events: &[Event], then: &str) -> Statement {
    rows::insert_into(backend, table, COLUMNS, events.iter().map(values), then)
}

/// The row of an event.
pub(crate) fn values(event: &Event) -> [Value; COLUMNS.len()] {
    let Event { id, store, mode, kind, subject, data, actor, created_at } = event;
    [
        uuid(*id).into(),
        uuid(*store).into(),
        mode.is_live().into(),
        kind.as_str().into(),
        subject.entity().into(),
        subject.id().into(),
        Document::<Vec<_>>(data.iter().map(FactDocument::from).collect()).into(),
        actor.as_str().into(),
        (*created_at).into(),
    ]
}

#[async_trait]
impl Outbox for SqlUnitOfWork {
    async fn append(&mut self, events: &[Event]) -> Result<(), RepoError> {
        if events.is_empty() {
            return Ok(());
        }
        let insert = insert(self.backend(), "outbox", events, "");
        self.transaction().execute_later(insert).await.map_err(repo_error)
    }
}

#[async_trait]
impl OutboxQueue for SqlDatabase {
    async fn lease(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Event>, RepoError> {
        let mut free = Query::select();
        free.column("id")
            .from("outbox")
            .and_where(Expr::col("leased_until").is_null().or(Expr::col("leased_until").lte(now)))
            .order_by("id", Order::Asc)
            .limit(u64::from(limit));
        if self.engine().backend() == DatabaseBackend::Postgres {
            // Two workers take different events instead of waiting for each other.
            free.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        let mut take = Query::update();
        take.table("outbox")
            .value("leased_until", until)
            .value("attempts", Expr::col("attempts").add(1))
            .and_where(Expr::col("id").in_subquery(free))
            .returning(Query::returning().columns(COLUMNS));
        let rows = self.engine().writer().query_all(&take).await.map_err(repo_error)?;
        let events = rows.iter().map(|row| from_row(Row::from_query_result(row, "").map_err(repo_error)?));
        let mut events = events.collect::<Result<Vec<_>, _>>()?;
        events.sort_unstable_by_key(|event| event.id);
        Ok(events)
    }

    async fn settle(&self, events: &[Event]) -> Result<(), RepoError> {
        if events.is_empty() {
            return Ok(());
        }
        let log = insert(self.engine().backend(), "events", events, " ON CONFLICT (store_id, id) DO NOTHING");
        let mut done = Query::delete();
        done.from_table("outbox")
            .and_where(self.among(Expr::col("id"), events.iter().map(|event| uuid(event.id))));
        let transaction = self.engine().begin().await.map_err(repo_error)?;
        transaction.execute_raw(log).await.map_err(repo_error)?;
        transaction.execute(&done).await.map_err(repo_error)?;
        transaction.commit().await.map_err(repo_error)
    }

    async fn backlog(&self) -> Result<Backlog, RepoError> {
        let mut oldest = Query::select();
        oldest.column("created_at").from("outbox").order_by("id", Order::Asc).limit(Backlog::COUNTED);
        let mut summary = Query::select();
        summary
            .expr_as(Func::count(Expr::col(Asterisk)), "waiting")
            .expr_as(Func::min(Expr::col("created_at")), "oldest")
            .from_subquery(oldest, "counted");
        let row = self.reader().query_one(&summary).await.map_err(repo_error)?;
        let Some(row) = row else { return Ok(Backlog::default()) };
        let waiting: i64 = row.try_get("", "waiting").map_err(repo_error)?;
        let oldest = row.try_get("", "oldest").map_err(repo_error)?;
        Ok(Backlog { waiting: u64::try_from(waiting).unwrap_or_default(), oldest })
    }

    async fn release(&self, events: &[EventId]) -> Result<(), RepoError> {
        if events.is_empty() {
            return Ok(());
        }
        let mut free = Query::update();
        free.table("outbox")
            .value("leased_until", None::<DateTime<Utc>>)
            .and_where(self.among(Expr::col("id"), events.iter().map(|event| uuid(*event))));
        self.engine().writer().execute(&free).await.map_err(repo_error).map(drop)
    }
}
