//! Tax rates, and asking what tax a basket owes.

use actix_web::http::Method;
use http_api::server::Surface;
use serde_json::{Value, json};

use crate::client::{Answer, Shop};

async fn make(shop: &Shop, path: &str, body: Value) -> Value {
    let made = shop.send_json(Method::POST, path, body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["data"].clone()
}

async fn ask(shop: &Shop, body: Value) -> Answer {
    shop.send(Surface::Public, shop.public(Method::POST, "/tax/calculate").set_json(body)).await
}

#[track_caller]
fn refused_field(answer: &Answer, field: &str) {
    answer.refused(422, "validation_failed");
    assert!(answer.json()["error"]["fields"][field].is_array(), "no {field} in {}", answer.text);
}

#[actix_web::test]
async fn a_tax_rate_is_made_read_changed_and_deleted() {
    let shop = Shop::open().await;
    let body = json!({
        "name": "California", "rate": "0.0725", "country": "us", "state": "California", "postcode": "90000-90999",
        "taxClass": "Reduced",
    });
    let made = shop.send_json(Method::POST, "/tax-rates", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let rate = made.json()["data"].clone();
    let path = format!("/tax-rates/{}", rate["id"].as_str().unwrap());
    assert_eq!(made.header("location"), format!("/v1/private{path}"));
    insta::assert_json_snapshot!("tax_rate", rate, {".id" => "[id]"});
    let read = shop.get(&path).await;
    assert_eq!((read.json()["data"].clone(), read.header("etag")), (rate, made.header("etag")));

    let change = json!({"rate": 0.2, "country": "GB", "state": null, "postcode": null});
    let changed = shop.send_json(Method::PATCH, &path, change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = changed.json()["data"].clone();
    assert_eq!((&changed["rate"], &changed["jurisdiction"]), (&json!(0.2), &json!("GB")));

    let stale = shop.private(Method::DELETE, &path).insert_header(("if-match", made.header("etag")));
    shop.send(Surface::Private, stale).await.refused(412, "stale_version");
    assert_eq!(shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await.status, 204);
    shop.get(&path).await.refused(404, "not_found");
}

#[actix_web::test]
async fn rates_that_are_wrong_name_their_fields() {
    let shop = Shop::open().await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(10_000))),
        ("rate", json!(20)),
        ("rate", json!(-0.1)),
        ("rate", json!("0.000_1")),
        ("rate", json!(0.000_000_1)),
        ("rate", json!(true)),
        ("country", json!("UK")),
        ("state", json!("Ontario")),
        ("postcode", json!("*")),
        ("taxClass", json!("two words")),
        ("colour", json!("red")),
    ] {
        let mut body = json!({"name": "Tax", "rate": 0.1, "country": "US"});
        body[field] = value;
        refused_field(&shop.send_json(Method::POST, "/tax-rates", body).await, field);
    }
    let homeless = json!({"name": "Tax", "rate": 0.1, "state": "CA"});
    refused_field(&shop.send_json(Method::POST, "/tax-rates", homeless).await, "state");
    let made =
        make(&shop, "/tax-rates", json!({"name": "T", "rate": 0.1, "country": "US", "state": "CA"})).await;
    let path = format!("/tax-rates/{}", made["id"].as_str().unwrap());
    let moved = shop.send_json(Method::PATCH, &path, json!({"country": "CA"})).await;
    refused_field(&moved, "state");
}

#[actix_web::test]
async fn another_stores_rate_does_not_exist() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let made = make(&shop, "/tax-rates", json!({"name": "VAT", "rate": 0.2})).await;
    let path = format!("/tax-rates/{}", made["id"].as_str().unwrap());
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let request = shop
            .private(method, &path)
            .insert_header(("authorization", format!("Bearer {}", other.sk_live)))
            .set_json(json!({"rate": 0}));
        shop.send(Surface::Private, request).await.refused(404, "not_found");
    }
    assert_eq!(shop.get("/tax-rates").await.json()["data"][0]["rate"], json!(0.2));
}

