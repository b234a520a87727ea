//! Requests that may be repeated: one row a key, held by one attempt at a time.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use ports::{
    Database, RepoError,
    idempotency::{Attempt, Claimed, IdempotencyKeys, KeyScope, NewAttempt, Outcome, RequestWork},
};
use sea_orm::{
    ConnectionTrait as _, FromQueryResult,
    sea_query::{Condition, Expr, ExprTrait as _, OnConflict, Query, UpdateStatement},
};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    error::{corrupt, repo_error},
    pending::Pending,
    stored::uuid,
};

const TABLE: &str = "idempotency_keys";
/// How often somebody else may change the row between our looking and our taking it.
const RACES: u32 = 5;

#[derive(Debug, FromQueryResult)]
struct Row {
    request_id: Uuid,
    owner: Uuid,
    fingerprint: String,
    leased_until: Option<DateTime<Utc>>,
    status: Option<i32>,
    headers: Option<serde_json::Value>,
    body: Option<String>,
    expires_at: DateTime<Utc>,
}

fn of_key(scope: &KeyScope) -> Condition {
    Condition::all()
        .add(Expr::col("store_id").eq(uuid(scope.store)))
        .add(Expr::col("principal").eq(scope.principal.as_str()))
        .add(Expr::col("route").eq(scope.route.as_str()))
        .add(Expr::col("key_hash").eq(scope.key_hash.as_str()))
}

/// The row while the attempt `owner` is at it.
fn held_by(scope: &KeyScope, owner: Uuid) -> Condition {
    of_key(scope).add(Expr::col("owner").eq(owner)).add(Expr::col("status").is_null())
}

fn of_attempt(attempt: &Attempt) -> Condition {
    held_by(&attempt.scope, Uuid::from_bytes(attempt.owner))
}

fn change(which: Condition) -> UpdateStatement {
    let mut update = Query::update();
    update.table(TABLE).cond_where(which);
    update
}

fn outcome(row: Row) -> Option<Outcome> {
    Some(Outcome {
        status: u16::try_from(row.status?).ok()?,
        headers: serde_json::from_value(row.headers?).ok()?,
        sealed_body: row.body?,
    })
}

#[async_trait]
impl IdempotencyKeys for SqlDatabase {
    async fn claim(&self, new: NewAttempt) -> Result<Claimed, RepoError> {
        for _ in 0..RACES {
            if self.insert_claim(&new).await? {
                return Ok(Claimed::Mine(attempt(new, None)));
            }
            let Some(row) = self.find_claim(&new.scope).await? else { continue };
            if row.expires_at <= new.now {
                // Not the same key any more; removed as the worker would have done it.
                self.delete_claim(of_key(&new.scope).add(Expr::col("owner").eq(row.owner))).await?;
                continue;
            }
            if row.fingerprint != new.fingerprint {
                return Ok(Claimed::OtherRequest);
            }
            if row.status.is_some() {
                let broken = corrupt(TABLE, "status", &new.scope.key_hash);
                return outcome(row).map(Claimed::Done).ok_or(broken);
            }
            if row.leased_until.is_some_and(|until| until > new.now) {
                return Ok(Claimed::Running);
            }
            if self.take_over(&new, row.owner).await? {
                return Ok(Claimed::Mine(attempt(new, Some(row.request_id))));
            }
        }
        Ok(Claimed::Running)
    }

    fn carry_out(&self, attempt: Attempt) -> (Arc<dyn Database>, Arc<dyn RequestWork>) {
        let pending = Arc::new(self.nothing_pending());
        let view = self.within(&pending);
        let begun = AtomicBool::new(attempt.resumed);
        (Arc::new(view), Arc::new(SqlRequest { attempt, pending, begun }))
    }

    async fn sweep(&self, now: DateTime<Utc>, limit: u32) -> Result<u64, RepoError> {
        let key = ["store_id", "principal", "route", "key_hash"];
        let mut expired = Query::select();
        expired.columns(key).from(TABLE).and_where(Expr::col("expires_at").lte(now)).limit(u64::from(limit));
        let mut delete = Query::delete();
        delete
            .from_table(TABLE)
            .and_where(Expr::tuple(key.map(Expr::col)).in_subquery(expired))
            // Said again, for a key that was used anew between the looking and the deleting.
            .and_where(Expr::col("expires_at").lte(now));
        Ok(self.engine().writer().execute(&delete).await.map_err(repo_error)?.rows_affected())
    }
}

fn attempt(new: NewAttempt, earlier: Option<Uuid>) -> Attempt {
    let NewAttempt { scope, request, owner, .. } = new;
    let resumed = earlier.is_some();
    Attempt { scope, request: earlier.map_or(request, Uuid::into_bytes), owner, resumed }
}

