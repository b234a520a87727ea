//! What is done with an order: sending, refunding, cancelling, noting that it was paid.

use actix_web::{http::StatusCode, post, web::Path};
use application::order;
use domain::refund::RefundState;

use self::body::{CancelOrderBody, FulfillOrderBody, NoBody, RefundOrderBody, RefundedBody};
use super::OrderPath;
use crate::{
    auth::{Secret, scope},
    bodies::order::OrderBody,
    body::OptionalBody,
    error::ApiResult,
    etag::IfMatch,
    respond::{self, Data},
    routes::Routes,
};

mod body;

pub(super) fn configure(config: &mut Routes) {
    config.service(fulfill).service(refund).service(cancel).service(mark_paid);
}

/// Fulfil an order
///
/// Notes that goods have left: the items named, or all that is still owed. Each call is a parcel with
/// tracking details of its own. Orders are sent once they are paid.
#[utoipa::path(
    operation_id = "fulfillOrder",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), IfMatch),
    request_body = FulfillOrderBody,
    security(("secretKey" = ["write:orders"])),
    responses(
        (status = 200, description = "The order as it is now.", body = Data<OrderBody>),
        (status = 409, description = "`invalid_state`: not paid, called off, or all has left."),
    )
)]
#[post("/orders/{order}/fulfill")]
async fn fulfill(
    caller: Secret<scope::WriteOrders>,
    path: Path<OrderPath>,
    if_match: IfMatch,
    body: OptionalBody<FulfillOrderBody>,
) -> ApiResult {
    let command = body.into_inner().into_command(if_match.version()?);
    let handle = path.order.as_str().into();
    let sent = order::fulfill(&caller.core, &caller.context, &handle, command).await?;
    let (id, version) = (sent.order.id, sent.order.version);
    respond::changed(id, version, OrderBody::new(sent, caller.locale()))
}

/// Refund an order
///
/// Gives money back through the payment that it came by: an amount, items with their share of discount
/// and tax, or all that is left. What the items cost is frozen with the order, so refunding them one by
/// one gives back exactly what was paid. Refused by the gateway, nothing has changed.
#[utoipa::path(
    operation_id = "refundOrder",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), IfMatch),
    request_body = RefundOrderBody,
    security(("secretKey" = ["write:orders"])),
    responses(
        (status = 200, description = "The money is on its way to the customer.", body = Data<RefundedBody>),
        (status = 202, description = "The gateway has not said yet how it ended; the refund is `pending` and \
            settles by itself.", body = Data<RefundedBody>),
        (status = 409, description = "`invalid_state`: not paid, or all was given back; \
            `stripe_not_configured`."),
        (status = 422, description = "`refund_refused`: more than is left, or the gateway refuses; or a \
            field that is wrong."),
    )
)]
#[post("/orders/{order}/refund")]
async fn refund(
    caller: Secret<scope::WriteOrders>,
    path: Path<OrderPath>,
    if_match: IfMatch,
    body: OptionalBody<RefundOrderBody>,
) -> ApiResult {
    let command = body.into_inner().into_command(if_match.version()?);
    let handle = path.order.as_str().into();
    let refunded = order::refund(&caller.core, &caller.context, &handle, command).await?;
    let settled = refunded.refund.state != RefundState::Pending;
    let (id, version) = (refunded.view.order.id, refunded.view.order.version);
    let body = RefundedBody::new(refunded, caller.locale());
    if settled {
        respond::changed(id, version, body)
    } else {
        respond::json(StatusCode::ACCEPTED, &Data { data: body })
    }
}

/// Cancel an order
///
/// Calls an order off of which nothing has left. Its goods go back into stock, its coupon can be used
/// again, and money that was taken goes back in full; `refunds` shows how that went.
#[utoipa::path(
    operation_id = "cancelOrder",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), IfMatch),
    request_body = CancelOrderBody,
    security(("secretKey" = ["write:orders"])),
    responses(
        (status = 200, description = "The order as it is now.", body = Data<OrderBody>),
        (status = 409, description = "`invalid_state`: goods have left, or it was refunded or called off \
            before; `checkout_in_progress`: its payment is with the gateway just now."),
    )
)]
#[post("/orders/{order}/cancel")]
async fn cancel(
    caller: Secret<scope::WriteOrders>,
    path: Path<OrderPath>,
    if_match: IfMatch,
    body: OptionalBody<CancelOrderBody>,
) -> ApiResult {
    let command = body.into_inner().into_command(if_match.version()?);
    let handle = path.order.as_str().into();
    let cancelled = order::cancel(&caller.core, &caller.context, &handle, command).await?;
    let (id, version) = (cancelled.order.id, cancelled.order.version);
    respond::changed(id, version, OrderBody::new(cancelled, caller.locale()))
}

/// Mark an order as paid
///
/// Notes that the money of a bank transfer or an invoice has arrived. Card payments are confirmed by
/// their gateway.
#[utoipa::path(
    operation_id = "markOrderPaid",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), IfMatch),
    security(("secretKey" = ["write:orders"])),
    responses(
        (status = 200, description = "The order as it is now.", body = Data<OrderBody>),
        (status = 409, description = "`invalid_state`: paid already, called off, or not paid by hand."),
    )
)]
#[post("/orders/{order}/mark-paid")]
async fn mark_paid(
    caller: Secret<scope::WriteOrders>,
    path: Path<OrderPath>,
    if_match: IfMatch,
    _: OptionalBody<NoBody>,
) -> ApiResult {
    let (handle, version) = (path.order.as_str().into(), if_match.version()?);
    let paid = order::mark_paid(&caller.core, &caller.context, &handle, version).await?;
    let (id, version) = (paid.order.id, paid.order.version);
    respond::changed(id, version, OrderBody::new(paid, caller.locale()))
}
