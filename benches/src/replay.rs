//! The statements of an errand, sent by pgbench: what Postgres alone would make of them.
//!
//! Errands are run one after the other while Postgres writes their statements down; [`log`] reads them,
//! [`pattern`] tells what is new in each from what is always so, [`script`] writes a script for pgbench that makes
//! new things of its own, and [`pgbench`] runs it. Afterwards the database has to hold as much more as so many
//! errands would have left in it.

mod log;
mod pattern;
mod pgbench;
mod script;

use std::{collections::HashMap, fmt, fs, net::SocketAddr, time::Duration};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, raw_sql};
use testkit::cluster::Cluster;

use self::{
    log::{MARK, NEXT, Statement, errands},
    pattern::Patterns,
    pgbench::{Done, Pgbench},
    script::Script,
};
use crate::{
    cost::Family,
    load::{Errand, drive},
};

/// Errands that are written down: as many as it takes for the replay to meet few of its own goods.
const ERRANDS: usize = 200;
/// How often a client has done everything before it counts: Postgres makes a plan to keep when a statement comes for
/// the sixth time.
const WARM_AFTER: f64 = 10.0;
/// How long Postgres may take until all its processes know a new setting.
const TAKES_EFFECT: Duration = Duration::from_millis(300);
/// What grows with what is sold, by as much each time.
const TRACES: &[(&str, &str)] = &[
    ("carts", "select count(*) from carts"),
    ("changes of carts", "select coalesce(sum(version), 0)::bigint from carts"),
    ("orders", "select count(*) from orders"),
    ("changes of orders", "select coalesce(sum(version), 0)::bigint from orders"),
    ("lines of orders", "select count(*) from order_lines"),
    ("payments taken", "select count(*) from payments where state = 'captured'"),
    ("pieces sold", "select coalesce(sum(sold), 0)::bigint from stock"),
    ("movements of stock", "select count(*) from stock_movements"),
    ("order numbers", "select coalesce(sum(next_order_number), 0)::bigint from counters"),
    ("events", "select count(*) from outbox"),
];

/// An errand that pgbench can do.
#[derive(Debug)]
pub struct Replay {
    script: Script,
    pgbench: Pgbench,
    connection: PgConnection,
    /// Statements of an errand, beginnings and ends of transactions included.
    pub statements: usize,
    /// How many errands left how many traces.
    left: (i64, Vec<i64>),
}

/// What pgbench made of an errand's statements.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Errands a second.
    pub rate: f64,
    /// Postgres' processor time for an errand, in milliseconds.
    pub postgres: f64,
    /// How much of it goes into choosing what is bought and making up ids.
    pub choosing: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, postgres, choosing } = self;
        write!(
            f,
            "pgbench {rate:.0}/s, {postgres:.3} ms CPU of Postgres ({choosing:.3} of it to make up values)"
        )
    }
}

impl Replay {
    /// Writes an errand down, as the server at `address` does it on `cluster`.
    ///
    /// # Errors
    /// Why pgbench cannot do it.
    pub async fn record(
        cluster: &Cluster,
        postgres: Family,
        address: SocketAddr,
        errand: &Errand,
    ) -> Result<Self, String> {
        let program = cluster.program("pgbench").ok_or("pgbench is not installed")?;
        let pgbench = Pgbench { program, url: cluster.socket_url(), postgres };
        let mut connection = PgConnection::connect(&cluster.socket_url()).await.map_err(words)?;
        let held = everything(&mut connection).await.map_err(words)?;
        let before = traces(&mut connection).await.map_err(words)?;
        let mark = format!("alter system set log_line_prefix = '%p{MARK}'");
        configure(&mut connection, &["alter system set log_statement = 'all'", &mark])
            .await
            .map_err(words)?;
        let from = fs::metadata(cluster.log()).map_err(words)?.len();
        for _ in 0..ERRANDS {
            raw_sql(NEXT).execute(&mut connection).await.map_err(words)?;
            drive(address, 1, Duration::ZERO, errand).await;
        }
        raw_sql(NEXT).execute(&mut connection).await.map_err(words)?;
        configure(&mut connection, &["alter system reset all"]).await.map_err(words)?;
        let after = traces(&mut connection).await.map_err(words)?;
        let grown = after.iter().zip(before).map(|(after, before)| after - before).collect();
        let log = fs::read(cluster.log()).map_err(words)?;
        let log = log.get(usize::try_from(from).map_err(words)?..).unwrap_or_default();
        let alike = most_common(errands(&String::from_utf8_lossy(log)));
        let patterns = Patterns::of(&alike, &held)?;
        let script = Script::of(&patterns)?;
        for statement in &script.tables {
            raw_sql(AssertSqlSafe(statement.as_str())).execute(&mut connection).await.map_err(words)?;
        }
        for (place, row) in (1_i64..).zip(&script.rows) {
            let insert = sqlx::query(AssertSqlSafe(script.insert.as_str())).bind(place);
            let insert = row.iter().fold(insert, sqlx::query::Query::bind);
            insert.execute(&mut connection).await.map_err(words)?;
        }
        raw_sql("analyze").execute(&mut connection).await.map_err(words)?;
        let statements = patterns.sql.len();
        Ok(Self { script, pgbench, connection, statements, left: (as_count(ERRANDS), grown) })
    }

