//! Signed requests: what a key with a signing secret has to show.

use actix_web::{http::Method, test::TestRequest};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_api::server::Surface;
use ports::Clock as _;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::client::{Answer, Shop};

/// A key that signs, as its owner holds it.
struct Signer {
    path: String,
    key: String,
    secret: String,
}

impl Signer {
    async fn of(shop: &Shop, scopes: &[&str]) -> Self {
        let new = json!({"name": "Signs", "scopes": scopes, "signing": true});
        let made = shop.send_json(Method::POST, "/api-keys", new).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let made = made.json()["data"].clone();
        Self {
            path: format!("/api-keys/{}", text(&made["id"])),
            key: text(&made["key"]),
            secret: text(&made["signingSecret"]),
        }
    }

    /// The header for a body at a time.
    fn sign(&self, time: i64, nonce: Option<&str>, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
        let (signed, shown) = match nonce {
            Some(nonce) => (format!("{time}.{nonce}.{body}"), format!("t={time},nonce={nonce}")),
            None => (format!("{time}.{body}"), format!("t={time}")),
        };
        mac.update(signed.as_bytes());
        format!("{shown},sha256={}", hex::encode(mac.finalize().into_bytes()))
    }

    fn request(&self, method: Method, path: &str, signature: &str, body: &str) -> TestRequest {
        let request = TestRequest::with_uri(&format!("/v1/private{path}"))
            .method(method)
            .insert_header(("authorization", format!("Bearer {}", self.key)))
            .insert_header(("x-cartwright-signature", signature));
        if body.is_empty() {
            return request;
        }
        request.insert_header(("content-type", "application/json")).set_payload(body.to_owned())
    }

