//! Runs statements that are written once for both engines.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

/// Runs `statements` in order, separated by a semicolon at the end of a line. `{uuid}`, `{time}` and
/// `{json}` become the engine's types; a block that starts with `--postgres` or `--sqlite` runs on that
/// engine alone.
///
/// A table that SQLite's text index refers to starts with `{row_number}` and says `{primary_key}`: its
/// rows need a number that outlives a VACUUM there, and nothing of the kind on Postgres.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
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
