//! Counting stock, and reading levels and movements.

use std::time::Duration;

use actix_web::http::Method;
use domain::{
    access::{Mode, Scope},
    event::EventKind,
    id::VariantId,
};
use http_api::server::Surface;
use ports::stock::Units;
use serde_json::{Value, json};
use testkit::{
    database::{NOW, fresh_id, raw_id},
    goods::{Goods, download},
};

use crate::client::{Answer, Shop};

impl Shop {
    async fn change_stock(&self, product: &str, body: Value) -> Answer {
        self.send_json(Method::PATCH, &format!("/products/{product}/inventory"), body).await
    }

    /// Adds a variant with no stock.
    async fn second_variant(&self, goods: Goods) -> VariantId {
        let variant: VariantId = fresh_id();
        let values = [raw_id(self.store.id), raw_id(variant), raw_id(goods.product), NOW.into()];
        self.host
            .database
            .execute(
                "insert into variants (store_id, id, product_id, name, sku, option_values, option_key, position, \
                 is_default, version, created_at, updated_at) \
                 values ($1, $2, $3, 'Large', 'L-1', '[[\"Size\",\"Large\"]]', 'size large', 1, false, 1, $4, $4)",
                values,
            )
            .await;
        let mut work = self.host.db.begin(self.store.id).await.unwrap();
        let cause = ports::stock::Cause {
            mode: Mode::Live,
            order: None,
            actor: "operator".to_owned(),
            reason: None,
            at: NOW,
        };
        work.stock().start(variant, goods.product, 0, None, &cause).await.unwrap();
        work.commit().await.unwrap();
        variant
    }

    async fn events(&self) -> Vec<EventKind> {
        let events = self.host.db.outbox().lease(NOW, NOW + Duration::from_mins(1), 100).await.unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }
}

#[actix_web::test]
async fn stock_is_set_raised_and_lowered_in_the_mode_of_the_key() {
    let shop = Shop::open().await;
    let goods = download(&shop.host, &shop.store, "Soy candle", 2400, 47).await;
    let raised = shop
        .change_stock("soy-candle", json!({"operation": "increment", "quantity": 50, "reason": "Restock"}))
        .await;
    assert_eq!(raised.status, 200, "{}", raised.text);
    assert_eq!(
        raised.json()["data"],
        json!({
            "productId": goods.product.to_string(), "variantId": goods.variant.to_string(),
            "stockBefore": 47, "stockAfter": 97, "lowStockThreshold": null,
            "updatedAt": "2026-11-18T11:06:40Z",
        })
    );
    let product = goods.product.to_string();
    let set = json!({"operation": "set", "quantity": 3, "variantId": goods.variant.to_string()});
    assert_eq!(shop.change_stock(&product, set).await.json()["data"]["stockAfter"], 3);

    let test_key = format!("Bearer {}", shop.store.sk_test);
    let read = shop.private(Method::GET, "/inventory").insert_header(("authorization", test_key));
    let row = shop.send(Surface::Private, read).await.json()["data"][0].clone();
    assert_eq!(row["inventoryCount"], 47, "test mode keeps its own");
    let rows = shop.get("/inventory").await.json();
    insta::assert_json_snapshot!(
        "level",
        rows["data"][0],
        {".id" => "[variant]", ".variantId" => "[variant]", ".productId" => "[product]"}
    );
    assert_eq!(rows["meta"]["total"], 1);
}

#[actix_web::test]
async fn more_than_there_is_cannot_be_taken_away() {
    let shop = Shop::open().await;
    let goods = download(&shop.host, &shop.store, "Soy candle", 2400, 3).await;
    let refused = shop.change_stock("soy-candle", json!({"operation": "decrement", "quantity": 4})).await;
    refused.refused(409, "out_of_stock");
    assert_eq!(
        refused.json()["error"]["details"],
        json!({"variantId": goods.variant.to_string(), "available": 3, "requested": 4})
    );
    assert_eq!(shop.get("/inventory").await.json()["data"][0]["inventoryCount"], 3);
    let fits = shop.change_stock("soy-candle", json!({"operation": "decrement", "quantity": 3})).await;
    assert_eq!(fits.json()["data"]["stockAfter"], 0);
}

