//! Room on the pages of carts, which are written several times each: a new version of a row that finds a place
//! beside the old one costs no entry in any index.

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
--postgres alter table carts set (fillfactor = 50);
";
