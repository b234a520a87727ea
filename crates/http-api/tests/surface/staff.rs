//! Staff: logging in, acting in stores by role, and being invited, changed and removed.

use actix_web::http::Method;
use application::staff::{self, Delivery, NewStaff};
use chrono::TimeDelta;
use domain::staff::Role;
use http_api::server::Surface;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use testkit::TestStore;

use crate::client::{Answer, Shop};

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Puts somebody on the staff of a store, with [`PASSWORD`] if they are new.
pub(crate) async fn hire(shop: &Shop, store: &TestStore, email: &str, role: Role) -> String {
    let new = NewStaff { email: email.to_owned(), name: None, role };
    let by = application::api_key::Grantor::Operator;
    let invited = staff::invite(&shop.host, &store.live(), by, new, Delivery::HandOver).await.unwrap();
    let token = invited.token.unwrap();
    let body = json!({"token": token.expose_secret(), "password": PASSWORD});
    let accepted = post(shop, "/auth/accept-invite", body).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text);
    invited.row.membership.id.to_string()
}

/// Sends a body without any credentials.
pub(crate) async fn post(shop: &Shop, path: &str, body: Value) -> Answer {
    let request = actix_web::test::TestRequest::with_uri(&format!("/v1/private{path}"))
        .method(Method::POST)
        .peer_addr("203.0.113.5:1234".parse().unwrap())
        .set_json(body);
    shop.send(Surface::Private, request).await
}

pub(crate) async fn log_in(shop: &Shop, email: &str, password: &str) -> Answer {
    post(shop, "/auth/login", json!({"email": email, "password": password})).await
}

/// The token of a new login.
pub(crate) async fn token(shop: &Shop, email: &str) -> String {
    let answer = log_in(shop, email, PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    text(&answer.json()["data"]["token"])
}

#[actix_web::test]
async fn a_login_opens_the_store_until_its_token_expires() {
    let shop = Shop::open().await;
    let staff = hire(&shop, &shop.store, "Sam@Example.com", Role::Owner).await;
    let answer = log_in(&shop, "sam@example.COM", PASSWORD).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.text);
    let login = answer.json()["data"].clone();
    assert_eq!(login["person"]["email"], "Sam@example.com");
    let place =
        json!({"id": shop.store.id.to_string(), "name": "Acme Candles", "role": "owner", "staffId": staff});
    assert_eq!(login["stores"], json!([place]));
    assert_eq!(login["tokenType"], "Bearer");

    let token = text(&login["token"]);
    let store = shop.by(&token, Method::GET, "/store", None).await;
    assert_eq!(store.json()["data"]["id"], shop.store.id.to_string(), "{}", store.text);
    let me = shop.by(&token, Method::GET, "/auth/me", None).await;
    assert_eq!(me.json()["data"]["stores"], json!([place]), "{}", me.text);

    shop.host.clock.advance(TimeDelta::hours(24));
    shop.by(&token, Method::GET, "/store", None).await.refused(401, "invalid_token");
    let next = post(&shop, "/auth/refresh", json!({"refreshToken": login["refreshToken"]})).await;
    let token = text(&next.json()["data"]["token"]);
    assert_eq!(shop.by(&token, Method::GET, "/store", None).await.status, 200);
}

#[actix_web::test]
async fn what_is_no_login_is_refused_without_saying_why() {
    let shop = Shop::open().await;
    hire(&shop, &shop.store, "sam@example.com", Role::Staff).await;
    let wrong = log_in(&shop, "sam@example.com", "wrong horse battery").await;
    wrong.refused(401, "invalid_credentials");
    for (email, password) in [
        ("nobody@example.com", PASSWORD),
        ("not an address", PASSWORD),
        ("sam@example.com", ""),
        ("sam@example.com' or '1'='1", PASSWORD),
    ] {
        let other = log_in(&shop, email, password).await;
        other.refused(401, "invalid_credentials");
        assert_eq!(other.json(), wrong.json(), "{email}");
    }
    for body in [
        json!({}),
        json!({"email": "sam@example.com"}),
        json!({"email": "sam@example.com", "password": 7}),
        json!({"email": ["sam@example.com"], "password": PASSWORD}),
        json!({"email": "sam@example.com", "password": PASSWORD, "role": "owner"}),
        json!({"email": "x".repeat(300), "password": PASSWORD}),
    ] {
        post(&shop, "/auth/login", body).await.refused(422, "validation_failed");
    }
    for token in ["eyJ", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"] {
        shop.by(token, Method::GET, "/store", None).await.refused(401, "invalid_token");
        shop.by(token, Method::GET, "/auth/me", None).await.refused(401, "invalid_token");
    }
    let key = shop.store.sk_live.clone();
    shop.by(&key, Method::GET, "/auth/me", None).await.refused(401, "invalid_token");
}

