//! Reading the log, and forgetting what is old.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    audit::{Entry, SubjectType},
    id::StoreId,
};
use ports::{
    RepoError,
    audit::{AuditFilter, AuditReader},
    list::{Slice, SortValue, Window},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryTrait as _, Select,
    sea_query::{Expr, Order, Query},
};

use super::{
    from_row,
    row::{Column, Entity, Model},
};
use crate::{
    SqlDatabase,
    error::repo_error,
    stored::uuid,
    window::{Ordering, fetch},
};

fn wanted(store: StoreId, mode: Mode, filter: &AuditFilter) -> Select<Entity> {
    let AuditFilter { actor, action, subject_type, subject_id, request_id, livemode, from, to } = filter;
    let shared = SubjectType::ALL.iter().filter(|kind| !kind.is_kept_by_mode()).map(|kind| kind.as_str());
    let readable = Column::Livemode.eq(mode.is_live()).or(Column::SubjectType.is_in(shared));
    Entity::find()
        .filter(Column::StoreId.eq(uuid(store)))
        .filter(readable)
        .apply_if(actor.as_ref(), |select, actor| select.filter(Column::Actor.eq(actor)))
        .apply_if(*action, |select, action| select.filter(Column::Action.eq(action.as_str())))
        .apply_if(*subject_type, |select, kind| select.filter(Column::SubjectType.eq(kind.as_str())))
        .apply_if(subject_id.as_ref(), |select, id| select.filter(Column::SubjectId.eq(id)))
        .apply_if(request_id.as_ref(), |select, id| select.filter(Column::RequestId.eq(id)))
        .apply_if(*livemode, |select, livemode| select.filter(Column::Livemode.eq(livemode)))
        .apply_if(*from, |select, from| select.filter(Column::CreatedAt.gte(from)))
        .apply_if(*to, |select, to| select.filter(Column::CreatedAt.lt(to)))
}

#[async_trait]
impl AuditReader for SqlDatabase {
    async fn entries(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &AuditFilter,
        window: &Window,
    ) -> Result<Slice<Entry>, RepoError> {
        let ordering = Ordering {
            column: "created_at",
            descending: true,
            key: |row: &Model| (SortValue::Time(row.created_at), row.id),
        };
        fetch(self.reader(), wanted(store, mode, filter), &ordering, window).await?.try_map(from_row)
    }

    async fn forget(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, RepoError> {
        let mut old = Query::select();
        old.columns(["store_id", "id"])
            .from("audit_log")
            .and_where(Expr::col("created_at").lt(before))
            .order_by("created_at", Order::Asc)
            .limit(u64::from(limit));
        let mut gone = Query::delete();
        gone.from_table("audit_log")
            .and_where(Expr::tuple([Expr::col("store_id"), Expr::col("id")]).in_subquery(old));
        let done = self.engine().writer().execute(&gone).await.map_err(repo_error)?;
        Ok(done.rows_affected())
    }
}
