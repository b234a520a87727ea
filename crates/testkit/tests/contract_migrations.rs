//! What processes that start together may expect of the schema.

use std::convert::Infallible;

use adapters_postgres::{DatabaseConfig, SqlDatabase};
use futures::future::join_all;
use ports::Database as _;
use testkit::{database::fresh_id, postgres::fresh_postgres};

#[tokio::test]
async fn processes_that_start_together_make_one_schema() {
    let empty = fresh_postgres("empty", async |_url: String| Ok::<(), Infallible>(())).await;
    let open = || SqlDatabase::open(&DatabaseConfig { url: empty.url().to_owned(), connections: 1 }).unwrap();
    let processes: Vec<_> = (0..4).map(|_| open()).collect();
    for migrated in join_all(processes.iter().map(SqlDatabase::migrate)).await {
        migrated.expect("each waits for the one before it, and then finds nothing to do");
    }
    assert_eq!(processes[0].stores().config(fresh_id()).await.unwrap(), None, "the tables are there");
}
