//! How a database stands, for an operator who wants to know.

use chrono::{DateTime, Utc};
use ports::RepoError;
use sea_orm::{
    ConnectionTrait as _, DatabaseBackend, DbErr, ExprTrait as _, Statement,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use crate::{OpenError, SqlDatabase, error::repo_error};

/// What an operator may want to know of a SQLite file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileState {
    /// What a quick look over its pages found wrong; nothing when it is sound.
    pub faults: Vec<String>,
    /// The file, as SQLite knows it; empty for a database in memory.
    pub path: String,
}

impl SqlDatabase {
    /// What answers: the engine and its version, such as `PostgreSQL 17.5` or `SQLite 3.50.2`.
    pub async fn engine_version(&self) -> Result<String, RepoError> {
        let (name, question) = match self.engine().backend() {
            DatabaseBackend::Postgres => ("PostgreSQL", "select current_setting('server_version')"),
            _ => ("SQLite", "select sqlite_version()"),
        };
        let version: String = self.ask(question).await.map_err(repo_error)?;
        Ok(format!("{name} {version}"))
    }

    /// What time the database thinks it is; `None` for SQLite, which has no clock of its own.
    pub async fn its_time(&self) -> Result<Option<DateTime<Utc>>, RepoError> {
        match self.engine().backend() {
            DatabaseBackend::Postgres => {
                self.ask("select clock_timestamp()").await.map(Some).map_err(repo_error)
            }
            _ => Ok(None),
        }
    }

    /// Whether rows can be changed: begins a transaction, changes none of them, and undoes it. Fails on a
    /// standby, a file without write permission and a user without rights. Needs the schema.
    pub async fn try_writing(&self) -> Result<(), RepoError> {
        let mut nobody = Query::update();
        nobody
            .table("stores")
            .value("version", Expr::col("version"))
            .and_where(Expr::col("id").eq(Uuid::nil()));
        let transaction = self.engine().begin().await.map_err(repo_error)?;
        transaction.execute(&nobody).await.map_err(repo_error)?;
        transaction.rollback().await.map_err(repo_error)
    }

    /// Looks a SQLite file over; `None` on Postgres, which looks after its files itself.
    pub async fn inspect_file(&self) -> Result<Option<FileState>, RepoError> {
        if self.engine().backend() == DatabaseBackend::Postgres {
            return Ok(None);
        }
        let told = self.rows("pragma quick_check(20)").await.map_err(repo_error)?;
        let faults = told.into_iter().filter(|line| line != "ok").collect();
        let path = self.ask("select file from pragma_database_list where name = 'main'").await;
        Ok(Some(FileState { faults, path: path.map_err(repo_error)? }))
    }

    /// Names of migrations that the schema has and this program does not know: those of a newer one.
    pub async fn unknown_migrations(&self) -> Result<Vec<String>, OpenError> {
        use sea_orm_migration::MigratorTrait as _;
        let known: Vec<String> =
            migrations::Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        let applied = self.rows("select version from seaql_migrations order by version").await;
        let applied = applied.map_err(OpenError::Migration)?;
        Ok(applied.into_iter().filter(|version| !known.contains(version)).collect())
    }

    async fn ask<T: sea_orm::TryGetable>(&self, question: &str) -> Result<T, DbErr> {
        let statement = Statement::from_string(self.engine().backend(), question);
        let row = self.reader().query_one_raw(statement).await?;
        row.ok_or_else(|| DbErr::RecordNotFound(question.to_owned()))?.try_get_by_index(0)
    }

    async fn rows(&self, question: &str) -> Result<Vec<String>, DbErr> {
        let statement = Statement::from_string(self.engine().backend(), question);
        let rows = self.reader().query_all_raw(statement).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect()
    }
}