impl SqlDatabase {
    async fn insert_claim(&self, new: &NewAttempt) -> Result<bool, RepoError> {
        let NewAttempt { scope, request, owner, fingerprint, now, leased_until, expires_at } = new;
        let KeyScope { store, principal, route, key_hash } = scope;
        let mut insert = Query::insert();
        insert
            .into_table(TABLE)
            .columns([
                "store_id",
                "principal",
                "route",
                "key_hash",
                "request_id",
                "owner",
                "fingerprint",
                "leased_until",
                "created_at",
                "expires_at",
            ])
            .values_panic([
                Expr::val(uuid(*store)),
                Expr::val(principal.as_str()),
                Expr::val(route.as_str()),
                Expr::val(key_hash.as_str()),
                Expr::val(Uuid::from_bytes(*request)),
                Expr::val(Uuid::from_bytes(*owner)),
                Expr::val(fingerprint.as_str()),
                Expr::val(*leased_until),
                Expr::val(*now),
                Expr::val(*expires_at),
            ])
            .on_conflict(
                OnConflict::columns(["store_id", "principal", "route", "key_hash"]).do_nothing().to_owned(),
            );
        Ok(self.engine().writer().execute(&insert).await.map_err(repo_error)?.rows_affected() > 0)
    }

    async fn find_claim(&self, scope: &KeyScope) -> Result<Option<Row>, RepoError> {
        let mut select = Query::select();
        select
            .columns([
                "request_id",
                "owner",
                "fingerprint",
                "leased_until",
                "status",
                "headers",
                "body",
                "expires_at",
            ])
            .from(TABLE)
            .cond_where(of_key(scope));
        let row = self.reader().query_one(&select).await.map_err(repo_error)?;
        row.map(|row| Row::from_query_result(&row, "").map_err(repo_error)).transpose()
    }

    async fn delete_claim(&self, which: Condition) -> Result<(), RepoError> {
        let mut delete = Query::delete();
        delete.from_table(TABLE).cond_where(which);
        self.engine().writer().execute(&delete).await.map_err(repo_error).map(drop)
    }

    async fn take_over(&self, new: &NewAttempt, from: Uuid) -> Result<bool, RepoError> {
        let free = Expr::col("leased_until").is_null().or(Expr::col("leased_until").lte(new.now));
        let mut update = change(held_by(&new.scope, from).add(free));
        // Whoever is at it must not lose the key's row to its age.
        update
            .value("owner", Uuid::from_bytes(new.owner))
            .value("leased_until", new.leased_until)
            .value("expires_at", new.expires_at);
        Ok(self.engine().writer().execute(&update).await.map_err(repo_error)?.rows_affected() > 0)
    }
}

/// What one attempt has written.
struct SqlRequest {
    attempt: Attempt,
    pending: Arc<Pending>,
    // Whether something of the request is final, of this attempt or of one before it.
    begun: AtomicBool,
}

#[async_trait]
impl RequestWork for SqlRequest {
    async fn flush(&self, leased_until: DateTime<Utc>) -> Result<(), RepoError> {
        if !self.pending.is_written() {
            return Ok(());
        }
        let mut renew = change(of_attempt(&self.attempt));
        renew.value("leased_until", leased_until);
        self.begun.store(true, Ordering::Release);
        self.commit(&renew, true).await
    }

    async fn finish(&self, outcome: &Outcome) -> Result<(), RepoError> {
        let Outcome { status, headers, sealed_body } = outcome;
        let headers = serde_json::to_value(headers).map_err(|error| RepoError::Other(error.into()))?;
        let mut record = change(of_attempt(&self.attempt));
        record
            .value("leased_until", None::<DateTime<Utc>>)
            .value("status", i32::from(*status))
            .value("headers", headers)
            .value("body", sealed_body.as_str());
        self.commit(&record, false).await
    }

    async fn abandon(&self) -> Result<(), RepoError> {
        self.pending.roll_back().await.map_err(repo_error)?;
        let writer = self.pending.engine().writer();
        let which = of_attempt(&self.attempt);
        if self.begun.load(Ordering::Acquire) {
            let mut lapse = change(which);
            lapse.value("leased_until", None::<DateTime<Utc>>);
            return writer.execute(&lapse).await.map_err(repo_error).map(drop);
        }
        let mut forget = Query::delete();
        forget.from_table(TABLE).cond_where(which);
        writer.execute(&forget).await.map_err(repo_error).map(drop)
    }
}

impl SqlRequest {
    async fn commit(&self, last: &UpdateStatement, goes_on: bool) -> Result<(), RepoError> {
        let is_final = self.pending.commit(last, goes_on).await.map_err(repo_error)?;
        if is_final { Ok(()) } else { Err(RepoError::Stale) }
    }
}
