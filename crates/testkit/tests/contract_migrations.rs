//! What processes that start may expect of the schema, and shops of what was before it.

use std::convert::Infallible;

use adapters_postgres::{DatabaseConfig, SqlDatabase};
use futures::future::join_all;
use ports::Database as _;
use testkit::{cores, database::fresh_id, goods::download, postgres::fresh_postgres, store};

/// What was searched before each word had the mark of its store: a word for the store, and then the others.
const AS_IT_WAS: [(&str, &str); 2] = [
    (
        "sqlite",
        "trim('s' || lower(hex(store_id)) || ' ' || replace(search_text, lower(substr(hex(store_id), 25)), ''))",
    ),
    (
        "postgres",
        "trim('s' || replace(store_id::text, '-', '') || ' ' || replace(search_text, right(store_id::text, 8), ''))",
    ),
];

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

#[tokio::test]
async fn what_was_searched_before_words_had_the_mark_of_a_store_is_found_after() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        for name in ["Mug", "Mug with a Lid"] {
            download(&core, &shop, name, 900, 3).await;
        }
        let nameless = "update products set search_text = '' where name = 'Mug'";
        core.database.execute(nameless, []).await;
        let written = core.database.contents(&[]).await["products"].clone();

        let text = AS_IT_WAS.iter().find(|(engine, _)| *engine == core.database.engine).unwrap().1;
        core.database.execute(&format!("update products set search_text = {text}"), []).await;
        assert_ne!(core.database.contents(&[]).await["products"], written, "{}", core.database.engine);
        let undone = "delete from seaql_migrations where version = 'm0014_searched_by_store'";
        core.database.execute(undone, []).await;

        core.database.migrate().await.unwrap();
        assert_eq!(core.database.contents(&[]).await["products"], written, "{}", core.database.engine);
    }
}

#[tokio::test]
async fn a_migration_that_breaks_off_leaves_nothing() {
    for core in cores().await {
        let database = &core.database;
        let undone = "delete from seaql_migrations where version = 'm0015_lists_of_large_shops'";
        database.execute(undone, []).await;
        database
            .migrate()
            .await
            .expect_err("it makes an index that is there already, after it dropped others");
        for made in ["orders_by_fulfillment", "products_by_price_max"] {
            database.execute(&format!("drop index {made}"), []).await;
        }
        database.migrate().await.expect("it finds again what it drops");
        assert_eq!(database.pending_migrations().await.unwrap(), Vec::<String>::new(), "{}", database.engine);
    }
}
