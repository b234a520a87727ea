//! The numbers of this process, for Prometheus to fetch. On the private surface only.

use std::{fmt, sync::Arc};

use crate::routes::Routes;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{AUTHORIZATION, CONTENT_TYPE},
    web::Data as AppData,
};
use application::ErrorCode;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::error::{ApiError, ApiResult};

/// The text format of Prometheus.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What the page shows, and to whom.
#[derive(Clone)]
pub struct MetricsPage {
    render: Arc<dyn Fn() -> String + Send + Sync>,
    token: Option<SecretString>,
}

impl MetricsPage {
    /// A page made anew at each request by `render`, in Prometheus' text format. With a `token`, whoever
    /// fetches it has to send that as `Authorization: Bearer`.
    pub fn new(render: impl Fn() -> String + Send + Sync + 'static, token: Option<SecretString>) -> Self {
        Self { render: Arc::new(render), token }
    }

    fn admits(&self, request: &HttpRequest) -> bool {
        let Some(token) = &self.token else { return true };
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let sent = header.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
        sent.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
    }
}

impl fmt::Debug for MetricsPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsPage").field("guarded", &self.token.is_some()).finish_non_exhaustive()
    }
}

/// Adds the page.
pub(crate) fn configure(config: &mut Routes) {
    config.service(metrics);
}

/// Numbers for Prometheus
///
/// Requests, statements, events and the worker, in Prometheus' text format. Names no store, key or
/// person. Needs no key; if the operator has set a token for it, that is sent as a bearer.
#[utoipa::path(
    operation_id = "getMetrics",
    tag = "Health",
    security(()),
    responses(
        (status = 200, description = "The numbers as of now.", body = String, content_type = "text/plain"),
        (status = 401, description = "`invalid_api_key`: the operator's token is missing or wrong."),
        (status = 404, description = "`not_found`: this installation keeps no numbers."),
    )
)]
#[get("/metrics")]
async fn metrics(request: HttpRequest, page: AppData<Option<MetricsPage>>) -> ApiResult {
    let page = Option::as_ref(&page).ok_or_else(|| ApiError::not_found("Metrics are switched off."))?;
    if !page.admits(&request) {
        let message = "Send the token of the metrics as Authorization: Bearer.";
        return Err(ApiError::new(ErrorCode::InvalidApiKey, message));
    }
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, TEXT_FORMAT)).body((page.render)()))
}
