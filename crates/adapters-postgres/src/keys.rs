//! API keys, and the publishable ones in use kept in memory.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    access::{ApiKey, KeyKind},
    id::{ApiKeyId, StoreId},
};
use ports::{
    RepoError,
    keys::{ApiKeys, KeyReader, KeyRow, KeyUse},
    list::{Slice, SortValue, Window},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, ExprTrait as _,
    IntoActiveModel as _, QueryFilter as _, QuerySelect as _, Statement, Value, sea_query::Expr,
};

use self::row::{from_row, to_row};
use crate::{
    SqlDatabase,
    changes::Topic,
    error::repo_error,
    stored::{by_id, uuid},
    unit_of_work::SqlUnitOfWork,
    window::{Ordering, fetch},
};

pub(crate) mod row;

/// Uses noted by one statement; its parameters are limited.
const USES_AT_A_TIME: usize = 1_000;

#[async_trait]
impl KeyReader for SqlDatabase {
    async fn by_hash(&self, kind: KeyKind, hash: &str) -> Result<Option<Arc<ApiKey>>, RepoError> {
        let by_hash = || async {
            let row = row::Entity::find().filter(row::Column::Hash.eq(hash)).one(self.reader()).await;
            let row = row.map_err(repo_error)?.map(from_row).transpose()?;
            Ok::<_, RepoError>(row.map(|row| Arc::new(row.key)).filter(|key| key.kind == kind))
        };
        if kind == KeyKind::Secret {
            return by_hash().await;
        }
        if let Some(known) = self.memory().key(hash, self.changes()) {
            return Ok(Some(known));
        }
        let Some(found) = by_hash().await? else { return Ok(None) };
        // Which epoch counts is known only with the row at hand. A row read before its epoch could be
        // too old for it, so it is read once more; this happens once for each key and epoch.
        let epoch = self.changes().epoch(found.store, Topic::Config);
        let Some(key) = by_hash().await? else { return Ok(None) };
        self.memory().keep_key(hash, epoch, key.clone());
        Ok(Some(key))
    }

    async fn key(&self, store: StoreId, key: ApiKeyId) -> Result<Option<KeyRow>, RepoError> {
        let found = row::Entity::find().filter(by_id(uuid(store), key)).one(self.reader()).await;
        found.map_err(repo_error)?.map(from_row).transpose()
    }

    async fn keys(&self, store: StoreId, window: &Window) -> Result<Slice<KeyRow>, RepoError> {
        let of_store = row::Entity::find().filter(row::Column::StoreId.eq(uuid(store)));
        let ordering = Ordering {
            column: "created_at",
            descending: true,
            key: |row: &row::Model| (SortValue::Time(row.created_at), row.id),
        };
        fetch(self.reader(), of_store, &ordering, window).await?.try_map(from_row)
    }

    async fn used(&self, uses: &[KeyUse]) -> Result<(), RepoError> {
        let writer = self.engine().writer();
        for uses in uses.chunks(USES_AT_A_TIME) {
            let (rows, values) = used_rows(uses);
            let sql = format!(
                "with used (store_id, id, at) as (values {rows}) \
                 update api_keys set last_used_at = used.at from used \
                 where api_keys.store_id = used.store_id and api_keys.id = used.id \
                 and (api_keys.last_used_at is null or api_keys.last_used_at < used.at)"
            );
            let statement = Statement::from_sql_and_values(self.engine().backend(), sql, values);
            writer.execute_raw(statement).await.map_err(repo_error)?;
        }
        Ok(())
    }
}

/// The rows of a `VALUES`, as placeholders, and what belongs in them.
fn used_rows(uses: &[KeyUse]) -> (String, Vec<Value>) {
    let mut values = Vec::with_capacity(uses.len().saturating_mul(3));
    let rows: Vec<_> = uses
        .iter()
        .map(|KeyUse { store, key, at }| {
            let next = values.len().saturating_add(1);
            values.extend([uuid(*store).into(), uuid(*key).into(), (*at).into()]);
            format!("(${next}, ${}, ${})", next.saturating_add(1), next.saturating_add(2))
        })
        .collect();
    (rows.join(", "), values)
}

#[async_trait]
impl ApiKeys for SqlUnitOfWork {
    async fn insert(&mut self, key: &ApiKey, hash: &str, token: Option<&str>) -> Result<(), RepoError> {
        let row = to_row(key, hash, token).into_active_model().reset_all();
        row::Entity::insert(row).exec_without_returning(self.transaction()).await.map_err(repo_error)?;
        self.touch(Topic::Config);
        Ok(())
    }

    async fn find(&mut self, key: ApiKeyId) -> Result<Option<ApiKey>, RepoError> {
        let found = row::Entity::find()
            .filter(by_id(self.store(), key))
            .lock_exclusive()
            .one(self.transaction())
            .await;
        Ok(found.map_err(repo_error)?.map(from_row).transpose()?.map(|row| row.key))
    }

    async fn update(&mut self, key: &mut ApiKey) -> Result<(), RepoError> {
        let mut row = to_row(key, "", None).into_active_model().reset_all();
        row.hash = sea_orm::NotSet;
        row.token = sea_orm::NotSet;
        self.write(key, row).await
    }

    async fn replace(&mut self, key: &mut ApiKey, hash: &str, token: Option<&str>) -> Result<(), RepoError> {
        let row = to_row(key, hash, token).into_active_model().reset_all();
        self.write(key, row).await
    }
}

impl SqlUnitOfWork {
    async fn write(&mut self, key: &mut ApiKey, mut row: row::ActiveModel) -> Result<(), RepoError> {
        let next = key.version.saturating_add(1);
        row.version = sea_orm::Set(next);
        // Set elsewhere, by use.
        row.last_used_at = sea_orm::NotSet;
        let written = row::Entity::update_many()
            .set(row)
            .filter(by_id(self.store(), key.id))
            .filter(Expr::col("version").eq(key.version))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        if written.rows_affected == 0 {
            return Err(RepoError::Stale);
        }
        key.version = next;
        self.touch(Topic::Config);
        Ok(())
    }
}
