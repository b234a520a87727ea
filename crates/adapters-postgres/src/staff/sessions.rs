//! Logins and the refresh tokens they have had. A used token is kept with its login, so that using it
//! twice is noticed.

use chrono::{DateTime, Utc};
use ports::{
    RepoError,
    staff::{RefreshToken, Session},
};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, ExprTrait as _, QueryResult,
    sea_query::{Expr, LockType, Query},
};
use uuid::Uuid;

use crate::{
    error::repo_error,
    stored::{id, uuid},
};

pub(super) async fn open(
    connection: &impl ConnectionTrait,
    session: &Session,
    refresh_hash: &str,
) -> Result<(), RepoError> {
    let Session { id, person, expires_at, created_at } = session;
    let mut insert = Query::insert();
    insert
        .into_table("staff_sessions")
        .columns(["id", "person_id", "expires_at", "created_at"])
        .values_panic([
            Expr::val(uuid(*id)),
            Expr::val(uuid(*person)),
            Expr::val(*expires_at),
            Expr::val(*created_at),
        ]);
    connection.execute(&insert).await.map_err(repo_error)?;
    add_token(connection, session, refresh_hash).await
}

async fn add_token(
    connection: &impl ConnectionTrait,
    session: &Session,
    hash: &str,
) -> Result<(), RepoError> {
    let mut insert = Query::insert();
    insert
        .into_table("staff_refresh_tokens")
        .columns(["hash", "session_id"])
        .values_panic([Expr::val(hash), Expr::val(uuid(session.id))]);
    connection.execute(&insert).await.map_err(repo_error).map(drop)
}

/// The session of a row with the columns of the table.
pub(super) fn read(row: &QueryResult) -> Result<Session, RepoError> {
    let key = |column| row.try_get::<Uuid>("", column).map_err(repo_error);
    let time = |column| row.try_get::<DateTime<Utc>>("", column).map_err(repo_error);
    Ok(Session {
        id: id(key("id")?),
        person: id(key("person_id")?),
        expires_at: time("expires_at")?,
        created_at: time("created_at")?,
    })
}

pub(super) async fn refresh_token(
    connection: &impl ConnectionTrait,
    backend: DatabaseBackend,
    hash: &str,
) -> Result<Option<RefreshToken>, RepoError> {
    let mut of_token = Query::select();
    of_token.column("session_id").from("staff_refresh_tokens").and_where(Expr::col("hash").eq(hash));
    // The login first and the token after it: whoever waited for the login reads what was done meanwhile.
    let mut login = Query::select();
    login
        .columns(["id", "person_id", "expires_at", "created_at"])
        .from("staff_sessions")
        .and_where(Expr::col("id").in_subquery(of_token));
    if backend == DatabaseBackend::Postgres {
        login.lock(LockType::Update);
    }
    let Some(row) = connection.query_one(&login).await.map_err(repo_error)? else { return Ok(None) };
    let session = read(&row)?;
    let mut token = Query::select();
    token.column("used_at").from("staff_refresh_tokens").and_where(Expr::col("hash").eq(hash));
    let Some(row) = connection.query_one(&token).await.map_err(repo_error)? else { return Ok(None) };
    Ok(Some(RefreshToken { session, used_at: row.try_get("", "used_at").map_err(repo_error)? }))
}

pub(super) async fn rotate(
    connection: &impl ConnectionTrait,
    session: &Session,
    used_hash: &str,
    next_hash: &str,
    at: DateTime<Utc>,
) -> Result<(), RepoError> {
    let mut used = Query::update();
    used.table("staff_refresh_tokens").value("used_at", at).and_where(Expr::col("hash").eq(used_hash));
    connection.execute(&used).await.map_err(repo_error)?;
    let mut longer = Query::update();
    longer
        .table("staff_sessions")
        .value("expires_at", session.expires_at)
        .and_where(Expr::col("id").eq(uuid(session.id)));
    connection.execute(&longer).await.map_err(repo_error)?;
    add_token(connection, session, next_hash).await
}

/// Removes the logins that `which` means; their tokens go with them.
pub(super) async fn close(connection: &impl ConnectionTrait, which: Expr) -> Result<(), RepoError> {
    let mut delete = Query::delete();
    delete.from_table("staff_sessions").and_where(which);
    connection.execute(&delete).await.map_err(repo_error).map(drop)
}
