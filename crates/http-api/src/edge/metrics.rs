//! Counting and timing requests. Labels come from short lists of ours only (surface, method, the route's
//! template, status, code of a refusal), so that no caller can make a new series.

use std::{sync::Arc, time::Instant};

use actix_web::http::{Method, StatusCode};
use application::ErrorCode;
use metrics::{Gauge, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use super::span::Began;
use crate::server::Surface;

const REQUESTS: &str = "cartwright_http_requests_total";
const SECONDS: &str = "cartwright_http_request_duration_seconds";
const IN_FLIGHT: &str = "cartwright_http_requests_in_flight";
const REFUSALS: &str = "cartwright_http_refusals_total";

/// Says what the numbers of this crate mean, once a recorder is there.
pub fn describe_metrics() {
    describe_counter!(
        REQUESTS,
        Unit::Count,
        "Requests answered, by surface, method, template of the route, and status."
    );
    describe_histogram!(
        SECONDS,
        Unit::Seconds,
        "Time from a request's head to its answer's head, by surface, method and template of the route."
    );
    describe_gauge!(IN_FLIGHT, Unit::Count, "Requests being answered now, by surface.");
    describe_counter!(REFUSALS, Unit::Count, "Requests refused, by surface and code of the error.");
}

/// A request while it is measured. One that is broken off counts as in flight no longer, and nowhere
/// else.
pub(super) struct Measured {
    began: Instant,
    surface: &'static str,
    method: &'static str,
    route: Arc<str>,
    in_flight: Gauge,
}

impl Measured {
    pub(super) fn begin(surface: Surface, method: &Method, route: Arc<str>) -> Self {
        let surface = surface.name();
        let in_flight = gauge!(IN_FLIGHT, "surface" => surface);
        in_flight.increment(1);
        Self { began: Instant::now(), surface, method: known(method), route, in_flight }
    }

    pub(super) fn began(&self) -> Began {
        Began(self.began)
    }

    pub(super) fn refused(&self, code: ErrorCode) {
        counter!(REFUSALS, "surface" => self.surface, "code" => code.as_str()).increment(1);
    }

    pub(super) fn answered(&self, status: StatusCode) {
        let Self { began, surface, method, route, .. } = self;
        // Without the status, of which there are many: it would multiply the buckets.
        histogram!(SECONDS, "surface" => *surface, "method" => *method, "route" => Arc::clone(route))
            .record(began.elapsed());
        counter!(
            REQUESTS, "surface" => *surface, "method" => *method, "route" => Arc::clone(route),
            "status" => status.as_str().to_owned()
        )
        .increment(1);
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        self.in_flight.decrement(1);
    }
}

/// Methods can be made up by callers.
pub(super) fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
