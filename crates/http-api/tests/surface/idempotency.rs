//! A POST with a key is carried out once.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use actix_web::{http::Method, test::TestRequest};
use futures::StreamExt as _;
use http_api::{openapi, server::Surface};
use serde_json::{Value, json};
use testkit::TestCore;

use crate::client::{Answer, Shop};

/// What operations without a caller do instead is told where they are exempted.
const WITHOUT_KEY: [&str; 9] = [
    "/sandbox/3ds/{store}/{charge}",
    "/webhooks/stripe/{store}",
    "/v1/private/auth/accept-invite",
    "/v1/private/auth/login",
    "/v1/private/auth/logout",
    "/v1/private/auth/password",
    "/v1/private/auth/password-reset",
    "/v1/private/auth/password-reset/confirm",
    "/v1/private/auth/refresh",
];

impl Shop {
    fn keyed(&self, key: &str, path: &str, body: Value) -> TestRequest {
        self.private(Method::POST, path).insert_header(("idempotency-key", key)).set_json(body)
    }

    async fn post_keyed(&self, key: &str, path: &str, body: Value) -> Answer {
        self.send(Surface::Private, self.keyed(key, path, body)).await
    }

    async fn count(&self, path: &str) -> u64 {
        self.get(path).await.json()["meta"]["total"].as_u64().unwrap()
    }
}

