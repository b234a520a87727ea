//! The operations of both documents, and requests that fit them.

use http_api::openapi;
use reqwest::Method;
use serde_json::{Map, Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Public,
    Private,
}

/// One operation, as its document describes it.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) face: Face,
    pub(crate) id: String,
    pub(crate) method: Method,
    /// With its parameters in braces.
    pub(crate) path: String,
    /// Whether nobody calls it without a key.
    pub(crate) keyed: bool,
    /// The scopes a secret key needs.
    pub(crate) scopes: Vec<String>,
    /// Whether a key may call it.
    pub(crate) takes_key: bool,
    /// Whether it is for whoever is logged in, and for no key.
    pub(crate) wants_login: bool,
    /// Whether it is about the cart of a token.
    pub(crate) wants_cart: bool,
    pub(crate) has_cursor: bool,
    /// Whether it answers 304 to whoever holds the thing already.
    pub(crate) has_tag: bool,
    /// Whether it can be made to depend on the version of the thing.
    pub(crate) takes_if_match: bool,
    /// The columns that its list can be sorted by, with `-` for largest first.
    pub(crate) sorts: Vec<String>,
    /// The shape of the body by the names of its fields, references followed.
    pub(crate) fields: Map<String, Value>,
    pub(crate) takes_body: bool,
    /// A body that fits the schema, without what may be left out.
    pub(crate) sample: Value,
}

impl Operation {
    /// The name that exceptions and messages use.
    pub(crate) fn name(&self) -> String {
        let face = if self.face == Face::Public { "public" } else { "private" };
        format!("{face}/{}", self.id)
    }

    /// The path below the surface, for operations on the private one.
    pub(crate) fn collection(&self) -> &str {
        self.path.trim_start_matches("/v1/private")
    }

    /// Names of the parameters in the path, but for the publishable key.
    pub(crate) fn parameters(&self) -> Vec<&str> {
        let braced = self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        braced.filter(|name| *name != "publishableKey").collect()
    }

    /// The path up to and with the parameter, without what is before the collection.
    pub(crate) fn up_to(&self, parameter: &str) -> &str {
        let mark = format!("{{{parameter}}}");
        let end = self.path.find(&mark).map_or(self.path.len(), |start| start + mark.len());
        self.path[..end].trim_start_matches("/v1/private").trim_start_matches("/v1/public/{publishableKey}")
    }
}

/// Every operation of a surface.
pub(crate) fn of(face: Face) -> Vec<Operation> {
    let document = match face {
        Face::Public => openapi::public_document(),
        Face::Private => openapi::private_document(),
    };
    let document = serde_json::to_value(document).expect("a document is JSON");
    let paths = document["paths"].as_object().expect("a document has paths");
    let mut operations = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("a path has operations") {
            let method = method.to_uppercase().parse().expect("a method of HTTP");
            operations.push(read(face, method, path, operation, &document));
        }
    }
    operations
}

fn read(face: Face, method: Method, path: &str, operation: &Value, document: &Value) -> Operation {
    let listed = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let parameters = listed(&operation["parameters"]);
    let security = listed(&operation["security"]);
    let secures = |scheme: &str| security.iter().any(|one| one.get(scheme).is_some());
    let scopes = security.iter().flat_map(|one| listed(&one["secretKey"]));
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let open = security.iter().all(|one| one.as_object().is_some_and(Map::is_empty));
    Operation {
        face,
        keyed: path.starts_with("/v1/") && !open,
        id: operation["operationId"].as_str().expect("an operation has an id").to_owned(),
        method,
        path: path.to_owned(),
        scopes: scopes.filter_map(|scope| scope.as_str().map(str::to_owned)).collect(),
        takes_key: path.starts_with("/v1/") && (face == Face::Public || secures("secretKey")),
        wants_login: secures("staffLogin") && !secures("secretKey"),
        wants_cart: security.iter().any(|one| one.get("cartToken").is_some()),
        has_cursor: parameters.iter().any(|one| one["name"] == "cursor"),
        has_tag: !operation["responses"]["304"].is_null(),
        takes_if_match: parameters.iter().any(|one| one["name"] == "If-Match"),
        sorts: parameters
            .iter()
            .filter(|one| one["name"] == "sort")
            .flat_map(|one| listed(&one["schema"]["enum"]))
            .filter_map(|sort| sort.as_str().map(str::to_owned))
            .collect(),
        fields: fields(schema, document),
        takes_body: !schema.is_null(),
        sample: if schema.is_null() { Value::Null } else { sample(schema, document) },
    }
}

/// A value that fits the schema: examples where there are some, and only what is required.
fn sample(schema: &Value, document: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return sample(target.expect("a reference leads somewhere"), document);
    }
    if let Some(example) = schema["examples"].get(0).or_else(|| schema.get("example")) {
        return example.clone();
    }
    for choice in ["oneOf", "anyOf"] {
        let choices = schema[choice].as_array().into_iter().flatten();
        if let Some(first) = choices.into_iter().find(|one| one["type"] != "null") {
            return sample(first, document);
        }
    }
    if let Some(first) = schema["enum"].get(0).or_else(|| schema.get("const")) {
        return first.clone();
    }
    let kind = schema["type"].as_array().and_then(|kinds| kinds.first()).unwrap_or(&schema["type"]);
    match kind.as_str() {
        Some("array") => match schema["minItems"].as_u64() {
            None | Some(0) => json!([]),
            Some(_) => json!([sample(&schema["items"], document)]),
        },
        Some("string") => json!("text"),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        _ => required_of(schema, document),
    }
}

/// The fields of an object, each with its own shape.
fn fields(schema: &Value, document: &Value) -> Map<String, Value> {
    let properties = followed(schema, document)["properties"].as_object().cloned().unwrap_or_default();
    properties.into_iter().map(|(name, shape)| (name, followed(&shape, document).clone())).collect()
}

fn followed<'a>(mut schema: &'a Value, document: &'a Value) -> &'a Value {
    while let Some(reference) = schema["$ref"].as_str() {
        schema = document.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere");
    }
    schema
}

fn required_of(schema: &Value, document: &Value) -> Value {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let fields: Map<String, Value> =
        required.map(|name| (name.to_owned(), sample(&schema["properties"][name], document))).collect();
    Value::Object(fields)
}
