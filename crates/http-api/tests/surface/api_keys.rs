//! Keys: made, shown once, kept in bounds, rotated and revoked.

use actix_web::http::Method;
use domain::access::Scope;
use http_api::server::Surface;
use serde_json::{Value, json};

use crate::client::Shop;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn the_text_of_a_secret_key_is_shown_once_and_of_a_publishable_one_always() {
    let shop = Shop::open().await;
    let new = json!({"name": "Warehouse", "scopes": ["read:orders"], "ipAllowlist": ["10.0.0.0/8"]});
    let made = shop.send_json(Method::POST, "/api-keys", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let key = made.json()["data"].clone();
    let (id, whole) = (text(&key["id"]), text(&key["key"]));
    assert!(whole.starts_with("sk_live_") && whole.len() == "sk_live_".len() + 64, "{whole}");
    assert_eq!(text(&key["hint"]), whole[whole.len() - 4..]);
    assert_eq!((&key["type"], &key["mode"]), (&json!("secret"), &json!("live")));
    assert_eq!(made.header("location"), format!("/v1/private/api-keys/{id}"));
    let read = shop.get(&format!("/api-keys/{id}")).await.json()["data"].clone();
    assert_eq!((&read["key"], &read["hint"]), (&Value::Null, &key["hint"]));
    assert!(!shop.get("/api-keys").await.text.contains(&whole));

    let new = json!({"name": "Shop window", "type": "publishable", "mode": "test"});
    let made = shop.send_json(Method::POST, "/api-keys", new).await.json()["data"].clone();
    assert!(text(&made["key"]).starts_with("pk_test_"), "{made}");
    let read = shop.get(&format!("/api-keys/{}", text(&made["id"]))).await.json()["data"].clone();
    assert_eq!(read["key"], made["key"]);
}

#[actix_web::test]
async fn a_key_cannot_make_or_touch_a_mightier_one() {
    let shop = Shop::open().await;
    let narrow = shop.store.key(&[Scope::ReadSettings, Scope::WriteSettings]).await;
    let (admin, _) = first_keys(&shop).await;
    for (body, required) in [
        (json!({"name": "X", "scopes": ["read:settings", "read:orders"]}), "read:orders"),
        (json!({"name": "X", "scopes": ["admin:*"]}), "admin:*"),
    ] {
        let refused = shop.by(&narrow, Method::POST, "/api-keys", Some(body)).await;
        refused.refused(403, "insufficient_scope");
        assert_eq!(refused.json()["error"]["details"]["required"], required);
    }
    for (method, path, body) in [
        (Method::PATCH, format!("/api-keys/{admin}"), Some(json!({"name": "Mine"}))),
        (Method::POST, format!("/api-keys/{admin}/rotate"), None),
        (Method::DELETE, format!("/api-keys/{admin}"), None),
    ] {
        shop.by(&narrow, method, &path, body).await.refused(403, "insufficient_scope");
    }
    let equal = json!({"name": "X", "scopes": ["read:settings"]});
    let made = shop.by(&narrow, Method::POST, "/api-keys", Some(equal)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/api-keys/{}", text(&made.json()["data"]["id"]));
    let mightier = json!({"scopes": ["admin:*"]});
    shop.by(&narrow, Method::PATCH, &path, Some(mightier)).await.refused(403, "insufficient_scope");
    assert_eq!(shop.get("/store").await.status, 200, "the administrator's key was not touched");
}

/// The ids of the live and the test secret key that the store opened with.
async fn first_keys(shop: &Shop) -> (String, String) {
    let keys = shop.get("/api-keys").await.json()["data"].clone();
    let of_mode = |mode: &str| {
        let found = keys.as_array().expect("a list").iter().find(|key| {
            key["type"] == "secret" && key["mode"] == mode && key["scopes"] == json!(["admin:*"])
        });
        text(&found.expect("every store opens with one")["id"])
    };
    (of_mode("live"), of_mode("test"))
}

#[actix_web::test]
async fn a_test_key_makes_test_keys_only_and_leaves_live_ones_alone() {
    let shop = Shop::open().await;
    let sk_test = shop.store.sk_test.clone();
    let (live, _) = first_keys(&shop).await;
    let new = json!({"name": "X", "scopes": ["read:orders"]});
    let made = shop.by(&sk_test, Method::POST, "/api-keys", Some(new)).await;
    assert_eq!(made.json()["data"]["mode"], "test", "{}", made.text);
    for (kind, scopes) in [("secret", json!(["read:orders"])), ("publishable", json!([]))] {
        let new = json!({"name": "X", "type": kind, "mode": "live", "scopes": scopes});
        shop.by(&sk_test, Method::POST, "/api-keys", Some(new)).await.refused(403, "insufficient_scope");
    }
    let path = format!("/api-keys/{live}/rotate");
    shop.by(&sk_test, Method::POST, &path, None).await.refused(403, "insufficient_scope");
}

#[actix_web::test]
async fn a_bound_key_hands_on_its_bounds() {
    let shop = Shop::open().await;
    let new = json!({
        "name": "Bound", "scopes": ["write:settings"], "expiresAt": "2027-01-01T00:00:00Z",
    });
    let bound = text(&shop.send_json(Method::POST, "/api-keys", new).await.json()["data"]["key"]);
    let ask = |expires: Value| json!({"name": "X", "scopes": ["write:settings"], "expiresAt": expires});
    for endless in [Value::Null, json!("2027-01-01T00:00:01Z")] {
        shop.by(&bound, Method::POST, "/api-keys", Some(ask(endless)))
            .await
            .refused(403, "insufficient_scope");
    }
    let fine = shop.by(&bound, Method::POST, "/api-keys", Some(ask(json!("2026-12-31T00:00:00Z")))).await;
    assert_eq!(fine.status, 201, "{}", fine.text);
}

#[actix_web::test]
async fn rotating_kills_the_old_text_at_once_and_keeps_the_rest() {
    let shop = Shop::open().await;
    let new = json!({"name": "Till", "scopes": ["read:settings"]});
    let made = shop.send_json(Method::POST, "/api-keys", new).await.json()["data"].clone();
    let (path, old) = (format!("/api-keys/{}", text(&made["id"])), text(&made["key"]));
    assert_eq!(shop.by(&old, Method::GET, "/store", None).await.status, 200);
    let rotated = shop.send_json(Method::POST, &format!("{path}/rotate"), json!({})).await;
    assert_eq!(rotated.status, 200, "{}", rotated.text);
    let now = rotated.json()["data"].clone();
    assert_eq!((&now["id"], &now["scopes"]), (&made["id"], &made["scopes"]));
    shop.by(&old, Method::GET, "/store", None).await.refused(401, "invalid_api_key");
    assert_eq!(shop.by(&text(&now["key"]), Method::GET, "/store", None).await.status, 200);

    let gone = shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    shop.by(&text(&now["key"]), Method::GET, "/store", None).await.refused(401, "invalid_api_key");
    shop.send_json(Method::POST, &format!("{path}/rotate"), json!({})).await.refused(409, "invalid_state");
    shop.send_json(Method::PATCH, &path, json!({"name": "X"})).await.refused(409, "invalid_state");
    assert!(shop.get(&path).await.json()["data"]["revokedAt"].is_string());
    assert_eq!(shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await.status, 204);
}

#[actix_web::test]
async fn keys_that_make_no_sense_name_their_fields() {
    let shop = Shop::open().await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"name": "X", "scopes": ["read:orders"]});
        body[name] = value;
        body
    };
    for (body, field) in [
        (json!({"name": "X"}), "scopes"),
        (json!({"scopes": ["read:orders"]}), "name"),
        (with("name", json!("")), "name"),
        (with("name", json!("  ")), "name"),
        (with("name", json!("a\u{0}")), "name"),
        (with("name", json!("x".repeat(10_000))), "name"),
        (with("scopes", json!(["read:everything"])), "scopes.0"),
        (with("scopes", json!("read:orders")), "scopes"),
        (with("type", json!("private")), "type"),
        (with("mode", json!("LIVE")), "mode"),
        (with("ipAllowlist", json!(["10.0.0.1/8"])), "ipAllowlist.0"),
        (with("rateLimitPerMinute", json!(0)), "rateLimitPerMinute"),
        (with("rateLimitPerMinute", json!(1_000_000_000_000_u64)), "rateLimitPerMinute"),
        (with("rateLimitPerMinute", json!(1.5)), "rateLimitPerMinute"),
        (with("expiresAt", json!("2020-01-01T00:00:00Z")), "expiresAt"),
        (with("expiresAt", json!("tomorrow")), "expiresAt"),
        (with("colour", json!("red")), "colour"),
        (json!({"name": "X", "type": "publishable", "scopes": ["read:orders"]}), "scopes"),
    ] {
        let refused = shop.send_json(Method::POST, "/api-keys", body.clone()).await;
        refused.refused(422, "validation_failed");
        assert!(refused.json()["error"]["fields"][field].is_array(), "{body}: {}", refused.text);
    }
    let markup = "<b>Robert'); DROP TABLE api_keys;--</b> 🔑";
    let made = shop.send_json(Method::POST, "/api-keys", with("name", json!(markup))).await;
    assert_eq!(made.json()["data"]["name"], markup, "{}", made.text);
}

