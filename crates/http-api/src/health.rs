//! Whether the process is alive, and whether it can do its work.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header::RETRY_AFTER},
    web::Data as AppData,
};
use application::{Core, health::Monitor};
use ports::health::Condition;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::{Secret, scope},
    error::ApiResult,
    respond::{self, Data},
    routes::Routes,
    timestamp::Timestamp,
};

/// State of the service.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthBody {
    /// As the worst below; `stopping` once the process was told to stop.
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
    /// Works, but somebody should look at it.
    Degraded,
    /// Does not answer.
    Unavailable,
    /// Is about to end: finishes what runs, and wants nothing new.
    Stopping,
}

impl From<Condition> for State {
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::Ok => Self::Ok,
            Condition::Degraded => Self::Degraded,
            Condition::Unavailable => Self::Unavailable,
        }
    }
}

/// Adds the probes that need no key.
pub(crate) fn configure(config: &mut Routes) {
    config.service(live).service(ready);
}

/// Adds the heartbeat of the private surface.
pub(crate) fn configure_private(config: &mut Routes) {
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
    respond::json(StatusCode::OK, &body(&core, State::Ok, BTreeMap::new()))
}

/// Whether the process can do its work
///
/// Asks everything that a request may need: `database`, `queue` (events and who delivers them), and, where
/// this installation uses them, `storage` (the data folder) and `mail`. Answers are up to a second old. Send
/// no traffic while this answers 503; `degraded` is a matter for the operator and answers 200.
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
async fn ready(core: AppData<Core>, monitor: AppData<Monitor>) -> ApiResult {
    let body = findings(&core, &monitor).await;
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
async fn heartbeat(caller: Secret<scope::Any>, monitor: AppData<Monitor>) -> ApiResult {
    let data = findings(&caller.core, &monitor).await;
    let mut response = respond::json(status_of(&data), &Data { data })?;
    hint(&mut response);
    Ok(response)
}

async fn findings(core: &Core, monitor: &Monitor) -> HealthBody {
    let findings = monitor.findings().await;
    let worst = findings.iter().map(|(_, condition)| *condition).max().unwrap_or(Condition::Ok);
    let status = match State::from(worst) {
        State::Unavailable => State::Unavailable,
        _ if monitor.is_stopping() => State::Stopping,
        well => well,
    };
    let checks = findings.into_iter().map(|(name, condition)| (name, condition.into())).collect();
    body(core, status, checks)
}

fn body(core: &Core, status: State, checks: BTreeMap<&'static str, State>) -> HealthBody {
    HealthBody { status, version: env!("CARGO_PKG_VERSION"), time: core.clock.now().into(), checks }
}

fn status_of(body: &HealthBody) -> StatusCode {
    match body.status {
        State::Ok | State::Degraded => StatusCode::OK,
        State::Unavailable | State::Stopping => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn hint(response: &mut HttpResponse) {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, actix_web::http::header::HeaderValue::from_static("2"));
    }
}
