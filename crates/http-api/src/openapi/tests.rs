use rstest::rstest;
use serde_json::Value;

use super::*;

fn operations(surface: Surface) -> Vec<(String, String, Value)> {
    let document = serde_json::to_value(document(surface)).unwrap();
    let paths = document["paths"].as_object().unwrap().clone();
    paths
        .into_iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().clone();
            methods.into_iter().map(move |(method, operation)| (path.clone(), method, operation))
        })
        .collect()
}

/// Follows `$ref`s of schemas.
fn resolve(document: &Value, value: &Value) -> Value {
    let mut value = value.clone();
    while let Some(reference) = value["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#').to_owned();
        value = document.pointer(&pointer).unwrap_or_else(|| panic!("{reference} leads nowhere")).clone();
    }
    value
}

fn all_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (name, inner) in entries {
                match inner.as_str() {
                    Some(reference) if name == "$ref" => found.push(reference.to_owned()),
                    _ => all_references(inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all_references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
fn every_operation_is_described(#[case] surface: Surface) {
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(surface) {
        let at = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{at} has no operationId"));
        assert!(ids.insert(id.to_owned()), "{id} is used twice");
        for text in ["summary", "description"] {
            assert!(operation[text].as_str().is_some_and(|text| text.len() > 5), "{at} has no {text}");
        }
        let tags = operation["tags"].as_array().unwrap_or_else(|| panic!("{at} has no tag"));
        assert_eq!(tags.len(), 1, "{at}: {tags:?}");
        let known = TAGS.iter().any(|(name, _)| tags[0] == *name);
        assert!(known, "{at}: the tag {} is not described in TAGS", tags[0]);
    }
}

#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
fn every_answer_shows_its_shape(#[case] surface: Surface) {
    let whole = serde_json::to_value(document(surface)).unwrap();
    for (path, method, operation) in operations(surface) {
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path} never succeeds");
        for (status, response) in responses {
            let at = format!("{method} {path} {status}");
            let response = resolve(&whole, response);
            assert!(!response["description"].as_str().unwrap_or_default().is_empty(), "{at}");
            if ["204", "303", "304"].contains(&status.as_str()) {
                continue;
            }
            let content = response["content"].as_object().unwrap_or_else(|| panic!("{at} has no body"));
            for body in content.values() {
                let schema = resolve(&whole, &body["schema"]);
                assert!(schema.as_object().is_some_and(|shape| !shape.is_empty()), "{at} has no schema");
            }
        }
    }
}

#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
fn nothing_is_referred_to_that_is_not_there(#[case] surface: Surface) {
    let whole = serde_json::to_value(document(surface)).unwrap();
    let mut references = Vec::new();
    all_references(&whole, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        resolve(&whole, &serde_json::json!({"$ref": reference}));
    }
}

#[test]
fn every_private_operation_says_which_scope_it_needs() {
    for (path, method, operation) in operations(Surface::Private) {
        // Logging in and what belongs to it is of no store, and so of no scope.
        let of_no_store = path == "/v1/private/health" || path.starts_with("/v1/private/auth/");
        if !path.starts_with("/v1/") || of_no_store {
            continue;
        }
        let scopes = operation["security"][0]["secretKey"].as_array().unwrap();
        assert_eq!(scopes.len(), 1, "{method} {path}");
        let known = domain::access::Scope::parse(scopes[0].as_str().unwrap());
        assert!(known.is_some(), "{method} {path}: {scopes:?}");
        assert_eq!(operation["security"][1]["secretKeyHeader"], operation["security"][0]["secretKey"]);
        assert_eq!(operation["security"][2]["staffLogin"], operation["security"][0]["secretKey"]);
        let headers: Vec<_> =
            operation["parameters"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert!(headers.iter().any(|name| *name == "X-Tenant-ID"), "{method} {path}");
    }
}

#[test]
fn what_operations_have_in_common_is_added_by_kind() {
    let all = operations(Surface::Private);
    let of = |path: &str, method: &str| {
        let found = all.iter().find(|(p, m, _)| p == path && m == method).unwrap();
        found.2["responses"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(of("/healthz", "get"), ["200", "500", "503"]);
    let change = of("/v1/private/brands/{brand}", "patch");
    let expected =
        ["200", "400", "401", "403", "404", "408", "409", "412", "413", "415", "422", "429", "500", "503"];
    assert_eq!(change, expected);
    assert_eq!(
        of("/v1/private/brands/{brand}", "get"),
        ["200", "304", "400", "401", "403", "404", "422", "429", "500", "503"]
    );
}

#[test]
fn every_public_operation_takes_the_key_in_its_path() {
    for (path, method, operation) in operations(Surface::Public) {
        if path.starts_with("/v1/") {
            assert_eq!(operation["parameters"][0]["name"], "publishableKey", "{method} {path}");
        }
    }
}

#[test]
fn a_changeable_field_is_an_optional_one_in_the_document() {
    let whole = serde_json::to_value(private_document()).unwrap();
    let change = &whole["components"]["schemas"]["ChangeBrand"];
    assert_eq!(change["additionalProperties"], false);
    assert_eq!(change["required"], Value::Null);
    let website = resolve(&whole, &change["properties"]["website"]).to_string();
    assert!(website.contains("null") && website.contains("string"), "{website}");
}

/// Paths below `at` of what is called a 64-bit number and may not be negative, but has no largest value.
fn open_counts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            let counts = value["format"] == "int64" && value["minimum"] == 0;
            if counts && value["maximum"].is_null() {
                found.push(at.to_owned());
            }
            for (name, inner) in entries {
                open_counts(inner, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| open_counts(item, at, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A `u64` is described as an `int64`, and would take twice what its description allows.
#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
fn every_count_in_a_request_has_an_end(#[case] surface: Surface) {
    let whole = serde_json::to_value(document(surface)).unwrap();
    let mut waiting = Vec::new();
    for (_, _, operation) in operations(surface) {
        all_references(&operation["requestBody"], &mut waiting);
    }
    let (mut seen, mut open) = (BTreeSet::new(), Vec::new());
    while let Some(reference) = waiting.pop() {
        if seen.insert(reference.clone()) {
            let schema = resolve(&whole, &serde_json::json!({ "$ref": reference }));
            open_counts(&schema, &reference, &mut open);
            all_references(&schema, &mut waiting);
        }
    }
    assert!(seen.len() > 5, "{seen:?}");
    assert_eq!(open, Vec::<String>::new());
}
