//! Which pages may call from a browser.

use actix_cors::Cors;
use actix_web::http::header;

/// Seconds that a browser may remember a preflight.
const REMEMBERED: usize = 3600;
/// Headers of answers that a page's script may read.
const READABLE: [&str; 8] = [
    "etag",
    "idempotent-replayed",
    "location",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

/// Any page may try; a store that allows only some refuses the others by itself, with a reason.
pub(crate) fn public_cors() -> Cors {
    Cors::default()
        .allow_any_origin()
        .send_wildcard()
        .allow_any_method()
        .allow_any_header()
        .expose_headers(READABLE)
        .max_age(REMEMBERED)
}

/// Pages of the configured origins only; none unless somebody runs a dashboard.
pub(crate) fn private_cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allow_any_method()
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
        ])
        .allowed_headers([
            "x-api-key",
            "x-request-id",
            "x-tenant-id",
            "x-cartwright-mode",
            "idempotency-key",
            "x-cartwright-signature",
        ])
        .expose_headers(READABLE)
        .max_age(REMEMBERED);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
