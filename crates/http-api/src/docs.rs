//! The document and the page to browse it with, both from this process alone.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    web::{self, Bytes, Data, ServiceConfig},
};

const PAGE: &[u8] = include_bytes!("../assets/docs/index.html");
const START: &[u8] = include_bytes!("../assets/docs/init.js");
const SCRIPT: &[u8] = include_bytes!("../assets/docs/swagger-ui-bundle.js.gz");
const STYLE: &[u8] = include_bytes!("../assets/docs/swagger-ui.css.gz");
const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";
/// How long a browser keeps the parts of the page.
const KEPT: &str = "public, max-age=3600";

/// What the pages of one server show; app data.
#[derive(Debug)]
pub(crate) struct Docs {
    /// The OpenAPI document, encoded.
    pub(crate) document: Bytes,
    /// Where the document says the API is; the page may try it there and nowhere else.
    pub(crate) server_url: String,
}

/// Paths that [`configure`] adds.
pub(crate) const PATHS: [&str; 3] = ["/openapi.json", "/docs", "/docs/{file}"];

/// Adds the document and the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/openapi.json", web::get().to(document))
        .route("/docs", web::get().to(page))
        .route("/docs/swagger-ui-bundle.js", web::get().to(async || asset(SCRIPT_TYPE, SCRIPT, true)))
        .route("/docs/init.js", web::get().to(async || asset(SCRIPT_TYPE, START, false)))
        .route("/docs/swagger-ui.css", web::get().to(async || asset("text/css; charset=utf-8", STYLE, true)));
}

async fn document(docs: Data<Docs>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(docs.document.clone())
}

async fn page(docs: Data<Docs>) -> HttpResponse {
    let policy = format!(
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self' {}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        docs.server_url
    );
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(PAGE)
}

fn asset(content_type: &'static str, bytes: &'static [u8], compressed: bool) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, content_type)).insert_header((CACHE_CONTROL, KEPT));
    if compressed {
        // Every browser that can run the page takes gzip.
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    response.body(bytes)
}