    /// Has pgbench do it with so many clients for so many seconds, once it is warm. `rate` is what may be expected
    /// of it at least, a second.
    ///
    /// # Errors
    /// When a statement failed, or did not do what it does for the server.
    pub async fn run(&mut self, clients: u32, rate: f64, seconds: u64) -> Result<Figures, String> {
        let warm_up = Duration::from_secs_f64(WARM_AFTER * f64::from(clients) / rate).as_secs() + 1;
        let times = [warm_up, seconds].map(|time| usize::try_from(time).unwrap_or(1));
        let Script { values, statements, same, .. } = &self.script;
        let before = traces(&mut self.connection).await.map_err(words)?;
        let script = format!("{values}{statements}");
        let Done { rate, postgres, transactions } = self.pgbench.run(&script, same, clients, times).await?;
        let after = traces(&mut self.connection).await.map_err(words)?;
        let (errands, left) = &self.left;
        let transactions = i64::try_from(transactions).map_err(words)?;
        for (index, (what, _)) in TRACES.iter().enumerate() {
            let (grown, wanted) = (after[index] - before[index], left[index] * transactions / errands);
            if grown != wanted {
                return Err(format!("{transactions} times left {grown} {what} instead of {wanted}"));
            }
        }
        let choosing = self.pgbench.run(values, &[], clients, [1, 1]).await?;
        let millis = |time: Duration| time.as_secs_f64() * 1000.0;
        Ok(Figures { rate, postgres: millis(postgres), choosing: millis(choosing.postgres) })
    }
}

/// The errands that took the same steps as most, each with its number; in others something happened in the
/// background, or a statement had not been prepared.
fn most_common(errands: Vec<Vec<Statement>>) -> Vec<(usize, Vec<Statement>)> {
    let steps =
        |errand: &[Statement]| format!("{:?}", errand.iter().map(Statement::step).collect::<Vec<_>>());
    let mut times: HashMap<String, usize> = HashMap::new();
    for errand in &errands {
        *times.entry(steps(errand)).or_default() += 1;
    }
    let Some((most, _)) = times.into_iter().max_by_key(|(_, times)| *times) else { return Vec::new() };
    errands.into_iter().enumerate().filter(|(_, errand)| steps(errand) == most).collect()
}

/// Everything that the shop's tables hold, as text.
async fn everything(connection: &mut PgConnection) -> sqlx::Result<String> {
    let tables = "select tablename::text from pg_tables where schemaname = 'public'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *connection).await?;
    let mut held = String::new();
    for table in tables {
        let rows = format!("select string_agg(t::text, ' ') from \"{table}\" t");
        let rows: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(rows)).fetch_one(&mut *connection).await?;
        held.push_str(&rows.unwrap_or_default());
        held.push(' ');
    }
    Ok(held)
}

async fn traces(connection: &mut PgConnection) -> sqlx::Result<Vec<i64>> {
    let mut traces = Vec::new();
    for (_, question) in TRACES {
        traces.push(sqlx::query_scalar(*question).fetch_one(&mut *connection).await?);
    }
    Ok(traces)
}

/// Changes settings of the whole server.
async fn configure(connection: &mut PgConnection, changes: &[&str]) -> sqlx::Result<()> {
    for change in changes.iter().chain(&["select pg_reload_conf()"]) {
        raw_sql(AssertSqlSafe(*change)).execute(&mut *connection).await?;
    }
    tokio::time::sleep(TAKES_EFFECT).await;
    Ok(())
}

fn words(error: impl fmt::Display) -> String {
    error.to_string()
}

fn as_count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