#[actix_web::test]
async fn roles_decide_what_staff_may_do() {
    let shop = Shop::open().await;
    for (email, role) in
        [("owner@a.com", Role::Owner), ("admin@a.com", Role::Admin), ("staff@a.com", Role::Staff)]
    {
        hire(&shop, &shop.store, email, role).await;
    }
    let brand = json!({"name": "Wick"});
    let key = json!({"name": "All", "scopes": ["admin:*"]});
    let narrow = json!({"name": "Some", "scopes": ["read:orders"]});
    for (email, reads_settings, narrow_key, admin_key) in
        [("owner@a.com", 200, 201, 201), ("admin@a.com", 200, 201, 403), ("staff@a.com", 403, 403, 403)]
    {
        let token = token(&shop, email).await;
        let by = async |method, path, body| shop.by(&token, method, path, body).await.status;
        assert_eq!(by(Method::POST, "/brands", Some(brand.clone())).await, 201, "{email}");
        assert_eq!(by(Method::GET, "/store", None).await, reads_settings, "{email}");
        assert_eq!(by(Method::POST, "/api-keys", Some(narrow.clone())).await, narrow_key, "{email}");
        assert_eq!(by(Method::POST, "/api-keys", Some(key.clone())).await, admin_key, "{email}");
    }
    let staff = token(&shop, "staff@a.com").await;
    let refused = shop.by(&staff, Method::GET, "/staff", None).await;
    refused.refused(403, "insufficient_scope");
    assert_eq!(refused.json()["error"]["details"]["required"], "read:settings");
}

#[actix_web::test]
async fn staff_name_their_store_and_see_no_other() {
    let shop = Shop::open().await;
    let (second, third) =
        (testkit::store(&shop.host, "Second", "EUR").await, testkit::store(&shop.host, "Third", "USD").await);
    hire(&shop, &shop.store, "sam@example.com", Role::Owner).await;
    let token = token(&shop, "sam@example.com").await;
    let named = async |name: &'static str, value: String| {
        let request = shop
            .private(Method::GET, "/store")
            .insert_header(("authorization", format!("Bearer {token}")))
            .insert_header((name, value));
        shop.send(Surface::Private, request).await
    };
    let own = named("x-tenant-id", shop.store.id.to_string()).await;
    assert_eq!(own.json()["data"]["id"], shop.store.id.to_string());
    for foreign in [third.id.to_string(), "str_none".to_owned(), String::new(), shop.store.pk_live.clone()] {
        named("x-tenant-id", foreign).await.refused(404, "not_found");
    }

    hire(&shop, &second, "sam@example.com", Role::Staff).await;
    let unsaid = shop.by(&token, Method::GET, "/brands", None).await;
    unsaid.refused(400, "tenant_required");
    assert_eq!(named("x-tenant-id", shop.store.id.to_string()).await.status, 200);
    // A member of the staff there, and so not one to see the settings.
    named("x-tenant-id", second.id.to_string()).await.refused(403, "insufficient_scope");

    for (mode, livemode) in [("live", true), ("test", false)] {
        let request = shop
            .private(Method::GET, "/store")
            .insert_header(("authorization", format!("Bearer {token}")))
            .insert_header(("x-tenant-id", shop.store.id.to_string()))
            .insert_header(("x-cartwright-mode", mode));
        let answer = shop.send(Surface::Private, request).await;
        assert_eq!(answer.json()["data"]["livemode"], livemode, "{mode}: {}", answer.text);
    }
}

#[actix_web::test]
async fn a_mode_that_does_not_exist_is_refused() {
    let shop = Shop::open().await;
    hire(&shop, &shop.store, "sam@example.com", Role::Owner).await;
    let token = token(&shop, "sam@example.com").await;
    let request = shop
        .private(Method::GET, "/store")
        .insert_header(("authorization", format!("Bearer {token}")))
        .insert_header(("x-cartwright-mode", "sandbox"));
    shop.send(Surface::Private, request).await.refused(400, "malformed_request");
}

