//! The first minutes with the program: everything in one process, a sale, and another start.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Stdio},
    time::Duration,
};

use crate::running::{Running, answer, client};
use reqwest::Client;
use serde_json::{Value, json};

/// Buys an article that needs no parcel, and answers with the order's id.
async fn buy(client: &Client, running: &Running) -> String {
    let token = "a-token-of-the-test";
    let post =
        |path: &str, body: Value| client.post(running.shop(path)).header("X-Cart-Token", token).json(&body);
    let (status, cart) =
        answer(post("/cart/items", json!({"productId": "the-campfire-cook", "quantity": 2}))).await;
    assert_eq!((status, &cart["data"]["items"][0]["quantity"]), (200, &json!(2)), "{cart}");
    let contact = client.put(running.shop("/cart/checkout-data")).header("X-Cart-Token", token);
    let (status, saved) = answer(contact.json(&json!({"email": "ada@example.com"}))).await;
    assert_eq!(status, 200, "{saved}");
    let (status, sold) = answer(post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"}))).await;
    assert_eq!((status / 100, &sold["data"]["status"]), (2, &json!("paid")), "{sold}");
    sold["data"]["orderId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_first_start_can_sell_and_a_second_one_has_the_same_keys_and_orders() {
    let folder = tempfile::tempdir().unwrap();
    let client = client();
    let running = Running::start(folder.path()).await;
    let staff = running.demo["staff"].clone();
    let login = format!("{}/v1/private/auth/login", running.text("privateUrl"));
    let (status, opened) = answer(client.post(login).json(&staff)).await;
    assert_eq!((status, &opened["data"]["stores"][0]["role"]), (200, &json!("owner")), "{opened}");
    let mode = fs::metadata(folder.path().join("demo.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let (status, products) = answer(client.get(running.shop("/products?perPage=100"))).await;
    assert_eq!(status, 200);
    assert!(products["meta"]["total"].as_u64().unwrap() >= 30, "{products}");
    let order = buy(&client, &running).await;
    let keys = running.keys().map(str::to_owned);
    running.stop();

    let running = Running::start(folder.path()).await;
    assert_eq!(running.keys(), keys.each_ref().map(String::as_str));
    assert_eq!(running.demo["staff"], staff);
    let secret = running.text("testSecretKey");
    let orders = format!("{}/v1/private/orders/{order}", running.text("privateUrl"));
    let (status, found) = answer(client.get(orders).bearer_auth(secret)).await;
    assert_eq!((status, &found["data"]["paymentStatus"]), (200, &json!("paid")), "{found}");
    let (_, again) = answer(client.get(running.shop("/products?perPage=100"))).await;
    assert_eq!(again["meta"]["total"], products["meta"]["total"]);
}

#[tokio::test]
async fn lost_keys_are_replaced_and_the_old_ones_open_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let client = client();
    let running = Running::start(folder.path()).await;
    let [store, publishable, _, secret, _] = running.keys().map(str::to_owned);
    running.stop();
    fs::remove_file(folder.path().join("demo-keys.json")).unwrap();

    let running = Running::start(folder.path()).await;
    assert_eq!(
        (running.text("storeId"), running.text("publishableKey")),
        (store.as_str(), publishable.as_str())
    );
    assert_ne!(running.text("secretKey"), secret);
    let url = format!("{}/v1/private/store", running.text("privateUrl"));
    assert_eq!(answer(client.get(&url).bearer_auth(&secret)).await.0, 401);
    assert_eq!(answer(client.get(&url).bearer_auth(running.text("secretKey"))).await.0, 200);
}

#[tokio::test]
async fn a_seeding_that_was_cut_short_is_finished_once_and_nothing_comes_back_later() {
    let folder = tempfile::tempdir().unwrap();
    let mut seed = Command::new(env!("CARGO_BIN_EXE_cartwright"));
    seed.args(["seed", "demo", "--json", "--data-dir"]).arg(folder.path()).env_remove("DATABASE_URL");
    let mut cut_short = seed.stdout(Stdio::null()).spawn().unwrap();
    // Wherever the axe falls, the next start goes on from there.
    tokio::time::sleep(Duration::from_millis(400)).await;
    cut_short.kill().unwrap();
    cut_short.wait().unwrap();
    let client = client();
    let running = Running::start(folder.path()).await;
    let (_, products) = answer(client.get(running.shop("/products?perPage=100"))).await;
    assert!(products["meta"]["total"].as_u64().unwrap() >= 30, "{products}");
    let methods = format!("{}/v1/private/shipping-methods", running.text("privateUrl"));
    let secret = running.text("secretKey").to_owned();
    let (_, listed) = answer(client.get(&methods).bearer_auth(&secret)).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 3, "{listed}");
    let gone = format!("{methods}/{}", listed["data"][0]["id"].as_str().unwrap());
    assert_eq!(client.delete(gone).bearer_auth(&secret).send().await.unwrap().status(), 204);
    running.stop();

    let running = Running::start(folder.path()).await;
    let methods = format!("{}/v1/private/shipping-methods", running.text("privateUrl"));
    let (_, listed) = answer(client.get(&methods).bearer_auth(&secret)).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 2, "{listed}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cartwright"));
    command.args(["dev", "--public-addr", &address, "--data-dir"]).arg(folder.path());
    let output = command.env_remove("DATABASE_URL").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("a port is taken") && said.contains(&address), "{said}");
    assert!(!folder.path().join("cartwright.db").exists(), "nothing is touched before the ports are there");
}
