//! Payment methods: keys go in and never come out.

use actix_web::http::Method;
use http_api::server::Surface;
use serde_json::{Value, json};
use testkit::stripe::{FakeStripe, Fault};

use crate::client::{Answer, Shop};

const SECRET: &str = "sk_live_51VerySecretIndeed4f2a";

fn card() -> Value {
    json!({
        "code": "card", "provider": "stripe", "label": "Card", "iconUrl": "https://cdn.example.com/card.svg",
        "publishableKey": "pk_live_51Abc", "secretKey": SECRET, "webhookSecret": "whsec_hook9z",
        "sortOrder": 1,
    })
}

fn path(method: &Value) -> String {
    format!("/payment-methods/{}", method["id"].as_str().unwrap())
}

async fn make(shop: &Shop, body: Value) -> Value {
    let made = shop.send_json(Method::POST, "/payment-methods", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["data"].clone()
}

async fn offered(shop: &Shop, key: &str) -> Value {
    let request = actix_web::test::TestRequest::with_uri(&format!("/v1/public/{key}/payment-methods"));
    shop.send(Surface::Public, request).await.json()["data"].clone()
}

#[track_caller]
fn refused_field(answer: &Answer, code: &str, field: &str) {
    answer.refused(422, code);
    assert!(answer.json()["error"]["fields"][field].is_array(), "no {field} in {}", answer.text);
}

#[actix_web::test]
async fn secrets_are_never_answered() {
    let shop = Shop::open().await;
    let made = shop.send_json(Method::POST, "/payment-methods", card()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let method = made.json()["data"].clone();
    insta::assert_json_snapshot!("payment_method", method, {".id" => "[id]"});
    let changed = shop.send_json(Method::PATCH, &path(&method), json!({"label": "Cards"})).await;
    assert_eq!(changed.json()["data"]["hasSecretKey"], true, "what is not mentioned is kept");
    let read = shop.get(&path(&method)).await;
    let list = shop.get("/payment-methods").await;
    let public = shop.get_public("/payment-methods").await;
    for answer in [&made, &changed, &read, &list, &public] {
        assert!(!answer.text.contains("VerySecret") && !answer.text.contains("hook9z"), "{}", answer.text);
        assert!(!answer.text.to_lowercase().contains("sealed"), "{}", answer.text);
    }
    let cleared = shop.send_json(Method::PATCH, &path(&method), json!({"secretKey": null})).await.json();
    assert_eq!(
        (&cleared["data"]["hasSecretKey"], &cleared["data"]["secretKeyHint"]),
        (&json!(false), &Value::Null)
    );
}

#[actix_web::test]
async fn shoppers_see_what_can_be_used_in_their_mode_and_in_order() {
    let shop = Shop::open().await;
    make(&shop, card()).await;
    let transfer = json!({"code": "bank_transfer", "provider": "bank_transfer", "label": "Transfer", "instructions": "To GB00", "sortOrder": 0});
    make(&shop, transfer).await;
    make(&shop, json!({"code": "play", "provider": "sandbox", "label": "Sandbox", "sortOrder": 2})).await;
    make(&shop, json!({"code": "off", "provider": "invoice", "label": "Invoice", "enabled": false})).await;
    let live = offered(&shop, &shop.store.pk_live).await;
    insta::assert_json_snapshot!("public_payment_methods", live);
    let test = offered(&shop, &shop.store.pk_test).await;
    let ids: Vec<_> = test.as_array().unwrap().iter().map(|method| method["id"].clone()).collect();
    assert_eq!(ids, ["bank_transfer", "card", "play"]);
    assert_eq!(test[1]["provider"], "sandbox", "without test keys the sandbox takes over");
    assert_eq!(test[1]["publishableKey"], Value::Null);
}

#[actix_web::test]
async fn a_card_method_without_live_keys_is_not_offered_live() {
    let shop = Shop::open().await;
    make(&shop, json!({"code": "card", "provider": "stripe", "label": "Card"})).await;
    assert_eq!(offered(&shop, &shop.store.pk_live).await, json!([]));
    assert_eq!(offered(&shop, &shop.store.pk_test).await[0]["id"], "card");
}

#[actix_web::test]
async fn keys_of_the_wrong_form_are_refused_by_name() {
    let shop = Shop::open().await;
    for (field, value) in [
        ("secretKey", "sk_test_51Abc"),
        ("secretKey", "hunter2"),
        ("publishableKey", SECRET),
        ("webhookSecret", "sk_live_1"),
        ("testSecretKey", SECRET),
        ("testPublishableKey", "pk_live_1"),
    ] {
        let mut body = card();
        body[field] = json!(value);
        let answer = shop.send_json(Method::POST, "/payment-methods", body).await;
        refused_field(&answer, "stripe_invalid_keys", field);
        assert!(!answer.text.contains(value), "a key must not be told back: {}", answer.text);
    }
    let offline = json!({"code": "t", "provider": "invoice", "label": "I", "secretKey": SECRET});
    let answer = shop.send_json(Method::POST, "/payment-methods", offline).await;
    refused_field(&answer, "validation_failed", "secretKey");
}

#[actix_web::test]
async fn bodies_that_are_wrong_name_their_fields() {
    let shop = Shop::open().await;
    for (field, value) in [
        ("code", json!("Card!")),
        ("code", json!("")),
        ("provider", json!("paypal")),
        ("label", json!(" ")),
        ("label", json!("x".repeat(10_000))),
        ("iconUrl", json!("javascript:alert(1)")),
        ("sortOrder", json!(1.5)),
        ("secretKey", json!(5)),
        ("colour", json!("red")),
    ] {
        let mut body = card();
        body[field] = value;
        let answer = shop.send_json(Method::POST, "/payment-methods", body).await;
        refused_field(&answer, "validation_failed", field);
    }
    make(&shop, card()).await;
    shop.send_json(Method::POST, "/payment-methods", card()).await.refused(409, "duplicate");
}

#[actix_web::test]
async fn stripe_is_asked_about_keys_before_they_are_kept() {
    let stripe = FakeStripe::start().await;
    stripe.revoke("sk_test_revoked");
    let shop = Shop::open().await;
    let shop = Shop { host: shop.host.with_stripe_at(stripe.url()), ..shop };
    let with =
        |key: &str| json!({"code": "card", "provider": "stripe", "label": "Card", "testSecretKey": key});

    let mut asked = with("sk_test_revoked");
    asked["verify"] = json!(true);
    let refused = shop.send_json(Method::POST, "/payment-methods", asked.clone()).await;
    refused_field(&refused, "stripe_auth_error", "testSecretKey");
    assert_eq!(shop.get("/payment-methods").await.json()["meta"]["total"], 0);

    let before = stripe.requests().len();
    let kept = make(&shop, with("sk_test_unasked")).await;
    assert_eq!(stripe.requests().len(), before, "nobody asked for a check");
    let change = format!("{}?verify=true", path(&kept));
    let refused = shop.send_json(Method::PATCH, &change, json!({"testSecretKey": "sk_test_revoked"})).await;
    refused_field(&refused, "stripe_auth_error", "testSecretKey");
    assert_eq!(shop.get(&path(&kept)).await.json()["data"]["testSecretKeyHint"], "sked");

    stripe.fail_next([Fault::HangUpBeforeWork; 8]);
    asked["code"] = json!("other");
    let silent = shop.send_json(Method::POST, "/payment-methods", asked).await;
    silent.refused(503, "gateway_unavailable");
    assert_eq!(shop.get("/payment-methods").await.json()["meta"]["total"], 1);
}

#[actix_web::test]
async fn another_stores_method_does_not_exist() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let made = make(&shop, card()).await;
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let request = shop
            .private(method, &path(&made))
            .insert_header(("authorization", format!("Bearer {}", other.sk_live)))
            .set_json(json!({"label": "Mine"}));
        shop.send(Surface::Private, request).await.refused(404, "not_found");
    }
    assert_eq!(offered(&shop, &other.pk_live).await, json!([]));
    let gone = shop.send(Surface::Private, shop.private(Method::DELETE, &path(&made))).await;
    assert_eq!(gone.status, 204);
    shop.get(&path(&made)).await.refused(404, "not_found");
}
