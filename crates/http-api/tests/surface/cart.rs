//! The cart as storefronts see it.

use actix_web::http::Method;
use http_api::server::Surface;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::goods::{download, parcel};

use crate::client::{Answer, Shop};

const TOKEN: &str = "shopper-0001";

impl Shop {
    async fn cart(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.public(method, path).insert_header(("x-cart-token", TOKEN));
        let request = match body {
            Some(body) => request.set_json(body),
            None => request,
        };
        self.send(Surface::Public, request).await
    }

    async fn raw(&self, method: Method, path: &str, body: &'static [u8]) -> Answer {
        let request = self.public(method, path).insert_header(("x-cart-token", TOKEN));
        let request = request.insert_header(("content-type", "application/json")).set_payload(body);
        self.send(Surface::Public, request).await
    }
}

fn sam() -> Value {
    json!({
        "email": "Sam@example.com",
        "shippingAddress": {
            "firstName": "Sam", "lastName": "Buyer", "line1": "221B Baker Street", "city": "London",
            "postcode": "nw1 6xe", "countryCode": "GB",
        },
        "notes": "Ring twice 🔔 <script>alert(1)</script>'); drop table carts; --",
    })
}

#[actix_web::test]
async fn a_cart_is_filled_changed_and_emptied() {
    let shop = Shop::open().await;
    parcel(&shop.host, &shop.store, "Hand-poured candle", 2400, 47).await;
    let empty = shop.cart(Method::GET, "/cart", None).await;
    assert_eq!(empty.status, 200, "{}", empty.text);
    assert_eq!(empty.json()["data"]["items"], json!([]));

    let item = json!({"productId": "hand-poured-candle", "quantity": 2});
    let filled = shop.cart(Method::POST, "/cart/items", Some(item)).await;
    assert_eq!(filled.status, 200, "{}", filled.text);
    let cart = filled.json()["data"].clone();
    insta::assert_json_snapshot!("cart", cart, {
        ".id" => "[id]", ".items[].id" => "[id]", ".items[].productId" => "[id]",
    });
    assert_eq!(cart["id"], empty.json()["data"]["id"]);
    let again = shop.cart(Method::GET, "/cart", None).await;
    assert_eq!((again.json()["data"].clone(), again.header("etag")), (cart.clone(), filled.header("etag")));

    let path = format!("/cart/items/{}", cart["items"][0]["id"].as_str().unwrap());
    let more = shop.cart(Method::PUT, &path, Some(json!({"quantity": 5}))).await;
    assert_eq!(more.json()["data"]["totals"]["total"]["amount"], 12_000, "{}", more.text);
    let none = shop.cart(Method::DELETE, &path, None).await;
    assert_eq!((none.status, none.json()["data"]["items"].clone()), (200, json!([])));
    shop.cart(Method::DELETE, &path, None).await.refused(404, "not_found");
}

#[actix_web::test]
async fn amounts_are_written_as_the_reader_does_and_fields_left_out_on_request() {
    let shop = Shop::open().await;
    download(&shop.host, &shop.store, "Pattern", 123_456, 9).await;
    shop.cart(Method::POST, "/cart/items", Some(json!({"productId": "pattern"}))).await;
    let request = shop.public(Method::GET, "/cart?fields=id,totals").insert_header(("x-cart-token", TOKEN));
    let german = shop.send(Surface::Public, request.insert_header(("accept-language", "de-DE"))).await;
    let data = german.json()["data"].clone();
    assert_eq!(data.as_object().unwrap().len(), 2, "{}", german.text);
    assert_eq!(data["totals"]["total"]["formatted"], "1.234,56\u{a0}£");
    shop.cart(Method::GET, "/cart?fields=secrets", None).await.refused(422, "validation_failed");
}

