//! Promotions, and asking what a coupon gives.

use actix_web::http::Method;
use domain::tier::Tier;
use http_api::server::Surface;
use serde_json::{Value, json};

use crate::client::{Answer, Shop};

async fn make(shop: &Shop, body: Value) -> Value {
    let made = shop.send_json(Method::POST, "/promotions", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["data"].clone()
}

async fn ask(shop: &Shop, body: Value) -> Value {
    let request = shop.public(Method::POST, "/coupons/validate").set_json(body);
    let answer = shop.send(Surface::Public, request).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["data"].clone()
}

fn path(promotion: &Value) -> String {
    format!("/promotions/{}", promotion["id"].as_str().unwrap())
}

#[track_caller]
fn refused_field(answer: &Answer, field: &str) {
    answer.refused(422, "validation_failed");
    assert!(answer.json()["error"]["fields"][field].is_array(), "no {field} in {}", answer.text);
}

#[actix_web::test]
async fn a_promotion_is_made_read_changed_and_switched_off() {
    let shop = Shop::open().await;
    let body = json!({
        "code": "welcome20", "name": "Welcome", "type": "percentage", "value": 20, "minOrderAmount": 1000,
        "maxUses": 500, "maxUsesPerCustomer": 1, "startsAt": "2020-01-01T00:00:00+02:00",
        "expiresAt": "2099-12-31T23:59:59Z", "firstOrderOnly": true,
    });
    let made = shop.send_json(Method::POST, "/promotions", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let promotion = made.json()["data"].clone();
    assert_eq!(made.header("location"), format!("/v1/private{}", path(&promotion)));
    insta::assert_json_snapshot!("promotion", promotion, {".id" => "[id]"});

    let read = shop.get(&path(&promotion)).await;
    assert_eq!((read.json()["data"].clone(), read.header("etag")), (promotion.clone(), made.header("etag")));

    let change = json!({"type": "fixed", "value": 500, "minOrderAmount": null, "maxUses": 3});
    let changed = shop.send_json(Method::PATCH, &path(&promotion), change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = changed.json()["data"].clone();
    assert_eq!((&changed["type"], &changed["value"]), (&json!("fixed"), &json!(500)));
    assert_eq!(changed["amount"]["formatted"], "£5.00");
    assert_eq!((&changed["minOrderAmount"], &changed["maxUses"]), (&Value::Null, &json!(3)));
    assert_eq!(changed["code"], "WELCOME20");

    let gone = shop.send(Surface::Private, shop.private(Method::DELETE, &path(&promotion))).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    let kept = shop.get(&path(&promotion)).await.json()["data"].clone();
    assert_eq!((&kept["status"], &kept["active"]), (&json!("inactive"), &json!(false)));
}

#[actix_web::test]
async fn a_change_of_an_old_version_is_refused() {
    let shop = Shop::open().await;
    let made =
        shop.send_json(Method::POST, "/promotions", json!({"code": "A", "type": "free_shipping"})).await;
    let path = path(&made.json()["data"]);
    let change = |method: Method| {
        shop.private(method, &path)
            .insert_header(("if-match", made.header("etag")))
            .set_json(json!({"name": "N"}))
    };
    assert_eq!(shop.send(Surface::Private, change(Method::PATCH)).await.status, 200);
    shop.send(Surface::Private, change(Method::PATCH)).await.refused(412, "stale_version");
    shop.send(Surface::Private, change(Method::DELETE)).await.refused(412, "stale_version");
}

#[actix_web::test]
async fn bodies_that_are_wrong_name_their_fields() {
    let shop = Shop::open().await;
    let good = json!({"code": "OK", "type": "percentage", "value": 10});
    for (field, value) in [
        ("code", json!("")),
        ("code", json!("no spaces")),
        ("code", json!("x".repeat(10_000))),
        ("code", json!("NUL\u{0}")),
        ("code", json!("🎉")),
        ("type", json!("gift")),
        ("value", json!(0)),
        ("value", json!(-1)),
        ("value", json!(101)),
        ("value", json!(1.000_001)),
        ("value", json!("ten")),
        ("value", json!(1e300)),
        ("value", Value::Null),
        ("maxUses", json!(0)),
        ("maxUses", json!(1.5)),
        ("maxUses", json!(1_000_000_000_000_i64)),
        ("maxUsesPerCustomer", json!(-1)),
        ("minOrderAmount", json!(-1)),
        ("minOrderAmount", json!(1_000_000_000_001_i64)),
        ("expiresAt", json!("2020-01-01T00:00:00Z")),
        ("expiresAt", json!("tomorrow")),
        ("productIds.0", json!(["nonsense"])),
        ("colour", json!("red")),
    ] {
        let mut body = good.clone();
        body[field.split('.').next().unwrap()] = value;
        let answer = shop.send_json(Method::POST, "/promotions", body).await;
        refused_field(&answer, field);
    }
    let backwards = json!({
        "code": "BACK", "type": "free_shipping",
        "startsAt": "2099-01-02T00:00:00Z", "expiresAt": "2099-01-01T00:00:00Z",
    });
    refused_field(&shop.send_json(Method::POST, "/promotions", backwards).await, "expiresAt");
    let fractional = json!({"code": "HALF", "type": "fixed", "value": 0.5});
    refused_field(&shop.send_json(Method::POST, "/promotions", fractional).await, "value");
    let sized = json!({"code": "FREE", "type": "free_shipping", "value": 5});
    refused_field(&shop.send_json(Method::POST, "/promotions", sized).await, "value");
    let broken =
        shop.private(Method::POST, "/promotions").insert_header(("content-type", "application/json"));
    shop.send(Surface::Private, broken.set_payload("{\"code\":")).await.refused(400, "malformed_request");
    assert_eq!(shop.get("/promotions").await.json()["meta"]["total"], 0);
}

#[actix_web::test]
async fn the_words_of_other_systems_are_understood_and_codes_are_unique() {
    let shop = Shop::open().await;
    for (n, (word, kind)) in [
        ("percent_off", "percentage"),
        ("PERCENTAGE", "percentage"),
        ("fixed_amount", "fixed"),
        ("FIXED_AMOUNT", "fixed"),
    ]
    .into_iter()
    .enumerate()
    {
        let made = make(&shop, json!({"code": format!("C{n}"), "type": word, "value": "12"})).await;
        assert_eq!((&made["type"], &made["value"]), (&json!(kind), &json!(12)));
    }
    let twice = json!({"code": "c0", "type": "free_shipping"});
    shop.send_json(Method::POST, "/promotions", twice.clone()).await.refused(409, "duplicate_coupon");
    let other = make(&shop, json!({"code": "OTHER", "type": "free_shipping"})).await;
    let renamed = shop.send_json(Method::PATCH, &path(&other), json!({"code": "c0"})).await;
    renamed.refused(409, "duplicate_coupon");
}

#[actix_web::test]
async fn what_belongs_to_another_store_is_refused_on_its_field_or_does_not_exist() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let bearer = format!("Bearer {}", other.sk_live);
    let theirs = shop
        .private(Method::POST, "/categories")
        .insert_header(("authorization", bearer.as_str()))
        .set_json(json!({"name": "Theirs"}));
    let theirs = shop.send(Surface::Private, theirs).await.json()["data"]["id"].clone();
    let mine = shop.send_json(Method::POST, "/categories", json!({"name": "Mine"})).await.json();
    let mine = mine["data"]["id"].clone();
    let body = json!({"code": "C", "type": "free_shipping", "categoryIds": [mine, theirs]});
    refused_field(&shop.send_json(Method::POST, "/promotions", body).await, "categoryIds.1");
    let own = make(&shop, json!({"code": "C", "type": "free_shipping", "categoryIds": [mine]})).await;
    let change = json!({"categoryIds": [theirs]});
    refused_field(&shop.send_json(Method::PATCH, &path(&own), change).await, "categoryIds.0");

    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let request = shop
            .private(method, &path(&own))
            .insert_header(("authorization", bearer.as_str()))
            .set_json(json!({"active": false}));
        shop.send(Surface::Private, request).await.refused(404, "not_found");
    }
    assert_eq!(shop.get(&path(&own)).await.json()["data"]["active"], true);
    shop.get("/promotions/nonsense").await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_plan_has_room_for_so_many_active_coupons() {
    let shop = Shop::open_with(|store| store.tier = Tier::Free).await;
    let first = make(&shop, json!({"code": "ONE", "type": "free_shipping"})).await;
    let second = json!({"code": "TWO", "type": "free_shipping"});
    let refused = shop.send_json(Method::POST, "/promotions", second.clone()).await;
    refused.refused(403, "tier_coupon_limit");
    let details = refused.json()["error"]["details"].clone();
    assert_eq!(
        details,
        json!({"tierLimit": true, "tier": "free", "limit": 1, "nextTier": "standard", "nextLimit": 5})
    );
    let asleep = make(&shop, json!({"code": "TWO", "type": "free_shipping", "active": false})).await;
    let wake = json!({"active": true});
    shop.send_json(Method::PATCH, &path(&asleep), wake.clone()).await.refused(403, "tier_coupon_limit");
    shop.send(Surface::Private, shop.private(Method::DELETE, &path(&first))).await;
    assert_eq!(shop.send_json(Method::PATCH, &path(&asleep), wake).await.status, 200);
}

#[actix_web::test]
async fn lists_are_filtered_and_paged() {
    let shop = Shop::open().await;
    for code in ["A", "B", "C"] {
        make(&shop, json!({"code": code, "type": "free_shipping", "active": code != "B"})).await;
    }
    let codes = |list: &Value| -> Vec<String> {
        list["data"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&shop.get("/promotions?status=active&sort=code").await.json()), ["A", "C"]);
    assert_eq!(codes(&shop.get("/promotions?status=inactive").await.json()), ["B"]);
    assert_eq!(codes(&shop.get("/promotions?code=c").await.json()), ["C"]);
    let slice = shop.get("/promotions?cursor=&perPage=2&sort=-code&fields=code").await.json();
    assert_eq!(codes(&slice), ["C", "B"]);
    let next = slice["meta"]["nextCursor"].as_str().unwrap();
    assert_eq!(codes(&shop.get(&format!("/promotions?cursor={next}&perPage=2")).await.json()), ["A"]);
    shop.get(&format!("/brands?cursor={next}")).await.refused(400, "invalid_cursor");
    shop.get("/promotions?status=gone").await.refused(422, "validation_failed");
}

#[actix_web::test]
async fn a_coupon_is_judged_by_what_the_basket_is_worth() {
    let shop = Shop::open().await;
    make(&shop, json!({"code": "SAVE20", "type": "percentage", "value": 20, "minOrderAmount": 1000})).await;
    let verdict = ask(&shop, json!({"code": " save20 ", "subtotal": 4999})).await;
    assert_eq!(
        verdict,
        json!({
            "valid": true, "code": "SAVE20", "type": "percentage", "value": 20, "message": "20% off",
            "discount": {"amount": 999, "currency": "GBP", "formatted": "£9.99"},
        })
    );
    let poor = ask(&shop, json!({"code": "SAVE20", "subtotal": 999, "email": "jane@example.com"})).await;
    assert_eq!((&poor["valid"], &poor["reason"]), (&json!(false), &json!("coupon_minimum_not_met")));

    make(&shop, json!({"code": "FIVE", "type": "fixed", "value": 500})).await;
    let small = ask(&shop, json!({"code": "FIVE", "subtotal": 300})).await;
    assert_eq!((&small["discount"]["amount"], &small["message"]), (&json!(300), &json!("£5.00 off")));
}

#[actix_web::test]
async fn shoppers_cannot_tell_coupons_that_are_off_from_coupons_that_never_were() {
    let shop = Shop::open().await;
    make(&shop, json!({"code": "OFF", "type": "free_shipping", "active": false})).await;
    let never = ask(&shop, json!({"code": "NEVER", "subtotal": 100})).await;
    assert_eq!(never["valid"], false);
    for code in ["OFF", "<script>alert(1)</script>", "'; drop table promotions; --", "🎉"] {
        assert_eq!(ask(&shop, json!({"code": code, "subtotal": 100})).await, never, "{code}");
    }
    let question = json!({"code": "OFF", "cartTotal": 100});
    let told = shop.send_json(Method::POST, "/promotions/validate", question).await.json();
    assert_eq!(told["data"]["reason"], "coupon_inactive", "the merchant is told");
}

#[actix_web::test]
async fn questions_that_make_no_sense_are_refused() {
    let shop = Shop::open().await;
    for (body, field) in [
        (json!({"subtotal": 100}), "code"),
        (json!({"code": "A"}), "subtotal"),
        (json!({"code": "A", "subtotal": -1}), "subtotal"),
        (json!({"code": "A", "subtotal": 1.5}), "subtotal"),
        (json!({"code": "A", "subtotal": 100, "email": "nobody"}), "email"),
        (json!({"code": "A", "subtotal": 100, "currency": "EUR"}), "currency"),
        (json!({"code": "A".repeat(10_000), "subtotal": 100}), "code"),
    ] {
        let request = shop.public(Method::POST, "/coupons/validate").set_json(body);
        refused_field(&shop.send(Surface::Public, request).await, field);
    }
}
