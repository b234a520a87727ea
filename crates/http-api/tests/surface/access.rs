//! Who may call.

use actix_web::{http::Method, test::TestRequest};
use domain::{access::Scope, store::StoreStatus};
use http_api::server::Surface;

use crate::client::Shop;

fn bearer(path: &str, key: &str) -> TestRequest {
    TestRequest::with_uri(path).insert_header(("authorization", format!("Bearer {key}")))
}

#[actix_web::test]
async fn a_key_that_nobody_has_opens_nothing() {
    let shop = Shop::open().await;
    let made_up = format!("pk_live_{}", "0".repeat(64));
    for path in ["/v1/public/pk_live_x", "/v1/public/nonsense", &format!("/v1/public/{made_up}/countries")] {
        shop.send(Surface::Public, TestRequest::with_uri(path)).await.refused(401, "invalid_api_key");
    }
    let made_up = bearer("/v1/private/store", &format!("sk_live_{}", "0".repeat(64)));
    shop.send(Surface::Private, made_up).await.refused(401, "invalid_api_key");
    let none = TestRequest::with_uri("/v1/private/store");
    shop.send(Surface::Private, none).await.refused(401, "invalid_api_key");
}

#[actix_web::test]
async fn the_key_of_the_other_surface_is_refused_with_a_hint() {
    let shop = Shop::open().await;
    let answer = shop.send(Surface::Private, bearer("/v1/private/store", &shop.store.pk_live)).await;
    answer.refused(401, "invalid_api_key");
    assert!(answer.text.contains("takes a secret key"), "{}", answer.text);
    let answer = shop
        .send(Surface::Public, TestRequest::with_uri(&format!("/v1/public/{}", shop.store.sk_live)))
        .await;
    answer.refused(401, "invalid_api_key");
    assert!(answer.text.contains("never send a secret key"), "{}", answer.text);
    assert!(!answer.text.contains(&shop.store.sk_live), "a secret is never repeated");
}

#[actix_web::test]
async fn both_places_of_a_secret_key_are_understood() {
    let shop = Shop::open().await;
    let header =
        TestRequest::with_uri("/v1/private/store").insert_header(("x-api-key", shop.store.sk_live.clone()));
    assert_eq!(shop.send(Surface::Private, header).await.status, 200);
    let both = bearer("/v1/private/store", &shop.store.sk_live).insert_header(("x-api-key", "sk_live_other"));
    shop.send(Surface::Private, both).await.refused(401, "invalid_api_key");
    let basic = TestRequest::with_uri("/v1/private/store").insert_header(("authorization", "Basic c2VjcmV0"));
    shop.send(Surface::Private, basic).await.refused(401, "invalid_api_key");
}

#[actix_web::test]
async fn a_bearer_on_the_public_surface_must_be_the_key_in_the_path() {
    let shop = Shop::open().await;
    let path = format!("/v1/public/{}", shop.store.pk_live);
    assert_eq!(shop.send(Surface::Public, bearer(&path, &shop.store.pk_live)).await.status, 200);
    let other = &shop.store.pk_test;
    shop.send(Surface::Public, bearer(&path, other)).await.refused(401, "invalid_api_key");
    shop.send(Surface::Public, bearer(&path, &shop.store.sk_live)).await.refused(401, "invalid_api_key");
}

#[actix_web::test]
async fn a_key_without_the_scope_is_told_which_one_it_lacks() {
    let shop = Shop::open().await;
    let key = shop.store.key(&[Scope::ReadCatalog]).await;
    let answer = shop.send(Surface::Private, bearer("/v1/private/store", &key)).await;
    answer.refused(403, "insufficient_scope");
    assert_eq!(answer.json()["error"]["details"]["required"], "read:settings");
    assert_eq!(shop.send(Surface::Private, bearer("/v1/private/brands", &key)).await.status, 200);
    assert_eq!(shop.send(Surface::Private, bearer("/v1/private/health", &key)).await.status, 200);
}

#[actix_web::test]
async fn a_key_works_from_its_addresses_only() {
    let shop = Shop::open().await;
    let key = shop.key_from(&[Scope::ReadSettings], &["192.0.2.0/24"]).await;
    let from = |address: &str| bearer("/v1/private/store", &key).peer_addr(address.parse().unwrap());
    assert_eq!(shop.send(Surface::Private, from("192.0.2.9:1")).await.status, 200);
    assert_eq!(shop.send(Surface::Private, from("[::ffff:192.0.2.9]:1")).await.status, 200);
    shop.send(Surface::Private, from("198.51.100.1:1")).await.refused(401, "invalid_api_key");
    shop.send(Surface::Private, bearer("/v1/private/store", &key)).await.refused(401, "invalid_api_key");
}

