//! One connection of either engine, and what state it was left in.

use std::time::{Duration, Instant};

use sea_orm::{
    ExecResult, QueryResult, Statement, Values,
    sqlx::{
        self, AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection,
        postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
    },
};
use sea_query_sqlx::SqlxValues;
use tokio::time::timeout;

use crate::measure;

/// How old a connection grows: it holds memory of whatever it was asked, which only its end gives back.
const LIFETIME: Duration = Duration::from_mins(30);
/// How long a statement may take. Nobody who asks for something by HTTP waits as long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where a connection leads.
#[derive(Debug, Clone)]
pub(crate) enum Address {
    Postgres(Box<PgConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

/// A connection.
#[derive(Debug)]
enum Connection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// When something that was committed is on the disk, so that it outlasts the database's machine too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Before it is answered.
    Promised,
    /// A moment later, and before anything that is promised afterwards: for what may be lost when the machine
    /// dies. Waiting for the disk is what costs most of a small change.
    Soon,
}

/// A connection with what is known of it.
#[derive(Debug)]
pub(crate) struct Line {
    connection: Connection,
    state: State,
    durability: Durability,
    opened: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is under way.
    Free,
    /// Inside a transaction.
    Open,
    /// A statement was sent and its answer not taken, or the line is broken: fit for nothing any more.
    Lost,
}

impl Line {
    /// Connects, and tells Postgres `greeting` first.
    pub(crate) async fn open(address: &Address, greeting: &'static str) -> Result<Self, sqlx::Error> {
        let connection = match address {
            Address::Postgres(options) => {
                let mut connection = PgConnection::connect_with(options).await?;
                sqlx::raw_sql(greeting).execute(&mut connection).await?;
                Connection::Postgres(connection)
            }
            Address::Sqlite(options) => Connection::Sqlite(options.connect().await?),
        };
        Ok(Self { connection, state: State::Free, durability: Durability::Promised, opened: Instant::now() })
    }

    /// Whether it can be used by somebody else as it is.
    pub(crate) fn is_free(&self) -> bool {
        self.state == State::Free
    }

    /// Whether it is inside a transaction and nothing else is wrong with it.
    pub(crate) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether it is worth keeping. What grows old at a file is looked after instead: SQLite then learns how
    /// its tables have changed.
    pub(crate) async fn is_fit(&mut self) -> bool {
        if !self.is_free() || self.opened.elapsed() < LIFETIME {
            return self.is_free();
        }
        match &mut self.connection {
            Connection::Postgres(_) => false,
            Connection::Sqlite(connection) => {
                self.opened = Instant::now();
                let optimized = sqlx::raw_sql("pragma optimize").execute(connection).await;
                optimized.inspect_err(|error| tracing::debug!(%error, "cannot optimize now")).is_ok()
            }
        }
    }

    /// Sets when the file has what is committed from now on. Postgres is told with each statement instead.
    pub(crate) async fn commit_as(&mut self, durability: Durability) -> Result<(), sqlx::Error> {
        if self.durability == durability || matches!(self.connection, Connection::Postgres(_)) {
            return Ok(());
        }
        let level = match durability {
            Durability::Promised => "full",
            Durability::Soon => "normal",
        };
        self.tell(format!("pragma synchronous = {level}"), false).await?;
        self.durability = durability;
        Ok(())
    }

    /// Says something that belongs to the frame of statements: begins or ends a transaction or a part of it.
    /// Refused, it leaves everything as it was.
    pub(crate) async fn tell(&mut self, sql: String, is_open_after: bool) -> Result<(), sqlx::Error> {
        let (_, was_open) = self.ask();
        let told = self.run_plain(sql).await;
        self.settle(told.as_ref().err(), if told.is_ok() { is_open_after } else { was_open });
        told.map(drop)
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<ExecResult, sqlx::Error> {
        let asked = self.ask();
        let (sql, values) = split(statement);
        let answer = match &mut self.connection {
            Connection::Postgres(connection) => {
                in_time(sqlx::query_with(sql, values).execute(connection)).await.map(ExecResult::from)
            }
            Connection::Sqlite(connection) => {
                in_time(sqlx::query_with(sql, values).execute(connection)).await.map(ExecResult::from)
            }
        };
        self.answered(asked, answer)
    }

    pub(crate) async fn execute_plain(&mut self, sql: String) -> Result<ExecResult, sqlx::Error> {
        let asked = self.ask();
        let answer = self.run_plain(sql).await;
        self.answered(asked, answer)
    }

    pub(crate) async fn one(&mut self, statement: Statement) -> Result<Option<QueryResult>, sqlx::Error> {
        let asked = self.ask();
        let (sql, values) = split(statement);
        let answer = match &mut self.connection {
            Connection::Postgres(connection) => {
                in_time(sqlx::query_with(sql, values).fetch_optional(connection))
                    .await
                    .map(|row| row.map(QueryResult::from))
            }
            Connection::Sqlite(connection) => {
                in_time(sqlx::query_with(sql, values).fetch_optional(connection))
                    .await
                    .map(|row| row.map(QueryResult::from))
            }
        };
        self.answered(asked, answer)
    }

    pub(crate) async fn all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, sqlx::Error> {
        let asked = self.ask();
        let (sql, values) = split(statement);
        let answer = match &mut self.connection {
            Connection::Postgres(connection) => in_time(sqlx::query_with(sql, values).fetch_all(connection))
                .await
                .map(|rows| rows.into_iter().map(QueryResult::from).collect()),
            Connection::Sqlite(connection) => in_time(sqlx::query_with(sql, values).fetch_all(connection))
                .await
                .map(|rows| rows.into_iter().map(QueryResult::from).collect()),
        };
        self.answered(asked, answer)
    }

    async fn run_plain(&mut self, sql: String) -> Result<ExecResult, sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match &mut self.connection {
            Connection::Postgres(connection) => in_time(sql.execute(connection)).await.map(ExecResult::from),
            Connection::Sqlite(connection) => in_time(sql.execute(connection)).await.map(ExecResult::from),
        }
    }

    /// Counts as lost until the answer is there: whoever waits for it may be dropped.
    fn ask(&mut self) -> (Instant, bool) {
        let was_open = self.is_open();
        self.state = State::Lost;
        (Instant::now(), was_open)
    }

    fn answered<T>(
        &mut self,
        (began, was_open): (Instant, bool),
        answer: Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        self.settle(answer.as_ref().err(), was_open);
        measure::statement(began.elapsed(), answer.is_err());
        answer
    }

    fn settle(&mut self, fault: Option<&sqlx::Error>, is_open: bool) {
        let is_broken = fault.is_some_and(breaks);
        self.state = match (is_broken, is_open) {
            (true, _) => State::Lost,
            (false, true) => State::Open,
            (false, false) => State::Free,
        };
    }
}

/// Waits for an answer, but not for ever: a line that died without a word never gives one.
async fn in_time<T>(answer: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(PATIENCE, answer).await.unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())))
}

/// Whether a connection is of no use after an error: everything but a refusal, which leaves it as it was.
pub(crate) fn breaks(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(refused) => refused
            .code()
            .is_some_and(|code| code.len() == 5 && ["08", "57P"].iter().any(|c| code.starts_with(c))),
        sqlx::Error::RowNotFound => false,
        _ => true,
    }
}

fn split(statement: Statement) -> (AssertSqlSafe<String>, SqlxValues) {
    let Statement { sql, values, db_backend: _ } = statement;
    (AssertSqlSafe(sql), SqlxValues(values.unwrap_or(Values(Vec::new()))))
}
