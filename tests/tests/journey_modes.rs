//! What is kept apart: practice from business, and one store from another.

use std::collections::BTreeMap;

use http_api::openapi;
use journeys::{Caller, Shop};
use serde_json::{Value, json};
use testkit::TestStore;

fn contact() -> Value {
    let address =
        json!({"line1": "1 High Street", "city": "London", "postcode": "NW1 6XE", "countryCode": "GB"});
    json!({"email": "sam@example.com", "shippingAddress": address})
}

async fn add_product(merchant: &Caller) {
    let product = json!({
        "name": "Candle", "price": 2400, "stock": 10, "status": "published", "productType": "digital",
    });
    merchant.post("/products", product).await.data();
}

/// Sells one candle in test mode, and answers with what the shopper is told.
async fn sell(shop: &Shop, store: &TestStore, token: &str) -> Value {
    let shopper = shop.shopper_with(&store.pk_test, token);
    shopper.post("/cart/items", json!({"productId": "candle"})).await.data();
    shopper.put("/cart/checkout-data", contact()).await.data();
    shopper.post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"})).await.data()
}

async fn stock(merchant: &Caller) -> Value {
    merchant.get("/products/candle").await.data()["inventoryCount"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_and_business_share_the_catalogue_and_nothing_else() {
    for shop in Shop::on_each_engine().await {
        let [test, live] = [&shop.store.sk_test, &shop.store.sk_live].map(|key| shop.merchant_with(key));
        add_product(&test).await;
        assert_eq!(
            (stock(&test).await, stock(&live).await),
            (json!(10), json!(10)),
            "both start with the same"
        );
        let order = sell(&shop, &shop.store, "same-token-1").await["orderId"].clone();
        let path = format!("/orders/{}", order.as_str().expect("an id"));
        assert_eq!((stock(&test).await, stock(&live).await), (json!(9), json!(10)));
        assert_eq!(test.get(&path).await.data()["livemode"], false);
        live.get(&path).await.refused(404, "not_found");
        assert_eq!(live.get("/orders").await.json["data"], json!([]));
        live.post(&format!("{path}/refund"), json!({})).await.refused(404, "not_found");

        // The same token is another cart in the other mode.
        let shopper = shop.shopper_with(&shop.store.pk_live, "same-token-1");
        let cart = shopper.get("/cart").await.data();
        assert_eq!((&cart["livemode"], &cart["items"]), (&json!(true), &json!([])));
        shopper.get(&path).await.refused(404, "not_found");
        shopper.post("/cart/items", json!({"productId": "candle"})).await.data();
        shopper.put("/cart/checkout-data", contact()).await.data();
        // Play money buys nothing real.
        let refused = shopper.post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"})).await;
        refused.refused(409, "stripe_not_configured");
        assert_eq!(stock(&live).await, 10);

        live.patch("/products/candle/inventory", json!({"operation": "set", "quantity": 3})).await.data();
        assert_eq!((stock(&test).await, stock(&live).await), (json!(9), json!(3)));
        live.patch("/products/candle", json!({"price": 2500})).await.data();
        assert_eq!(test.get("/products/candle").await.data()["price"]["amount"], 2500, "one catalogue");
    }
}

/// Puts one of everything into a store, and answers with the paths of it all.
async fn furnish(shop: &Shop, store: &TestStore) -> Vec<String> {
    let merchant = shop.merchant_with(&store.sk_test);
    add_product(&merchant).await;
    let mut paths = Vec::new();
    for (list, body) in [
        ("/brands", json!({"name": "North Wick"})),
        ("/categories", json!({"name": "Candles"})),
        ("/products", json!({"name": "Vase", "price": 1})),
        ("/tax-rates", json!({"name": "VAT", "rate": 0.2})),
        ("/shipping-methods", json!({"name": "Post", "type": "flat_rate", "rate": 100})),
        ("/promotions", json!({"code": "TEN", "type": "percentage", "value": 10})),
        ("/payment-methods", json!({"code": "invoice", "provider": "invoice", "label": "Invoice"})),
        ("/api-keys", json!({"name": "Warehouse", "mode": "test", "scopes": ["read:orders"]})),
    ] {
        let made = merchant.post(list, body).await.data();
        paths.push(format!("{list}/{}", made["id"].as_str().expect("an id")));
    }
    let order = sell(shop, store, "same-token-1").await;
    paths.push(format!("/orders/{}", order["orderId"].as_str().expect("an id")));
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stores_never_see_each_other() {
    for shop in Shop::on_each_engine().await {
        let other = testkit::store(&shop.core, "Other", "GBP").await;
        let (ours, theirs) = (furnish(&shop, &shop.store).await, furnish(&shop, &other).await);
        for (own, paths, strangers) in [(&shop.store, &ours, &other), (&other, &theirs, &shop.store)] {
            let [owner, stranger] = [own, strangers].map(|store| shop.merchant_with(&store.sk_test));
            for path in paths {
                let before = owner.get(path).await.data();
                stranger.get(path).await.refused(404, "not_found");
                stranger.patch(path, json!({})).await.refused(404, "not_found");
                let deleted = stranger.delete(path).await;
                // Orders cannot be deleted by anybody, which is no secret.
                assert_eq!(deleted.status, if path.starts_with("/orders") { 405 } else { 404 }, "{path}");
                assert_eq!(owner.get(path).await.data(), before, "{path}");
            }
            for (list, count) in [("/brands", 1), ("/categories", 1), ("/products", 2), ("/orders", 1)] {
                let listed = owner.get(list).await.json["data"].as_array().map(Vec::len);
                assert_eq!(listed, Some(count), "{list}");
            }
        }
        // Another store's goods in a cart, its order, its brand: none of them exist.
        let [brand, category, product] = [0, 1, 2].map(|at| theirs[at].rsplit('/').next().expect("an id"));
        let order = theirs.last().expect("an order");
        let shopper = shop.shopper("curious-1");
        shopper.get(&format!("{order}?email=sam@example.com")).await.refused(404, "not_found");
        shopper.post("/cart/items", json!({"productId": product})).await.refused(404, "not_found");
        let merchant = shop.merchant();
        merchant
            .post("/products", json!({"name": "Mixed", "price": 1, "brandId": brand}))
            .await
            .refused_field("brandId");
        merchant
            .post("/categories", json!({"name": "Mixed", "parentId": category}))
            .await
            .refused_field("parentId");
    }
}

/// Whatever a merchant can look at without naming a thing, but for what does not belong to a mode: keys say
/// when they were last used, the operator sees all stores, and the plan is the store's.
fn views() -> Vec<String> {
    let document = serde_json::to_value(openapi::private_document()).expect("a document is JSON");
    let paths = document["paths"].as_object().expect("a document has paths");
    let whole = paths.iter().filter(|(_, item)| item.get("get").is_some()).map(|(path, _)| path);
    let views = whole.filter_map(|path| path.strip_prefix("/v1/private")).filter(|path| !path.contains('{'));
    let own = ["/api-keys", "/auth", "/health", "/stores", "/audit-log", "/tier"];
    views.filter(|path| !own.iter().any(|one| path.starts_with(one))).map(str::to_owned).collect()
}

/// All that one mode shows, to the merchant and to shoppers.
async fn seen(shop: &Shop, secret: &str, publishable: &str) -> BTreeMap<String, Value> {
    let (merchant, guest) = (shop.merchant_with(secret), shop.guest_with(publishable));
    let mut seen = BTreeMap::new();
    for view in views() {
        seen.insert(view.clone(), merchant.get(&view).await.json);
    }
    for view in ["/products", "/products/candle"] {
        seen.insert(format!("public{view}"), guest.get(view).await.json);
    }
    seen
}

/// The views that are no longer as they were.
fn moved(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Vec<String> {
    before
        .iter()
        .filter(|(view, json)| after.get(*view) != Some(*json))
        .map(|(view, _)| view.clone())
        .collect()
}

/// A sale with a coupon, paid, partly refunded, and another one called off; then stock by hand.
async fn trade(shop: &Shop, secret: &str, publishable: &str) {
    let merchant = shop.merchant_with(secret);
    let mut orders = Vec::new();
    for token in ["trading-1", "trading-2"] {
        let shopper = shop.shopper_with(publishable, token);
        shopper.post("/cart/items", json!({"productId": "candle"})).await.data();
        shopper.post("/cart/discount", json!({"code": "TEN"})).await.data();
        shopper.put("/cart/checkout-data", contact()).await.data();
        let sold = shopper.post("/cart/checkout", json!({"paymentMethod": "bank_transfer"})).await.data();
        orders.push(format!("/orders/{}", sold["orderId"].as_str().expect("an id")));
    }
    merchant.post(&format!("{}/mark-paid", orders[0]), Value::Null).await.data();
    merchant.post(&format!("{}/refund", orders[0]), json!({"amount": 100})).await.data();
    merchant.post(&format!("{}/cancel", orders[1]), Value::Null).await.data();
    merchant
        .patch("/products/candle/inventory", json!({"operation": "decrement", "quantity": 2}))
        .await
        .data();
}

async fn orders_of_the_month(shop: &Shop) -> i64 {
    let tier = shop.merchant_with(&shop.store.sk_live).get("/tier").await.data();
    tier["usage"]["monthlyOrders"].as_i64().expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn trade_in_one_mode_moves_nothing_that_the_other_shows() {
    for shop in Shop::on_each_engine().await {
        let store = shop.store.clone();
        let merchant = shop.merchant();
        add_product(&merchant).await;
        let coupon = json!({"code": "TEN", "type": "percentage", "value": 10});
        merchant.post("/promotions", coupon).await.data();
        testkit::store::offer_bank_transfer(&shop.core, &store).await;
        assert!(views().len() > 10, "{:?}", views());
        for (own, other) in [
            ((&store.sk_test, &store.pk_test), (&store.sk_live, &store.pk_live)),
            ((&store.sk_live, &store.pk_live), (&store.sk_test, &store.pk_test)),
        ] {
            let before = [seen(&shop, own.0, own.1).await, seen(&shop, other.0, other.1).await];
            assert_eq!(orders_of_the_month(&shop).await, 0, "test sales count against no plan");
            trade(&shop, own.0, own.1).await;
            let after = [seen(&shop, own.0, own.1).await, seen(&shop, other.0, other.1).await];
            assert_eq!(moved(&before[1], &after[1]), Vec::<String>::new(), "on {}", shop.engine());
            let own_moved = moved(&before[0], &after[0]);
            for view in
                ["/orders", "/inventory", "/inventory/movements", "/promotions", "public/products/candle"]
            {
                assert!(own_moved.iter().any(|one| one == view), "{view} did not move: {own_moved:?}");
            }
        }
        assert!(orders_of_the_month(&shop).await > 0, "live sales count");
        // Each mode numbers its own orders, from the same start.
        for (secret, livemode) in [(&store.sk_test, false), (&store.sk_live, true)] {
            let orders = shop.merchant_with(secret).get("/orders?sort=createdAt").await.json["data"].clone();
            let orders = orders.as_array().expect("a list");
            assert!(orders.iter().all(|order| order["livemode"] == livemode), "{orders:?}");
            let numbers: Vec<&str> =
                orders.iter().filter_map(|order| order["orderNumber"].as_str()).collect();
            assert_eq!(numbers, ["1001", "1002"].map(|n| format!("ACM-{n}")), "livemode {livemode}");
        }
    }
}
