//! Webhooks of Stripe.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Bytes, Data as AppData, Path},
};
use application::{Core, Error, ErrorCode, webhook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{error::ApiResult, respond, routes::Routes};

pub(super) fn configure(config: &mut Routes) {
    config.service(receive);
}

#[derive(Debug, Deserialize)]
struct StorePath {
    store: String,
}

/// That a webhook was taken in.
#[derive(Debug, Serialize, ToSchema)]
struct Received {
    /// Always true.
    #[schema(examples(true))]
    received: bool,
}

/// Receive a webhook of Stripe
///
/// Set this address up in Stripe's dashboard for the events `payment_intent.*`, `charge.refunded` and
/// `refund.*`. The signature is checked over the raw body; an event takes effect once, in whatever order
/// and however often it is delivered.
#[utoipa::path(
    operation_id = "receiveStripeWebhook",
    tag = "Webhooks",
    params(("store" = String, Path, description = "Id of the store.", example = "str_01HXYZ6R9M3K8Q2B7V5N4C1D0E")),
    request_body(content = Object, description = "The event as Stripe signed it."),
    security(()),
    responses(
        (status = 200, description = "Taken in.", body = Received),
        (status = 401, description = "`invalid_signature`: the signature does not hold."),
        (status = 409, description = "`stripe_not_configured`: the store has no webhook secret."),
    )
)]
#[post("/webhooks/stripe/{store}")]
async fn receive(
    core: AppData<Core>,
    path: Path<StorePath>,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> ApiResult<HttpResponse> {
    let body = body.map_err(|_| Error::new(ErrorCode::PayloadTooLarge, "The webhook is too large."))?;
    let store = path.store.parse().map_err(|_| Error::not_found("store"))?;
    let headers: BTreeMap<String, String> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let core: Arc<Core> = core.into_inner();
    webhook::stripe(&core, store, &headers, &body).await?;
    respond::json(actix_web::http::StatusCode::OK, &Received { received: true })
}