#[actix_web::test]
async fn what_a_shopper_says_is_kept_as_it_was_said() {
    let shop = Shop::open().await;
    let saved = shop.cart(Method::PUT, "/cart/checkout-data", Some(sam())).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let data = saved.json()["data"].clone();
    assert_eq!(data["notes"], sam()["notes"]);
    assert_eq!(
        (data["email"].as_str(), data["sameAsShipping"].as_bool()),
        (Some("Sam@example.com"), Some(true))
    );
    assert_eq!(data["shippingAddress"]["postcode"], "NW1 6XE");
    let read = shop.cart(Method::GET, "/cart/checkout-data", None).await;
    assert_eq!((read.json()["data"].clone(), read.header("etag")), (data, saved.header("etag")));
    let cart = shop.cart(Method::GET, "/cart", None).await.json()["data"].clone();
    assert_eq!(
        (cart["hasCheckoutData"].as_bool(), cart["customer"]["firstName"].as_str()),
        (Some(true), Some("Sam"))
    );
    shop.host.clock.advance(chrono::TimeDelta::hours(2));
    let later = shop.cart(Method::GET, "/cart", None).await.json()["data"].clone();
    assert_eq!((later["hasCheckoutData"].as_bool(), later["customer"].is_null()), (Some(false), true));
}

#[actix_web::test]
async fn shipping_is_offered_estimated_and_chosen() {
    let shop = Shop::open().await;
    parcel(&shop.host, &shop.store, "Candle", 2400, 9).await;
    let method = json!({"name": "Tracked 48", "type": "flat_rate", "rate": 395});
    let made = shop.send_json(Method::POST, "/shipping-methods", method).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["data"]["id"].clone();
    shop.cart(Method::POST, "/cart/items", Some(json!({"productId": "candle"}))).await;
    shop.cart(Method::GET, "/cart/shipping-options", None).await.refused(409, "checkout_incomplete");
    let choice = json!({"shippingOptionId": id});
    shop.cart(Method::POST, "/cart/shipping-option", Some(choice.clone()))
        .await
        .refused(409, "checkout_incomplete");
    let estimate = shop.cart(Method::POST, "/cart/estimate", Some(json!({"countryCode": "GB"}))).await;
    let estimate = estimate.json()["data"].clone();
    assert_eq!(estimate["totals"]["total"]["amount"], 2795, "{estimate}");
    assert_eq!((estimate["taxRate"].clone(), estimate["shippingOptionsCount"].clone()), (json!(0), json!(1)));

    shop.cart(Method::PUT, "/cart/checkout-data", Some(sam())).await;
    let options = shop.cart(Method::GET, "/cart/shipping-options", None).await.json()["data"].clone();
    assert_eq!((options[0]["id"].clone(), options[0]["price"]["amount"].clone()), (id.clone(), json!(395)));
    let chosen = shop.cart(Method::POST, "/cart/shipping-option", Some(choice)).await.json()["data"].clone();
    assert_eq!(
        (chosen["shippingOption"]["id"].clone(), chosen["totals"]["total"]["amount"].clone()),
        (id, json!(2795))
    );
    let foreign = json!({"shippingOptionId": "shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"});
    let refused = shop.cart(Method::POST, "/cart/shipping-option", Some(foreign)).await;
    refused.refused(422, "shipping_unavailable");
}

#[actix_web::test]
async fn more_than_there_is_is_refused_with_what_is_left() {
    let shop = Shop::open().await;
    download(&shop.host, &shop.store, "Pattern", 100, 3).await;
    let refused =
        shop.cart(Method::POST, "/cart/items", Some(json!({"productId": "pattern", "quantity": 4}))).await;
    refused.refused(409, "out_of_stock");
    let details = refused.json()["error"]["details"].clone();
    assert_eq!((details["available"].clone(), details["requested"].clone()), (json!(3), json!(4)));
    let unknown = shop.cart(Method::POST, "/cart/items", Some(json!({"productId": "nothing"}))).await;
    unknown.refused(404, "not_found");
    let coupon = shop.cart(Method::POST, "/cart/discount", Some(json!({"code": "NOPE"}))).await;
    coupon.refused(422, "coupon_refused");
    assert_eq!(coupon.json()["error"]["details"]["reason"], "coupon_not_found");
}

#[actix_web::test]
async fn a_change_decided_on_an_older_cart_is_refused() {
    let shop = Shop::open().await;
    download(&shop.host, &shop.store, "Pattern", 100, 9).await;
    let first = shop.cart(Method::POST, "/cart/items", Some(json!({"productId": "pattern"}))).await;
    let path = format!("/cart/items/{}", first.json()["data"]["items"][0]["id"].as_str().unwrap());
    let change = |quantity| {
        shop.public(Method::PUT, &path)
            .insert_header(("x-cart-token", TOKEN))
            .insert_header(("if-match", first.header("etag")))
            .set_json(json!({"quantity": quantity}))
    };
    assert_eq!(shop.send(Surface::Public, change(2)).await.status, 200);
    shop.send(Surface::Public, change(3)).await.refused(412, "stale_version");
}

