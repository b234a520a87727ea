//! The guard guarded: an operation that lacks the conventions is caught by every check that is about it.

use std::{net::TcpListener, sync::Arc};

use actix_web::{App, HttpResponse, HttpServer, web};
use journeys::Shop;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::database::TestDatabase;

use crate::{
    checks::Check,
    guard::Guard,
    operations::{Face, Operation, of},
};

/// What the naked server says to everybody.
#[derive(Clone)]
struct Said {
    status: u16,
    body: Value,
}

/// Serves the same answer to whatever is asked, well dressed, so that only the guard can object to it.
fn serve(said: Said) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the machine has a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
    let answer = move || {
        let said = said.clone();
        async move {
            let status = said.status.try_into().expect("a status of HTTP");
            HttpResponse::build(status)
                .insert_header(("x-request-id", "naked"))
                .insert_header(("x-content-type-options", "nosniff"))
                .insert_header(("x-frame-options", "DENY"))
                .insert_header(("referrer-policy", "no-referrer"))
                .insert_header(("content-security-policy", "frame-ancestors 'none'"))
                .insert_header(("cache-control", "no-store"))
                .json(said.body)
        }
    };
    let server = HttpServer::new(move || App::new().default_service(web::to(answer.clone())))
        .workers(1)
        .disable_signals()
        .listen(listener)
        .expect("the listener is bound");
    tokio::spawn(server.run());
    url
}

fn operation(method: &Method, path: &str) -> Operation {
    let found = of(Face::Private).into_iter().find(|one| one.method == *method && one.path == path);
    found.expect("the document has it")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_lets_everybody_in_is_caught_by_every_check() {
    let mut guard = Guard::open(Shop::on_sqlite().await).await;
    let list = json!({"data": [], "meta": {"perPage": 20, "nextCursor": null, "hasNextPage": false}});
    let brand = guard.shop.merchant().post("/brands", json!({"name": "Naked"})).await.data();
    for (method, path, status, body) in [
        (Method::GET, "/v1/private/brands", 200, list),
        (Method::POST, "/v1/private/brands", 201, json!({"data": brand})),
        (Method::GET, "/v1/private/brands/{brand}", 200, json!({"data": brand})),
        (Method::PATCH, "/v1/private/brands/{brand}", 200, json!({"data": brand})),
    ] {
        let operation = operation(&method, path);
        guard.shop.private_url = serve(Said { status, body });
        for check in Check::ALL.iter().filter(|check| check.is_about(&operation) && check.refuses()) {
            let verdict = guard.hold(*check, &operation).await;
            assert!(verdict.is_err(), "{check:?} lets {method} {path} pass");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_keeps_everybody_out_is_caught_too() {
    let mut guard = Guard::open(Shop::on_sqlite().await).await;
    let refusal = json!({"error": {"code": "insufficient_scope", "message": "No.", "details": {"required": "write:catalog"}}});
    guard.shop.private_url = serve(Said { status: 403, body: refusal });
    let operation = operation(&Method::GET, "/v1/private/brands/{brand}");
    for check in [Check::ItsScopeAlone, Check::OwnThing, Check::EveryOtherScope] {
        assert!(guard.hold(check, &operation).await.is_err(), "{check:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_changes_something_all_the_same_is_caught() {
    for shop in [Shop::on_sqlite().await, Shop::open(TestDatabase::postgres().await).await] {
        let mut guard = Guard::open(shop).await;
        let operation = operation(&Method::GET, "/v1/private/brands");
        assert_eq!(guard.hold(Check::NoCredentials, &operation).await, Ok(()));
        let database = guard.shop.database.as_ref().expect("the shop made its database");
        database.execute("UPDATE brands SET name = 'Changed behind a refusal'", []).await;
        let fault = guard.hold(Check::NoCredentials, &operation).await.expect_err("a row was changed");
        assert!(fault.contains("brands"), "{fault}");
        assert_eq!(guard.hold(Check::NoCredentials, &operation).await, Ok(()), "each is judged by itself");
    }
}

/// What the recorder makes of an answer, told by whether the caller panics.
async fn goes_down(said: Said) -> bool {
    let mut shop = Shop::on_sqlite().await;
    shop.private_url = serve(said);
    let merchant = Arc::new(shop.merchant());
    tokio::spawn(async move { merchant.get("/brands").await }).await.is_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_its_document_does_not_know_stops_whoever_gets_it() {
    let meta = json!({"perPage": 20, "nextCursor": null, "hasNextPage": false});
    assert!(!goes_down(Said { status: 200, body: json!({"data": [], "meta": meta}) }).await);
    let error = json!({"error": {"code": "duplicate", "message": "No."}});
    assert!(goes_down(Said { status: 409, body: error }).await, "a status that is not documented");
    assert!(
        goes_down(Said { status: 200, body: json!({"data": [{"id": 1}], "meta": meta}) }).await,
        "a wrong type"
    );
    assert!(goes_down(Said { status: 422, body: json!({"message": "No."}) }).await, "no refusal's shape");
}
