//! Statements that are written once for both engines.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

/// A step of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// What the database remembers it by.
    pub(crate) name: &'static str,
    /// What [`run`] runs.
    pub(crate) up: &'static str,
}

impl MigrationName for Migration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too: a step that breaks off leaves nothing, and its statements share one connection, where another
    /// would not know yet what the one before has dropped.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.up).await
    }
}

/// Runs `statements` in order, separated by a semicolon at the end of a line. `{uuid}`, `{time}` and
/// `{json}` become the engine's types; a block that starts with `--postgres` or `--sqlite` runs on that
/// engine alone.
///
/// A table that SQLite's text index refers to starts with `{row_number}` and says `{primary_key}`: its
/// rows need a number that outlives a VACUUM there, and nothing of the kind on Postgres.
async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
    let (uuid, time, json) =
        if postgres { ("uuid", "timestamptz", "jsonb") } else { ("blob", "text", "text") };
    let (row_number, primary_key) =
        if postgres { ("", "primary key") } else { ("row_number integer primary key,", "unique") };
    for statement in statements.split(";\n").map(str::trim).filter(|text| !text.is_empty()) {
        let statement = match (statement.strip_prefix("--postgres"), statement.strip_prefix("--sqlite")) {
            (Some(only), _) if postgres => only,
            (_, Some(only)) if !postgres => only,
            (None, None) => statement,
            _ => continue,
        };
        let sql = statement
            .replace("{uuid}", uuid)
            .replace("{time}", time)
            .replace("{json}", json)
            .replace("{row_number}", row_number)
            .replace("{primary_key}", primary_key);
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
