//! Settings and the plan.

use actix_web::http::Method;
use domain::{access::Mode, tier::Tier};
use http_api::server::Surface;
use serde_json::json;

use crate::client::Shop;

#[actix_web::test]
async fn each_group_is_changed_by_itself_and_keeps_what_is_left_out() {
    let shop = Shop::open().await;
    let before = shop.get("/settings").await.json()["data"].clone();
    insta::assert_json_snapshot!("settings", before);
    for (group, change) in [
        ("tax", json!({"pricesIncludeTax": true, "rounding": "per_total", "shippingTaxClass": "Reduced"})),
        (
            "shipping",
            json!({"originCountry": "gb", "shipsTo": ["GB", "IE"], "localPickupInstructions": "Ring 🔔"}),
        ),
        ("order", json!({"orderPrefix": "ZX9", "nextOrderNumber": 5000})),
        ("checkout", json!({"termsUrl": "https://shop.example.com/terms", "reservationMinutes": 5})),
    ] {
        let path = format!("/settings/{group}");
        let changed = shop.send_json(Method::PUT, &path, change.clone()).await;
        assert_eq!(changed.status, 200, "{group}: {}", changed.text);
        let mut expected = before[group].clone();
        for (name, value) in change.as_object().unwrap() {
            expected[name] = value.clone();
        }
        if group == "tax" {
            expected["shippingTaxClass"] = json!("reduced");
        } else if group == "shipping" {
            expected["originCountry"] = json!("GB");
        }
        assert_eq!(changed.json()["data"], expected);
        assert_eq!(shop.get(&path).await.json()["data"], expected);
        assert_eq!(shop.get("/settings").await.json()["data"][group], expected);
    }
    let cleared = json!({"originCountry": null, "shipsTo": [], "localPickupInstructions": null});
    let shipping = shop.send_json(Method::PUT, "/settings/shipping", cleared.clone()).await;
    assert_eq!(shipping.json()["data"], cleared);
}

#[actix_web::test]
async fn settings_that_make_no_sense_name_their_fields() {
    let shop = Shop::open().await;
    for (group, body, field) in [
        ("tax", json!({"enabled": "yes"}), "enabled"),
        ("tax", json!({"enabled": null}), "enabled"),
        ("tax", json!({"rounding": "sometimes"}), "rounding"),
        ("tax", json!({"shippingTaxClass": "no spaces"}), "shippingTaxClass"),
        ("tax", json!({"defaultRate": 0.06}), "defaultRate"),
        ("shipping", json!({"originCountry": "XX"}), "originCountry"),
        ("shipping", json!({"shipsTo": ["GB", "ZZ"]}), "shipsTo.1"),
        ("shipping", json!({"shipsTo": ["GB", "GB"]}), "shipsTo.1"),
        ("shipping", json!({"localPickupInstructions": "x".repeat(10_000)}), "localPickupInstructions"),
        ("order", json!({"orderPrefix": "A B"}), "orderPrefix"),
        ("order", json!({"nextOrderNumber": 0}), "nextOrderNumber"),
        ("order", json!({"nextOrderNumber": -1}), "nextOrderNumber"),
        ("order", json!({"nextOrderNumber": 1.5}), "nextOrderNumber"),
        ("order", json!({"nextOrderNumber": 1_000_000_000_000_u64}), "nextOrderNumber"),
        ("order", json!({"nextOrderNumber": 1000}), "nextOrderNumber"),
        ("checkout", json!({"reservationMinutes": 0}), "reservationMinutes"),
        ("checkout", json!({"notesMax": 5001}), "notesMax"),
        ("checkout", json!({"termsUrl": "javascript:alert(1)"}), "termsUrl"),
        ("checkout", json!({"termsUrl": "https://a\u{0}"}), "termsUrl"),
    ] {
        let refused = shop.send_json(Method::PUT, &format!("/settings/{group}"), body.clone()).await;
        refused.refused(422, "validation_failed");
        assert!(refused.json()["error"]["fields"][field].is_array(), "{body}: {}", refused.text);
    }
    shop.get("/settings/loyalty").await.refused(404, "not_found");
}

#[actix_web::test]
async fn an_order_number_is_never_given_twice() {
    let shop = Shop::open().await;
    let next = |shop: &Shop| {
        let (db, id) = (shop.host.db.clone(), shop.store.id);
        async move {
            let mut work = db.begin(id).await.unwrap();
            let number = work.counters().next_order_number(Mode::Live).await.unwrap();
            work.commit().await.unwrap();
            number
        }
    };
    assert_eq!(next(&shop).await, 1001);
    let shown = shop.get("/settings/order").await.json()["data"]["nextOrderNumber"].clone();
    assert_eq!(shown, 1002, "what is shown follows the orders");
    let back = shop.send_json(Method::PUT, "/settings/order", json!({"nextOrderNumber": 1001})).await;
    back.refused(422, "validation_failed");
    let prefix = json!({"orderPrefix": "NEW"});
    assert_eq!(shop.send_json(Method::PUT, "/settings/order", prefix).await.status, 200);
    assert_eq!(next(&shop).await, 1002, "changing the prefix moves no number");
    let raised = shop.send_json(Method::PUT, "/settings/order", json!({"nextOrderNumber": 7000})).await;
    assert_eq!(raised.json()["data"]["nextOrderNumber"], 7000, "{}", raised.text);
    assert_eq!(next(&shop).await, 7000);
}

#[actix_web::test]
async fn a_change_of_old_settings_is_refused() {
    let shop = Shop::open().await;
    let tag = shop.get("/settings/tax").await.header("etag").to_owned();
    let change = || {
        shop.private(Method::PUT, "/settings/tax")
            .insert_header(("if-match", tag.as_str()))
            .set_json(json!({"enabled": false}))
    };
    assert_eq!(shop.send(Surface::Private, change()).await.status, 200);
    shop.send(Surface::Private, change()).await.refused(412, "stale_version");
}

#[actix_web::test]
async fn the_plan_shows_its_limits_and_what_is_taken() {
    let shop = Shop::open_with(|store| store.tier = Tier::Free).await;
    let tier = shop.get("/tier").await.json()["data"].clone();
    insta::assert_json_snapshot!("tier", tier);
    let month = shop.store.live().now.format("%Y-%m").to_string();
    let mut work = shop.host.db.begin(shop.store.id).await.unwrap();
    for mode in [Mode::Live, Mode::Live, Mode::Test] {
        assert!(work.counters().claim_order(mode, &month, None).await.unwrap());
    }
    work.commit().await.unwrap();
    let coupon = json!({"code": "SAVE", "type": "percentage", "value": 10});
    let made = shop.send_json(Method::POST, "/promotions", coupon).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let usage = shop.get("/tier").await.json()["data"]["usage"].clone();
    assert_eq!(usage, json!({"activeProducts": 0, "activeCoupons": 1, "monthlyOrders": 2}));
}
