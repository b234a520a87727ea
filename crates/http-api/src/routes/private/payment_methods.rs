//! Payment methods.

use actix_web::{HttpResponse, delete, get, patch, post, web::Path};
use application::{Error, payment_method};
use domain::id::PaymentMethodId;
use serde::Deserialize;

use self::{
    body::{PaymentMethodBody, PaymentMethods},
    command::{ChangePaymentMethodBody, NewPaymentMethodBody, Verification},
};
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::{ApiError, ApiResult},
    etag::IfMatch,
    list::{List, ListBody},
    query::Query,
    respond::{self, Data},
    routes::Routes,
    view::View,
};

mod body;
mod command;

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(create).service(show).service(change).service(remove);
}

#[derive(Debug, Deserialize)]
struct PaymentMethodPath {
    method: String,
}

impl PaymentMethodPath {
    fn id(&self) -> Result<PaymentMethodId, ApiError> {
        self.method.parse().map_err(|_| Error::not_found("payment method").into())
    }
}

/// List payment methods
///
/// All methods of the store in the order that shoppers see, whether or not they are offered. Secrets are
/// never answered, only whether they are there and how they end.
#[utoipa::path(
    operation_id = "listPaymentMethods",
    tag = "Checkout",
    params(List<PaymentMethods>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "One page of payment methods.", body = ListBody<PaymentMethodBody>))
)]
#[get("/payment-methods")]
async fn list(caller: Secret<scope::ReadSettings>, list: List<PaymentMethods>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let slice = payment_method::list(&caller.core, &caller.context, list.sort, &list.window).await?;
    list.answer(slice.map(PaymentMethodBody::from))
}

/// Create a payment method
///
/// Keys are for Stripe only; they are encrypted at once. In test mode a Stripe method without test keys is
/// served by the sandbox.
#[utoipa::path(
    operation_id = "createPaymentMethod",
    tag = "Checkout",
    params(Verification),
    request_body = NewPaymentMethodBody,
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 201, description = "The new method.", body = Data<PaymentMethodBody>),
        (status = 409, description = "`duplicate`: another method has this code."),
        (status = 422, description = "`stripe_invalid_keys`: a key has the wrong form; `stripe_auth_error`: Stripe does not accept it; `validation_failed`: something else is wrong.", body = crate::error::ErrorBody),
    )
)]
#[post("/payment-methods")]
async fn create(
    caller: Secret<scope::WriteSettings>,
    query: Query<Verification>,
    body: Body<NewPaymentMethodBody>,
) -> ApiResult {
    let new = body.into_inner().into_new(query.verify);
    let view = payment_method::create(&caller.core, &caller.context, new).await?;
    let (id, version) = (view.method.id, view.method.version);
    respond::created(format!("/v1/private/payment-methods/{id}"), id, version, PaymentMethodBody::from(view))
}

/// Get a payment method
///
/// Without its secrets.
#[utoipa::path(
    operation_id = "getPaymentMethod",
    tag = "Checkout",
    params(("method" = String, Path, description = "Id of the method.", example = "pmt_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), View<PaymentMethodBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The method.", body = Data<PaymentMethodBody>))
)]
#[get("/payment-methods/{method}")]
async fn show(
    caller: Secret<scope::ReadSettings>,
    path: Path<PaymentMethodPath>,
    view: View<PaymentMethodBody>,
) -> ApiResult {
    let found = payment_method::get(&caller.core, &caller.context, path.id()?).await?;
    let (id, version) = (found.method.id, found.method.version);
    view.answer(id, version, &found.into())
}

/// Change a payment method
///
/// Fields left out stay as they are; `null` empties those that may be empty, keys among them. Who takes the
/// money cannot be changed.
#[utoipa::path(
    operation_id = "updatePaymentMethod",
    tag = "Checkout",
    params(("method" = String, Path, description = "Id of the method.", example = "pmt_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch, Verification),
    request_body = ChangePaymentMethodBody,
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 200, description = "The method as it is now.", body = Data<PaymentMethodBody>),
        (status = 409, description = "`duplicate`: another method has this code."),
        (status = 422, description = "`stripe_invalid_keys`: a key has the wrong form; `stripe_auth_error`: Stripe does not accept it; `validation_failed`: something else is wrong.", body = crate::error::ErrorBody),
    )
)]
#[patch("/payment-methods/{method}")]
async fn change(
    caller: Secret<scope::WriteSettings>,
    path: Path<PaymentMethodPath>,
    if_match: IfMatch,
    query: Query<Verification>,
    body: Body<ChangePaymentMethodBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(query.verify, if_match.version()?);
    let view = payment_method::update(&caller.core, &caller.context, path.id()?, changes).await?;
    let (id, version) = (view.method.id, view.method.version);
    respond::changed(id, version, PaymentMethodBody::from(view))
}

/// Delete a payment method
///
/// With its keys. To let payments under way finish, switch it off (`enabled: false`) instead.
#[utoipa::path(
    operation_id = "deletePaymentMethod",
    tag = "Checkout",
    params(("method" = String, Path, description = "Id of the method.", example = "pmt_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    security(("secretKey" = ["write:settings"])),
    responses((status = 204, description = "The method is gone."))
)]
#[delete("/payment-methods/{method}")]
async fn remove(
    caller: Secret<scope::WriteSettings>,
    path: Path<PaymentMethodPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    payment_method::delete(&caller.core, &caller.context, path.id()?, if_match.version()?).await?;
    Ok(respond::no_content())
}