#[track_caller]
fn replayed(first: &Answer, second: &Answer) {
    assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"));
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    for name in ["content-type", "location", "etag"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[actix_web::test]
async fn a_secret_told_once_is_told_again_to_who_asked_for_it() {
    let shop = Shop::open().await;
    let keys = shop.count("/api-keys").await;
    let body = json!({"name": "Till", "type": "secret", "scopes": ["read:orders"]});
    let first = shop.post_keyed("k1", "/api-keys", body.clone()).await;
    assert_eq!(first.status, 201, "{}", first.text);
    replayed(&first, &shop.post_keyed("k1", "/api-keys", body.clone()).await);
    assert_eq!(shop.count("/api-keys").await, keys + 1);
    let other = shop.post_keyed("k2", "/api-keys", body).await;
    assert_ne!(first.text, other.text, "another key is another request");
}

#[actix_web::test]
async fn refusals_of_the_request_are_given_again() {
    let shop = Shop::open().await;
    for (key, path, body, status) in [
        ("k1", "/brands", json!({"name": ""}), 422),
        ("k2", "/brands", json!({"name": "Acme", "color": "red"}), 422),
        ("k3", "/products/no-such/duplicate", json!({}), 404),
        ("k4", "/orders/ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E/refund", json!({}), 404),
    ] {
        let first = shop.post_keyed(key, path, body.clone()).await;
        assert_eq!(first.status, status, "{}", first.text);
        replayed(&first, &shop.post_keyed(key, path, body).await);
    }
    let broken = || {
        let request = shop.keyed("k5", "/brands", Value::Null);
        request.set_payload("{\"name\":").insert_header(("content-type", "application/json"))
    };
    let first = shop.send(Surface::Private, broken()).await;
    first.refused(400, "malformed_request");
    replayed(&first, &shop.send(Surface::Private, broken()).await);
}

#[actix_web::test]
async fn a_key_stands_for_one_request() {
    let shop = Shop::open().await;
    assert_eq!(shop.post_keyed("k1", "/brands", json!({"name": "Acme"})).await.status, 201);
    shop.post_keyed("k1", "/brands", json!({"name": "Other"})).await.refused(422, "idempotency_key_reused");
    assert_eq!(shop.count("/brands").await, 1);
    // The same text means something else elsewhere.
    assert_eq!(shop.post_keyed("k1", "/categories", json!({"name": "Tea"})).await.status, 201);
    let narrow = shop.key_from(&[domain::access::Scope::WriteCatalog], &[]).await;
    let request = shop.keyed("k1", "/brands", json!({"name": "Other"}));
    let request = request.insert_header(("authorization", format!("Bearer {narrow}")));
    assert_eq!(shop.send(Surface::Private, request).await.status, 201);
}

#[actix_web::test]
async fn what_is_no_key_is_refused() {
    let shop = Shop::open().await;
    for key in [String::new(), "two words".to_owned(), "k".repeat(256)] {
        let refused = shop.post_keyed(&key, "/brands", json!({"name": "Acme"})).await;
        refused.refused(422, "validation_failed");
        assert!(refused.json()["error"]["fields"]["Idempotency-Key"].is_array(), "{}", refused.text);
    }
    assert_eq!(shop.count("/brands").await, 0);
}

#[actix_web::test]
async fn who_may_not_ask_gets_no_earlier_answer() {
    let shop = Shop::open().await;
    assert_eq!(shop.post_keyed("k1", "/brands", json!({"name": "Acme"})).await.status, 201);
    let narrow = shop.key_from(&[domain::access::Scope::ReadCatalog], &[]).await;
    let request = || {
        let request = shop.keyed("k1", "/brands", json!({"name": "Acme"}));
        request.insert_header(("authorization", format!("Bearer {narrow}")))
    };
    for _ in 0..2 {
        let refused = shop.send(Surface::Private, request()).await;
        refused.refused(403, "insufficient_scope");
        assert_eq!(refused.header("idempotent-replayed"), "");
    }
}

#[actix_web::test]
async fn shoppers_are_told_apart_by_their_carts() {
    let shop = Shop::open().await;
    let estimate = |cart: &'static str| {
        shop.public(Method::POST, "/cart/estimate")
            .insert_header(("idempotency-key", "k1"))
            .insert_header(("x-cart-token", cart))
            .set_json(json!({"country": "GB"}))
    };
    let first = shop.send(Surface::Public, estimate("shopper-one")).await;
    let other = shop.send(Surface::Public, estimate("shopper-two")).await;
    assert_eq!(other.header("idempotent-replayed"), "", "{}", other.text);
    replayed(&first, &shop.send(Surface::Public, estimate("shopper-one")).await);
}

#[actix_web::test]
async fn of_requests_at_once_one_is_carried_out() {
    let shop = Shop::open().await;
    let request = || shop.keyed("k1", "/brands", json!({"name": "Acme"}));
    let answers: Vec<_> = shop.send_together((0..20).map(|_| request())).await.collect().await;
    assert_eq!(shop.count("/brands").await, 1);
    let (made, waiting): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(made.iter().filter(|answer| answer.header("idempotent-replayed").is_empty()).count(), 1);
    for answer in waiting {
        answer.refused(409, "idempotency_in_progress");
        assert_eq!(answer.header("retry-after"), "2");
    }
    assert_eq!(
        shop.post_keyed("k1", "/brands", json!({"name": "Acme"})).await.header("idempotent-replayed"),
        "true"
    );
}

/// A payment method whose keys are to be looked at by Stripe, at `api_base`.
fn unverified() -> Value {
    json!({"code": "card", "provider": "stripe", "label": "Card", "testSecretKey": "sk_test_4eC39HqLyjWDarjtT1zdp7dc"})
}

#[actix_web::test]
async fn a_fault_of_the_moment_is_not_kept() {
    let shop = Shop::open().await;
    for _ in 0..2 {
        let away = shop.post_keyed("k1", "/payment-methods?verify=true", unverified()).await;
        assert_eq!((away.status, away.header("idempotent-replayed")), (503, ""), "{}", away.text);
    }
    let body = json!({"code": "card", "provider": "bank_transfer", "label": "Transfer"});
    let other = shop.post_keyed("k1", "/payment-methods", body).await;
    assert_eq!(other.status, 201, "nothing was done, so the key is free: {}", other.text);
}

#[actix_web::test]
async fn while_a_request_waits_for_others_it_is_not_carried_out_again() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let stripe = format!("http://{}", silent.local_addr().unwrap());
    let mut shop = Shop::open().await;
    let host: TestCore = std::mem::replace(&mut shop.host, TestCore::start().await);
    shop.host = host.with_stripe_at(&stripe);
    let ask = || shop.keyed("k1", "/payment-methods?verify=true", unverified());
    {
        let mut answers = pin!(shop.send_together([ask(), ask()]).await);
        answers.next().await.unwrap().refused(409, "idempotency_in_progress");
    }
    // The other one's client went away, and nothing was done.
    let until = Instant::now() + Duration::from_secs(10);
    let body = json!({"code": "card", "provider": "bank_transfer", "label": "Transfer"});
    while shop.post_keyed("k1", "/payment-methods", body.clone()).await.status != 201 {
        assert!(Instant::now() < until, "the key is free once the request is gone");
        actix_web::rt::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Every POST of a surface: its path, with ids that nobody has, and whether it takes a key.
fn posts(surface: Surface) -> Vec<(String, bool)> {
    let document = match surface {
        Surface::Public => openapi::public_document(),
        Surface::Private => openapi::private_document(),
    };
    let document = serde_json::to_value(document).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .filter_map(|(path, item)| {
            let parameters = item.get("post")?["parameters"].as_array().cloned().unwrap_or_default();
            let takes_key = parameters.iter().any(|one| one["name"] == "Idempotency-Key");
            Some((path.clone(), takes_key))
        })
        .collect()
}

#[actix_web::test]
async fn every_post_is_carried_out_once() {
    let shop = Shop::open().await;
    let mut without = Vec::new();
    for surface in [Surface::Public, Surface::Private] {
        for (path, takes_key) in posts(surface) {
            if !takes_key {
                without.push(path);
                continue;
            }
            let send = async || {
                let uri = path.replace("{publishableKey}", &shop.store.pk_live);
                let uri: Vec<_> =
                    uri.split('/').map(|part| if part.starts_with('{') { "no-such" } else { part }).collect();
                let mut request = TestRequest::with_uri(&uri.join("/"))
                    .method(Method::POST)
                    .insert_header(("idempotency-key", "k1"))
                    .insert_header(("x-cart-token", "somebody"))
                    .set_json(json!({}));
                if surface == Surface::Private {
                    request = request.insert_header(("x-api-key", shop.store.sk_live.clone()));
                }
                shop.send(surface, request).await
            };
            let (first, second) = (send().await, send().await);
            assert_eq!(
                second.header("idempotent-replayed"),
                "true",
                "{path}: {} {}",
                second.status,
                second.text
            );
            assert_eq!((first.status, first.text), (second.status, second.text), "{path}");
        }
    }
    assert_eq!(without, WITHOUT_KEY);
}

#[actix_web::test]
async fn two_keys_are_no_key() {
    let shop = Shop::open().await;
    let twice = shop.keyed("k1", "/brands", json!({"name": "Wick"})).append_header(("idempotency-key", "k2"));
    shop.send(Surface::Private, twice).await.refused(400, "malformed_request");
    assert_eq!(shop.count("/brands").await, 0);
}