#[actix_web::test]
async fn each_fall_of_stock_is_told_once() {
    let shop = Shop::open().await;
    download(&shop.host, &shop.store, "Soy candle", 2400, 20).await;
    let set = async |quantity: u32, extra: Value| {
        let mut body = json!({"operation": "set", "quantity": quantity});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let answer = shop.change_stock("soy-candle", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        shop.events().await
    };
    assert_eq!(set(6, json!({})).await, [], "above the store's threshold of five");
    assert_eq!(set(5, json!({})).await, [EventKind::InventoryLow]);
    assert_eq!(set(4, json!({})).await, [], "low already");
    assert_eq!(set(0, json!({})).await, [EventKind::InventoryOut]);
    assert_eq!(set(9, json!({"lowStockThreshold": 8})).await, [], "a rise");
    assert_eq!(set(8, json!({})).await, [EventKind::InventoryLow], "by its own threshold now");
    assert_eq!(shop.get("/inventory?status=low").await.json()["meta"]["total"], 1);
    assert_eq!(set(7, json!({"lowStockThreshold": null})).await, []);
    assert_eq!(shop.get("/inventory?status=low").await.json()["meta"]["total"], 0, "the store's holds again");
}

#[actix_web::test]
async fn of_several_variants_one_has_to_be_named() {
    let shop = Shop::open().await;
    let goods = download(&shop.host, &shop.store, "Soy candle", 2400, 3).await;
    let large = shop.second_variant(goods).await;
    let other = download(&shop.host, &shop.store, "Tote", 2400, 3).await;
    let body = |variant: Value| json!({"operation": "increment", "quantity": 2, "variantId": variant});
    let refused = shop.change_stock("soy-candle", body(Value::Null)).await;
    refused.refused(422, "validation_failed");
    assert!(refused.json()["error"]["fields"]["variantId"].is_array());
    assert_eq!(
        shop.change_stock("soy-candle", body(json!(large.to_string()))).await.json()["data"]["stockAfter"],
        2
    );
    let of_another = body(json!(other.variant.to_string()));
    shop.change_stock("soy-candle", of_another).await.refused(404, "not_found");
    shop.change_stock("nothing", body(Value::Null)).await.refused(404, "not_found");

    let found = shop.get("/inventory?sku=L-1").await.json();
    assert_eq!(found["data"][0]["name"], "Soy candle — Large");
    assert_eq!(found["meta"]["total"], 1);
}

#[actix_web::test]
async fn the_book_lists_what_moved_and_why() {
    let shop = Shop::open().await;
    let goods = download(&shop.host, &shop.store, "Soy candle", 2400, 5).await;
    download(&shop.host, &shop.store, "Tote", 2400, 1).await;
    let take = json!({"operation": "set", "quantity": 4, "reason": " Stock take "});
    assert_eq!(shop.change_stock("soy-candle", take).await.status, 200);
    let book = shop.get(&format!("/inventory/movements?productId={}", goods.product)).await.json();
    insta::assert_json_snapshot!("movements", book, {
        ".data[].id" => "[movement]", ".data[].variantId" => "[variant]", ".data[].productId" => "[product]",
        ".data[0].actor" => "[key]",
    });
    assert!(book["data"][0]["actor"].as_str().unwrap().starts_with("key:key_"));
    let of_variant = format!("/inventory/movements?variantId={}&cursor=&perPage=1", goods.variant);
    let first = shop.get(&of_variant).await.json();
    assert_eq!(first["meta"]["hasNextPage"], true);
    let next = first["meta"]["nextCursor"].as_str().unwrap();
    let rest =
        shop.get(&format!("/inventory/movements?variantId={}&cursor={next}", goods.variant)).await.json();
    assert_eq!(rest["data"][0]["kind"], "initial");
    shop.get(&format!("/inventory?cursor={next}")).await.refused(400, "invalid_cursor");
}

#[actix_web::test]
async fn what_is_wrong_with_a_change_of_stock_is_named() {
    let shop = Shop::open().await;
    download(&shop.host, &shop.store, "Soy candle", 2400, 5).await;
    for (body, field) in [
        (json!({"quantity": 1}), "operation"),
        (json!({"operation": "set"}), "quantity"),
        (json!({"operation": "double", "quantity": 1}), "operation"),
        (json!({"operation": "set", "quantity": -1}), "quantity"),
        (json!({"operation": "set", "quantity": 1.5}), "quantity"),
        (json!({"operation": "set", "quantity": 1e12}), "quantity"),
        (json!({"operation": "set", "quantity": 4_000_000_000_u32}), "quantity"),
        (json!({"operation": "increment", "quantity": 1_000_000_000}), "quantity"),
        (json!({"operation": "set", "quantity": "5"}), "quantity"),
        (json!({"operation": "set", "quantity": 1, "variantId": "soy"}), "variantId"),
        (json!({"operation": "set", "quantity": 1, "reason": "r".repeat(501)}), "reason"),
        (json!({"operation": "set", "quantity": 1, "lowStockThreshold": -1}), "lowStockThreshold"),
        (json!({"operation": "set", "quantity": 1, "lowStockThreshold": 2_000_000_000}), "lowStockThreshold"),
        (json!({"operation": "set", "quantity": 1, "stock": 1}), "stock"),
    ] {
        let answer = shop.change_stock("soy-candle", body.clone()).await;
        answer.refused(422, "validation_failed");
        assert!(answer.json()["error"]["fields"][field].is_array(), "{body}: {}", answer.text);
    }
    let malformed = shop
        .private(Method::PATCH, "/products/soy-candle/inventory")
        .insert_header(("content-type", "application/json"))
        .set_payload("{\"operation\": \"set\",");
    shop.send(Surface::Private, malformed).await.refused(400, "malformed_request");
    assert_eq!(shop.get("/inventory").await.json()["data"][0]["inventoryCount"], 5);
}

#[actix_web::test]
async fn another_store_and_a_narrow_key_are_kept_out() {
    let shop = Shop::open().await;
    let goods = download(&shop.host, &shop.store, "Soy candle", 2400, 5).await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let with_key = |method: Method, path: &str, key: &str| {
        shop.private(method, path)
            .insert_header(("authorization", format!("Bearer {key}")))
            .set_json(json!({"operation": "set", "quantity": 1}))
    };
    let path = format!("/products/{}/inventory", goods.product);
    let foreign = with_key(Method::PATCH, &path, &other.sk_live);
    shop.send(Surface::Private, foreign).await.refused(404, "not_found");
    for list in ["/inventory", "/inventory/movements"] {
        let read = shop.send(Surface::Private, with_key(Method::GET, list, &other.sk_live)).await;
        assert_eq!(read.json()["data"], json!([]), "{list}");
    }
    let narrow = shop.key_from(&[Scope::ReadInventory, Scope::WriteCatalog], &[]).await;
    let write = with_key(Method::PATCH, &path, &narrow);
    shop.send(Surface::Private, write).await.refused(403, "insufficient_scope");
}

#[actix_web::test]
async fn units_held_for_payments_are_shown_apart() {
    let shop = Shop::open().await;
    let goods = download(&shop.host, &shop.store, "Soy candle", 2400, 5).await;
    let mut work = shop.host.db.begin(shop.store.id).await.unwrap();
    let cause = ports::stock::Cause {
        mode: Mode::Live,
        order: None,
        actor: "shopper".to_owned(),
        reason: None,
        at: NOW,
    };
    let units = [Units { variant: goods.variant, quantity: 2 }];
    work.stock().reserve(&units, &cause).await.unwrap().unwrap();
    work.commit().await.unwrap();
    let row = shop.get("/inventory").await.json()["data"][0].clone();
    assert_eq!((&row["inventoryCount"], &row["reserved"]), (&json!(3), &json!(2)));
}
