//! What the database is asked and how long it takes, told to whoever keeps the process's numbers.

use std::time::{Duration, Instant};

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use tracing::Span;

use crate::{SqlDatabase, pool::Lines};

const STATEMENT_SECONDS: &str = "cartwright_database_statement_duration_seconds";
const STATEMENTS_FAILED: &str = "cartwright_database_statements_failed_total";
const WAIT_SECONDS: &str = "cartwright_database_transaction_wait_seconds";
const TRANSACTION_SECONDS: &str = "cartwright_database_transaction_duration_seconds";
const CONNECTIONS: &str = "cartwright_database_connections";
const CONNECTIONS_MAX: &str = "cartwright_database_connections_max";

/// Says what the numbers of this crate mean, once a recorder is there.
pub fn describe_metrics() {
    describe_histogram!(
        STATEMENT_SECONDS,
        Unit::Seconds,
        "Time of a statement, without the wait for a connection of its transaction."
    );
    describe_counter!(STATEMENTS_FAILED, Unit::Count, "Statements that the database refused or lost.");
    describe_histogram!(
        WAIT_SECONDS,
        Unit::Seconds,
        "Time until a unit of work had a connection and, on SQLite, its turn to write."
    );
    describe_histogram!(
        TRANSACTION_SECONDS,
        Unit::Seconds,
        "Time from the beginning of a unit of work to its end, by outcome: committed or rolled_back."
    );
    describe_gauge!(CONNECTIONS, Unit::Count, "Open connections, by pool and state: busy or idle.");
    describe_gauge!(CONNECTIONS_MAX, Unit::Count, "Connections that a pool may open.");
}

impl SqlDatabase {
    /// Notes how the pools stand at this moment; they have no numbers of their own to follow.
    pub fn measure_pools(&self) {
        for (name, Lines { open, idle, waiting: _, max }) in self.engine().lines() {
            let count = |lines: usize| f64::from(u32::try_from(lines).unwrap_or(u32::MAX));
            gauge!(CONNECTIONS, "pool" => name, "state" => "idle").set(count(idle));
            gauge!(CONNECTIONS, "pool" => name, "state" => "busy").set(count(open.saturating_sub(idle)));
            gauge!(CONNECTIONS_MAX, "pool" => name).set(count(max));
        }
    }
}

/// Takes down a statement.
pub(crate) fn statement(took: Duration, failed: bool) {
    histogram!(STATEMENT_SECONDS).record(took);
    if failed {
        counter!(STATEMENTS_FAILED).increment(1);
    }
}

/// A unit of work while it is measured, and its span in a trace. Ends with its owner.
pub(crate) struct Stretch {
    began: Instant,
    outcome: &'static str,
    span: Span,
}

impl Stretch {
    /// Begins with a transaction that was waited for since `asked`.
    pub(crate) fn begin(asked: Instant) -> Self {
        histogram!(WAIT_SECONDS).record(asked.elapsed());
        let span = tracing::debug_span!("unit of work", outcome = tracing::field::Empty);
        Self { began: Instant::now(), outcome: "rolled_back", span }
    }

    /// The transaction was committed.
    pub(crate) fn committed(&mut self) {
        self.outcome = "committed";
    }
}

impl Drop for Stretch {
    fn drop(&mut self) {
        self.span.record("outcome", self.outcome);
        histogram!(TRANSACTION_SECONDS, "outcome" => self.outcome).record(self.began.elapsed());
    }
}
