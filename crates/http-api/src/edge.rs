//! What happens to every request before and after its handler.
//!
//! The request gets an id, an address to count it by and a time limit; the answer gets its headers,
//! whoever made it, and anything that went wrong outside a handler gets the shape of every other refusal.

use std::{panic::AssertUnwindSafe, rc::Rc, time::Duration};

use actix_web::{
    Error as ActixError, HttpMessage as _, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use application::{Core, Error, ErrorCode, health::Monitor};
use futures::FutureExt as _;
use ports::limits::Standing;

use crate::{
    error::ApiError,
    server::{Surface, known_paths::Route},
    shelf::Asker,
};

mod client_address;
mod cors;
pub(crate) mod limits;
mod metrics;
mod request_id;
mod span;
mod trace;

pub(crate) use client_address::ClientAddress;
pub(crate) use cors::{private_cors, public_cors};
use limits::Tally;
use metrics::Measured;
pub use metrics::describe_metrics;
pub(crate) use request_id::RequestId;
use request_id::X_REQUEST_ID;
pub(crate) use span::RequestSpan;

/// How the edge of one server behaves; app data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EdgeSettings {
    pub(crate) surface: Surface,
    pub(crate) request_timeout: Duration,
    /// Proxies of the operator's that a request comes over.
    pub(crate) trusted_proxies: u8,
}

impl EdgeSettings {
    /// How long the body of a request may take to come, so that there is time left to answer it.
    pub(crate) fn body_timeout(&self) -> Duration {
        self.request_timeout.mul_f32(0.75)
    }
}

/// Wraps every request.
pub(crate) async fn edge<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let id = RequestId::take_or_make(&request);
    let settings = request.app_data::<EdgeSettings>().copied().ok_or_else(|| {
        ApiError::from(Error::internal("the server was built without settings of its edge"))
    })?;
    let address = ClientAddress::find(&request, settings.trusted_proxies);
    request.extensions_mut().insert(address);
    let route = Route::find(&request);
    let measured = Measured::begin(settings.surface, request.method(), route.template());
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(route);
    request.extensions_mut().insert(measured.began());
    let now = request.app_data::<Data<Core>>().map_or(0, |core| core.clock.now().timestamp());
    let tally = Tally::open(&request, address.known(), now);
    let finish = |response| finish(response, settings.surface, &id, &measured, tally.as_ref());
    // Whatever can be read can be asked about; the server leaves the body out by itself.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    // No database text can hold a NUL, so nothing can be called by one.
    if request.uri().path().contains("%00") {
        let refusal = ApiError::not_found("This address does not exist.");
        return Ok(finish(request.error_response(refusal).map_into_boxed_body()));
    }
    let answering = async {
        let asker = Asker::of(&request).await;
        let Some(asker) = asker else {
            return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
        };
        if let Some(answer) = asker.find(request.request())? {
            return Ok(request.into_response(answer));
        }
        // What is made now is kept for all, whatever this one holds already.
        request.headers_mut().remove(header::IF_NONE_MATCH);
        asker.keep(next.call(request).await?.map_into_boxed_body()).await
    };
    let answering = AssertUnwindSafe(answering).catch_unwind();
    let outcome = match tokio::time::timeout(settings.request_timeout, answering).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(ApiError::from(Error::internal("a handler panicked")).into()),
        Err(_) => Err(ApiError::new(ErrorCode::Unavailable, "The request took too long; try again.").into()),
    };
    match outcome {
        Ok(response) => Ok(finish(response)),
        // Without a response there is no request to attach headers to, so the error brings them along.
        Err(error) => {
            let refusal = shaped(&error);
            log(&refusal, &id);
            measured.refused(refusal.code());
            measured.answered(refusal.status_code());
            let standing = tally.as_ref().map(|tally| tally.settle(refusal.status_code()));
            Err(Dressed { refusal, surface: settings.surface, id: id.clone(), standing }.into())
        }
    }
}