#[actix_web::test]
async fn an_invitation_is_handed_over_accepted_once_and_taken_back() {
    let shop = Shop::open().await;
    let new = json!({"email": "sam@example.com", "name": "Sam", "role": "admin"});
    let invited = shop.send_json(Method::POST, "/staff", new.clone()).await;
    assert_eq!(invited.status, 201, "{}", invited.text);
    let data = invited.json()["data"].clone();
    assert_eq!(
        (&data["status"], &data["role"], &data["name"]),
        (&json!("invited"), &json!("admin"), &json!("Sam"))
    );
    let (path, first) = (format!("/staff/{}", text(&data["id"])), text(&data["inviteToken"]));
    assert_eq!(invited.header("location"), format!("/v1/private{path}"));
    assert!(!shop.get(&path).await.text.contains(&first), "the token is shown once");
    shop.send_json(Method::POST, "/staff", new).await.refused(409, "duplicate");
    shop.send_json(Method::PATCH, &path, json!({"status": "active"})).await.refused(409, "invalid_state");

    let again = shop.send(Surface::Private, shop.private(Method::POST, &format!("{path}/invite"))).await;
    let second = text(&again.json()["data"]["inviteToken"]);
    let accept = async |token: &str, password: &str| {
        post(&shop, "/auth/accept-invite", json!({"token": token, "password": password})).await
    };
    accept(&first, PASSWORD).await.refused(422, "validation_failed");
    for weak in ["short", "sam@example.com", "aaaaaaaaaaaa", &"long".repeat(40)] {
        let refused = accept(&second, weak).await;
        refused.refused(422, "validation_failed");
        assert!(refused.json()["error"]["fields"]["password"].is_array(), "{}", refused.text);
    }
    let accepted = accept(&second, PASSWORD).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text);
    accept(&second, PASSWORD).await.refused(422, "validation_failed");
    let token = text(&accepted.json()["data"]["token"]);
    assert_eq!(shop.by(&token, Method::GET, &path, None).await.json()["data"]["status"], "active");

    let other =
        shop.send_json(Method::POST, "/staff", json!({"email": "kim@example.com", "role": "staff"})).await;
    let data = other.json()["data"].clone();
    let path = format!("/staff/{}", text(&data["id"]));
    assert_eq!(shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await.status, 204);
    accept(&text(&data["inviteToken"]), PASSWORD).await.refused(422, "validation_failed");
}

#[actix_web::test]
async fn an_invitation_lapses_after_a_week() {
    let shop = Shop::open().await;
    let new = json!({"email": "sam@example.com", "role": "staff"});
    let token = text(&shop.send_json(Method::POST, "/staff", new).await.json()["data"]["inviteToken"]);
    shop.host.clock.advance(TimeDelta::days(7));
    post(&shop, "/auth/accept-invite", json!({"token": token, "password": PASSWORD}))
        .await
        .refused(422, "validation_failed");
}

#[actix_web::test]
async fn whoever_invites_somebody_cannot_take_their_account_over() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    hire(&shop, &shop.store, "sam@example.com", Role::Owner).await;
    let new = json!({"email": "sam@example.com", "name": "Mallory", "role": "staff"});
    let invited = shop.by(&other.sk_live, Method::POST, "/staff", Some(new)).await;
    let token = text(&invited.json()["data"]["inviteToken"]);
    let body = json!({"token": token, "password": "mallory's own password", "name": "Mallory"});
    post(&shop, "/auth/accept-invite", body).await.refused(401, "invalid_credentials");
    assert_eq!(log_in(&shop, "sam@example.com", PASSWORD).await.status, 200, "the password stays");
    let body = json!({"token": token, "password": PASSWORD, "name": "Mallory"});
    let accepted = post(&shop, "/auth/accept-invite", body).await;
    assert_eq!(accepted.json()["data"]["stores"].as_array().unwrap().len(), 2, "{}", accepted.text);
    assert_eq!(accepted.json()["data"]["person"]["name"], Value::Null, "a name is not the inviter's to give");
}

