//! A Postgres database for one test.
//!
//! The schema is made once in a template database, and every test gets a copy of it, which costs
//! Postgres a few milliseconds. The template's name carries a fingerprint of the migrations, so that a
//! server that outlives the tests never hands out an old schema.

use std::{
    collections::hash_map::DefaultHasher,
    env,
    error::Error,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::Mutex;

/// Where `cargo xtask test` says which server to use.
const VARIABLE: &str = "CARTWRIGHT_TEST_DATABASE_URL";
/// Guards the making of templates among all test processes of a server; any number would do.
const TEMPLATE_LOCK: i64 = 0x0C_A127;

/// A database that belongs to one test, and is dropped with this value.
#[derive(Debug)]
pub struct FreshPostgres {
    url: String,
    name: String,
    server: String,
}

impl FreshPostgres {
    /// The URL to connect to.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for FreshPostgres {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // Dropped inside the test's runtime, which cannot wait for another future here.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(drop_database(&server, &name)).ok()
        });
        // A database left over costs disk space, and must not fail a test that has passed.
        let _dropped = dropping.join();
    }
}

/// A new database with the schema that `migrate` makes.
///
/// `schema` tells schemas apart: [`migrations_fingerprint`] for the real one. `migrate` is given the URL
/// of an empty database, and is called only when no test before has made the same schema.
///
/// # Panics
/// When there is no server to use, or it refuses: a test that needs Postgres is never skipped.
pub async fn fresh_postgres<M, F, E>(schema: &str, migrate: M) -> FreshPostgres
where
    M: FnOnce(String) -> F,
    F: Future<Output = Result<(), E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let server = env::var(VARIABLE).unwrap_or_else(|_| {
        panic!("this test needs Postgres: run the tests with `cargo xtask test`, or set {VARIABLE}")
    });
    let made = fresh_on(server, schema, migrate).await;
    made.unwrap_or_else(|error| panic!("cannot make a Postgres database for this test: {error}"))
}

/// Changes whenever a file of the `migrations` crate changes.
pub fn migrations_fingerprint() -> String {
    fingerprint_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/src"))
}

fn fingerprint_of(folder: &Path) -> String {
    let mut files = Vec::new();
    collect_files(folder, &mut files);
    assert!(!files.is_empty(), "there are no migrations in {}", folder.display());
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        // Where the repository is checked out makes no difference to the schema.
        file.strip_prefix(folder).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).expect("a file just listed can be read").hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the migrations are part of the repository") {
        let path = entry.expect("the migrations are part of the repository").path();
        if path.is_dir() { collect_files(&path, files) } else { files.push(path) }
    }
}

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

async fn fresh_on<M, F, E>(server: String, schema: &str, migrate: M) -> Outcome<FreshPostgres>
where
    M: FnOnce(String) -> F,
    F: Future<Output = Result<(), E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let template = format!("cartwright_template_{schema}");
    ensure_template(&server, &template, migrate).await?;
    clone_of(server, &template).await
}

async fn ensure_template<M, F, E>(server: &str, template: &str, migrate: M) -> Outcome<()>
where
    M: FnOnce(String) -> F,
    F: Future<Output = Result<(), E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    /// Templates that this process has seen complete.
    static KNOWN: OnceLock<Mutex<Vec<String>>> = OnceLock::new();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().await;
    if known.iter().any(|name| name == template) {
        return Ok(());
    }
    let mut connection = PgConnection::connect(server).await?;
    // Held until the connection closes, so that a failure below lets the next process try.
    sqlx::query("SELECT pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut connection).await?;
    let complete: Option<bool> =
        sqlx::query_scalar("SELECT datistemplate FROM pg_database WHERE datname = $1")
            .bind(template)
            .fetch_optional(&mut connection)
            .await?;
    if complete != Some(true) {
        // A process that was cut off in the middle leaves a database that is not marked.
        execute(&mut connection, format!("DROP DATABASE IF EXISTS {template} WITH (FORCE)")).await?;
        execute(&mut connection, format!("CREATE DATABASE {template}")).await?;
        migrate(url_of(server, template)).await.map_err(Into::into)?;
        // Nobody may change a template, and an open connection would stop its being copied.
        execute(&mut connection, format!("ALTER DATABASE {template} ALLOW_CONNECTIONS false")).await?;
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
            .bind(template)
            .execute(&mut connection)
            .await?;
        execute(&mut connection, format!("ALTER DATABASE {template} IS_TEMPLATE true")).await?;
    }
    connection.close().await?;
    known.push(template.to_owned());
    Ok(())
}

async fn clone_of(server: String, template: &str) -> Outcome<FreshPostgres> {
    let mut connection = PgConnection::connect(&server).await?;
    let name: String =
        sqlx::query_scalar("SELECT 'cartwright_test_' || replace(gen_random_uuid()::text, '-', '')")
            .fetch_one(&mut connection)
            .await?;
    execute(&mut connection, format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
    connection.close().await?;
    Ok(FreshPostgres { url: url_of(&server, &name), name, server })
}

async fn drop_database(server: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    // The test may have left connections open.
    execute(&mut connection, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    connection.close().await
}

/// Runs a statement that takes no parameters; the names in ours are made here, never given.
async fn execute(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    connection.execute(AssertSqlSafe(statement)).await.map(drop)
}

/// The same server, user and options, with another database.
fn url_of(server: &str, database: &str) -> String {
    let (address, options) = server.split_once('?').map_or((server, None), |(a, o)| (a, Some(o)));
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{}/{database}{options}", &address[..end])
}

#[cfg(test)]
mod tests;
