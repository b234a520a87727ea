//! Every list: pages and cursors agree, each order holds, and rows that come meanwhile shift nothing.

use std::collections::BTreeSet;

use journeys::{Caller, Shop};
use serde_json::{Value, json};

use crate::{
    guard::Guard,
    operations::{Face, Operation, of},
    resources::{self, body_of, creations, fill},
};

/// Rows of each kind that are added to the first.
const MORE: usize = 4;
const PER_PAGE: usize = 2;

/// A shop whose lists are longer than a page.
async fn stocked(shop: Shop) -> Guard {
    let mut guard = Guard::open(shop).await;
    let merchant = guard.shop.merchant();
    let operations = of(Face::Private);
    for creation in creations(&operations).iter().filter(|one| one.parameters().is_empty()) {
        for number in 0..MORE {
            let made =
                guard.good(creation).post(creation.collection(), varied(body_of(creation), number)).await;
            assert_eq!(made.status, 201, "{}: {}", creation.path, made.json);
        }
    }
    let store = guard.shop.store.clone();
    for _ in 0..2 {
        let mut things = std::mem::take(&mut guard.own_things);
        resources::make_sale(&guard.shop, &store, &merchant, &mut things).await;
        guard.own_things = things;
    }
    guard
}

/// Another one of the same kind.
fn varied(mut body: Value, number: usize) -> Value {
    for name in ["name", "label", "code"] {
        if let Some(text) = body[name].as_str() {
            body[name] = json!(format!("{text}{number}"));
        }
    }
    if let Some(address) = body["email"].as_str() {
        body["email"] = json!(format!("{number}{address}"));
    }
    body
}

fn lists() -> Vec<Operation> {
    [Face::Public, Face::Private].into_iter().flat_map(of).filter(|one| one.has_cursor).collect()
}

/// One list as its caller sees it.
struct Listed<'a> {
    caller: Caller,
    path: String,
    operation: &'a Operation,
}

impl Listed<'_> {
    async fn get(&self, query: &str) -> Value {
        let answer = self.caller.get(&format!("{}?{query}", self.path)).await;
        assert_eq!(answer.status, 200, "{} {query}: {}", self.operation.name(), answer.json);
        answer.json
    }

    async fn by_pages(&self, sort: &str) -> Vec<Value> {
        let (mut rows, mut page) = (Vec::new(), 1);
        loop {
            let answer = self.get(&format!("page={page}&perPage={PER_PAGE}{sort}")).await;
            let (meta, data) = (&answer["meta"], answer["data"].as_array().expect("a list of rows"));
            assert!(data.len() <= PER_PAGE, "{}", self.operation.name());
            rows.extend(data.iter().cloned());
            assert_eq!(meta["currentPage"], page, "{}", self.operation.name());
            if meta["lastPage"] == page {
                assert_eq!(meta["total"], rows.len(), "{}", self.operation.name());
                return rows;
            }
            page += 1;
        }
    }

    /// Follows the cursors; `meanwhile` happens once, after the first page.
    async fn by_cursor(&self, sort: &str, meanwhile: impl AsyncFnOnce()) -> Vec<Value> {
        let mut answer = self.get(&format!("cursor=&perPage={PER_PAGE}{sort}")).await;
        let mut rows = answer["data"].as_array().cloned().expect("a list of rows");
        meanwhile().await;
        while let Some(next) = answer["meta"]["nextCursor"].as_str() {
            assert_eq!(answer["meta"]["hasNextPage"], true, "{}", self.operation.name());
            answer = self.get(&format!("cursor={next}&perPage={PER_PAGE}")).await;
            rows.extend(answer["data"].as_array().cloned().expect("a list of rows"));
        }
        assert_eq!(answer["meta"]["hasNextPage"], false, "{}", self.operation.name());
        rows
    }
}

/// What tells a row from all others.
fn key(row: &Value) -> String {
    ["id", "variantId"].iter().find_map(|name| row[*name].as_str()).expect("a row has an identity").to_owned()
}

fn keys(rows: &[Value]) -> Vec<String> {
    rows.iter().map(key).collect()
}