#[actix_web::test]
async fn suspending_and_removing_somebody_takes_hold_at_once() {
    let shop = Shop::open().await;
    let staff = hire(&shop, &shop.store, "sam@example.com", Role::Staff).await;
    let token = token(&shop, "sam@example.com").await;
    let path = format!("/staff/{staff}");
    let works = async || shop.by(&token, Method::GET, "/brands", None).await.status;
    assert_eq!(works().await, 200);
    let change = async |status: &str| shop.send_json(Method::PATCH, &path, json!({"status": status})).await;
    assert_eq!(change("suspended").await.json()["data"]["status"], "suspended");
    assert_eq!(works().await, 401);
    log_in(&shop, "sam@example.com", PASSWORD).await.refused(401, "invalid_credentials");
    assert_eq!(change("active").await.status, 200);
    assert_eq!(works().await, 200);
    let promoted = shop.send_json(Method::PATCH, &path, json!({"role": "admin"})).await;
    assert_eq!(promoted.json()["data"]["role"], "admin");
    assert_eq!(shop.by(&token, Method::GET, "/store", None).await.status, 200, "the new role, at once");
    assert_eq!(shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await.status, 204);
    assert_eq!(works().await, 401);
    shop.get(&path).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_store_keeps_an_owner_and_owners_are_out_of_an_administrators_reach() {
    let shop = Shop::open().await;
    let owner = hire(&shop, &shop.store, "owner@example.com", Role::Owner).await;
    hire(&shop, &shop.store, "admin@example.com", Role::Admin).await;
    let path = format!("/staff/{owner}");
    for (method, body) in [
        (Method::PATCH, Some(json!({"role": "admin"}))),
        (Method::PATCH, Some(json!({"status": "suspended"}))),
        (Method::DELETE, None),
    ] {
        let refused = shop.by(&shop.store.sk_live, method.clone(), &path, body.clone()).await;
        refused.refused(409, "invalid_state");
        let admin = token(&shop, "admin@example.com").await;
        shop.by(&admin, method, &path, body).await.refused(403, "insufficient_scope");
    }
    let admin = token(&shop, "admin@example.com").await;
    for role in ["owner", "admin"] {
        let new = json!({"email": format!("{role}2@example.com"), "role": role});
        let answer = shop.by(&admin, Method::POST, "/staff", Some(new)).await;
        assert_eq!(answer.status, if role == "owner" { 403 } else { 201 }, "{}", answer.text);
    }
    let test = json!({"email": "x@example.com", "role": "staff"});
    let by_test_key = shop.by(&shop.store.sk_test, Method::POST, "/staff", Some(test)).await;
    by_test_key.refused(403, "insufficient_scope");

    let heir = hire(&shop, &shop.store, "heir@example.com", Role::Owner).await;
    let stepped_down = shop.send_json(Method::PATCH, &path, json!({"role": "staff"})).await;
    assert_eq!(stepped_down.status, 200, "{}", stepped_down.text);
    let last = shop.send(Surface::Private, shop.private(Method::DELETE, &format!("/staff/{heir}"))).await;
    last.refused(409, "invalid_state");
}

#[actix_web::test]
async fn another_stores_staff_are_not_there() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let foreign = hire(&shop, &other, "sam@example.com", Role::Staff).await;
    for (method, path, body) in [
        (Method::GET, format!("/staff/{foreign}"), None),
        (Method::PATCH, format!("/staff/{foreign}"), Some(json!({"role": "admin"}))),
        (Method::DELETE, format!("/staff/{foreign}"), None),
        (Method::POST, format!("/staff/{foreign}/invite"), None),
        (Method::GET, "/staff/none".to_owned(), None),
    ] {
        shop.by(&shop.store.sk_live, method, &path, body).await.refused(404, "not_found");
    }
    assert_eq!(shop.get("/staff").await.json()["meta"]["total"], 0);
    let listed = shop.by(&other.sk_live, Method::GET, "/staff?fields=email,role", None).await.json();
    assert_eq!(listed["data"][0]["email"], "sam@example.com");
}

#[actix_web::test]
async fn a_stale_change_of_somebody_is_refused() {
    let shop = Shop::open().await;
    let staff = hire(&shop, &shop.store, "sam@example.com", Role::Staff).await;
    let path = format!("/staff/{staff}");
    let tag = shop.get(&path).await.header("etag").to_owned();
    let change = |role: &str| {
        shop.private(Method::PATCH, &path)
            .insert_header(("if-match", tag.clone()))
            .set_json(json!({"role": role}))
    };
    assert_eq!(shop.send(Surface::Private, change("admin")).await.status, 200);
    shop.send(Surface::Private, change("owner")).await.refused(412, "stale_version");
}

#[actix_web::test]
async fn staff_that_make_no_sense_name_their_fields() {
    let shop = Shop::open().await;
    for (body, field) in [
        (json!({"role": "staff"}), "email"),
        (json!({"email": "sam@example.com"}), "role"),
        (json!({"email": "sam", "role": "staff"}), "email"),
        (json!({"email": "sam@example.com", "role": "king"}), "role"),
        (json!({"email": "sam@example.com", "role": "staff", "name": "x".repeat(200)}), "name"),
        (json!({"email": "sam@example.com", "role": "staff", "name": "a\u{0}"}), "name"),
        (json!({"email": "sam@example.com", "role": "staff", "password": "x"}), "password"),
    ] {
        let refused = shop.send_json(Method::POST, "/staff", body.clone()).await;
        refused.refused(422, "validation_failed");
        assert!(refused.json()["error"]["fields"][field].is_array(), "{body}: {}", refused.text);
    }
}