    async fn get(&self, shop: &Shop, signature: &str) -> Answer {
        shop.send(Surface::Private, self.request(Method::GET, "/store", signature, "")).await
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn now(shop: &Shop) -> i64 {
    shop.host.clock.now().timestamp()
}

const BRAND: &str = r#"{"name":"Acme"}"#;

#[actix_web::test]
async fn a_key_with_a_signing_secret_opens_nothing_without_a_signature() {
    let shop = Shop::open().await;
    let signer = Signer::of(&shop, &["admin:*"]).await;
    assert!(signer.secret.starts_with("sks_") && signer.secret.len() == 68, "{}", signer.secret);
    shop.by(&signer.key, Method::GET, "/store", None).await.refused(401, "invalid_signature");
    for nonsense in ["", "t=1", "nonsense", "t=1795000000,sha256=00"] {
        signer.get(&shop, nonsense).await.refused(401, "invalid_signature");
    }
    let signature = signer.sign(now(&shop), None, "");
    let twice = signer.request(Method::GET, "/store", &signature, "");
    let twice = twice.append_header(("x-cartwright-signature", signature.clone()));
    shop.send(Surface::Private, twice).await.refused(401, "invalid_signature");
    assert_eq!(signer.get(&shop, &signature).await.status, 200);
    assert_eq!(shop.get("/store").await.status, 200, "other keys sign nothing");
}

#[actix_web::test]
async fn a_signature_is_accepted_once_whatever_the_method() {
    let shop = Shop::open().await;
    let signer = Signer::of(&shop, &["admin:*"]).await;
    let signature = signer.sign(now(&shop), None, "");
    assert_eq!(signer.get(&shop, &signature).await.status, 200);
    signer.get(&shop, &signature).await.refused(401, "invalid_signature");
    let replayed = signer.request(Method::DELETE, &signer.path, &signature, "");
    shop.send(Surface::Private, replayed).await.refused(401, "invalid_signature");
    let in_capitals = signature.replace("sha256=", "#").to_uppercase().replace('#', "sha256=");
    signer.get(&shop, &in_capitals.replace("T=", "t=")).await.refused(401, "invalid_signature");
    // Somebody else's same moment and body is another signature.
    let other = Signer::of(&shop, &["admin:*"]).await;
    assert_eq!(other.get(&shop, &other.sign(now(&shop), None, "")).await.status, 200);
}

#[actix_web::test]
async fn a_nonce_tells_requests_of_one_second_apart() {
    let shop = Shop::open().await;
    let signer = Signer::of(&shop, &["admin:*"]).await;
    for nonce in ["request-1", "request-2"] {
        let signature = signer.sign(now(&shop), Some(nonce), "");
        assert_eq!(signer.get(&shop, &signature).await.status, 200, "{nonce}");
        signer.get(&shop, &signature).await.refused(401, "invalid_signature");
        let without = signature.replace(&format!("nonce={nonce},"), "");
        signer.get(&shop, &without).await.refused(401, "invalid_signature");
    }
}

#[actix_web::test]
async fn the_signature_is_over_every_byte_of_the_body() {
    let shop = Shop::open().await;
    let signer = Signer::of(&shop, &["admin:*"]).await;
    let signature = signer.sign(now(&shop), None, BRAND);
    for other in [r#"{"name": "Acme"}"#, r#"{"name":"Acne"}"#, "{}"] {
        let request = signer.request(Method::POST, "/brands", &signature, other);
        shop.send(Surface::Private, request).await.refused(401, "invalid_signature");
    }
    // Attempts with another body have not used it up.
    let right = || signer.request(Method::POST, "/brands", &signature, BRAND);
    let made = shop.send(Surface::Private, right()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    shop.send(Surface::Private, right()).await.refused(401, "invalid_signature");
    assert_eq!(shop.get("/brands").await.json()["data"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_signature_lives_for_five_minutes_around_its_time() {
    let shop = Shop::open().await;
    let signer = Signer::of(&shop, &["admin:*"]).await;
    for (age, accepted) in [(301, false), (300, true), (0, true), (-300, true), (-301, false)] {
        let answer = signer.get(&shop, &signer.sign(now(&shop) - age, None, "")).await;
        if accepted {
            assert_eq!(answer.status, 200, "{age}: {}", answer.text);
        } else {
            answer.refused(401, "invalid_signature");
        }
    }
    // As long as one could be accepted again it is remembered, whatever is cleared away.
    let ahead = signer.sign(now(&shop) + 299, None, "");
    assert_eq!(signer.get(&shop, &ahead).await.status, 200);
    for _ in 0..6 {
        shop.host.clock.advance(TimeDelta::seconds(100));
        shop.host.db.signatures().forget(shop.host.clock.now()).await.unwrap();
        signer.get(&shop, &ahead).await.refused(401, "invalid_signature");
    }
    shop.host.clock.advance(TimeDelta::minutes(20));
    assert_eq!(shop.host.db.signatures().forget(shop.host.clock.now()).await.unwrap(), 2);
}

#[actix_web::test]
async fn the_address_is_looked_at_before_the_signature_and_the_scope_after_it() {
    let shop = Shop::open().await;
    let new = json!({
        "name": "Bound", "scopes": ["read:catalog"], "ipAllowlist": ["192.0.2.0/24"], "signing": true,
    });
    let made = shop.send_json(Method::POST, "/api-keys", new).await.json()["data"].clone();
    let signer =
        Signer { path: String::new(), key: text(&made["key"]), secret: text(&made["signingSecret"]) };
    let from = |address: &str, signature: &str| {
        signer.request(Method::GET, "/store", signature, "").peer_addr(address.parse().unwrap())
    };
    let signature = signer.sign(now(&shop), None, "");
    let send = |request| shop.send(Surface::Private, request);
    send(from("198.51.100.1:1", &signature)).await.refused(401, "invalid_api_key");
    send(from("192.0.2.9:1", "t=1")).await.refused(401, "invalid_signature");
    send(from("192.0.2.9:1", &signature)).await.refused(403, "insufficient_scope");
    send(from("192.0.2.9:1", &signature)).await.refused(401, "invalid_signature");
}

#[actix_web::test]
async fn a_signing_secret_is_shown_once_replaced_at_once_and_taken_away_at_once() {
    let shop = Shop::open().await;
    let mut signer = Signer::of(&shop, &["admin:*"]).await;
    let read = shop.get(&signer.path).await.json()["data"].clone();
    assert_eq!((&read["signing"], &read["signingSecret"]), (&json!(true), &Value::Null));
    let first = signer.sign(now(&shop), None, "");

    let path = format!("{}/signing-secret", signer.path);
    let given = shop.send_json(Method::POST, &path, json!({})).await;
    assert_eq!(given.status, 200, "{}", given.text);
    let old = std::mem::replace(&mut signer.secret, text(&given.json()["data"]["signingSecret"]));
    assert_ne!(old, signer.secret);
    assert_eq!(given.json()["data"]["key"], Value::Null, "the key itself is not shown again");
    signer.get(&shop, &first).await.refused(401, "invalid_signature");
    assert_eq!(signer.get(&shop, &signer.sign(now(&shop), None, "")).await.status, 200);

    // Neither a change of the key nor a new text for it takes the duty to sign away.
    let renamed = shop.send_json(Method::PATCH, &signer.path, json!({"name": "Still signs"})).await;
    assert_eq!(renamed.json()["data"]["signing"], true, "{}", renamed.text);
    let rotated = shop.send_json(Method::POST, &format!("{}/rotate", signer.path), json!({})).await;
    assert_eq!(rotated.json()["data"]["signing"], true, "{}", rotated.text);
    signer.key = text(&rotated.json()["data"]["key"]);
    shop.by(&signer.key, Method::GET, "/store", None).await.refused(401, "invalid_signature");

    let taken = shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await;
    assert_eq!(taken.status, 204, "{}", taken.text);
    assert_eq!(shop.by(&signer.key, Method::GET, "/store", None).await.status, 200);
    assert_eq!(shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await.status, 204);
    assert_eq!(signer.get(&shop, "whatever").await.status, 200, "nobody asks for a signature");
}

#[actix_web::test]
async fn only_a_secret_key_that_one_may_handle_can_be_made_to_sign() {
    let shop = Shop::open().await;
    let open = json!({"name": "Shop window", "type": "publishable", "signing": true});
    let refused = shop.send_json(Method::POST, "/api-keys", open).await;
    refused.refused(422, "validation_failed");
    assert!(refused.json()["error"]["fields"]["signing"].is_array(), "{}", refused.text);
    let open = json!({"name": "Shop window", "type": "publishable"});
    let open = text(&shop.send_json(Method::POST, "/api-keys", open).await.json()["data"]["id"]);
    let give = |id: &str| format!("/api-keys/{id}/signing-secret");
    shop.send_json(Method::POST, &give(&open), json!({})).await.refused(409, "invalid_state");

    let mightier = shop.store.own_key(&shop.store.sk_live).await.id.to_string();
    let narrow = shop.store.key(&[domain::access::Scope::WriteSettings]).await;
    for method in [Method::POST, Method::DELETE] {
        shop.by(&narrow, method, &give(&mightier), None).await.refused(403, "insufficient_scope");
    }
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    for method in [Method::POST, Method::DELETE] {
        shop.by(&other.sk_live, method.clone(), &give(&mightier), None).await.refused(404, "not_found");
        shop.by(&other.sk_live, method, &give("none"), None).await.refused(404, "not_found");
    }
    let gone = Signer::of(&shop, &["read:catalog"]).await;
    shop.send(Surface::Private, shop.private(Method::DELETE, &gone.path)).await;
    for method in [Method::POST, Method::DELETE] {
        let path = format!("{}/signing-secret", gone.path);
        shop.send(Surface::Private, shop.private(method, &path)).await.refused(409, "invalid_state");
    }
}

#[actix_web::test]
async fn a_request_whose_signature_cannot_be_noted_is_refused() {
    let shop = Shop::open().await;
    let signer = Signer::of(&shop, &["admin:*"]).await;
    shop.host.database.execute("drop table request_signatures", []).await;
    let answer = signer.get(&shop, &signer.sign(now(&shop), None, "")).await;
    answer.refused(503, "service_unavailable");
}
