//! Tokens that were mailed to people, and wishes for a new password.

use chrono::{DateTime, Utc};
use ports::{
    RepoError,
    staff::{MailedToken, ResetWish, TokenPurpose},
};
use sea_orm::{
    ConnectionTrait, ExprTrait as _,
    sea_query::{Condition, Expr, OnConflict, Query},
};
use uuid::Uuid;

use crate::{error::repo_error, stored::uuid};

/// The store and the place of an invitation.
fn place(purpose: TokenPurpose) -> (Option<Uuid>, Option<Uuid>) {
    match purpose {
        TokenPurpose::Invite { store, staff } => (Some(uuid(store)), Some(uuid(staff))),
        TokenPurpose::PasswordReset => (None, None),
    }
}

pub(super) async fn put(connection: &impl ConnectionTrait, token: &MailedToken) -> Result<(), RepoError> {
    let MailedToken { hash, person, purpose, expires_at, created_at } = token;
    let (store, staff) = place(*purpose);
    let same_purpose = match (store, staff) {
        (Some(store), Some(staff)) => {
            Condition::all().add(Expr::col("store_id").eq(store)).add(Expr::col("staff_id").eq(staff))
        }
        _ => Condition::all().add(Expr::col("store_id").is_null()),
    };
    let mut earlier = Query::delete();
    earlier
        .from_table("staff_tokens")
        .and_where(Expr::col("person_id").eq(uuid(*person)))
        .cond_where(same_purpose);
    connection.execute(&earlier).await.map_err(repo_error)?;
    let mut insert = Query::insert();
    insert
        .into_table("staff_tokens")
        .columns(["hash", "person_id", "store_id", "staff_id", "expires_at", "created_at"])
        .values_panic([
            Expr::val(hash.as_str()),
            Expr::val(uuid(*person)),
            Expr::val(store),
            Expr::val(staff),
            Expr::val(*expires_at),
            Expr::val(*created_at),
        ]);
    connection.execute(&insert).await.map_err(repo_error).map(drop)
}

pub(super) async fn take(
    connection: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, RepoError> {
    let mut delete = Query::delete();
    delete
        .from_table("staff_tokens")
        .and_where(Expr::col("hash").eq(hash))
        .and_where(Expr::col("expires_at").gt(now));
    Ok(connection.execute(&delete).await.map_err(repo_error)?.rows_affected() > 0)
}

pub(super) async fn wish(connection: &impl ConnectionTrait, wish: &ResetWish) -> Result<(), RepoError> {
    let ResetWish { email, created_at } = wish;
    let mut insert = Query::insert();
    insert
        .into_table("password_reset_wishes")
        .columns(["email_key", "email", "created_at"])
        .values_panic([Expr::val(email.key()), Expr::val(email.as_str()), Expr::val(*created_at)])
        .on_conflict(OnConflict::column("email_key").do_nothing().to_owned());
    connection.execute(&insert).await.map_err(repo_error).map(drop)
}

pub(super) async fn take_wish(
    connection: &impl ConnectionTrait,
    wish: &ResetWish,
) -> Result<bool, RepoError> {
    let mut delete = Query::delete();
    delete.from_table("password_reset_wishes").and_where(Expr::col("email_key").eq(wish.email.key()));
    Ok(connection.execute(&delete).await.map_err(repo_error)?.rows_affected() > 0)
}
