//! Headers that every answer may carry.

use utoipa::openapi::{
    Components, Header, HeaderBuilder, Ref, RefOr, Response,
    path::Operation,
    schema::{ObjectBuilder, Type},
};

/// Headers of an answer, and what they say.
const LIMITS: [(&str, &str); 3] = [
    ("X-RateLimit-Limit", "Requests of the tightest limit that this one was counted for."),
    ("X-RateLimit-Remaining", "Requests that are left of it."),
    ("X-RateLimit-Reset", "When it starts anew, in Unix seconds."),
];
/// When to come back.
const RETRY_AFTER: (&str, &str) = ("Retry-After", "Seconds after which trying again makes sense.");

/// Puts the headers where answers can refer to them.
pub(super) fn add_shared(components: &mut Components) {
    for (name, description) in LIMITS.into_iter().chain([RETRY_AFTER]) {
        components.headers.insert(name.to_owned(), RefOr::T(number(description)));
    }
    for (name, response) in &mut components.responses {
        let RefOr::T(response) = response else { continue };
        refer(response, LIMITS.map(|(name, _)| name));
        if matches!(name.as_str(), "RateLimited" | "Unavailable") {
            refer(response, [RETRY_AFTER.0]);
        }
    }
}

/// Adds them to the answers that an operation describes by itself.
pub(super) fn add(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            refer(response, LIMITS.map(|(name, _)| name));
        }
    }
}

fn refer<const N: usize>(response: &mut Response, names: [&str; N]) {
    for name in names {
        let reference = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert(name.to_owned(), RefOr::Ref(reference));
    }
}

fn number(description: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).build();
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}
