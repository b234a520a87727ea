//! Counts of requests that several servers keep together; Postgres alone.

use std::sync::Arc;

use async_trait::async_trait;
use ports::{
    RepoError,
    limits::{Count, SharedCounts, Subject},
};
use sea_orm::DatabaseBackend;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{SqlDatabase, error::repo_error};

/// Rows of one statement.
const BATCH: usize = 1000;

/// In the order of the subjects, so that servers which count the same ones wait for each other.
const ADD: &str = "
    insert into rate_windows as known (subject, taken, ends_at)
    select * from unnest($1::uuid[], $2::bigint[], $3::bigint[]) order by 1
    on conflict (subject) do update set
        taken = case when known.ends_at > $4 then known.taken else 0 end + excluded.taken,
        ends_at = case when known.ends_at > $4 then known.ends_at else excluded.ends_at end
    returning subject, taken, ends_at";

#[derive(Debug)]
struct RateWindows(PgPool);

impl SqlDatabase {
    /// The counts of requests that all servers over this database keep together; `None` on SQLite, which
    /// has one server.
    pub fn shared_counts(&self) -> Option<Arc<dyn SharedCounts>> {
        let engine = self.engine();
        (engine.backend() == DatabaseBackend::Postgres).then(|| -> Arc<dyn SharedCounts> {
            Arc::new(RateWindows(engine.writer().pool().bare().get_postgres_connection_pool().clone()))
        })
    }
}

#[async_trait]
impl SharedCounts for RateWindows {
    async fn add(&self, counts: &[Count], now: i64) -> Result<Vec<Count>, RepoError> {
        let mut totals = Vec::with_capacity(counts.len());
        let mut work = self.0.begin().await.map_err(fault)?;
        for batch in counts.chunks(BATCH) {
            let subjects: Vec<_> = batch.iter().map(|one| Uuid::from_bytes(one.subject.0)).collect();
            let taken: Vec<_> = batch.iter().map(|one| i64::from(one.taken)).collect();
            let ends: Vec<_> = batch.iter().map(|one| one.ends_at).collect();
            let rows: Vec<(Uuid, i64, i64)> = sqlx::query_as(ADD)
                .bind(subjects)
                .bind(taken)
                .bind(ends)
                .bind(now)
                .fetch_all(&mut *work)
                .await
                .map_err(fault)?;
            totals.extend(rows.into_iter().map(|(subject, taken, ends_at)| Count {
                subject: Subject(subject.into_bytes()),
                taken: u32::try_from(taken).unwrap_or(u32::MAX),
                ends_at,
            }));
        }
        work.commit().await.map_err(fault)?;
        Ok(totals)
    }

    async fn forget(&self, now: i64) -> Result<(), RepoError> {
        let ended = sqlx::query("delete from rate_windows where ends_at <= $1").bind(now);
        ended.execute(&self.0).await.map_err(fault).map(drop)
    }
}

fn fault(error: sqlx::Error) -> RepoError {
    repo_error(sea_orm::DbErr::Query(sea_orm::RuntimeErr::SqlxError(error.into())))
}
