//! Signatures of requests that were used.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use ports::{
    RepoError,
    signatures::{Signatures, SpentSignature},
};
use sea_orm::{
    ConnectionTrait as _, ExprTrait as _,
    sea_query::{Expr, OnConflict, Query},
};

use crate::{SqlDatabase, error::repo_error, stored::uuid};

const TABLE: &str = "request_signatures";

#[async_trait]
impl Signatures for SqlDatabase {
    async fn spend(&self, signature: &SpentSignature) -> Result<bool, RepoError> {
        let SpentSignature { store, key, code, kept_until } = *signature;
        let mut insert = Query::insert();
        insert
            .into_table(TABLE)
            .columns(["store_id", "key_id", "code", "kept_until"])
            .values_panic([
                Expr::val(uuid(store)),
                Expr::val(uuid(key)),
                Expr::val(hex::encode(code)),
                Expr::val(kept_until),
            ])
            .on_conflict(OnConflict::columns(["store_id", "key_id", "code"]).do_nothing().to_owned());
        let written = self.engine().writer().execute(&insert).await.map_err(repo_error)?;
        Ok(written.rows_affected() > 0)
    }

    async fn forget(&self, now: DateTime<Utc>) -> Result<u64, RepoError> {
        let mut delete = Query::delete();
        delete.from_table(TABLE).and_where(Expr::col("kept_until").lte(now));
        let deleted = self.engine().writer().execute(&delete).await.map_err(repo_error)?;
        Ok(deleted.rows_affected())
    }
}
