//! The span that everything logged during a request belongs to, and the line that ends it.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tracing::{Span, field::Empty};
use tracing_actix_web::RootSpanBuilder;

use super::{EdgeSettings, RequestId, trace};
use crate::server::known_paths::Route;

/// When the request came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Began(pub(super) Instant);

/// Names the route, never the path or the query: those hold keys and people's addresses.
#[derive(Debug)]
pub(crate) struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let extensions = request.extensions();
        let route = extensions.get::<Route>().map(Route::as_str).unwrap_or_default();
        // Of the highest level, so that whatever is logged at all says which request it belongs to.
        let span = tracing::error_span!(
            "request",
            request_id = extensions.get::<RequestId>().map(RequestId::as_str),
            method = %request.method(),
            route,
            store = Empty,
            status = Empty,
            otel.name = Empty,
            otel.kind = Empty,
            otel.status_code = Empty,
        );
        if let Some(settings) = request.app_data::<EdgeSettings>() {
            trace::join(&span, request, settings.surface, route);
        }
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let (status, began) = match outcome {
            Ok(response) => (response.status(), response.request().extensions().get::<Began>().copied()),
            Err(error) => (error.as_response_error().status_code(), None),
        };
        span.record("status", status.as_u16());
        trace::answered(&span, status.as_u16());
        span.in_scope(|| {
            let ms = began.map(|Began(at)| u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX));
            tracing::debug!(target: "access", ms, "answered");
        });
    }
}
