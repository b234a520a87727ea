//! What every request meets.

use actix_web::{http::Method, test::TestRequest};
use http_api::server::Surface;
use rstest::rstest;

use crate::client::Shop;

#[actix_web::test]
async fn wrong_paths_and_wrong_methods_are_told_apart() {
    let shop = Shop::open().await;
    shop.get("/nowhere").await.refused(404, "not_found");
    let answer = shop.send(Surface::Private, shop.private(Method::PUT, "/brands/acme")).await;
    answer.refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD, PATCH, DELETE");
    let answer = shop.send(Surface::Public, shop.public(Method::POST, "/countries")).await;
    answer.refused(405, "method_not_allowed");
    shop.send(Surface::Public, TestRequest::with_uri("/")).await.refused(404, "not_found");
    shop.send(Surface::Public, TestRequest::with_uri("/v1/private/store")).await.refused(404, "not_found");
}

#[rstest]
#[case("/brands/%00")]
#[case("/brands/%ff")]
#[case("/brands/%2e%2e%2fstore")]
#[case(&format!("/brands/{}", "a".repeat(3000)))]
#[actix_web::test]
async fn odd_paths_name_nothing(#[case] path: &str) {
    Shop::open().await.get(path).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_slash_at_the_end_makes_no_difference() {
    let shop = Shop::open().await;
    assert_eq!(shop.get("/brands/").await.status, 200);
    assert_eq!(shop.get_public("/").await.status, 200);
}

#[actix_web::test]
async fn every_answer_carries_an_id_and_the_headers_of_its_surface() {
    let shop = Shop::open().await;
    let answers = [shop.get("/store").await, shop.get("/nowhere").await];
    for answer in answers {
        assert_eq!(answer.header("x-request-id").len(), 32);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    assert_eq!(shop.get_public("").await.header("cache-control"), "private, no-cache");
}

#[actix_web::test]
async fn any_page_may_ask_the_public_surface_and_none_the_private_one() {
    let shop = Shop::open().await;
    let preflight = |request: TestRequest| {
        request
            .method(Method::OPTIONS)
            .insert_header(("origin", "https://shop.example"))
            .insert_header(("access-control-request-method", "POST"))
            .insert_header(("access-control-request-headers", "x-cart-token,content-type"))
    };
    let public = shop.send(Surface::Public, preflight(shop.public(Method::GET, "/cart"))).await;
    assert_eq!(public.status, 200, "{}", public.text);
    assert_eq!(public.header("access-control-allow-origin"), "*");
    assert!(public.header("access-control-allow-headers").contains("x-cart-token"));
    let private = shop.send(Surface::Private, preflight(TestRequest::with_uri("/v1/private/store"))).await;
    assert_eq!(private.header("access-control-allow-origin"), "");
    assert_eq!(private.status, 400);
    assert!(private.json()["error"]["code"].is_string());
}

#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
#[actix_web::test]
async fn probes_need_no_key(#[case] surface: Surface) {
    let shop = Shop::open().await;
    let live = shop.send(surface, TestRequest::with_uri("/healthz")).await.json();
    assert_eq!(live["status"], "ok");
    let ready = shop.send(surface, TestRequest::with_uri("/readyz")).await.json();
    insta::assert_json_snapshot!("ready", ready, {".version" => "[version]"});
}

#[actix_web::test]
async fn the_heartbeat_tells_a_key_holder_the_same() {
    let answer = Shop::open().await.get("/health").await;
    assert_eq!(answer.json()["data"]["checks"]["database"], "ok");
}
