//! The statements that an operation sends, and how the engine would find what they ask for.
//!
//! ```no_run
//! # use testkit::statements::Recorder;
//! # async fn example(shop: testkit::TestCore, operation: impl AsyncFn(&application::Core)) {
//! let recorder = Recorder::new();
//! operation(&shop.watched(recorder.clone())).await;
//! for statement in recorder.statements() {
//!     println!("{}", shop.database.plan(&statement).await);
//! }
//! # }
//! ```

use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use adapters_postgres::{SESSION, SqlDatabase, Step, Watch};
use application::Core;
use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

use crate::{TestCore, database::TestDatabase};

/// Remembers statements by their text, each once.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<BTreeSet<String>>);

impl Recorder {
    /// One that has heard nothing yet.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// What was sent that reads or changes rows.
    pub fn statements(&self) -> Vec<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let verbs = ["select", "insert", "update", "delete", "with"];
        let about_rows = |sql: &&String| {
            let verb = sql.split_whitespace().next().unwrap_or_default().to_lowercase();
            verbs.contains(&verb.as_str())
        };
        all.iter().filter(about_rows).cloned().collect()
    }
}

#[async_trait]
impl Watch for Recorder {
    async fn before(&self, step: Step<'_>) -> io::Result<()> {
        if let Step::Statement(sql) = step {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned());
        }
        Ok(())
    }

    async fn after(&self, _: Step<'_>) -> io::Result<()> {
        Ok(())
    }
}

impl TestCore {
    /// The same core over the same database, except that somebody is told of all that it asks of it.
    pub fn watched(&self, watch: Arc<dyn Watch>) -> Core {
        let mut core = Core::clone(&self.core);
        core.db = Arc::new(SqlDatabase::clone(&self.database).watched_by(&watch));
        core
    }
}

impl TestDatabase {
    /// The plan of a statement with parameters, whatever their values, as a server's connection gets it.
    pub async fn plan(&self, sql: &str) -> String {
        let known = "the statement was sent before";
        if self.engine == "sqlite" {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("the file is there");
            let explain = AssertSqlSafe(format!("explain query plan {sql}"));
            let rows = connection.fetch_all(sqlx::query(explain)).await.expect(known);
            return rows.iter().map(|row| row.get::<String, _>("detail") + "\n").collect();
        }
        let mut connection = PgConnection::connect(&self.url).await.expect("the database answers");
        let parameters = (1..=u16::MAX).take_while(|place| has_parameter(sql, *place)).count();
        let values = vec!["null"; parameters].join(", ");
        let values = if values.is_empty() { values } else { format!("({values})") };
        let prepare = format!("{SESSION}; prepare asked as {sql}");
        connection.execute(AssertSqlSafe(prepare)).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
        let explain = AssertSqlSafe(format!("explain execute asked{values}"));
        let rows = connection.fetch_all(explain).await.expect(known);
        rows.iter().map(|row| row.get::<String, _>(0) + "\n").collect()
    }
}

fn has_parameter(sql: &str, place: u16) -> bool {
    let name = format!("${place}");
    sql.match_indices(&name).any(|(at, _)| !sql[at + name.len()..].starts_with(|c: char| c.is_ascii_digit()))
}
