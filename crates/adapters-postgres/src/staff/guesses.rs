//! How often passwords were guessed at, by account and by address.

use chrono::{DateTime, Utc};
use domain::staff::lockout::Guesses;
use ports::RepoError;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, ExprTrait as _,
    sea_query::{Expr, LockType, OnConflict, Query},
};

use crate::error::repo_error;

/// Locks the count of `subject`, making one of nought where there is none, so that two who guess for
/// the first time are counted one after the other.
pub(super) async fn lock(
    connection: &impl ConnectionTrait,
    backend: DatabaseBackend,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<Option<Guesses>, RepoError> {
    let mut start = Query::insert();
    start
        .into_table("login_guesses")
        .columns(["subject", "guesses", "last_at"])
        .values_panic([Expr::val(subject), Expr::val(0), Expr::val(now)])
        .on_conflict(OnConflict::column("subject").do_nothing().to_owned());
    connection.execute(&start).await.map_err(repo_error)?;
    let mut select = Query::select();
    select.columns(["guesses", "last_at"]).from("login_guesses").and_where(Expr::col("subject").eq(subject));
    if backend == DatabaseBackend::Postgres {
        select.lock(LockType::Update);
    }
    let Some(row) = connection.query_one(&select).await.map_err(repo_error)? else { return Ok(None) };
    let count: i32 = row.try_get("", "guesses").map_err(repo_error)?;
    let last = row.try_get("", "last_at").map_err(repo_error)?;
    Ok(Some(Guesses { count: u32::try_from(count).unwrap_or_default(), last }))
}

pub(super) async fn set(
    connection: &impl ConnectionTrait,
    subject: &str,
    guesses: Guesses,
) -> Result<(), RepoError> {
    let mut write = Query::update();
    write
        .table("login_guesses")
        .value("guesses", i32::try_from(guesses.count).unwrap_or(i32::MAX))
        .value("last_at", guesses.last)
        .and_where(Expr::col("subject").eq(subject));
    connection.execute(&write).await.map_err(repo_error).map(drop)
}

pub(super) async fn forget(connection: &impl ConnectionTrait, subject: &str) -> Result<(), RepoError> {
    let mut delete = Query::delete();
    delete.from_table("login_guesses").and_where(Expr::col("subject").eq(subject));
    connection.execute(&delete).await.map_err(repo_error).map(drop)
}