fn finish(
    mut response: ServiceResponse<BoxBody>,
    surface: Surface,
    id: &RequestId,
    measured: &Measured,
    tally: Option<&Rc<Tally>>,
) -> ServiceResponse<BoxBody> {
    let refusal = response.response().error().and_then(|error| error.as_error::<ApiError>());
    if let Some(refusal) = refusal {
        log(refusal, id);
        measured.refused(refusal.code());
    } else if is_foreign_refusal(response.response()) {
        let foreign = ApiError::from(of_status(response.status()));
        measured.refused(foreign.code());
        let headers = response.headers().clone();
        response = response.into_response(foreign.error_response());
        keep(&headers, response.headers_mut());
    }
    let standing = tally.map(|tally| tally.settle(response.status()));
    dress(response.headers_mut(), surface, id, standing);
    // Who keeps a connection to a server that is about to end would find it closed in the middle of a request.
    if response.request().app_data::<Data<Monitor>>().is_some_and(|monitor| monitor.is_stopping()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    measured.answered(response.status());
    response
}

/// A refusal of the framework or of a middleware, in a shape of its own.
fn is_foreign_refusal(response: &HttpResponse) -> bool {
    let json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    (response.status().is_client_error() || response.status().is_server_error()) && !json
}

/// What a foreign refusal's headers say beyond its body.
fn keep(from: &HeaderMap, to: &mut HeaderMap) {
    let about_the_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING];
    for (name, value) in from.iter().filter(|(name, _)| !about_the_body.contains(name)) {
        to.append(name.clone(), value.clone());
    }
}

fn of_status(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::new(ErrorCode::NotFound, "This address does not exist."),
        StatusCode::METHOD_NOT_ALLOWED => {
            Error::new(ErrorCode::MethodNotAllowed, "This address does not take this method.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(ErrorCode::PayloadTooLarge, "The body is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Error::new(ErrorCode::UnsupportedMediaType, "The body is of a type this address does not take.")
        }
        status if status.is_client_error() => {
            Error::new(ErrorCode::MalformedRequest, "The request cannot be read.")
        }
        status => Error::internal(format!("an answer of {status} without an error")),
    }
}

/// Any error as one of ours.
fn shaped(error: &ActixError) -> ApiError {
    error.as_error::<ApiError>().map_or_else(
        || {
            let status = error.as_response_error().status_code();
            let mut shaped = of_status(status);
            if status.is_server_error() {
                shaped = Error::internal(error.to_string());
            }
            shaped.into()
        },
        ApiError::duplicate,
    )
}

fn log(refusal: &ApiError, id: &RequestId) {
    let (request_id, code) = (id.as_str(), refusal.code().as_str());
    if refusal.status_code().is_server_error() {
        tracing::error!(request_id, code, cause = %refusal.chain(), "request failed");
    } else {
        // Not what was wrong: the caller's own values may be quoted there.
        tracing::debug!(request_id, code, "request refused");
    }
}

fn dress(headers: &mut HeaderMap, surface: Surface, id: &RequestId, standing: Option<Standing>) {
    let mut fallback = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    fallback(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    fallback(header::X_FRAME_OPTIONS, "DENY");
    fallback(header::REFERRER_POLICY, "no-referrer");
    fallback(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    // Answers depend on headers that shared caches do not look at.
    fallback(
        header::CACHE_CONTROL,
        match surface {
            Surface::Public => "private, no-cache",
            Surface::Private => "no-store",
        },
    );
    headers.append(header::VARY, HeaderValue::from_static("accept-language"));
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(X_REQUEST_ID, value);
    }
    if let Some(standing) = standing {
        limits::tell(standing, headers);
    }
}

/// A refusal that becomes an answer after the last of our code has run.
#[derive(Debug)]
struct Dressed {
    refusal: ApiError,
    surface: Surface,
    id: RequestId,
    standing: Option<Standing>,
}

impl std::fmt::Display for Dressed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.refusal.fmt(f)
    }
}

impl ResponseError for Dressed {
    fn status_code(&self) -> StatusCode {
        self.refusal.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.refusal.error_response();
        dress(response.headers_mut(), self.surface, &self.id, self.standing);
        if matches!(self.surface, Surface::Public) {
            let any = HeaderValue::from_static("*");
            response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
        }
        response
    }
}

#[cfg(test)]
mod tests;
