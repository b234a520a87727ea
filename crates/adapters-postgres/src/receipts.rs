//! Webhooks that were acted upon: the event's name at its gateway, noted with the effect.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::payment::Provider;
use ports::{RepoError, orders::Receipts};
use sea_orm::{
    ConnectionTrait as _,
    sea_query::{Expr, OnConflict, Query},
};

use crate::{error::repo_error, unit_of_work::SqlUnitOfWork};

#[async_trait]
impl Receipts for SqlUnitOfWork {
    async fn record(
        &mut self,
        provider: Provider,
        event: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, RepoError> {
        let mut insert = Query::insert();
        insert
            .into_table("webhook_receipts")
            .columns(["store_id", "provider", "event_id", "received_at"])
            .values_panic([
                Expr::val(self.store()),
                Expr::val(provider.as_str()),
                Expr::val(event),
                Expr::val(at),
            ])
            .on_conflict(OnConflict::columns(["store_id", "provider", "event_id"]).do_nothing().to_owned());
        let written = self.transaction().execute(&insert).await.map_err(repo_error)?;
        Ok(written.rows_affected() > 0)
    }
}
