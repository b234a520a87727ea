//! Every PATCH: what is left out stays, `null` clears what may be empty, and what is not known is refused.

use journeys::{Caller, Shop};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    guard::Guard,
    operations::{Face, Operation, of},
};

/// The operations that change a thing that can be read at the same address.
fn patches() -> Vec<Operation> {
    let all = of(Face::Private);
    let readable = |path: &str| all.iter().any(|one| one.method == Method::GET && one.path == path);
    all.iter().filter(|one| one.method == Method::PATCH && readable(&one.path)).cloned().collect()
}

fn may_be_null(shape: &Value) -> bool {
    let names_null = |kind: &Value| kind == "null";
    let choices = ["oneOf", "anyOf"].iter().filter_map(|name| shape[*name].as_array()).flatten();
    names_null(&shape["type"])
        || shape["type"].as_array().is_some_and(|kinds| kinds.iter().any(names_null))
        || choices.clone().any(|one| names_null(&one["type"]))
}

/// The thing without what every change moves.
async fn read(caller: &Caller, path: &str) -> Value {
    let mut thing = caller.get(path).await.data();
    if let Some(entries) = thing.as_object_mut() {
        entries.remove("updatedAt");
    }
    thing
}

async fn patched(caller: &Caller, path: &str, body: &Value) -> journeys::Answer {
    Caller::send(caller.request(Method::PATCH, path).json(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_of_nothing_changes_nothing() {
    for shop in Shop::on_each_engine().await {
        let guard = Guard::open(shop).await;
        for operation in patches() {
            let (caller, path) = (guard.good(&operation), guard.own_path(&operation));
            let before = read(&caller, &path).await;
            let answer = patched(&caller, &path, &json!({})).await;
            assert_eq!(answer.status, 200, "{}: {}", operation.name(), answer.json);
            assert_eq!(read(&caller, &path).await, before, "{}", operation.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn null_clears_what_may_be_empty_and_is_refused_for_the_rest() {
    for shop in Shop::on_each_engine().await {
        let guard = Guard::open(shop).await;
        let (mut cleared, mut refused, mut faults) = (0, 0, Vec::new());
        for operation in patches() {
            let (caller, path, name) = (guard.good(&operation), guard.own_path(&operation), operation.name());
            for (field, shape) in &operation.fields {
                let before = read(&caller, &path).await;
                let answer = patched(&caller, &path, &json!({field: null})).await;
                let after = read(&caller, &path).await;
                let clear = match &after[field] {
                    Value::Null => true,
                    Value::Array(items) => items.is_empty(),
                    _ => false,
                };
                let kept = answer.status == 422
                    && answer.json["error"]["fields"][field].is_array()
                    && after == before;
                match (may_be_null(shape), answer.status) {
                    (true, 200) if clear => cleared += 1,
                    (false, 422) if kept => refused += 1,
                    (nullable, status) => faults.push(format!(
                        "{name} {field} (nullable: {nullable}): {status} {}, now {}",
                        answer.json["error"], after[field]
                    )),
                }
            }
        }
        assert!(
            faults.is_empty(),
            "{} faults on {}:\n{}",
            faults.len(),
            guard.shop.engine(),
            faults.join("\n")
        );
        assert!(cleared > 10 && refused > 10, "{cleared} cleared, {refused} refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_refused_by_its_path_at_every_depth() {
    let guard = Guard::open(Shop::on_sqlite().await).await;
    let mut nested = 0;
    for operation in patches() {
        let (caller, path) = (guard.good(&operation), guard.own_path(&operation));
        let objects = operation.fields.iter().filter(|(_, shape)| shape["additionalProperties"] == false);
        let bodies = objects.map(|(name, _)| (json!({name: {"noSuchKey": 1}}), format!("{name}.noSuchKey")));
        for (body, field) in bodies.chain([(json!({"noSuchKey": 1}), "noSuchKey".to_owned())]) {
            nested += usize::from(field.contains('.'));
            let answer = patched(&caller, &path, &body).await;
            let named = answer.json["error"]["fields"][&field].is_array();
            assert!(answer.status == 422 && named, "{} {body}: {}", operation.name(), answer.json);
        }
    }
    assert!(nested > 0, "no body holds an object");
}
