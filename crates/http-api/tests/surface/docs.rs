//! The document and its page.

use actix_web::test::TestRequest;
use http_api::server::Surface;
use rstest::rstest;

use crate::client::Shop;

#[rstest]
#[case(Surface::Public, "/v1/public/{publishableKey}")]
#[case(Surface::Private, "/v1/private/store")]
#[actix_web::test]
async fn each_surface_serves_its_own_document(#[case] surface: Surface, #[case] path: &str) {
    let shop = Shop::open().await;
    let document = shop.send(surface, TestRequest::with_uri("/openapi.json")).await.json();
    assert_eq!(document["servers"][0]["url"], "https://shop.example");
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"][path].is_object());
}

#[actix_web::test]
async fn the_page_loads_nothing_from_elsewhere() {
    let shop = Shop::open().await;
    let page = shop.send(Surface::Public, TestRequest::with_uri("/docs")).await;
    assert!(page.header("content-type").starts_with("text/html"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains('*'), "{policy}");
    assert!(!page.text.contains("//"), "no address of another host: {}", page.text);
    let parts: Vec<&str> = page.text.split('"').filter(|text| text.starts_with("/docs/")).collect();
    assert_eq!(parts.len(), 3);
    for part in parts {
        let answer = shop.send(Surface::Public, TestRequest::with_uri(part)).await;
        assert_eq!(answer.status, 200, "{part}");
        assert!(!answer.text.is_empty(), "{part}");
    }
}
