//! How often somebody may call.

use std::{future::Future, sync::Arc};

use actix_web::{
    dev::Service as _,
    http::Method,
    test::{TestRequest, init_service},
};
use domain::{
    access::{KeyKind, Mode},
    tier::Tier,
};
use http_api::{
    list::cursor::CursorKey,
    server::{Blueprint, ServerConfig, Surface},
};
use rstest::rstest;

use crate::client::{Answer, Shop, read};

const HERE: &str = "203.0.113.7";
const THERE: &str = "203.0.113.8";

/// A surface of the shop that limits its callers.
macro_rules! limited {
    ($shop:expr, $surface:expr) => {{
        let mut config = ServerConfig::new("https://shop.example", CursorKey::new([5; 32]));
        config.limiter = Some(testkit::limits::limiter());
        let core = Arc::clone(&$shop.host.core);
        let app = init_service(Blueprint::new($surface, core, config).app()).await;
        async move |request: TestRequest, address: &str| {
            let address = address.parse().map(|ip: std::net::IpAddr| (ip, 4711).into()).unwrap();
            read(app.call(request.peer_addr(address).to_request())).await
        }
    }};
}

/// Sends requests until one is refused for the rate; how many were not.
async fn until_refused<F: Future<Output = Answer>>(send: impl Fn(usize) -> F) -> usize {
    for sent in 0..2000 {
        if send(sent).await.status == 429 {
            return sent;
        }
    }
    panic!("nobody is limited");
}

fn number(answer: &Answer, name: &str) -> i64 {
    answer.header(name).parse().unwrap_or_else(|_| panic!("{name} is {:?}", answer.header(name)))
}

#[actix_web::test]
async fn a_shopper_gets_the_limit_of_the_class_and_is_told_how_it_stands() {
    let shop = Shop::open().await;
    let send = limited!(shop, Surface::Public);
    let order = || shop.public(Method::GET, "/orders/ACME-1?email=a@example.com");
    let now = shop.host.core.clock.now().timestamp();
    for left in (0..60).rev() {
        let answer = send(order(), HERE).await;
        answer.refused(404, "not_found");
        let told = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
        assert_eq!(told.map(|name| number(&answer, name)), [60, left, now + 60]);
    }
    shop.host.clock.advance(chrono::TimeDelta::seconds(20));
    let refused = send(order(), HERE).await;
    refused.refused(429, "rate_limited");
    assert_eq!((refused.header("retry-after"), refused.header("x-ratelimit-remaining")), ("40", "0"));
    assert_eq!(number(&refused, "x-ratelimit-reset"), now + 60);
    assert_eq!(refused.header("access-control-allow-origin"), "");
    assert_eq!(send(shop.public(Method::GET, ""), HERE).await.status, 200, "other routes go on");
    assert_eq!(send(order(), THERE).await.status, 404, "and so do others");
    shop.host.clock.advance(chrono::TimeDelta::seconds(40));
    assert_eq!(send(order(), HERE).await.status, 404, "a new period begins");
}

#[actix_web::test]
async fn carts_behind_one_address_have_a_share_each_but_made_up_ones_do_not_multiply_it() {
    let shop = Shop::open().await;
    let send = limited!(shop, Surface::Public);
    let pay = |token: String| {
        let request = shop.public(Method::POST, "/cart/checkout").insert_header(("x-cart-token", token));
        send(request.set_json(serde_json::json!({"paymentMethod": "pm_card_visa"})), HERE)
    };
    assert_eq!(until_refused(|_| pay("sam-and-nobody-else".to_owned())).await, 30);
    assert_ne!(pay("somebody-else".to_owned()).await.status, 429);
    assert_eq!(until_refused(|sent| pay(format!("made-up-{sent:04}"))).await, 90 - 31);
}

#[actix_web::test]
async fn a_key_has_what_its_plan_gives() {
    let mut shop = Shop::open_with(|store| store.tier = Tier::Free).await;
    shop.host = shop.host.with(|core| {
        let tiers = Arc::make_mut(&mut core.tiers);
        tiers.free.requests_per_hour = 100;
    });
    let send = limited!(shop, Surface::Private);
    let brands = || send(shop.private(Method::GET, "/brands"), HERE);
    assert_eq!(until_refused(|_| brands()).await, 60);
    assert_eq!(send(shop.private(Method::GET, "/brands"), THERE).await.status, 429, "wherever it is used");
    shop.host.clock.advance(chrono::TimeDelta::seconds(60));
    let first = brands().await;
    assert_eq!((number(&first, "x-ratelimit-limit"), number(&first, "x-ratelimit-remaining")), (100, 39));
    assert_eq!(until_refused(|_| brands()).await, 39);
    let refused = brands().await;
    assert_eq!(number(&refused, "x-ratelimit-limit"), 100, "the hour is used up");
    assert_eq!(refused.header("retry-after"), "3540");
}

#[actix_web::test]
async fn a_key_has_less_when_its_owner_says_so_and_never_more() {
    let mut shop = Shop::open().await;
    let keys = [(narrowed(&shop, 3).await, 3), (narrowed(&shop, 500).await, 50)];
    // The plan has become smaller since the key was made.
    shop.host = shop.host.with(|core| Arc::make_mut(&mut core.tiers).expert.requests_per_minute = 50);
    let send = limited!(shop, Surface::Private);
    for (key, given) in keys {
        let brands = || {
            let request = shop.private(Method::GET, "/brands");
            send(request.insert_header(("authorization", format!("Bearer {key}"))), HERE)
        };
        assert_eq!(until_refused(|_| brands()).await, given);
    }
}

