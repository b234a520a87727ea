//! Answers from memory: the same as from the database, and no longer than they are true.

use std::sync::Arc;

use actix_web::{
    dev::Service,
    http::Method,
    test::{TestRequest, init_service},
};
use chrono::TimeDelta;
use http_api::{
    list::cursor::CursorKey,
    server::{Blueprint, ServerConfig, Surface},
};
use ports::stock::{Cause, Units};
use serde_json::{Value, json};
use testkit::goods::{self, Goods};

use crate::client::{Answer, Shop, read};

/// What is asked for: a list, a product, its variants, the categories, a list that holds nothing.
const PATHS: [&str; 5] = [
    "/products?expand[]=variants",
    "/products/mug",
    "/products/mug/variants",
    "/categories",
    "/brands?page=2",
];

/// A shop with a mug, and one server whose memory lasts as long as the test asks it.
macro_rules! server {
    ($shop:ident, $goods:ident, $get:ident) => {
        let $shop = Shop::open().await;
        let $goods = goods::download(&$shop.host, &$shop.store, "Mug", 1200, 5).await;
        let config = ServerConfig::new("https://shop.example", CursorKey::new([5; 32]));
        let app = Blueprint::new(Surface::Public, Arc::clone(&$shop.host.core), config).app();
        let app = init_service(app).await;
        let $get = async |request: TestRequest| read(app.call(request.to_request())).await;
    };
}

fn stock_of(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["data"]["inventoryCount"].as_i64().expect("a product shows its stock")
}

async fn change(shop: &Shop, goods: Goods, fields: Value) {
    let changed = shop.send_json(Method::PATCH, &format!("/products/{}", goods.product), fields).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

#[actix_web::test]
async fn what_was_read_lately_is_answered_without_a_statement_and_in_the_same_words() {
    server!(shop, _goods, get);
    for path in PATHS {
        let first = get(shop.public(Method::GET, path)).await;
        assert_eq!(first.status, 200, "{path}: {}", first.text);
        // What was written a moment ago is heard of once more from the file, and then memory is not believed.
        let mut taken = u64::MAX;
        let mut second = first.clone();
        for _ in 0..3 {
            let before = shop.host.database.statements();
            second = get(shop.public(Method::GET, path)).await;
            taken = taken.min(shop.host.database.statements() - before);
        }
        assert_eq!(taken, 0, "{path}");
        assert_eq!((second.status, second.text), (200, first.text), "{path}");
        for header in ["content-type", "etag"] {
            assert_eq!(second.headers.get(header), first.headers.get(header), "{path}: {header}");
        }
    }
}

#[actix_web::test]
async fn a_change_is_seen_by_the_next_who_asks() {
    server!(shop, goods, get);
    let mug = || shop.public(Method::GET, "/products/mug");
    assert_eq!(get(mug()).await.json()["data"]["price"]["amount"], 1200);
    change(&shop, goods, json!({"price": 1300})).await;
    assert_eq!(get(mug()).await.json()["data"]["price"]["amount"], 1300);

    assert_eq!(stock_of(&get(mug()).await), 5);
    let mut work = shop.host.db.begin(shop.store.id).await.unwrap();
    let context = shop.store.live();
    let cause = Cause {
        mode: context.mode,
        order: None,
        actor: context.actor.to_string(),
        reason: None,
        at: context.now,
    };
    let units = [Units { variant: goods.variant, quantity: 2 }];
    work.stock().reserve(&units, &cause).await.unwrap().unwrap();
    assert_eq!(stock_of(&get(mug()).await), 5, "not taken yet");
    work.commit().await.unwrap();
    assert_eq!(stock_of(&get(mug()).await), 3);

    let with_tax = json!({"pricesIncludeTax": true});
    let changed = shop.send_json(Method::PUT, "/settings/tax", with_tax).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let before = shop.host.database.statements();
    assert_eq!(get(mug()).await.status, 200);
    assert!(shop.host.database.statements() > before, "prices are shown by the settings");
}

#[actix_web::test]
async fn a_sale_begins_at_its_time() {
    server!(shop, goods, get);
    let begins = shop.host.core.clock.now() + TimeDelta::seconds(5);
    change(&shop, goods, json!({"salePrice": 900, "saleStartsAt": begins.to_rfc3339()})).await;
    let price = async || get(shop.public(Method::GET, "/products/mug")).await.json()["data"]["price"].clone();
    for seconds in 0..5 {
        assert_eq!(price().await["amount"], 1200, "{seconds} s");
        shop.host.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(price().await["amount"], 900);
}

#[actix_web::test]
async fn nobody_is_given_what_was_kept_for_others() {
    server!(shop, _goods, get);
    let other = testkit::store(&shop.host, "Beta", "GBP").await;
    let of = |key: &str| TestRequest::get().uri(&format!("/v1/public/{key}/products/mug"));
    assert_eq!(get(of(&shop.store.pk_live)).await.status, 200);
    get(of(&other.pk_live)).await.refused(404, "not_found");
    get(of("pk_live_of_nobody")).await.refused(401, "invalid_api_key");

    let french = of(&shop.store.pk_live).insert_header(("accept-language", "fr"));
    let formatted = |answer: &Answer| answer.json()["data"]["price"]["formatted"].clone();
    let (here, there) = (get(of(&shop.store.pk_live)).await, get(french).await);
    assert_ne!(formatted(&here), formatted(&there));
    assert_eq!(formatted(&get(of(&shop.store.pk_live)).await), formatted(&here));
}

#[actix_web::test]
async fn whoever_holds_an_answer_is_not_sent_it_from_memory_either() {
    server!(shop, goods, get);
    let mug = |tag: &str| shop.public(Method::GET, "/products/mug").insert_header(("if-none-match", tag));
    let tag = get(mug("\"another\"")).await.header("etag").to_owned();
    for held in [tag.clone(), format!("W/{tag}"), format!("{}-gzip\"", tag.trim_end_matches('"'))] {
        let answer = get(mug(&held)).await;
        assert_eq!((answer.status, answer.text.as_str(), answer.header("etag")), (304, "", tag.as_str()));
    }
    // Also for the first who asks, and the next is sent the whole.
    change(&shop, goods, json!({"price": 1300})).await;
    let fresh = get(shop.public(Method::GET, "/products/mug")).await;
    change(&shop, goods, json!({"price": 1400})).await;
    assert_eq!(get(mug(fresh.header("etag"))).await.status, 200);
    let newest = get(shop.public(Method::GET, "/products/mug")).await;
    shop.host.clock.advance(TimeDelta::seconds(2));
    assert_eq!(get(mug(newest.header("etag"))).await.status, 304);
    assert_eq!(get(shop.public(Method::GET, "/products/mug")).await.text, newest.text);
}