/// The number that a row is sorted by; `None` for text, whose order is the engine's.
fn rank(row: &Value, column: &str) -> Option<String> {
    let value = if row[column]["amount"].is_null() { &row[column] } else { &row[column]["amount"] };
    match value {
        Value::Number(number) => number.as_i64().map(|number| format!("{number:020}")),
        Value::String(text) if column.ends_with("At") => Some(text.clone()),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_cursors_agree_in_every_order_of_every_list() {
    for shop in Shop::on_each_engine().await {
        let engine = shop.engine();
        let guard = stocked(shop).await;
        for operation in &lists() {
            let name = operation.name();
            let listed = Listed { caller: guard.good(operation), path: guard.own_path(operation), operation };
            let sorts = operation.sorts.iter().map(|sort| format!("&sort={sort}"));
            for sort in sorts.chain([String::new()]) {
                let pages = listed.by_pages(&sort).await;
                let cursor = listed.by_cursor(&sort, async || {}).await;
                assert!(pages.len() > PER_PAGE, "{name} has {} rows", pages.len());
                assert_eq!(keys(&pages), keys(&cursor), "{name}{sort} on {engine}");
                let unique: BTreeSet<String> = keys(&pages).into_iter().collect();
                assert_eq!(unique.len(), pages.len(), "{name}{sort} shows a row twice on {engine}");
                let column = sort.trim_start_matches("&sort=");
                let mut ranks: Vec<_> =
                    pages.iter().filter_map(|row| rank(row, column.trim_start_matches('-'))).collect();
                if column.starts_with('-') {
                    ranks.reverse();
                }
                assert!(ranks.is_sorted(), "{name}{sort} on {engine}: {ranks:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_come_meanwhile_neither_hide_nor_repeat_any() {
    for shop in Shop::on_each_engine().await {
        let guard = stocked(shop).await;
        let operations = of(Face::Private);
        let creations = creations(&operations);
        let mut tried = 0;
        for operation in &lists() {
            let Some(creation) = creations.iter().find(|one| one.path == operation.path) else { continue };
            tried += 1;
            for sort in ["", "&sort=-createdAt", "&sort=name"] {
                if !sort.is_empty() && !operation.sorts.iter().any(|one| sort.ends_with(&format!("={one}"))) {
                    continue;
                }
                let listed =
                    Listed { caller: guard.good(operation), path: guard.own_path(operation), operation };
                let before = keys(&listed.by_pages(sort).await);
                let path = fill(operation.collection(), &guard.own_things, &guard.own_things);
                let body = varied(body_of(creation), 100 + sort.len());
                let walked =
                    listed.by_cursor(sort, async || drop(listed.caller.post(&path, body).await.data())).await;
                let walked = keys(&walked);
                for row in &before {
                    let times = walked.iter().filter(|one| *one == row).count();
                    assert_eq!(times, 1, "{}{sort} on {}", operation.name(), guard.shop.engine());
                }
            }
        }
        assert!(tried > 5, "{tried} lists were long enough");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_keeps_to_its_bounds_and_its_fields() {
    let guard = stocked(Shop::on_sqlite().await).await;
    for operation in &lists() {
        let (caller, path, name) = (guard.good(operation), guard.own_path(operation), operation.name());
        for (query, field) in [
            ("perPage=0", "perPage"),
            ("perPage=101", "perPage"),
            ("perPage=many", "perPage"),
            ("page=0", "page"),
            ("page=1&cursor=", "cursor"),
            ("sort=noSuchColumn", "sort"),
            ("sort=", "sort"),
            ("fields=id,noSuchField", "fields"),
            ("fields=,", "fields"),
            ("expand=noSuchPart", "expand"),
        ] {
            let answer = caller.get(&format!("{path}?{query}")).await;
            assert_eq!((answer.status, answer.code()), (422, "validation_failed"), "{name} {query}");
            assert!(answer.json["error"]["fields"][field].is_array(), "{name} {query}: {}", answer.json);
        }
        let most = caller.get(&format!("{path}?perPage=100")).await;
        assert_eq!(most.json["meta"]["perPage"], 100, "{name}");
        let beyond = caller.get(&format!("{path}?page=1000")).await;
        assert_eq!((beyond.status, &beyond.json["data"]), (200, &json!([])), "{name}");
        let whole = &most.json["data"][0];
        let column = whole.as_object().expect("a row").keys().find(|one| *one != "id").expect("a field");
        let sparse = caller.get(&format!("{path}?fields={column}")).await;
        let shown: Vec<&String> = sparse.json["data"][0].as_object().expect("a row").keys().collect();
        assert!(shown.iter().all(|one| *one == "id" || *one == column), "{name} shows {shown:?}");
        assert!(shown.contains(&column), "{name} hides {column}");
    }
}
