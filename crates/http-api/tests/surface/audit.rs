//! The audit log: no change escapes it, and no secret gets into it.

use std::collections::BTreeSet;

use actix_web::{http::Method, test::TestRequest};
use domain::access::Scope;
use http_api::{openapi::private_document, server::Surface};
use serde_json::{Value, json};

use self::steps::{OF_PEOPLE, READS, Step, steps};
use crate::{
    client::{Answer, Shop},
    orders::Office,
};

mod steps;

const PEER: &str = "203.0.113.7:41812";

/// Ids and secrets that answers gave, by name.
#[derive(Default)]
struct Known {
    ids: Vec<(String, String)>,
    secrets: Vec<String>,
}

impl Known {
    /// The text with `{name}` replaced by what is known under it.
    fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// Keeps what the answer tells: its id under `name`, and every text that opens something.
    fn learn(&mut self, name: &str, answer: &Answer) {
        if answer.text.is_empty() {
            return;
        }
        let data = answer.json()["data"].clone();
        if let Some(id) = data["id"].as_str().filter(|_| !name.is_empty()) {
            self.ids.push((name.to_owned(), id.to_owned()));
        }
        collect_secrets(&data, &mut self.secrets);
    }
}

fn collect_secrets(value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::String(text) if ["sk_", "sks_", "whsec_"].iter().any(|kind| text.starts_with(kind)) => {
            secrets.push(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect_secrets(item, secrets)),
        Value::Object(fields) => fields.values().for_each(|field| collect_secrets(field, secrets)),
        _ => {}
    }
}

fn request(key: &str, step: &Step, path: &str) -> TestRequest {
    let request = TestRequest::with_uri(&format!("/v1/private{path}"))
        .method(step.method.clone())
        .peer_addr(PEER.parse().expect("it is an address"))
        .insert_header(("authorization", format!("Bearer {key}")))
        .insert_header(("user-agent", "Till/7"))
        .insert_header(("x-request-id", format!("req-{}", step.operation)));
    if step.body.is_null() { request } else { request.set_json(&step.body) }
}

