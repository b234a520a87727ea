//! Joining a request to the trace of its caller.
//!
//! On the private surface the caller's trace is gone on with, sampled or not as it says. On the public one
//! anybody may call: there a trace of our own begins, at our own rate, and only points to the caller's.

use actix_web::{
    dev::ServiceRequest,
    http::header::{HeaderMap, HeaderName},
};
use opentelemetry::{
    Context, global,
    propagation::Extractor,
    trace::{SpanContext, TraceContextExt as _},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::server::Surface;

/// Makes `span` the server's part of a trace; nothing happens unless somebody traces.
pub(super) fn join(span: &Span, request: &ServiceRequest, surface: Surface, route: &str) {
    let caller = global::get_text_map_propagator(|propagator| {
        propagator.extract_with_context(&Context::new(), &Headers(request.headers()))
    });
    let (parent, link) = match surface {
        Surface::Private => (caller, None),
        Surface::Public => (Context::new(), Some(caller.span().span_context().clone())),
    };
    if span.set_parent(parent).is_err() {
        return;
    }
    let method = super::metrics::known(request.method());
    span.record("otel.name", format!("{method} {route}"));
    span.record("otel.kind", "server");
    span.set_attribute("http.request.method", method);
    span.set_attribute("http.route", route.to_owned());
    if let Some(link) = link.filter(SpanContext::is_valid) {
        span.add_link(link);
    }
}

/// What came of the request.
pub(super) fn answered(span: &Span, status: u16) {
    span.set_attribute("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
