//! The statements that every storefront sends, and the plans that the engines make for them in a shop of
//! some size: an index leads to the first page and to a product by its slug.

use domain::{
    catalog::product::ProductStatus,
    id::{Handle, StoreId},
};
use ports::{
    catalog::{ProductFilter, ProductSort},
    list::{Keyset, Sort, SortValue, Window},
};
use sea_orm::{ConnectionTrait, DatabaseBackend, QueryTrait as _, Statement};

use super::{
    keys,
    load::{behind, one},
};
use crate::{DatabaseConfig, SqlDatabase, window};

/// Who owns the rows: sixteen bytes of 1.
const STORE: StoreId = StoreId::from_bytes([1; 16]);
/// Products in the shop.
const MANY: u32 = 5_000;

/// `{many}` numbers as `n`, and an id made of each, differ between the engines.
const ON_POSTGRES: [&str; 2] =
    ["(select generate_series(1, {many}) as n) as numbers", "lpad(to_hex(n), 32, '0')::uuid"];
const ON_SQLITE: [&str; 2] = [
    "(with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {many}) \
     select n from numbers)",
    "cast(printf('%016d', n) as blob)",
];

async fn fill(db: &impl ConnectionTrait) {
    let postgres = db.get_database_backend() == DatabaseBackend::Postgres;
    let [numbers, id] = if postgres { ON_POSTGRES } else { ON_SQLITE };
    let store =
        if postgres { "'01010101010101010101010101010101'" } else { "x'01010101010101010101010101010101'" };
    let time = "'2026-11-01T00:00:00+00:00'";
    let statements = [
        "insert into stores (id, name, currency, supported_currencies, supported_locales, default_locale, \
         timezone, status, tier, allowed_domains, tax, shipping, orders, checkout, version, created_at, \
         updated_at) values ({store}, 'Acme', 'GBP', '[]', '[]', 'en', 'UTC', 'active', 'expert', '[]', '{}', \
         '{}', '{}', '{}', 1, {time}, {time})",
        "insert into products (store_id, id, slug, name, status, product_type, featured, category_ids, tags, \
         media, options, price, price_min, price_max, variant_count, track_inventory, taxable, tax_class, \
         shipping_type, min_order_quantity, sort_order, metadata, search_text, version, created_at, updated_at) \
         select {store}, {id}, 'tote-' || n, 'Tote', 'published', 'physical', 0, '[]', '[]', '[]', '[]', 100, \
         100, 100, 1, true, true, 'standard', 'required', 1, n % 7, '{}', 'tote', 1, {time}, {time} from {numbers}",
        "analyze",
    ];
    for statement in statements {
        let sql = statement
            .replace("{numbers}", numbers)
            .replace("{many}", &MANY.to_string())
            .replace("{id}", id)
            .replace("{store}", store)
            .replace("{time}", time);
        db.execute_unprepared(&sql).await.expect("the rows are sound");
    }
}

/// What the engine says it would do, in one text.
async fn plan(db: &impl ConnectionTrait, statement: Statement) -> String {
    let postgres = db.get_database_backend() == DatabaseBackend::Postgres;
    let (how, column) = if postgres { ("explain ", "QUERY PLAN") } else { ("explain query plan ", "detail") };
    let asked = Statement { sql: format!("{how}{}", statement.sql), ..statement };
    let rows = db.query_all_raw(asked).await.expect("the statement is sound");
    rows.iter().map(|row| row.try_get::<String>("", column).expect("a plan is text") + "\n").collect()
}

async fn storefront_statements_use_indexes(database: &SqlDatabase) {
    database.migrate().await.expect("the migrations run");
    fill(database.engine().writer()).await;
    let (db, backend) = (database.reader(), database.engine().backend());
    let filter = ProductFilter { statuses: vec![ProductStatus::Published], ..ProductFilter::default() };
    let select = database.wanted(STORE, &filter).await.unwrap().unwrap().select(None, None);
    let ordering = keys::ordering(Sort { by: ProductSort::SortOrder, descending: false });
    let by_ids = match backend {
        DatabaseBackend::Postgres => "products_pkey",
        _ => "(store_id=? AND id=?)",
    };
    let last = Some(Keyset { value: SortValue::Int(3), id: [7; 16] });
    for window in [Window::Page { page: 1, per_page: 20 }, Window::After { last, per_page: 20 }] {
        let statement = window::rows(select.clone(), &ordering, &window).build(backend);
        let plan = plan(db, statement).await;
        assert!(plan.contains("products_by_order"), "{window:?}: {plan}");
        assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{window:?}: {plan}");
    }
    let window = Window::Page { page: 1, per_page: 20 };
    for by in [ProductSort::SortOrder, ProductSort::CreatedAt] {
        let ordering = keys::ordering(Sort { by, descending: false });
        let keys = window::rows(select.clone(), &ordering, &window);
        let plan = plan(db, behind(backend, STORE, keys, &ordering).build(backend)).await;
        assert!(plan.contains(by_ids), "{by:?}: {plan}");
    }
    let by_slug = plan(db, one(STORE, &Handle::Name("tote-77".to_owned())).build(backend)).await;
    assert!(by_slug.contains("products_slug"), "{by_slug}");
}

#[tokio::test]
async fn sqlite_reads_the_storefront_by_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("plans.sqlite").display());
    let database = SqlDatabase::open(&DatabaseConfig { url, connections: 2 }).unwrap();
    storefront_statements_use_indexes(&database).await;
}

#[tokio::test]
async fn postgres_reads_the_storefront_by_indexes() {
    let server = std::env::var("CARTWRIGHT_TEST_DATABASE_URL")
        .expect("this test needs Postgres: run the tests with `cargo xtask test`");
    let name = format!("plans_{}", std::process::id());
    let admin = sea_orm::Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("create database {name}")).await.unwrap();
    let (host, _) = server.rsplit_once('/').expect("the address names a database");
    let url = format!("{host}/{name}");
    let database = SqlDatabase::open(&DatabaseConfig { url, connections: 2 }).unwrap();
    storefront_statements_use_indexes(&database).await;
    admin.execute_unprepared(&format!("drop database {name} with (force)")).await.unwrap();
}
