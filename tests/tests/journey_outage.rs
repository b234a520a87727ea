//! The database goes away and comes back, under servers that stay.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use adapters_postgres::{DatabaseConfig, SqlDatabase};
use application::Core;
use journeys::{Answer, Caller, Shop};
use reqwest::Method;
use serde_json::json;
use testkit::{TestCore, cluster::Cluster, goods::download};

/// How long the servers may take to notice that the database is back.
const PATIENCE: Duration = Duration::from_secs(20);

/// How soon a cart is on the disk after it was told of: Postgres writes within three of its
/// `wal_writer_delay`, 600 ms. Until then a crash of the database may take it.
const SOON: Duration = Duration::from_secs(1);

async fn shop_on(cluster: &Cluster) -> Shop {
    let config = DatabaseConfig { url: cluster.url(), connections: 8 };
    let database = SqlDatabase::open(&config).expect("the address is sound");
    database.migrate().await.expect("the migrations run");
    // Only the shape of the core is taken from here; its database is the cluster.
    let pattern = TestCore::start().await;
    Shop::over(Core::clone(&pattern.core), Arc::new(database)).await
}

fn away(answer: &Answer) {
    answer.refused(503, "service_unavailable");
    let seconds: u32 = answer.header("retry-after").parse().expect("Retry-After is a number of seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
}

/// What a probe is told. Its 503 is a report, not a refusal.
async fn readiness(caller: &Caller) -> u16 {
    let answer = caller.request(Method::GET, "/readyz").send().await.expect("the server answers");
    answer.status().as_u16()
}

async fn becomes(server: &Caller, status: u16) {
    let begun = Instant::now();
    while readiness(server).await != status {
        assert!(begun.elapsed() < PATIENCE, "the probe does not become {status}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_requests_are_told_to_come_back_and_then_all_goes_on() {
    let cluster = Cluster::start_new();
    let shop = shop_on(&cluster).await;
    let (merchant, shopper) = (shop.merchant(), shop.shopper("sam-00001"));
    let servers = [shop.at_public(), shop.at_private()];
    download(&shop.core, &shop.store, "Pattern", 700, 5).await;
    shopper.post("/cart/items", json!({"productId": "pattern"})).await.data();
    for server in &servers {
        assert_eq!(readiness(server).await, 200);
    }

    tokio::time::sleep(SOON).await;
    cluster.stop();
    for _ in 0..2 {
        away(&merchant.get("/orders").await);
        away(&merchant.post("/brands", json!({"name": "North Wick"})).await);
        away(&shopper.get("/cart").await);
        away(&shopper.post("/cart/items", json!({"productId": "pattern"})).await);
        away(&shopper.post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"})).await);
        for server in &servers {
            assert_eq!(server.get("/healthz").await.status, 200, "the process itself is well");
            // Probes may be told what was found a second ago.
            becomes(server, 503).await;
        }
    }

    cluster.start();
    for server in &servers {
        becomes(server, 200).await;
    }
    let cart = shopper.get("/cart").await.data();
    assert_eq!(cart["items"][0]["quantity"], 1, "nothing was added while it was away");
    assert_eq!(merchant.get("/brands").await.json["data"], json!([]));
    merchant.post("/brands", json!({"name": "North Wick"})).await.data();
    let contact = json!({"email": "sam@example.com", "billingAddress": {
        "line1": "1 High Street", "city": "London", "postcode": "NW1 6XE", "countryCode": "GB",
    }});
    shopper.put("/cart/checkout-data", contact).await.data();
    let sold = shopper.post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"})).await.data();
    assert_eq!(sold["status"], "paid");
}