async fn narrowed(shop: &Shop, limit: u32) -> String {
    use application::api_key::{self, Grantor, NewKey};
    use secrecy::ExposeSecret as _;
    let new = NewKey {
        name: "Narrow".to_owned(),
        kind: KeyKind::Secret,
        mode: Some(Mode::Live),
        scopes: vec!["admin:*".to_owned()],
        ip_allowlist: Vec::new(),
        rate_limit_per_minute: Some(limit),
        expires_at: None,
        signing: false,
    };
    let issued = api_key::create(&shop.host, &shop.store.live(), Grantor::Operator, new).await.unwrap();
    issued.text.expose_secret().to_owned()
}

#[actix_web::test]
async fn routes_with_a_lower_class_keep_it() {
    let shop = Shop::open().await;
    let send = limited!(shop, Surface::Private);
    let refund = || {
        let request = shop.private(Method::POST, "/orders/ACME-1/refund");
        send(request.set_json(serde_json::json!({"amount": 1})), HERE)
    };
    assert_eq!(until_refused(|_| refund()).await, 30);
    let orders = send(shop.private(Method::GET, "/orders"), HERE).await;
    assert_eq!((orders.status, number(&orders, "x-ratelimit-limit")), (200, 1000));
    let found = send(shop.private(Method::GET, "/products?q=tea"), HERE).await;
    assert_eq!(number(&found, "x-ratelimit-limit"), 60, "searching costs more than listing");
}

#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
#[actix_web::test]
async fn who_guesses_keys_or_addresses_is_not_even_looked_at(#[case] surface: Surface) {
    let shop = Shop::open().await;
    let send = limited!(shop, surface);
    let (guess, good) = match surface {
        Surface::Public => ("/v1/public/pk_live_", shop.public(Method::GET, "")),
        Surface::Private => ("/v1/private/store", shop.private(Method::GET, "/store")),
    };
    let stray = |sent: usize| {
        let path = if sent.is_multiple_of(2) { format!("/nowhere/{sent}") } else { guess.to_owned() };
        let key = format!("Bearer sk_live_{sent}");
        send(TestRequest::with_uri(&path).insert_header(("authorization", key)), HERE)
    };
    assert_eq!(until_refused(stray).await, 300);
    send(good, HERE).await.refused(429, "rate_limited");
    for open in ["/healthz", "/readyz", "/docs", "/openapi.json"] {
        assert_eq!(send(TestRequest::with_uri(open), HERE).await.status, 200, "{open}");
    }
    let elsewhere = match surface {
        Surface::Public => shop.public(Method::GET, ""),
        Surface::Private => shop.private(Method::GET, "/store"),
    };
    assert_eq!(send(elsewhere, THERE).await.status, 200);
}

#[actix_web::test]
async fn one_household_is_one_caller() {
    let shop = Shop::open().await;
    let send = limited!(shop, Surface::Public);
    let order = |sent: usize| {
        let address = format!("2001:db8:1:2::{sent:x}");
        let request = shop.public(Method::GET, "/orders/ACME-1?email=a@example.com");
        let send = &send;
        async move { send(request, &address).await }
    };
    assert_eq!(until_refused(order).await, 60);
}

#[actix_web::test]
async fn every_answer_says_how_the_caller_stands() {
    let shop = Shop::open().await;
    let public = limited!(shop, Surface::Public);
    let private = limited!(shop, Surface::Private);
    let etag = public(shop.public(Method::GET, ""), HERE).await.header("etag").to_owned();
    let preflight = shop
        .public(Method::OPTIONS, "/cart")
        .insert_header(("origin", "https://a.example"))
        .insert_header(("access-control-request-method", "POST"));
    let too_large = shop.private(Method::POST, "/brands").insert_header(("content-type", "application/json"));
    let answers = [
        (200, public(shop.public(Method::GET, ""), HERE).await),
        (304, public(shop.public(Method::GET, "").insert_header(("if-none-match", etag)), HERE).await),
        (401, public(shop.public(Method::GET, "/cart"), HERE).await),
        (401, public(TestRequest::with_uri("/v1/public/pk_live_x"), HERE).await),
        (404, public(TestRequest::with_uri("/nowhere"), HERE).await),
        (404, public(TestRequest::with_uri("/brands/%00"), HERE).await),
        (405, public(shop.public(Method::POST, "/countries"), HERE).await),
        (200, public(preflight, HERE).await),
        (200, public(TestRequest::with_uri("/healthz"), HERE).await),
        (200, private(TestRequest::with_uri("/docs"), HERE).await),
        (401, private(TestRequest::with_uri("/v1/private/store"), HERE).await),
        (200, private(shop.private(Method::GET, "/brands/"), HERE).await),
        (413, private(too_large.set_payload("x".repeat(3_000_000)), HERE).await),
    ];
    for (status, answer) in answers {
        assert_eq!(answer.status, status, "{}", answer.text);
        for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            assert!(number(&answer, name) >= 0);
        }
    }
}

#[actix_web::test]
async fn where_nobody_counts_nothing_is_told() {
    let answer = Shop::open().await.get_public("").await;
    assert_eq!((answer.status, answer.header("x-ratelimit-limit")), (200, ""));
}