#[rstest]
#[case(json!({"productId": "pattern", "quantity": 0}), "quantity")]
#[case(json!({"productId": "pattern", "quantity": -1}), "quantity")]
#[case(json!({"productId": "pattern", "quantity": 1.5}), "quantity")]
#[case(json!({"productId": "pattern", "quantity": 1e12}), "quantity")]
#[case(json!({"productId": "pattern", "quantity": 1_000_000_000_000_u64}), "quantity")]
#[case(json!({"productId": "pattern", "quantity": "2"}), "quantity")]
#[case(json!({"productId": "pattern", "price": 1}), "price")]
#[case(json!({"quantity": 1}), "productId")]
#[case(json!({"productId": 7}), "productId")]
#[case(json!({"productId": ""}), "productId")]
#[case(json!({"productId": "x".repeat(10_000)}), "productId")]
#[case(json!({"productId": "pat\0tern"}), "productId")]
#[case(json!({"productId": "pattern", "variantId": "prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"}), "variantId")]
#[actix_web::test]
async fn an_item_that_makes_no_sense_is_refused_by_its_field(#[case] item: Value, #[case] field: &str) {
    let shop = Shop::open().await;
    download(&shop.host, &shop.store, "Pattern", 100, 9).await;
    let refused = shop.cart(Method::POST, "/cart/items", Some(item)).await;
    refused.refused(422, "validation_failed");
    assert!(refused.json()["error"]["fields"][field].is_array(), "{}", refused.text);
}

#[rstest]
#[case(json!({"email": "nobody"}), "email")]
#[case(json!({"email": 5}), "email")]
#[case(json!({"phone": "1"}), "phone")]
#[case(json!({"sameAsShipping": null}), "sameAsShipping")]
#[case(json!({"notes": "x".repeat(10_000)}), "notes")]
#[case(json!({"shippingAddress": {}}), "shippingAddress.countryCode")]
#[case(json!({"shippingAddress": {"countryCode": "GB", "city": "London", "postcode": "NW1 6XE"}}), "shippingAddress.line1")]
#[case(json!({"shippingAddress": {"countryCode": "GB", "line1": "1", "city": "L", "postcode": "12"}}), "shippingAddress.postcode")]
#[case(json!({"shippingAddress": {"countryCode": "US", "line1": "1", "city": "L", "postcode": "94110"}}), "shippingAddress.state")]
#[case(json!({"shippingAddress": {"countryCode": "GB", "street": "1"}}), "shippingAddress.street")]
#[case(json!({"billingAddress": {"countryCode": "XX"}}), "billingAddress.countryCode")]
#[actix_web::test]
async fn details_that_make_no_sense_are_refused_by_their_field(#[case] details: Value, #[case] field: &str) {
    let shop = Shop::open().await;
    let refused = shop.cart(Method::PUT, "/cart/checkout-data", Some(details)).await;
    refused.refused(422, "validation_failed");
    assert!(refused.json()["error"]["fields"][field].is_array(), "{}", refused.text);
}

#[actix_web::test]
async fn a_cart_needs_a_token_and_a_publishable_key() {
    let shop = Shop::open().await;
    let bare = shop.send(Surface::Public, shop.public(Method::GET, "/cart")).await;
    bare.refused(401, "cart_token_required");
    shop.raw(Method::POST, "/cart/items", b"{\"productId\"").await.refused(400, "malformed_request");
    let line = "/cart/items/oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E";
    for path in [line, "/cart/items/prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E", "/cart/items/x"] {
        shop.cart(Method::DELETE, path, None).await.refused(404, "not_found");
    }
    let secret = format!("/v1/public/{}/cart", shop.store.sk_live);
    let request = actix_web::test::TestRequest::with_uri(&secret).insert_header(("x-cart-token", TOKEN));
    shop.send(Surface::Public, request).await.refused(401, "invalid_api_key");
}