async fn log(shop: &Shop, key: &str, query: &str) -> Vec<Value> {
    let answer = shop.by(key, Method::GET, &format!("/audit-log?perPage=100{query}"), None).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["data"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn every_change_of_the_private_surface_leaves_an_entry_without_secrets() {
    let office = Office::open().await;
    let mut known = Known::default();
    for (name, method) in [("paid", "pm_card_visa"), ("owed", "bank_transfer"), ("off", "bank_transfer")] {
        known.ids.push((name.to_owned(), office.sell(name, method, 2).await));
    }
    let shop = &office.0;
    known.ids.push(("store".to_owned(), shop.store.id.to_string()));
    let own = shop.store.own_key(&shop.store.sk_live).await;
    known.ids.push(("ownKey".to_owned(), own.id.to_string()));
    known.secrets.extend([&shop.store.sk_live, &shop.store.sk_test].map(String::clone));
    let mut seen = BTreeSet::new();
    for step in steps() {
        let key = if step.live { &shop.store.sk_live } else { &shop.store.sk_test };
        let path = known.fill(&step.path);
        let step = Step { body: serde_json::from_str(&known.fill(&step.body.to_string())).unwrap(), ..step };
        let answer = shop.send(Surface::Private, request(key, &step, &path)).await;
        assert!((200..300).contains(&answer.status), "{}: {}", step.operation, answer.text);
        known.learn(step.name, &answer);
        let reader = if step.operation == "createStore" { created_key(&answer) } else { key.clone() };
        let entries = log(shop, &reader, &format!("&requestId=req-{}", step.operation)).await;
        assert!(!entries.is_empty(), "{} left no entry", step.operation);
        let actor = format!("key:{}", shop.store.own_key(key).await.id);
        for entry in &entries {
            assert_eq!(entry["actor"], actor, "{entry}");
            assert_eq!(entry["address"], "203.0.113.7", "{entry}");
            assert_eq!(entry["userAgent"], "Till/7", "{entry}");
            assert_eq!(entry["livemode"], step.live, "{entry}");
            assert!(entry["actorName"].as_str().unwrap().starts_with("First "), "{entry}");
        }
        assert_eq!(entries.last().unwrap()["action"], step.action, "{}", step.operation);
        seen.insert(step.operation.to_owned());
    }
    let whole = format!(
        "{:?}{:?}",
        log(shop, &shop.store.sk_live, "").await,
        log(shop, &shop.store.sk_test, "").await
    );
    for secret in known.secrets.iter().map(String::as_str).chain(steps::PLANTED) {
        assert!(!whole.contains(secret), "{secret} is in the log");
    }
    let excused = |id: &String| READS.iter().chain(OF_PEOPLE).any(|one| one == id);
    let unproven: Vec<_> = writes().into_iter().filter(|id| !seen.contains(id) && !excused(id)).collect();
    assert!(unproven.is_empty(), "give each of these a step that proves its entry: {unproven:?}");
}

/// The first key of the store that was opened by this answer.
fn created_key(answer: &Answer) -> String {
    let mut keys = Vec::new();
    collect_secrets(&answer.json()["data"], &mut keys);
    keys.into_iter().find(|key| key.starts_with("sk_live_")).expect("a new store has a live secret key")
}

/// Ids of all operations that may change something.
fn writes() -> Vec<String> {
    let document = serde_json::to_value(private_document()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|item| item.as_object().unwrap().iter());
    operations
        .filter(|(method, _)| *method != "get")
        .map(|(_, operation)| operation["operationId"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn an_entry_tells_what_stood_there_before_and_after() {
    let shop = Shop::open().await;
    let brand = shop
        .send_json(Method::POST, "/brands", json!({"name": "Oak", "website": "https://oak.example"}))
        .await;
    let id = brand.json()["data"]["id"].as_str().unwrap().to_owned();
    let path = format!("/brands/{id}");
    shop.send_json(Method::PATCH, &path, json!({"name": "Elm", "website": null})).await;
    let gone = shop.send(Surface::Private, shop.private(Method::DELETE, &path)).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    let key = shop.store.sk_live.clone();
    let told: Vec<_> = log(&shop, &key, &format!("&subjectId={id}"))
        .await
        .iter()
        .map(|entry| (entry["action"].clone(), entry["before"].clone(), entry["after"].clone()))
        .collect();
    assert_eq!(
        told,
        [
            (json!("brand.deleted"), json!({"name": "Elm", "slug": "oak", "version": 2}), Value::Null),
            (
                json!("brand.updated"),
                json!({"name": "Oak", "website": "https://oak.example", "version": 1}),
                json!({"name": "Elm", "website": null, "version": 2}),
            ),
            (
                json!("brand.created"),
                Value::Null,
                json!({"name": "Oak", "slug": "oak", "website": "https://oak.example", "version": 1}),
            ),
        ]
    );
}

#[actix_web::test]
async fn entries_are_found_by_actor_action_subject_mode_and_time() {
    let shop = Shop::open().await;
    shop.send_json(Method::POST, "/brands", json!({"name": "Oak"})).await;
    let test_key = shop.store.sk_test.clone();
    shop.by(&test_key, Method::POST, "/brands", Some(json!({"name": "Elm"}))).await;
    let key = shop.store.sk_live.clone();
    let names = async |query: &str| -> Vec<String> {
        let entries = log(&shop, &key, &format!("&action=brand.created{query}")).await;
        entries.iter().map(|entry| entry["after"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("").await, ["Elm", "Oak"]);
    assert_eq!(names("&livemode=true").await, ["Oak"]);
    assert_eq!(names("&livemode=false&subjectType=brand").await, ["Elm"]);
    assert_eq!(names("&subjectType=product").await, [""; 0]);
    let own = shop.store.own_key(&key).await.id;
    assert_eq!(names(&format!("&actor=key:{own}")).await, ["Oak"]);
    assert_eq!(names("&from=2000-01-01T00:00:00Z").await, ["Elm", "Oak"]);
    assert_eq!(names("&to=2000-01-01T00:00:00Z").await, [""; 0]);
    shop.get("/audit-log?action=brand.painted").await.refused(422, "validation_failed");
    let narrow = shop.key_from(&[Scope::ReadOrders], &[]).await;
    shop.by(&narrow, Method::GET, "/audit-log", None).await.refused(403, "insufficient_scope");
}

#[actix_web::test]
async fn a_test_key_reads_nothing_of_live_stock_and_orders() {
    let shop = Shop::open().await;
    let product = json!({"name": "Mug", "price": 900, "stock": 5});
    shop.send_json(Method::POST, "/products", product).await;
    let count = json!({"operation": "set", "quantity": 7});
    for key in [&shop.store.sk_live, &shop.store.sk_test] {
        let counted = shop.by(key, Method::PATCH, "/products/mug/inventory", Some(count.clone())).await;
        assert_eq!(counted.status, 200, "{}", counted.text);
        let entries = log(&shop, key, "&subjectType=inventory").await;
        assert_eq!(entries.len(), 1, "{entries:?}");
        assert_eq!(entries[0]["livemode"], *key == shop.store.sk_live);
        assert_eq!(
            (&entries[0]["before"], &entries[0]["after"]),
            (&json!({"inventoryCount": 5}), &json!({"inventoryCount": 7}))
        );
        assert_eq!(log(&shop, key, "&action=product.created").await.len(), 1, "products are shared");
    }
}

#[actix_web::test]
async fn what_was_refused_is_not_in_the_log() {
    let shop = Shop::open().await;
    shop.send_json(Method::POST, "/brands", json!({"name": "Oak", "slug": "oak"})).await;
    let twice = shop.send_json(Method::POST, "/brands", json!({"name": "Oak", "slug": "oak"})).await;
    twice.refused(409, "duplicate");
    let stale = shop.private(Method::PATCH, "/brands/oak").insert_header(("if-match", "\"no-such-version\""));
    shop.send(Surface::Private, stale.set_json(json!({"name": "Elm"}))).await.refused(412, "stale_version");
    let key = shop.store.sk_live.clone();
    assert_eq!(log(&shop, &key, "&subjectType=brand").await.len(), 1);
}

#[actix_web::test]
async fn events_are_listed_by_type_and_mode() {
    let office = Office::open().await;
    office.sell("ada", "pm_card_visa", 1).await;
    let shop = &office.0;
    let kinds = async |key: &str, query: &str| -> Vec<String> {
        let answer = shop.by(key, Method::GET, &format!("/events{query}"), None).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let events = answer.json()["data"].as_array().unwrap().clone();
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&shop.store.sk_test, "?type=order.paid").await, ["order.paid"]);
    assert!(kinds(&shop.store.sk_test, "").await.len() > 1);
    assert_eq!(kinds(&shop.store.sk_live, "?type=order.paid").await, [""; 0]);
    shop.get("/events?type=order.eaten").await.refused(422, "validation_failed");
}