#[actix_web::test]
async fn an_address_behind_a_proxy_is_believed_only_when_the_proxy_is() {
    let shop = Shop::open().await;
    let key = shop.key_from(&[Scope::ReadSettings], &["192.0.2.0/24"]).await;
    let forwarded = |list: &str| {
        bearer("/v1/private/store", &key)
            .peer_addr("198.51.100.1:1".parse().unwrap())
            .insert_header(("x-forwarded-for", list.to_owned()))
    };
    let behind = async |proxies, list: &str| {
        shop.send_to(Surface::Private, |config| config.trusted_proxies = proxies, forwarded(list)).await
    };
    behind(0, "192.0.2.9").await.refused(401, "invalid_api_key");
    assert_eq!(behind(1, "192.0.2.9").await.status, 200);
    behind(1, "192.0.2.9, 203.0.113.5").await.refused(401, "invalid_api_key");
    assert_eq!(behind(2, "192.0.2.9, 203.0.113.5").await.status, 200);
}

#[actix_web::test]
async fn pages_of_other_domains_are_refused_where_a_store_names_its_own() {
    let shop = Shop::open_with(|store| store.allowed_domains = vec!["shop.example".to_owned()]).await;
    let from = |origin: &str| shop.public(Method::GET, "/countries").insert_header(("origin", origin));
    assert_eq!(shop.send(Surface::Public, from("https://shop.example")).await.status, 200);
    let answer = shop.send(Surface::Public, from("https://evil.example")).await;
    answer.refused(403, "domain_not_allowed");
    assert_eq!(answer.header("access-control-allow-origin"), "*", "the page may read why");
    assert_eq!(shop.get_public("/countries").await.status, 200, "servers send no origin");
}

#[actix_web::test]
async fn a_suspended_store_is_closed_on_both_surfaces() {
    let shop = Shop::open_with(|store| store.status = StoreStatus::Suspended).await;
    shop.get_public("").await.refused(403, "store_suspended");
    shop.get("/store").await.refused(403, "store_suspended");
}

#[actix_web::test]
async fn the_mode_is_the_keys() {
    let shop = Shop::open().await;
    let test = bearer("/v1/private/store", &shop.store.sk_test);
    let answer = shop.send(Surface::Private, test).await;
    assert_eq!(answer.json()["data"]["livemode"], false);
    assert_eq!(shop.get("/store").await.json()["data"]["livemode"], true);
}

#[actix_web::test]
async fn whoever_is_a_stranger_hears_that_and_nothing_about_the_rest_of_the_request() {
    let shop = Shop::open().await;
    let made_up = format!("sk_live_{}", "0".repeat(64));
    let narrow = shop.store.key(&[Scope::ReadCatalog]).await;
    for (path, body) in [
        ("/brands", Some("no JSON")),
        ("/brands", Some(r#"{"colour":"red"}"#)),
        ("/brands?colour=red", None),
        ("/api-keys?perPage=1000", None),
    ] {
        let send = |key: &str| {
            let request = bearer(&format!("/v1/private{path}"), key);
            match body {
                Some(body) => request.method(Method::POST).set_payload(body),
                None => request.insert_header(("if-none-match", "nonsense")),
            }
        };
        shop.send(Surface::Private, send(&made_up)).await.refused(401, "invalid_api_key");
        let known = shop.send(Surface::Private, send(&narrow)).await;
        assert!([403, 422].contains(&known.status), "{path}: {}", known.text);
    }
    let unknown = TestRequest::with_uri("/v1/public/pk_live_x/cart/items").method(Method::POST);
    shop.send(Surface::Public, unknown.set_payload("no JSON")).await.refused(401, "invalid_api_key");
}

#[actix_web::test]
async fn credentials_that_are_sent_twice_open_nothing() {
    let shop = Shop::open().await;
    let key = &shop.store.sk_live;
    let twice = || bearer("/v1/private/store", key);
    for second in [format!("Bearer {key}"), "Bearer sk_live_other".to_owned()] {
        let request = twice().append_header(("authorization", second));
        shop.send(Surface::Private, request).await.refused(401, "invalid_api_key");
    }
    let headers = twice().append_header(("x-api-key", key.clone())).append_header(("x-api-key", "sk_live_x"));
    shop.send(Surface::Private, headers).await.refused(401, "invalid_api_key");
    let cart = shop.public(Method::GET, "/cart").insert_header(("x-cart-token", "token-0001"));
    let cart = cart.append_header(("x-cart-token", "token-0002"));
    shop.send(Surface::Public, cart).await.refused(401, "cart_token_required");
}
