//! What a document has to say of every operation, read from the document alone.

use http_api::openapi;
use serde_json::{Value, json};

#[test]
fn every_operation_is_documented_as_the_conventions_say() {
    let documents = [openapi::public_document(), openapi::private_document()];
    let faults: Vec<_> = documents
        .iter()
        .flat_map(|document| faults_of(&serde_json::to_value(document).expect("a document is JSON")))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}

/// Every part that an operation lacks, with the operation's id.
fn faults_of(document: &Value) -> Vec<(String, &'static str)> {
    let mut faults = Vec::new();
    let mut ids = Vec::new();
    for (path, item) in document["paths"].as_object().expect("a document has paths") {
        for (method, operation) in item.as_object().expect("a path has operations") {
            let id = operation["operationId"].as_str().unwrap_or(path).to_owned();
            if operation["operationId"].is_null() || ids.contains(&id) {
                faults.push((id.clone(), "operationId"));
            }
            let shown = Shown { document, path, method, operation };
            faults.extend(shown.missing().into_iter().map(|part| (id.clone(), part)));
            ids.push(id);
        }
    }
    faults
}

/// An operation as its document shows it.
struct Shown<'a> {
    document: &'a Value,
    path: &'a str,
    method: &'a str,
    operation: &'a Value,
}

impl Shown<'_> {
    fn missing(&self) -> Vec<&'static str> {
        let keyed = self.path.starts_with("/v1/") && !self.is_open();
        let body = !self.operation["requestBody"].is_null();
        let list = !self.answer()["properties"]["meta"].is_null() && self.method == "get";
        let single = self.has_status("304");
        let has_id = self.path.ends_with('}') && self.path.starts_with("/v1/private");
        let required: [(&'static str, bool, bool); 16] = [
            ("summary", true, self.says("summary")),
            ("description", true, self.says("description")),
            ("tag", true, self.operation["tags"].as_array().is_some_and(|tags| tags.len() == 1)),
            ("security", self.path.starts_with("/v1/"), self.operation["security"].is_array()),
            ("401", keyed, self.has_status("401")),
            ("403", keyed, self.has_status("403")),
            ("500", true, self.has_status("500")),
            ("503", true, self.has_status("503")),
            ("refusals of a body", body, ["400", "413", "415", "422"].iter().all(|one| self.has_status(one))),
            ("closed body", body && self.path.starts_with("/v1/"), self.body_is_closed()),
            ("example", body, self.body_has_examples()),
            ("cursor", list, ["cursor", "perPage", "page", "fields"].iter().all(|name| self.takes(name))),
            ("fields", single, self.takes("fields") && self.takes("If-None-Match")),
            ("ETag", self.method == "get" && has_id, single),
            ("If-Match", has_id && ["put", "patch", "delete"].contains(&self.method), self.takes("If-Match")),
            ("412", self.takes("If-Match"), self.has_status("412")),
        ];
        required.into_iter().filter(|(_, due, there)| *due && !there).map(|(part, ..)| part).collect()
    }

    fn says(&self, part: &str) -> bool {
        self.operation[part].as_str().is_some_and(|text| text.len() > 5)
    }

    fn is_open(&self) -> bool {
        let open = |one: &Value| one.as_object().is_some_and(serde_json::Map::is_empty);
        self.path.starts_with("/v1/private")
            && self.operation["security"].as_array().is_some_and(|all| all.iter().all(open))
    }

    fn has_status(&self, status: &str) -> bool {
        !self.operation["responses"][status].is_null()
    }

    fn takes(&self, name: &str) -> bool {
        self.operation["parameters"].as_array().into_iter().flatten().any(|one| one["name"] == name)
    }

    /// The shape of the success.
    fn answer(&self) -> &Value {
        let responses = self.operation["responses"].as_object();
        let success = responses.into_iter().flatten().find(|(status, _)| status.starts_with('2'));
        success.map_or(&Value::Null, |(_, response)| {
            self.followed(&response["content"]["application/json"]["schema"])
        })
    }

    fn body(&self) -> &Value {
        self.followed(&self.operation["requestBody"]["content"]["application/json"]["schema"])
    }

    /// Unknown keys are refused; a body that is no JSON has none.
    fn body_is_closed(&self) -> bool {
        self.body().is_null()
            || self.body()["additionalProperties"] == json!(false)
            || self.body()["oneOf"].is_array()
    }

    fn body_has_examples(&self) -> bool {
        let body = self.body();
        body.is_null() || body["properties"].is_null() || self.shows_an_example(body, 4)
    }

    fn shows_an_example(&self, schema: &Value, depth: u8) -> bool {
        let schema = self.followed(schema);
        let here =
            ["example", "examples", "enum", "const", "default"].iter().any(|name| !schema[*name].is_null());
        let plain = schema["type"] == "boolean";
        let inner = ["oneOf", "anyOf", "allOf"].iter().filter_map(|name| schema[*name].as_array()).flatten();
        let inside = schema["properties"].as_object().into_iter().flat_map(|all| all.values());
        here || plain
            || depth > 0
                && inner
                    .chain(inside)
                    .chain(schema.get("items"))
                    .any(|one| self.shows_an_example(one, depth - 1))
    }

    fn followed<'a>(&'a self, mut value: &'a Value) -> &'a Value {
        while let Some(reference) = value["$ref"].as_str() {
            value = self.document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
        }
        value
    }
}

