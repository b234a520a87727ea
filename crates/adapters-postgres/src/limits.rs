//! Counts of requests that several servers keep together; Postgres alone.

use std::sync::Arc;

use async_trait::async_trait;
use ports::{
    RepoError,
    limits::{Count, SharedCounts, Subject},
};
use sea_orm::{ConnectionTrait as _, DatabaseBackend, DbErr, QueryResult, Statement};
use uuid::Uuid;

use crate::{SqlDatabase, engine::Engine, error::repo_error};

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
struct RateWindows(Engine);

impl SqlDatabase {
    /// The counts of requests that all servers over this database keep together; `None` on SQLite, which
    /// has one server.
    pub fn shared_counts(&self) -> Option<Arc<dyn SharedCounts>> {
        let engine = self.engine();
        (engine.backend() == DatabaseBackend::Postgres)
            .then(|| -> Arc<dyn SharedCounts> { Arc::new(RateWindows(engine.clone())) })
    }
}

#[async_trait]
impl SharedCounts for RateWindows {
    async fn add(&self, counts: &[Count], now: i64) -> Result<Vec<Count>, RepoError> {
        let mut totals = Vec::with_capacity(counts.len());
        let work = self.0.begin().await.map_err(repo_error)?;
        for batch in counts.chunks(BATCH) {
            let subjects: Vec<_> = batch.iter().map(|one| Uuid::from_bytes(one.subject.0)).collect();
            let taken: Vec<_> = batch.iter().map(|one| i64::from(one.taken)).collect();
            let ends: Vec<_> = batch.iter().map(|one| one.ends_at).collect();
            let values = [subjects.into(), taken.into(), ends.into(), now.into()];
            let add = Statement::from_sql_and_values(DatabaseBackend::Postgres, ADD, values);
            for row in work.query_all_raw(add).await.map_err(repo_error)? {
                totals.push(count(&row).map_err(repo_error)?);
            }
        }
        work.commit().await.map_err(repo_error)?;
        Ok(totals)
    }

    async fn forget(&self, now: i64) -> Result<(), RepoError> {
        let sql = "delete from rate_windows where ends_at <= $1";
        let ended = Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, [now.into()]);
        self.0.writer().execute_raw(ended).await.map_err(repo_error).map(drop)
    }
}

fn count(row: &QueryResult) -> Result<Count, DbErr> {
    let (subject, taken): (Uuid, i64) = (row.try_get("", "subject")?, row.try_get("", "taken")?);
    Ok(Count {
        subject: Subject(subject.into_bytes()),
        taken: u32::try_from(taken).unwrap_or(u32::MAX),
        ends_at: row.try_get("", "ends_at")?,
    })
}
