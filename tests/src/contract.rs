//! The two OpenAPI documents as a promise: every answer that anybody gets in these tests is held to them.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use http_api::openapi;
use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::caller::Answer;

static DOCUMENTS: LazyLock<[Document; 2]> = LazyLock::new(|| {
    [openapi::public_document(), openapi::private_document()]
        .map(|document| Document::new(serde_json::to_value(document).expect("a document is JSON")))
});

/// Says what is wrong with an answer by the document of the surface that gave it, if anything is.
/// Addresses that no document has are nobody's promise.
pub(crate) fn fault(method: &Method, path: &str, query: &str, answer: &Answer) -> Option<String> {
    let found = DOCUMENTS.iter().find_map(|document| Some((document, document.operation(method, path)?)));
    let (document, operation) = found?;
    let fault = document.fault(operation, query, answer)?;
    Some(format!("{}: {fault}", operation["operationId"].as_str().unwrap_or(path)))
}

/// One document, and what was compiled of it.
struct Document {
    whole: Value,
    /// By the schema's own text, with `sparse` in front where fields may be missing.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Document {
    fn new(whole: Value) -> Self {
        Self { whole, validators: Mutex::default() }
    }

    /// The operation at an address: of several that fit the one with the fewest parameters.
    fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let fitting = self.whole["paths"].as_object()?.iter().filter(|(template, _)| fits(template, path));
        let (_, item) = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
        item.get(method.as_str().to_lowercase())
    }

    fn fault(&self, operation: &Value, query: &str, answer: &Answer) -> Option<String> {
        let status = answer.status.to_string();
        let Some(response) = operation["responses"].get(&status) else {
            return Some(format!("{status} is not documented: {}", answer.json));
        };
        let response = self.followed(response);
        let Some(content) = response["content"].as_object() else {
            return (!answer.json.is_null()).then(|| format!("{status} has a body: {}", answer.json));
        };
        let media_type = answer.header("content-type").split(';').next().unwrap_or_default().trim();
        let Some(shape) = content.get(media_type) else {
            return Some(format!("{status} comes as {media_type:?}, documented are {:?}", content.keys()));
        };
        if media_type != "application/json" {
            return None;
        }
        // With `fields` an answer holds less, as the parameter says.
        let sparse = answer.status < 300 && query.split('&').any(|part| part.starts_with("fields"));
        let validator = self.validator(&shape["schema"], sparse);
        let faults: Vec<String> = validator
            .iter_errors(&answer.json)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        (!faults.is_empty()).then(|| format!("{status} is out of shape: {faults:?} in {}", answer.json))
    }

    fn validator(&self, schema: &Value, sparse: bool) -> Arc<Validator> {
        let name = format!("{}{schema}", if sparse { "sparse" } else { "" });
        let mut validators = self.validators.lock().expect("nobody panics while compiling");
        let made = validators.entry(name).or_insert_with(|| {
            let schema = if sparse { self.sparse_body(schema) } else { schema.clone() };
            let root = json!({"allOf": [schema], "components": self.whole["components"]});
            Arc::new(jsonschema::draft202012::new(&root).expect("a schema of a document is sound"))
        });
        Arc::clone(made)
    }

    /// The shape of `{"data": …}` when any field of the data may be missing.
    fn sparse_body(&self, schema: &Value) -> Value {
        let data = &self.followed(schema)["properties"]["data"];
        let data = match data.get("items") {
            Some(items) => json!({"type": "array", "items": self.without_required(items)}),
            None => self.without_required(data),
        };
        json!({"type": "object", "required": ["data"], "properties": {"data": data}})
    }

    fn without_required(&self, schema: &Value) -> Value {
        let mut schema: Map<String, Value> =
            self.followed(schema).as_object().cloned().expect("a schema is an object");
        schema.remove("required");
        if let Some(Value::Array(parts)) = schema.get_mut("allOf") {
            for part in parts.iter_mut() {
                *part = self.without_required(part);
            }
        }
        Value::Object(schema)
    }

    fn followed<'a>(&'a self, mut value: &'a Value) -> &'a Value {
        while let Some(reference) = value["$ref"].as_str() {
            value =
                self.whole.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere");
        }
        value
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut expected, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (expected.next(), given.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || one.starts_with('{') && !other.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

    use super::*;

    fn answer(status: u16, json: Value) -> Answer {
        let json_type = HeaderValue::from_static("application/json");
        Answer { status, headers: HeaderMap::from_iter([(CONTENT_TYPE, json_type)]), json }
    }

    fn brands(query: &str, answer: &Answer) -> Option<String> {
        fault(&Method::GET, "/v1/private/brands", query, answer)
    }

    #[test]
    fn an_answer_that_breaks_its_promise_is_told() {
        let error = json!({"error": {"code": "not_found", "message": "No."}});
        let undocumented = brands("", &answer(404, error.clone())).expect("a list is never missing");
        assert!(undocumented.contains("404 is not documented"), "{undocumented}");
        assert_eq!(brands("", &answer(401, error)), None);

        let empty = json!({"data": [], "meta": {"perPage": 20, "nextCursor": null, "hasNextPage": false}});
        assert_eq!(brands("cursor=", &answer(200, empty)), None);
        let sparse = json!({"data": [{"id": "brd_1"}], "meta": {"perPage": 20, "nextCursor": null, "hasNextPage": false}});
        assert!(brands("", &answer(200, sparse.clone())).is_some_and(|fault| fault.contains("required")));
        assert_eq!(brands("fields=id", &answer(200, sparse)), None);
        let wrong = json!({"data": [{"id": 5}]});
        assert!(brands("fields=id", &answer(200, wrong)).is_some_and(|fault| fault.contains("string")));

        let mut page = answer(200, json!({}));
        page.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
        assert!(brands("", &page).is_some_and(|fault| fault.contains("text/html")));
    }

    #[test]
    fn the_plainest_address_that_fits_is_meant() {
        let operation = |method, path| DOCUMENTS[1].operation(&method, path)?["operationId"].as_str();
        assert_eq!(operation(Method::POST, "/v1/private/products/search"), Some("searchProducts"));
        assert_eq!(operation(Method::GET, "/v1/private/products/candle"), Some("getProduct"));
        assert_eq!(operation(Method::GET, "/v1/private/products/candle/nothing"), None);
        assert_eq!(operation(Method::PUT, "/v1/private/brands"), None);
    }
}
