//! The payments of an order. Until now an index led to the one that counts, and to the others, and to whether
//! there are any, only the whole table.

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
create index payments_by_order on payments (store_id, order_id);
";
