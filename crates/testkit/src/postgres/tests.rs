//! What a test may expect of its database.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicU32, Ordering},
};

use super::*;

/// A schema of one table; `name` keeps the templates of these tests apart.
async fn with_a_table(name: &str) -> FreshPostgres {
    fresh_postgres(name, async |url: String| {
        let mut connection = PgConnection::connect(&url).await?;
        execute(&mut connection, "CREATE TABLE parcel (weight bigint NOT NULL)".to_owned()).await
    })
    .await
}

async fn parcels(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM parcel").fetch_one(&mut connection).await.unwrap()
}

async fn exists(database: &FreshPostgres, name: &str) -> bool {
    let mut connection = PgConnection::connect(&database.server).await.unwrap();
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn two_databases_share_the_schema_and_no_rows() {
    let (first, second) = tokio::join!(with_a_table("shared"), with_a_table("shared"));
    let mut connection = PgConnection::connect(first.url()).await.unwrap();
    execute(&mut connection, "INSERT INTO parcel VALUES (7)".to_owned()).await.unwrap();
    assert_eq!((parcels(first.url()).await, parcels(second.url()).await), (1, 0));
}

#[tokio::test]
async fn a_schema_is_made_once_however_many_tests_ask() {
    let calls = AtomicU32::new(0);
    let ask = || async {
        fresh_postgres("made_once", async |_url: String| {
            calls.fetch_add(1, Ordering::SeqCst);
            Ok::<(), Infallible>(())
        })
        .await
    };
    let (_first, _second, _third) = tokio::join!(ask(), ask(), ask());
    // A server that outlives the tests may have the template from an earlier run.
    assert!(calls.load(Ordering::SeqCst) <= 1, "{calls:?}");
}

#[tokio::test]
async fn a_schema_cut_off_in_the_making_is_made_anew() {
    let server = env::var(VARIABLE).expect("run by `cargo xtask test`");
    let failed = fresh_on(server, "cut_off", async |url: String| {
        let mut connection = PgConnection::connect(&url).await?;
        execute(&mut connection, "CREATE TABLE parcel (half boolean)".to_owned()).await?;
        Err(sqlx::Error::WorkerCrashed)
    })
    .await;
    assert!(failed.is_err(), "the failure of a migration was swallowed");
    let database = with_a_table("cut_off").await;
    assert_eq!(parcels(database.url()).await, 0);
    drop_template(&database, "cartwright_template_cut_off").await;
}

async fn drop_template(database: &FreshPostgres, template: &str) {
    let mut connection = PgConnection::connect(&database.server).await.unwrap();
    execute(&mut connection, format!("ALTER DATABASE {template} IS_TEMPLATE false")).await.unwrap();
    execute(&mut connection, format!("DROP DATABASE {template}")).await.unwrap();
}

#[tokio::test]
async fn a_database_goes_with_its_test_even_with_connections_open() {
    let database = with_a_table("dropped").await;
    let witness = with_a_table("dropped").await;
    let _left_open = PgConnection::connect(database.url()).await.unwrap();
    let name = database.name.clone();
    assert!(exists(&witness, &name).await);
    drop(database);
    assert!(!exists(&witness, &name).await);
}

#[test]
fn a_url_keeps_everything_but_its_database() {
    let cases = [
        ("postgres://u:p@h:1/a", "postgres://u:p@h:1/x"),
        ("postgres://u:p@h:1/a?sslmode=disable", "postgres://u:p@h:1/x?sslmode=disable"),
        ("postgres://h", "postgres://h/x"),
        ("postgres:///a?host=/run/postgresql", "postgres:///x?host=/run/postgresql"),
    ];
    for (server, expected) in cases {
        assert_eq!(url_of(server, "x"), expected);
    }
}

#[test]
fn a_fingerprint_changes_with_a_file_and_not_with_the_place() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&here, &there] {
        fs::create_dir(folder.path().join("later")).unwrap();
        fs::write(folder.path().join("later/m0002.rs"), "CREATE TABLE parcel").unwrap();
    }
    assert_eq!(fingerprint_of(here.path()), fingerprint_of(there.path()));
    fs::write(there.path().join("later/m0002.rs"), "CREATE TABLE parcels").unwrap();
    assert_ne!(fingerprint_of(here.path()), fingerprint_of(there.path()));
    assert_ne!(migrations_fingerprint(), fingerprint_of(here.path()));
}