#[actix_web::test]
async fn another_stores_keys_are_not_there() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let foreign = other.own_key(&other.sk_live).await.id;
    for (method, path) in [
        (Method::GET, format!("/api-keys/{foreign}")),
        (Method::DELETE, format!("/api-keys/{foreign}")),
        (Method::POST, format!("/api-keys/{foreign}/rotate")),
        (Method::GET, "/api-keys/none".to_owned()),
    ] {
        shop.by(&shop.store.sk_live, method, &path, None).await.refused(404, "not_found");
    }
    assert_eq!(shop.by(&other.sk_live, Method::GET, "/store", None).await.status, 200);
}

#[actix_web::test]
async fn a_stale_change_of_a_key_is_refused() {
    let shop = Shop::open().await;
    let new = json!({"name": "Till", "scopes": ["read:settings"]});
    let made = shop.send_json(Method::POST, "/api-keys", new).await;
    let path = format!("/api-keys/{}", text(&made.json()["data"]["id"]));
    let change = |name: &str| {
        shop.private(Method::PATCH, &path)
            .insert_header(("if-match", made.header("etag")))
            .set_json(json!({"name": name}))
    };
    assert_eq!(shop.send(Surface::Private, change("First")).await.status, 200);
    shop.send(Surface::Private, change("Second")).await.refused(412, "stale_version");
    assert_eq!(shop.get(&path).await.json()["data"]["name"], "First");
}

#[actix_web::test]
async fn the_list_of_keys_pages_by_number_and_by_cursor() {
    let shop = Shop::open().await;
    let page = shop.get("/api-keys?perPage=3").await.json();
    assert_eq!((page["data"].as_array().unwrap().len(), &page["meta"]["total"]), (3, &json!(4)));
    let first = shop.get("/api-keys?cursor=&perPage=3").await.json();
    let cursor = text(&first["meta"]["nextCursor"]);
    let rest = shop.get(&format!("/api-keys?perPage=3&cursor={cursor}")).await.json();
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["meta"]["hasNextPage"]), (1, &json!(false)));
    shop.get(&format!("/brands?cursor={cursor}")).await.refused(400, "invalid_cursor");
    shop.get("/api-keys?sort=name").await.refused(422, "validation_failed");
}
