//! Signatures of requests that were used, for as long as they could be accepted again.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, UP).await
    }
}

const UP: &str = "
create table request_signatures (
    store_id {uuid} not null,
    key_id {uuid} not null,
    code text not null,
    kept_until {time} not null,
    primary key (store_id, key_id, code)
);
create index request_signatures_by_end on request_signatures (kept_until);
";
