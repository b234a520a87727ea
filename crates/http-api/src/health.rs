//! Whether the process is alive, and whether it can do its work.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header::RETRY_AFTER},
    web::Data as AppData,
};
use application::Core;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    auth::{Secret, scope},
    error::ApiResult,
    respond::{self, Data},
    timestamp::Timestamp,
};

/// State of the service.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthBody {
    /// `ok` when everything below is.
    #[schema(examples("ok"))]
    pub status: State,
    /// Version of the server.
    #[schema(examples("0.1.0"))]
    pub version: &'static str,
    /// The server's clock.
    pub time: Timestamp,
    /// What the service depends on, by name.
    pub checks: BTreeMap<&'static str, State>,
}

/// State of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HealthState)]
pub enum State {
    /// Works.
    Ok,
    /// Does not answer.
    Unavailable,
}

/// Adds the probes that need no key.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(live).service(ready);
}

/// Adds the heartbeat of the private surface.
pub(crate) fn configure_private(config: &mut ServiceConfig) {
    config.service(heartbeat);
}

/// Whether the process is alive
///
/// Looks at nothing but itself: a process that answers need not be restarted.
#[utoipa::path(
    operation_id = "getLiveness",
    tag = "Health",
    security(()),
    responses((status = 200, description = "The process is alive.", body = HealthBody))
)]
#[get("/healthz")]
async fn live(core: AppData<Core>) -> ApiResult {
    respond::json(StatusCode::OK, &body(&core, BTreeMap::new()))
}

/// Whether the process can do its work
///
/// Asks everything that a request may need. Send no traffic while this answers 503.
#[utoipa::path(
    operation_id = "getReadiness",
    tag = "Health",
    security(()),
    responses(
        (status = 200, description = "Everything that is needed answers.", body = HealthBody),
        (status = 503, description = "Something that is needed does not answer.", body = HealthBody),
    )
)]
#[get("/readyz")]
async fn ready(core: AppData<Core>) -> ApiResult {
    let body = body(&core, checks(&core).await);
    let mut response = respond::json(status_of(&body), &body)?;
    hint(&mut response);
    Ok(response)
}

/// Heartbeat for integrations
///
/// As the readiness probe, for holders of a secret key of any scope.
#[utoipa::path(
    operation_id = "getHealth",
    tag = "Health",
    responses(
        (status = 200, description = "Everything that is needed answers.", body = Data<HealthBody>),
        (status = 503, description = "Something that is needed does not answer.", body = Data<HealthBody>),
    )
)]
#[get("/health")]
async fn heartbeat(caller: Secret<scope::Any>) -> ApiResult {
    let data = body(&caller.core, checks(&caller.core).await);
    let mut response = respond::json(status_of(&data), &Data { data })?;
    hint(&mut response);
    Ok(response)
}

async fn checks(core: &Core) -> BTreeMap<&'static str, State> {
    let database = match core.db.ping().await {
        Ok(()) => State::Ok,
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            State::Unavailable
        }
    };
    BTreeMap::from([("database", database)])
}

fn body(core: &Core, checks: BTreeMap<&'static str, State>) -> HealthBody {
    let all = checks.values().all(|state| *state == State::Ok);
    HealthBody {
        status: if all { State::Ok } else { State::Unavailable },
        version: env!("CARGO_PKG_VERSION"),
        time: core.clock.now().into(),
        checks,
    }
}

fn status_of(body: &HealthBody) -> StatusCode {
    match body.status {
        State::Ok => StatusCode::OK,
        State::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn hint(response: &mut HttpResponse) {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, actix_web::http::header::HeaderValue::from_static("2"));
    }
}