#[actix_web::test]
async fn a_basket_owes_what_the_published_example_says() {
    let shop = Shop::open().await;
    make(&shop, "/tax-rates", json!({"name": "VAT", "rate": 0.2, "country": "GB"})).await;
    let product = json!({"name": "Candle", "price": 2400, "status": "published", "stock": 1});
    let candle = make(&shop, "/products", product).await;
    let items = json!([{"productId": candle["id"], "quantity": 2}]);
    let answer = ask(&shop, json!({"items": items, "countryCode": "GB"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    insta::assert_json_snapshot!("tax_calculation", answer.json()["data"]);

    let by_slug =
        json!([{"productId": candle["slug"], "quantity": 1}, {"productId": candle["id"], "quantity": 1}]);
    let answer = ask(&shop, json!({"items": by_slug, "countryCode": "GB"})).await.json();
    assert_eq!(answer["data"]["tax"]["amount"], 960);
    let abroad = ask(&shop, json!({"items": items, "countryCode": "FR"})).await.json();
    assert_eq!((&abroad["data"]["tax"]["amount"], &abroad["data"]["taxBreakdown"]), (&json!(0), &json!([])));
}

#[actix_web::test]
async fn a_product_with_several_variants_needs_one_named() {
    let shop = Shop::open().await;
    make(&shop, "/tax-rates", json!({"name": "VAT", "rate": 0.2})).await;
    let options = json!([{"name": "Size", "values": ["S", "L"]}]);
    let body = json!({"name": "Shirt", "price": 1000, "status": "published", "options": options});
    let shirt = make(&shop, "/products", body).await;
    let mug = make(&shop, "/products", json!({"name": "Mug", "price": 500, "status": "published"})).await;
    let variants = shop.get("/products/shirt/variants").await.json()["data"].clone();
    assert_eq!(variants.as_array().unwrap().len(), 2, "{variants}");
    let mugs = json!({"productId": "mug", "quantity": 1});

    let open = json!([mugs, {"productId": shirt["id"], "quantity": 1}]);
    refused_field(&ask(&shop, json!({"items": open, "countryCode": "GB"})).await, "items.1.variantId");
    for variant in [&variants[0]["id"], &variants[1]["id"]] {
        let named = json!([mugs, {"productId": shirt["id"], "variantId": variant, "quantity": 1}]);
        let answer = ask(&shop, json!({"items": named, "countryCode": "GB"})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json()["data"]["subtotal"]["amount"], 1500);
    }
    let foreign = json!([{"productId": mug["id"], "variantId": variants[0]["id"], "quantity": 1}]);
    refused_field(&ask(&shop, json!({"items": foreign, "countryCode": "GB"})).await, "items.0.productId");
}

#[actix_web::test]
async fn questions_about_tax_that_make_no_sense_are_refused() {
    let shop = Shop::open().await;
    let draft = make(&shop, "/products", json!({"name": "Draft", "price": 100})).await;
    let item = |quantity: Value| json!({"productId": "candle", "quantity": quantity});
    for (body, field) in [
        (json!({"items": [], "countryCode": "GB"}), "items"),
        (json!({"items": [item(json!(1))]}), "countryCode"),
        (json!({"items": [item(json!(1))], "countryCode": "XX"}), "countryCode"),
        (json!({"items": [item(json!(0))], "countryCode": "GB"}), "items.0.quantity"),
        (json!({"items": [item(json!(-1))], "countryCode": "GB"}), "items.0.quantity"),
        (json!({"items": [item(json!(1.5))], "countryCode": "GB"}), "items.0.quantity"),
        (json!({"items": [item(json!(1e12))], "countryCode": "GB"}), "items.0.quantity"),
        (json!({"items": [item(json!(1))], "countryCode": "GB"}), "items.0.productId"),
        (
            json!({"items": [{"productId": draft["id"], "quantity": 1}], "countryCode": "GB"}),
            "items.0.productId",
        ),
        (
            json!({"items": [{"productId": "candle", "variantId": "x", "quantity": 1}], "countryCode": "GB"}),
            "items.0.variantId",
        ),
    ] {
        refused_field(&ask(&shop, body).await, field);
    }
}