/// What is taken out of an operation of the private document, and the fault that has to be told.
const CUTS: &[(&str, &str, &str)] = &[
    ("/v1/private/brands/get", "/operationId", "operationId"),
    ("/v1/private/brands/get", "/summary", "summary"),
    ("/v1/private/brands/get", "/description", "description"),
    ("/v1/private/brands/get", "/tags", "tag"),
    ("/v1/private/brands/get", "/security", "security"),
    ("/v1/private/brands/get", "/responses/401", "401"),
    ("/v1/private/brands/get", "/responses/403", "403"),
    ("/v1/private/brands/get", "/responses/500", "500"),
    ("/v1/private/brands/get", "/responses/503", "503"),
    ("/v1/private/brands/get", "/parameters", "cursor"),
    ("/v1/private/brands/post", "/responses/413", "refusals of a body"),
    ("/v1/private/brands/{brand}/get", "/responses/304", "ETag"),
    ("/v1/private/brands/{brand}/get", "/parameters", "fields"),
    ("/v1/private/brands/{brand}/patch", "/parameters", "If-Match"),
    ("/v1/private/brands/{brand}/delete", "/responses/412", "412"),
];

#[test]
fn whatever_is_left_out_of_a_document_is_missed() {
    let whole = serde_json::to_value(openapi::private_document()).expect("a document is JSON");
    for (operation, part, expected) in CUTS {
        let (path, method) = operation.rsplit_once('/').expect("a path and a method");
        let mut document = whole.clone();
        let (parent, name) = part.rsplit_once('/').expect("a pointer");
        let parent = document["paths"][path][method].pointer_mut(parent).and_then(Value::as_object_mut);
        assert!(parent.is_some_and(|parent| parent.remove(name).is_some()), "{operation} has no {part}");
        let faults = faults_of(&document);
        assert!(faults.iter().any(|(_, fault)| fault == expected), "{operation} without {part}: {faults:?}");
    }
    let schemas = |change: fn(&mut Value)| {
        let mut document = whole.clone();
        change(&mut document["components"]["schemas"]["NewBrand"]);
        faults_of(&document).into_iter().map(|(_, fault)| fault).collect::<Vec<_>>()
    };
    assert!(schemas(|body| body["additionalProperties"] = json!(true)).contains(&"closed body"));
    assert!(schemas(|body| body["properties"] = json!({"name": {"type": "string"}})).contains(&"example"));
}
