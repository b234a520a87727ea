//! Mails that wait to be sent, their texts sealed.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{address::Email, id::MailId};
use ports::{
    RepoError,
    mail::{MailQueue, QueuedMail},
};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, ExprTrait as _, QueryResult,
    sea_query::{Expr, LockBehavior, LockType, Order, Query},
};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    error::{corrupt, repo_error},
    stored::{id, uuid},
};

const COLUMNS: [&str; 8] =
    ["id", "store_id", "recipient", "subject", "sealed_text", "attempts", "expires_at", "created_at"];

/// Adds a mail that is due as soon as it is written.
pub(crate) async fn queue(connection: &impl ConnectionTrait, mail: &QueuedMail) -> Result<(), RepoError> {
    let QueuedMail { id, store, to, subject, sealed_text, attempts: _, expires_at, created_at } = mail;
    let mut insert = Query::insert();
    insert
        .into_table("mails")
        .columns([
            "id",
            "store_id",
            "recipient",
            "subject",
            "sealed_text",
            "due_at",
            "expires_at",
            "created_at",
        ])
        .values_panic([
            Expr::val(uuid(*id)),
            Expr::val(uuid(*store)),
            Expr::val(to.as_str()),
            Expr::val(subject.as_str()),
            Expr::val(sealed_text.as_str()),
            Expr::val(*created_at),
            Expr::val(*expires_at),
            Expr::val(*created_at),
        ]);
    connection.execute(&insert).await.map_err(repo_error).map(drop)
}

fn read(row: &QueryResult) -> Result<QueuedMail, RepoError> {
    let key: Uuid = row.try_get("", "id").map_err(repo_error)?;
    let text = |column| row.try_get::<String>("", column).map_err(repo_error);
    let time = |column| row.try_get("", column).map_err(repo_error);
    let attempts: i32 = row.try_get("", "attempts").map_err(repo_error)?;
    Ok(QueuedMail {
        id: id(key),
        store: id(row.try_get("", "store_id").map_err(repo_error)?),
        to: Email::parse(&text("recipient")?).map_err(|_| corrupt("mails", "recipient", key))?,
        subject: text("subject")?,
        sealed_text: text("sealed_text")?,
        attempts: u32::try_from(attempts).map_err(|_| corrupt("mails", "attempts", key))?,
        expires_at: time("expires_at")?,
        created_at: time("created_at")?,
    })
}

#[async_trait]
impl MailQueue for SqlDatabase {
    async fn lease(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<QueuedMail>, RepoError> {
        let mut due = Query::select();
        due.column("id")
            .from("mails")
            .and_where(Expr::col("due_at").lte(now))
            .order_by("due_at", Order::Asc)
            .order_by("id", Order::Asc)
            .limit(u64::from(limit));
        if self.engine().backend() == DatabaseBackend::Postgres {
            // Two workers take different mails instead of waiting for each other.
            due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        let mut take = Query::update();
        take.table("mails")
            .value("due_at", until)
            .value("attempts", Expr::col("attempts").add(1))
            .and_where(Expr::col("id").in_subquery(due))
            .returning(Query::returning().columns(COLUMNS));
        let rows = self.engine().writer().query_all(&take).await.map_err(repo_error)?;
        let mut mails = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        mails.sort_unstable_by_key(|mail| mail.id);
        Ok(mails)
    }

    async fn remove(&self, mail: MailId) -> Result<(), RepoError> {
        let mut delete = Query::delete();
        delete.from_table("mails").and_where(Expr::col("id").eq(uuid(mail)));
        self.engine().writer().execute(&delete).await.map_err(repo_error).map(drop)
    }

    async fn put_off(&self, mail: MailId, due: DateTime<Utc>) -> Result<(), RepoError> {
        let mut write = Query::update();
        write.table("mails").value("due_at", due).and_where(Expr::col("id").eq(uuid(mail)));
        self.engine().writer().execute(&write).await.map_err(repo_error).map(drop)
    }
}
