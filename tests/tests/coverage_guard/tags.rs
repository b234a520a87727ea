//! Every single resource: whoever holds its tag is told so, and a change for another version is refused.

use journeys::{Answer, Caller, Shop};
use reqwest::Method;

use crate::{
    guard::Guard,
    operations::{Face, Operation, of},
};

fn all() -> Vec<Operation> {
    [Face::Public, Face::Private].into_iter().flat_map(of).collect()
}

async fn with(
    caller: &Caller,
    operation: &Operation,
    path: &str,
    header: &'static str,
    value: &str,
) -> Answer {
    let request = caller.request(operation.method.clone(), path).header(header, value);
    Caller::send(if operation.takes_body { request.json(&operation.sample) } else { request }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_tag_of_a_thing_is_not_sent_it_again() {
    let guard = Guard::open(Shop::on_sqlite().await).await;
    let mut singles = 0;
    for operation in all().iter().filter(|one| one.has_tag) {
        let (caller, path, name) = (guard.good(operation), guard.own_path(operation), operation.name());
        let answer = caller.get(&path).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.json);
        let tag = answer.header("etag").to_owned();
        assert!(tag.ends_with('"') && tag.len() > 4, "{name}: {tag:?}");
        let opaque = tag.trim_start_matches("W/").trim_matches('"');
        for held in [
            tag.clone(),
            format!("W/\"{opaque}\""),
            format!("\"{opaque}-gzip\""),
            format!("\"another\", \"{opaque}\", W/\"third\""),
            "*".to_owned(),
        ] {
            let answer = with(&caller, operation, &path, "if-none-match", &held).await;
            assert_eq!((answer.status, answer.header("etag")), (304, tag.as_str()), "{name} {held}");
        }
        for other in ["\"another\"", "W/\"another\""] {
            assert_eq!(with(&caller, operation, &path, "if-none-match", other).await.status, 200, "{name}");
        }
        singles += 1;
    }
    assert!(singles > 20, "{singles} single resources");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_for_another_version_is_refused_and_one_for_the_current_is_not() {
    let mut guard = Guard::open(Shop::on_sqlite().await).await;
    let operations = all();
    let mut changes = 0;
    for operation in operations.iter().filter(|one| one.takes_if_match) {
        let (caller, path, name) = (guard.good(operation), guard.own_path(operation), operation.name());
        for stale in ["\"another\"", "W/\"another\"", "\"a\", \"b\""] {
            let answer = with(&caller, operation, &path, "if-match", stale).await;
            assert_eq!((answer.status, answer.code()), (412, "stale_version"), "{name} {stale}");
        }
        assert_eq!(guard.changed().await, Vec::<String>::new(), "{name}");
        changes += 1;
    }
    assert!(changes > 15, "{changes} conditional changes");
    for operation in operations.iter().filter(|one| one.takes_if_match && one.method == Method::PATCH) {
        let (caller, path) = (guard.good(operation), guard.own_path(operation));
        let read = caller.get(&path).await;
        if [404, 405].contains(&read.status) {
            // Some things are shown inside others only.
            continue;
        }
        let tag = read.header("etag").to_owned();
        for current in [tag.as_str(), "*"] {
            let request = caller.request(Method::PATCH, &path).header("if-match", current);
            let answer = Caller::send(request.json(&serde_json::json!({}))).await;
            assert_eq!(answer.status, 200, "{} {current}: {}", operation.name(), answer.json);
        }
    }
}
