//! What operations of a kind have in common.

use serde_json::{Value, json};
use utoipa::openapi::{
    Components, Content, HeaderBuilder, Ref, RefOr, Required, ResponseBuilder,
    path::{Operation, ParameterBuilder, ParameterIn, PathItem},
    schema::{ObjectBuilder, Type},
    security::SecurityRequirement,
};

use super::parameter::header;
use crate::{
    auth::KEY_IN_PATH,
    edge::limits::{Rule, rule},
    server::Surface,
};

/// Where the schema of a refusal is.
const ERROR_SCHEMA: &str = "#/components/schemas/ErrorBody";

/// Refusals that are the same wherever they occur: name, status, what it means, an example of a code.
const SHARED: &[(&str, &str, &str, &str)] = &[
    (
        "Malformed",
        "400",
        "The request cannot be read: broken JSON, or a cursor of another list.",
        "malformed_request",
    ),
    ("Unauthorized", "401", "No credentials, or credentials that are not valid.", "invalid_api_key"),
    ("Forbidden", "403", "The caller is known but may not do this.", "insufficient_scope"),
    ("NotFound", "404", "No such thing in this store.", "not_found"),
    (
        "Conflict",
        "409",
        "A request with the same `Idempotency-Key` is being carried out; try again after `Retry-After`.",
        "idempotency_in_progress",
    ),
    ("Stale", "412", "The thing is not in the version that `If-Match` names.", "stale_version"),
    ("TooSlow", "408", "The body did not come in time.", "request_timeout"),
    ("TooLarge", "413", "The body is too large.", "payload_too_large"),
    ("UnsupportedMediaType", "415", "The body is not JSON.", "unsupported_media_type"),
    (
        "Invalid",
        "422",
        "Fields or parameters are missing, unknown or wrong; `fields` says which. Or `idempotency_key_reused`: \
         the `Idempotency-Key` stands for another request.",
        "validation_failed",
    ),
    ("RateLimited", "429", "Too many requests; try again after `Retry-After`.", "rate_limited"),
    ("Internal", "500", "A fault of the server; tell its operator the `X-Request-Id`.", "internal_error"),
    (
        "Unavailable",
        "503",
        "Something the server needs is away; try again after `Retry-After`.",
        "service_unavailable",
    ),
];

/// The operations of one path.
pub(super) fn of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// Puts the shared refusals where operations can refer to them.
pub(super) fn add_shared_responses(components: &mut Components) {
    for (name, _, description, code) in SHARED {
        let example = json!({"error": {"code": code, "message": description}});
        let response = ResponseBuilder::new()
            .description(*description)
            .content("application/json", error_content(Some(example)))
            .build();
        components.responses.insert((*name).to_owned(), RefOr::T(response));
    }
}

/// Adds what the kind of operation implies: the key in the path, who may call, the refusals.
pub(super) fn complete(surface: Surface, path: &str, operation: &mut Operation) {
    let keyed = path.starts_with("/v1/");
    if keyed {
        match surface {
            Surface::Public => public(operation),
            Surface::Private => private(operation),
        }
        if !is_open(operation) {
            refuse(operation, "401");
            refuse(operation, "403");
        }
    }
    if rule(surface, path, operation.operation_id.as_deref().unwrap_or_default()) != Rule::Open {
        refuse(operation, "429");
    }
    let inputs = Inputs::of(operation);
    for (applies, statuses) in [
        (inputs.body, &["400", "408", "413", "415", "422"][..]),
        // Parameters that an operation does not have are refused, even where it has none.
        (keyed || inputs.query, &["400", "422"]),
        (inputs.path, &["404"]),
        (inputs.if_match, &["412"]),
        (true, &["500", "503"]),
    ] {
        statuses.iter().filter(|_| applies).for_each(|status| refuse(operation, status));
    }
    if inputs.if_none_match {
        let unchanged = ResponseBuilder::new().description("The caller holds this already.").build();
        operation.responses.responses.entry("304".to_owned()).or_insert(RefOr::T(unchanged));
    }
    give_refusals_a_body(operation);
}

/// Says that an operation is carried out once for each key.
pub(super) fn allow_repetition(operation: &mut Operation) {
    let text = "1 to 255 visible ASCII characters made up by the client. Sent again with the same key, within 24 \
                hours, the request is not carried out again: the first answer is given again.";
    let key = header("Idempotency-Key", text);
    operation.parameters.get_or_insert_default().push(RefOr::T(key));
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with('2')
        {
            let replayed = HeaderBuilder::new()
                .schema(Some(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["true"]))))
                .description(Some("There when this answer was given before, to the same `Idempotency-Key`."))
                .build();
            response.headers.insert("Idempotent-Replayed".to_owned(), RefOr::T(replayed));
        }
    }
    refuse(operation, "409");
    refuse(operation, "422");
}

