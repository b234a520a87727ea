//! The id that a request goes by, in answers and in the log.

use actix_web::{HttpMessage as _, HttpRequest, dev::ServiceRequest, http::header::HeaderName, web::Data};
use application::Core;

/// Carries the id of a request, in and out.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the caller's own if it is plain enough for logs, else a fresh one.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// As text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that [`edge`] gave the request.
    pub(crate) fn of(request: &HttpRequest) -> String {
        request.extensions().get::<Self>().map(|id| id.0.clone()).unwrap_or_default()
    }

    pub(super) fn take_or_make(request: &ServiceRequest) -> Self {
        let given = request.headers().get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
        let plain = |text: &&str| {
            (1..=100).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
        };
        given.filter(plain).map_or_else(|| Self(fresh(request)), |text| Self(text.to_owned()))
    }
}

fn fresh(request: &ServiceRequest) -> String {
    let core = request.app_data::<Data<Core>>();
    core.map(|core| format!("{:032x}", u128::from_be_bytes(core.ids.next()))).unwrap_or_default()
}
