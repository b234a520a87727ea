//! Database errors as the core knows them.

use ports::RepoError;
use sea_orm::{DbErr, RuntimeErr, sqlx};

use crate::line::breaks;

/// Sorts a database error: a refused write, a database that is away, or a fault of ours.
pub(crate) fn repo_error(error: DbErr) -> RepoError {
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return RepoError::Unavailable(Box::new(error));
    }
    let Some(inner) = cause(&error) else { return RepoError::Other(Box::new(error)) };
    match inner {
        sqlx::Error::Database(refused) => match constraint(refused.as_ref()) {
            Some(constraint) => RepoError::Conflict { constraint },
            None if is_away(refused.code().as_deref()) => RepoError::Unavailable(Box::new(error)),
            None => RepoError::Other(Box::new(error)),
        },
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => RepoError::Unavailable(Box::new(error)),
        _ => RepoError::Other(Box::new(error)),
    }
}

/// Whether the database refused the statement, so that nothing of it is done. A line that breaks leaves that open.
pub(crate) fn is_undone(error: &DbErr) -> bool {
    cause(error).is_some_and(|cause| matches!(cause, sqlx::Error::Database(_)) && !breaks(cause))
}

fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// Name of the violated constraint, if one was violated. SQLite names the columns of a unique index
/// instead of the index; the schema's naming rule, `table_lastcolumn`, gives it back.
fn constraint(refused: &dyn sqlx::error::DatabaseError) -> Option<String> {
    if refused.kind() == sqlx::error::ErrorKind::Other {
        return None;
    }
    if let Some(name) = refused.constraint() {
        return Some(name.to_owned());
    }
    let (_, listed) = refused.message().split_once("constraint failed: ").unwrap_or_default();
    let last = listed.rsplit(", ").next().unwrap_or_default();
    Some(last.replace('.', "_"))
}

/// Whether an error code means that the database cannot work now: Postgres shutting down, starting,
/// out of connections, disk or memory, or giving up on a lock; SQLite busy, locked, or out of disk.
fn is_away(code: Option<&str>) -> bool {
    match code {
        Some(code) if code.len() == 5 => {
            matches!(code, "40001" | "40P01" | "55P03" | "25006")
                || ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class))
        }
        Some(code) => code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13 | 14)),
        None => false,
    }
}

/// A stored value that breaks a rule which every write keeps.
pub(crate) fn corrupt(table: &'static str, column: &'static str, id: impl ToString) -> RepoError {
    RepoError::Corrupt { table, column, id: id.to_string() }
}
