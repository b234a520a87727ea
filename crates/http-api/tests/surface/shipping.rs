//! Shipping methods, and where they go.

use actix_web::http::Method;
use domain::tier::Tier;
use http_api::server::Surface;
use serde_json::{Value, json};

use crate::client::{Answer, Shop};

async fn make(shop: &Shop, body: Value) -> Value {
    let made = shop.send_json(Method::POST, "/shipping-methods", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["data"].clone()
}

fn path(method: &Value) -> String {
    format!("/shipping-methods/{}", method["id"].as_str().unwrap())
}

#[track_caller]
fn refused_field(answer: &Answer, field: &str) {
    answer.refused(422, "validation_failed");
    assert!(answer.json()["error"]["fields"][field].is_array(), "no {field} in {}", answer.text);
}

#[actix_web::test]
async fn a_method_of_every_kind_is_kept_as_it_was_said() {
    let shop = Shop::open().await;
    let zone =
        json!({"country": "us", "states": ["California", "US-NY"], "postcodes": ["90*", "95000-95999"]});
    let kinds = [
        json!({"type": "flat_rate", "rate": 499, "freeThreshold": 5000, "zones": [zone],
               "estimatedMinDays": 2, "estimatedMaxDays": 3, "description": "2-3 working days"}),
        json!({"type": "per_item", "rate": 100, "firstItemRate": 300}),
        json!({"type": "tiered", "tiers": [{"minSubtotal": 0, "rate": 499}, {"minSubtotal": 5000, "rate": 0}]}),
        json!({"type": "weight", "tiers": [{"maxWeightGrams": 1000, "rate": 300}]}),
        json!({"type": "free", "enabled": false}),
        json!({"type": "local_pickup", "instructions": "Ring twice ☃ <b>'); --"}),
    ];
    for (n, mut body) in kinds.into_iter().enumerate() {
        body["name"] = json!(format!("Method {n}"));
        body["sortOrder"] = json!(n);
        let made = make(&shop, body).await;
        assert_eq!(shop.get(&path(&made)).await.json()["data"], made);
    }
    let list = shop.get("/shipping-methods").await.json();
    insta::assert_json_snapshot!("shipping_methods", list["data"], {"[].id" => "[id]"});
}

#[actix_web::test]
async fn a_method_is_changed_and_deleted() {
    let shop = Shop::open().await;
    let made = shop
        .send_json(
            Method::POST,
            "/shipping-methods",
            json!({"name": "Post", "type": "flat_rate", "rate": 499}),
        )
        .await;
    let path = path(&made.json()["data"]);
    let dearer =
        shop.send_json(Method::PATCH, &path, json!({"rate": 599, "freeThreshold": 5000})).await.json();
    assert_eq!(dearer["data"]["rate"]["amount"], 599);
    assert_eq!(dearer["data"]["name"], "Post");
    let bare = shop.send_json(Method::PATCH, &path, json!({"type": "per_item"})).await;
    refused_field(&bare, "rate");
    let steps =
        json!({"type": "weight", "tiers": [{"maxWeightGrams": 5000, "rate": 700}], "freeThreshold": null});
    let weighed = shop.send_json(Method::PATCH, &path, steps).await.json();
    assert_eq!((&weighed["data"]["rate"], &weighed["data"]["freeThreshold"]), (&Value::Null, &Value::Null));
    assert_eq!(weighed["data"]["tiers"][0]["rate"]["amount"], 700);

    let stale = shop.private(Method::DELETE, &path).insert_header(("if-match", made.header("etag")));
    shop.send(Surface::Private, stale).await.refused(412, "stale_version");
    assert_eq!(shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await.status, 204);
    shop.get(&path).await.refused(404, "not_found");
}

#[actix_web::test]
async fn methods_that_are_wrong_name_their_fields() {
    let shop = Shop::open().await;
    for (body, field) in [
        (json!({"type": "flat_rate", "rate": 1}), "name"),
        (json!({"name": "P", "type": "pigeon"}), "type"),
        (json!({"name": "P", "type": "flat_rate"}), "rate"),
        (json!({"name": "P", "type": "flat_rate", "rate": -1}), "rate"),
        (json!({"name": "P", "type": "flat_rate", "rate": 1.5}), "rate"),
        (json!({"name": "P", "type": "flat_rate", "rate": 9_000_000_000_000_i64}), "rate"),
        (json!({"name": "P", "type": "free", "rate": 1}), "rate"),
        (json!({"name": "P", "type": "free", "tiers": [{"rate": 1}]}), "tiers"),
        (json!({"name": "P", "type": "tiered", "tiers": []}), "tiers"),
        (json!({"name": "P", "type": "tiered", "tiers": [{"maxWeightGrams": 5, "rate": 1}]}), "tiers.0"),
        (
            json!({"name": "P", "type": "weight", "tiers": [
                {"maxWeightGrams": 5, "rate": 1}, {"maxWeightGrams": 5, "rate": 2}]}),
            "tiers",
        ),
        (json!({"name": "P", "type": "free", "zones": [{"country": "XX"}]}), "zones.0.country"),
        (
            json!({"name": "P", "type": "free", "zones": [{"country": "US", "states": ["ZZ"]}]}),
            "zones.0.states.0",
        ),
        (
            json!({"name": "P", "type": "free", "zones": [{"country": "US", "postcodes": ["*"]}]}),
            "zones.0.postcodes.0",
        ),
        (
            json!({"name": "P", "type": "free", "estimatedMinDays": 3, "estimatedMaxDays": 2}),
            "estimatedMaxDays",
        ),
        (json!({"name": "P", "type": "free", "freeThreshold": -1}), "freeThreshold"),
        (json!({"name": "P", "type": "free", "colour": "red"}), "colour"),
    ] {
        refused_field(&shop.send_json(Method::POST, "/shipping-methods", body).await, field);
    }
    assert_eq!(shop.get("/shipping-methods").await.json()["meta"]["total"], 0);
}

#[actix_web::test]
async fn a_small_plan_has_few_kinds_of_shipping() {
    let shop = Shop::open_with(|store| store.tier = Tier::Free).await;
    let flat = make(&shop, json!({"name": "Post", "type": "flat_rate", "rate": 499})).await;
    make(&shop, json!({"name": "Gift", "type": "free"})).await;
    let tiered = json!({"name": "T", "type": "tiered", "tiers": [{"minSubtotal": 0, "rate": 1}]});
    let refused = shop.send_json(Method::POST, "/shipping-methods", tiered).await;
    refused.refused(403, "tier_shipping_restricted");
    assert_eq!(refused.json()["error"]["details"]["nextTier"], "standard");
    let pickup = json!({"name": "P", "type": "local_pickup"});
    shop.send_json(Method::POST, "/shipping-methods", pickup).await.refused(403, "tier_feature_restricted");
    let turned = shop.send_json(Method::PATCH, &path(&flat), json!({"type": "per_item", "rate": 1})).await;
    turned.refused(403, "tier_shipping_restricted");
}

#[actix_web::test]
async fn countries_are_those_that_a_method_goes_to() {
    let shop = Shop::open().await;
    let codes = |answer: Answer| -> Vec<String> {
        let data = answer.json()["data"].clone();
        data.as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(shop.get_public("/countries").await).len(), 249, "nothing is set up yet");
    let post =
        make(&shop, json!({"name": "Post", "type": "free", "zones": [{"country": "GB"}, {"country": "US"}]}))
            .await;
    make(&shop, json!({"name": "Collect", "type": "local_pickup"})).await;
    assert_eq!(codes(shop.get_public("/countries").await), ["GB", "US"]);
    assert!(codes(shop.get_public("/countries/us/states").await).contains(&"CA".to_owned()));
    shop.get_public("/countries/CA/states").await.refused(404, "not_found");
    make(&shop, json!({"name": "World", "type": "free", "enabled": false})).await;
    assert_eq!(codes(shop.get_public("/countries").await), ["GB", "US"]);
    let everywhere = shop.send_json(Method::PATCH, &path(&post), json!({"zones": []})).await;
    assert_eq!(everywhere.status, 200, "{}", everywhere.text);
    assert_eq!(codes(shop.get_public("/countries").await).len(), 249);
}

#[actix_web::test]
async fn another_stores_method_does_not_exist() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let made = make(&shop, json!({"name": "Post", "type": "free"})).await;
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let request = shop
            .private(method, &path(&made))
            .insert_header(("authorization", format!("Bearer {}", other.sk_live)))
            .set_json(json!({"name": "Mine"}));
        shop.send(Surface::Private, request).await.refused(404, "not_found");
    }
    let wrong_surface = shop
        .private(Method::GET, &path(&made))
        .insert_header(("authorization", format!("Bearer {}", shop.store.pk_live)));
    shop.send(Surface::Private, wrong_surface).await.refused(401, "invalid_api_key");
}
