//! The database: that it answers, that its schema fits, that it can be written to, and how it feels.

use secrecy::ExposeSecret as _;
use std::fs;

use adapters_postgres::{DatabaseConfig, OpenError, SqlDatabase};
use adapters_system::SystemClock;
use cartwright::config::Config;
use chrono::TimeDelta;
use ports::{Clock as _, Database as _};

use super::finding::Finding;

const DATABASE: &str = "database";
/// A log of changes longer than this, in bytes, has not been folded into its file for a long time.
const LONG_WAL: u64 = 512 * 1024 * 1024;
/// Clocks that differ by more spoil leases and sales that begin by the clock.
const SKEW: TimeDelta = TimeDelta::seconds(5);
/// Events that have waited for longer than this have nobody who delivers them.
const LATE: TimeDelta = TimeDelta::minutes(2);

/// Looks at the database; it comes back when its schema can be used.
pub(super) async fn look(config: &Config, findings: &mut Vec<Finding>) -> Option<SqlDatabase> {
    let file = config.data_dir.join("cartwright.db");
    if config.is_embedded()
        && config.database_url.expose_secret().ends_with("cartwright.db")
        && !file.exists()
    {
        let message = format!("{} is not there yet; the first start makes it", file.display());
        findings.push(Finding::ok(DATABASE, message));
        return None;
    }
    let settings = DatabaseConfig { url: config.database_url.expose_secret().to_owned(), connections: 1 };
    let database = match SqlDatabase::open(&settings) {
        Ok(database) => database,
        Err(error) => {
            findings.push(Finding::fail(DATABASE, format!("{error}; check DATABASE_URL")));
            return None;
        }
    };
    let version = match database.engine_version().await {
        Ok(version) => version,
        Err(error) => {
            let advice = "check DATABASE_URL, and that the server runs";
            findings.push(Finding::fail(DATABASE, format!("does not answer: {error}; {advice}")));
            return None;
        }
    };
    findings.push(Finding::ok(DATABASE, format!("{version} answers")));
    let schema = schema(&database).await;
    let usable = schema.is_ok();
    findings.push(Finding::of("schema", schema));
    findings.extend(file_state(&database).await);
    findings.extend(clock(&database).await);
    if !usable {
        return None;
    }
    findings.push(writing(&database).await);
    findings.push(queue(&database).await);
    Some(database)
}

async fn schema(database: &SqlDatabase) -> anyhow::Result<String> {
    let pending = database.pending_migrations().await?;
    if !pending.is_empty() {
        anyhow::bail!("{} migrations are missing; run `cartwright migrate`", pending.len());
    }
    let unknown: Result<_, OpenError> = database.unknown_migrations().await;
    match unknown?.as_slice() {
        [] => Ok("up to date".to_owned()),
        [.., last] => {
            anyhow::bail!("was made by a newer Cartwright ({last}); run that one, not this one")
        }
    }
}

async fn writing(database: &SqlDatabase) -> Finding {
    let name = "writing";
    match database.try_writing().await {
        Ok(()) => Finding::ok(name, "rows can be changed"),
        Err(error) => Finding::fail(
            name,
            format!("rows cannot be changed: {error}; is this a standby, or does the user lack rights?"),
        ),
    }
}

async fn file_state(database: &SqlDatabase) -> Option<Finding> {
    let name = "file";
    let state = match database.inspect_file().await {
        Ok(state) => state?,
        Err(error) => return Some(Finding::fail(name, format!("cannot be looked over: {error}"))),
    };
    if let Some(first) = state.faults.first() {
        let message = format!("is damaged ({first}); stop the servers and restore it from a backup");
        return Some(Finding::fail(name, message));
    }
    let size = |end: &str| fs::metadata(format!("{}{end}", state.path)).map_or(0, |data| data.len());
    let (main, wal) = (size(""), size("-wal"));
    let sizes = format!("{} is sound: {} MB, and {} MB in its log", state.path, main >> 20, wal >> 20);
    Some(if wal > LONG_WAL {
        Finding::warn(name, format!("{sizes}; restart the servers, so that the log is folded in"))
    } else {
        Finding::ok(name, sizes)
    })
}

async fn clock(database: &SqlDatabase) -> Option<Finding> {
    let name = "clock";
    let before = SystemClock.now();
    let theirs = match database.its_time().await {
        Ok(theirs) => theirs?,
        Err(error) => return Some(Finding::fail(name, format!("the database's cannot be read: {error}"))),
    };
    let skew = theirs.signed_duration_since(before);
    Some(if skew.abs() > SKEW {
        let seconds = skew.num_seconds();
        Finding::warn(
            name,
            format!("the database's is {seconds} s ahead of this machine's; let both follow NTP"),
        )
    } else {
        Finding::ok(name, "the database's agrees with this machine's")
    })
}

async fn queue(database: &SqlDatabase) -> Finding {
    let name = "queue";
    let backlog = match database.outbox().backlog().await {
        Ok(backlog) => backlog,
        Err(error) => return Finding::fail(name, format!("cannot be read: {error}")),
    };
    let age = backlog.oldest.map(|oldest| SystemClock.now().signed_duration_since(oldest));
    match age {
        Some(age) if age > LATE => Finding::warn(
            name,
            format!(
                "{} events wait, the oldest for {} minutes; is `private-server` or `cartwright` running?",
                backlog.waiting,
                age.num_minutes()
            ),
        ),
        _ => Finding::ok(name, format!("{} events wait for delivery", backlog.waiting)),
    }
}
