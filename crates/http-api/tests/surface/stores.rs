//! The store itself, and all stores for the operator.

use actix_web::http::Method;
use domain::access::Scope;
use http_api::server::Surface;
use serde_json::{Value, json};

use crate::client::Shop;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn a_store_is_changed_and_shoppers_see_it_at_once() {
    let shop = Shop::open().await;
    assert_eq!(shop.get_public("").await.json()["data"]["name"], "Acme Candles");
    let change = json!({
        "name": "Acme <Candles> Ltd 🕯", "supportedCurrencies": ["GBP", "eur"], "defaultLocale": "fr",
        "supportedLocales": ["fr", "en"], "timezone": "Europe/Paris", "contactEmail": "hello@acme.example",
        "domain": "acme.example", "branding": {"primaryColor": "#FF5C00"},
    });
    let changed = shop.send_json(Method::PATCH, "/store", change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let store = changed.json()["data"].clone();
    assert_eq!(store["supportedCurrencies"], json!(["GBP", "EUR"]));
    assert_eq!(
        (&store["timezone"], &store["contactEmail"]),
        (&json!("Europe/Paris"), &json!("hello@acme.example"))
    );
    let seen = shop.get_public("").await.json()["data"].clone();
    assert_eq!((&seen["name"], &seen["defaultLocale"]), (&store["name"], &json!("fr")));
    assert_eq!(seen["branding"]["primaryColor"], "#FF5C00");

    let cleared = json!({"contactEmail": null, "branding": {"logoUrl": "https://cdn.example.com/l.svg"}});
    let store = shop.send_json(Method::PATCH, "/store", cleared).await.json()["data"].clone();
    assert!(store["contactEmail"].is_null());
    assert_eq!(
        store["branding"],
        json!({"primaryColor": "#FF5C00", "logoUrl": "https://cdn.example.com/l.svg"})
    );
}

#[actix_web::test]
async fn what_makes_no_store_names_its_fields() {
    let shop = Shop::open().await;
    for (body, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": null}), "name"),
        (json!({"currency": "EUR"}), "currency"),
        (json!({"plan": "expert"}), "plan"),
        (json!({"status": "active"}), "status"),
        (json!({"supportedCurrencies": ["EUR"]}), "supportedCurrencies"),
        (json!({"supportedCurrencies": ["GBP", "XXX"]}), "supportedCurrencies.1"),
        (json!({"supportedCurrencies": ["GBP", "gbp"]}), "supportedCurrencies.1"),
        (json!({"defaultLocale": "de"}), "defaultLocale"),
        (json!({"timezone": "not a zone"}), "timezone"),
        (json!({"contactEmail": "nobody"}), "contactEmail"),
        (json!({"allowedDomains": ["https://x"]}), "allowedDomains.0"),
        (json!({"branding": {"primaryColor": "red"}}), "branding.primaryColor"),
        (json!({"branding": {"logoUrl": "javascript:alert(1)"}}), "branding.logoUrl"),
        (json!({"branding": {"size": 1}}), "branding.size"),
    ] {
        let refused = shop.send_json(Method::PATCH, "/store", body.clone()).await;
        refused.refused(422, "validation_failed");
        assert!(refused.json()["error"]["fields"][field].is_array(), "{body}: {}", refused.text);
    }
}

#[actix_web::test]
async fn a_change_of_an_old_store_is_refused() {
    let shop = Shop::open().await;
    let tag = shop.get("/store").await.header("etag").to_owned();
    let change = || {
        shop.private(Method::PATCH, "/store")
            .insert_header(("if-match", tag.as_str()))
            .set_json(json!({"name": "New"}))
    };
    assert_eq!(shop.send(Surface::Private, change()).await.status, 200);
    shop.send(Surface::Private, change()).await.refused(412, "stale_version");
}

#[actix_web::test]
async fn the_operator_opens_a_store_whose_keys_work() {
    let shop = Shop::open().await;
    let new = json!({"name": "Zen Tea", "currency": "jpy", "plan": "free", "timezone": "Asia/Tokyo"});
    let made = shop.send_json(Method::POST, "/stores", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let store = made.json()["data"].clone();
    assert_eq!(made.header("location"), format!("/v1/private/stores/{}", text(&store["id"])));
    assert_eq!((&store["currency"], &store["plan"]), (&json!("JPY"), &json!("free")));
    for (name, prefix) in [
        ("livePublishable", "pk_live_"),
        ("liveSecret", "sk_live_"),
        ("testPublishable", "pk_test_"),
        ("testSecret", "sk_test_"),
    ] {
        let key = text(&store["keys"][name]);
        assert!(key.starts_with(prefix), "{name}: {key}");
        if name.ends_with("Secret") {
            let own = shop.by(&key, Method::GET, "/store", None).await.json()["data"].clone();
            assert_eq!((&own["id"], &own["livemode"]), (&store["id"], &json!(name == "liveSecret")));
        }
    }
    let secret = text(&store["keys"]["liveSecret"]);
    let order = shop.by(&secret, Method::GET, "/settings/order", None).await.json()["data"].clone();
    assert_eq!(order, json!({"orderPrefix": "ZEN", "nextOrderNumber": 1001, "lowStockThreshold": 5}));
    let read = shop.get(&format!("/stores/{}", text(&store["id"]))).await;
    assert!(!read.text.contains(&secret), "a secret is shown once");
    let all = shop.get("/stores").await.json();
    let names: Vec<_> = all["data"].as_array().unwrap().iter().map(|store| text(&store["name"])).collect();
    assert_eq!(names, ["Acme Candles", "Zen Tea"]);
}

#[actix_web::test]
async fn nobody_but_the_operator_sees_the_other_stores() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let narrow = shop.store.key(&[Scope::ReadSettings, Scope::WriteSettings]).await;
    let new = json!({"name": "Mine", "currency": "EUR"});
    let one = format!("/stores/{}", other.id);
    for key in [&other.sk_live, &narrow, &shop.store.sk_test] {
        shop.by(key, Method::GET, "/stores", None).await.refused(403, "insufficient_scope");
        shop.by(key, Method::POST, "/stores", Some(new.clone())).await.refused(403, "insufficient_scope");
        shop.by(key, Method::GET, &one, None).await.refused(403, "insufficient_scope");
        let raise = json!({"plan": "expert"});
        shop.by(key, Method::PATCH, &one, Some(raise)).await.refused(403, "insufficient_scope");
    }
    assert_eq!(shop.get("/stores").await.json()["meta"]["total"], 2);
}

#[actix_web::test]
async fn a_suspended_store_is_shut_until_it_is_opened_again() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let path = format!("/stores/{}", other.id);
    let set = |status: &str| json!({"status": status});
    assert_eq!(shop.send_json(Method::PATCH, &path, set("suspended")).await.status, 200);
    shop.by(&other.sk_live, Method::GET, "/store", None).await.refused(403, "store_suspended");
    assert_eq!(shop.send_json(Method::PATCH, &path, set("active")).await.status, 200);
    assert_eq!(shop.by(&other.sk_live, Method::GET, "/store", None).await.status, 200);
    let own = format!("/stores/{}", shop.store.id);
    shop.send_json(Method::PATCH, &own, set("suspended")).await.refused(409, "invalid_state");
    shop.send_json(Method::PATCH, "/stores/str_01HXYZ6R9M3K8Q2B7V5N4C1D0E", set("active"))
        .await
        .refused(404, "not_found");
}