/// What an operation takes in.
#[derive(Debug, Default)]
struct Inputs {
    body: bool,
    query: bool,
    path: bool,
    if_match: bool,
    if_none_match: bool,
}

impl Inputs {
    fn of(operation: &Operation) -> Self {
        let mut inputs = Self { body: operation.request_body.is_some(), ..Self::default() };
        for parameter in operation.parameters.iter().flatten() {
            let RefOr::T(parameter) = parameter else { continue };
            match (&parameter.parameter_in, parameter.name.as_str()) {
                (ParameterIn::Query | ParameterIn::QueryString, _) => inputs.query = true,
                (ParameterIn::Path, name) => inputs.path |= name != KEY_IN_PATH,
                (ParameterIn::Header, "If-Match") => inputs.if_match = true,
                (ParameterIn::Header, "If-None-Match") => inputs.if_none_match = true,
                (ParameterIn::Header | ParameterIn::Cookie, _) => {}
            }
        }
        inputs
    }
}

fn public(operation: &mut Operation) {
    let key = ParameterBuilder::new()
        .name(KEY_IN_PATH)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The store's publishable key, `pk_live_…` or `pk_test_…`."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build();
    operation.parameters.get_or_insert_default().insert(0, RefOr::T(key));
    // The key in the path is enough, so that an empty requirement is among the choices.
    operation.security.get_or_insert_with(|| {
        vec![SecurityRequirement::default(), SecurityRequirement::new("publishableKey", NO_SCOPES)]
    });
}

const NO_SCOPES: [&str; 0] = [];

/// Operations that ask for a login as such, or for nothing, say so themselves; all others take a key or a
/// login that has the scope.
fn private(operation: &mut Operation) {
    let given = operation.security.take().unwrap_or_default();
    let without_store = given == [SecurityRequirement::default()]
        || given == [SecurityRequirement::new("staffLogin", NO_SCOPES)];
    if without_store {
        operation.security = Some(given);
        return;
    }
    let signature = header(
        "X-Cartwright-Signature",
        "From keys with a signing secret: `t=TIME,sha256=HEX`, the HMAC-SHA256 of `TIME.BODY`, once and \
         within 300 seconds; see `giveSigningSecret`.",
    );
    operation.parameters.get_or_insert_default().push(RefOr::T(signature));
    let scopes = scopes_of(&given);
    let schemes = ["secretKey", "secretKeyHeader", "staffLogin"];
    operation.security = Some(schemes.map(|name| SecurityRequirement::new(name, scopes.clone())).into());
    let tenant = "For staff: the id of the store they mean; may be left out by those who have only one.";
    let mode = "For staff: `live` (the default) or `test`.";
    operation
        .parameters
        .get_or_insert_default()
        .extend([header("X-Tenant-ID", tenant), header("X-Cartwright-Mode", mode)].map(RefOr::T));
}

/// Whether anybody may call.
fn is_open(operation: &Operation) -> bool {
    operation.security.as_deref() == Some(&[SecurityRequirement::default()])
}

/// The scopes that a handler declared with its `secretKey`.
pub(super) fn scopes_of(requirements: &[SecurityRequirement]) -> Vec<String> {
    let listed = serde_json::to_value(requirements).unwrap_or_default();
    let scopes = listed.as_array().into_iter().flatten().filter_map(|one| one["secretKey"].as_array());
    scopes.flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn refuse(operation: &mut Operation, status: &str) {
    let Some((name, ..)) = SHARED.iter().find(|(_, known, ..)| *known == status) else { return };
    let reference = || RefOr::Ref(Ref::new(format!("#/components/responses/{name}")));
    operation.responses.responses.entry(status.to_owned()).or_insert_with(reference);
}

/// A handler that documents a refusal of its own only says when it happens.
fn give_refusals_a_body(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.content.is_empty()
            && (status.starts_with('4') || status.starts_with('5'))
        {
            response.content.insert("application/json".to_owned(), RefOr::T(error_content(None)));
        }
    }
}

fn error_content(example: Option<Value>) -> Content {
    let mut content = Content::new(Some(Ref::new(ERROR_SCHEMA)));
    content.example = example;
    content
}
