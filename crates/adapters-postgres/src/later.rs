//! Statements of a transaction whose outcome nobody waits for. Every question to Postgres costs a round trip,
//! mostly of waking processes, so they travel with the next one: `with later_1 as (insert …) update …`.

use std::sync::Mutex;

use sea_orm::{DatabaseBackend, Statement, Values};

/// What waits in a transaction to be sent.
#[derive(Debug, Default)]
pub(crate) struct Later {
    waiting: Mutex<Vec<Statement>>,
}

impl Later {
    /// Lets an insert wait for the next statement. Its values are all parameters.
    pub(crate) fn push(&self, statement: Statement) {
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.push(statement);
        }
    }

    /// What to run before `statement`, if it cannot take along what waits, and what to run for it.
    pub(crate) fn before(&self, statement: Statement) -> (Option<Statement>, Statement) {
        let waiting = self.take();
        if writes(&statement.sql) { (None, joined(waiting, statement)) } else { (all(waiting), statement) }
    }

    /// What waits, as one statement.
    pub(crate) fn rest(&self) -> Option<Statement> {
        all(self.take())
    }

    fn take(&self) -> Vec<Statement> {
        self.waiting.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default()
    }
}

/// Whether a statement can take others along: one that reads would not see what they write.
fn writes(sql: &str) -> bool {
    ["INSERT", "UPDATE", "DELETE"].iter().any(|word| sql.starts_with(word))
}

fn all(mut waiting: Vec<Statement>) -> Option<Statement> {
    let last = waiting.pop()?;
    Some(joined(waiting, last))
}

/// One statement for all; its outcome is that of `main`.
fn joined(riders: Vec<Statement>, main: Statement) -> Statement {
    if riders.is_empty() {
        return main;
    }
    let Statement { sql, values, db_backend } = main;
    let Values(mut values) = values.unwrap_or(Values(Vec::new()));
    let mut parts = Vec::with_capacity(riders.len());
    for (number, rider) in riders.into_iter().enumerate() {
        parts.push(format!("later_{number} as ({})", shifted(&rider.sql, values.len())));
        values.extend(rider.values.into_iter().flat_map(|Values(values)| values));
    }
    let sql = format!("with {} {sql}", parts.join(", "));
    Statement { sql, values: Some(Values(values)), db_backend }
}

/// The statement with its parameters counted from `by`.
fn shifted(sql: &str, by: usize) -> String {
    let mut parts = sql.split('$');
    let mut shifted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(digits);
        let number =
            number.parse::<usize>().map_or_else(|_| number.to_owned(), |n| n.saturating_add(by).to_string());
        shifted.push('$');
        shifted.push_str(&number);
        shifted.push_str(rest);
    }
    shifted
}

/// Whether the engine has round trips to save. A statement to SQLite is a call.
pub(crate) fn pays_off(backend: DatabaseBackend) -> bool {
    backend == DatabaseBackend::Postgres
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sql: &str, values: impl IntoIterator<Item = i32>) -> Statement {
        Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, values.into_iter().map(Into::into))
    }

    fn two_waiting() -> Later {
        let later = Later::default();
        later.push(statement("INSERT INTO a VALUES ($1, $2)", [1, 2]));
        later.push(statement("INSERT INTO b VALUES ($1)", [3]));
        later
    }

    #[test]
    fn a_write_takes_along_what_waits() {
        let later = two_waiting();
        let (before, sent) = later.before(statement("UPDATE c SET d = $1 WHERE e = $2", [4, 5]));
        assert_eq!(before, None);
        let all = "with later_0 as (INSERT INTO a VALUES ($3, $4)), later_1 as (INSERT INTO b VALUES ($5)) \
            UPDATE c SET d = $1 WHERE e = $2";
        assert_eq!(sent, statement(all, [4, 5, 1, 2, 3]));
        assert_eq!(later.rest(), None);
    }

    #[test]
    fn what_reads_comes_after_what_waits() {
        let later = two_waiting();
        let read = statement("SELECT d FROM a WHERE e = $1", [6]);
        let (before, sent) = later.before(read.clone());
        assert_eq!(sent, read);
        let waited = "with later_0 as (INSERT INTO a VALUES ($2, $3)) INSERT INTO b VALUES ($1)";
        assert_eq!(before, Some(statement(waited, [3, 1, 2])));
    }

    #[test]
    fn what_nothing_followed_is_sent_at_the_end() {
        let later = Later::default();
        later.push(statement("INSERT INTO b VALUES ($1)", [3]));
        assert_eq!(later.rest(), Some(statement("INSERT INTO b VALUES ($1)", [3])));
        assert_eq!(later.rest(), None);
    }
}
