//! The store and its countries, as a storefront reads them.

use actix_web::http::Method;
use http_api::server::Surface;

use crate::client::Shop;

#[actix_web::test]
async fn a_storefront_learns_what_it_needs_to_start() {
    let shop = Shop::open().await;
    let answer = shop.get_public("").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    insta::assert_json_snapshot!("public_store", answer.json(), {".data.id" => "[id]"});
    let sparse = shop.get_public("?fields=name,currency").await.json();
    assert_eq!(sparse["data"].as_object().unwrap().len(), 3);
    shop.get_public("?fields=secrets").await.refused(422, "validation_failed");
    shop.get_public("?colour=red").await.refused(422, "validation_failed");
}

#[actix_web::test]
async fn an_owner_sees_the_store_in_full() {
    let shop = Shop::open().await;
    insta::assert_json_snapshot!("store", shop.get("/store").await.json(), {".data.id" => "[id]"});
}

#[actix_web::test]
async fn countries_say_what_their_addresses_need() {
    let shop = Shop::open().await;
    let countries = shop.get_public("/countries").await.json();
    let of = |code: &str| {
        let all = countries["data"].as_array().unwrap();
        all.iter().find(|country| country["code"] == code).unwrap().clone()
    };
    assert_eq!(
        (of("US")["requiresState"].clone(), of("GB")["requiresState"].clone()),
        (true.into(), false.into())
    );
    insta::assert_json_snapshot!("country", of("US"));
    let states = shop.get_public("/countries/us/states").await.json();
    assert!(states["data"].as_array().unwrap().iter().any(|state| state["code"] == "CA"));
    shop.get_public("/countries/XX/states").await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_page_that_holds_the_store_is_told_so() {
    let shop = Shop::open().await;
    let answer = shop.get_public("").await;
    let mut vary = answer.headers.get_all("vary").map(|value| value.to_str().unwrap());
    assert!(vary.any(|value| value == "accept-language"));
    let again = shop.public(Method::GET, "").insert_header(("if-none-match", answer.header("etag")));
    assert_eq!(shop.send(Surface::Public, again).await.status, 304);
}
