//! Orders: sales and what becomes of them.

use actix_web::{get, patch, post, web::Path};
use application::order;
use serde::Deserialize;

use self::body::{ChangeOrderBody, OrderEvents, OrderFilters, Orders, SearchOrdersBody};
use crate::{
    auth::{Secret, scope},
    bodies::{
        event::EventBody,
        order::{OrderBody, OrderSummaryBody},
    },
    body::{Body, OptionalBody},
    error::ApiResult,
    etag::IfMatch,
    list::{List, ListBody},
    respond::{self, Data},
    routes::Routes,
    search::{FoundBody, excerpt},
    view::View,
};

mod actions;
mod body;

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(search).service(show).service(change).service(events);
    actions::configure(config);
}

#[derive(Debug, Deserialize)]
struct OrderPath {
    order: String,
}

/// List orders
///
/// Orders in the mode of the key, the newest first. Carts whose payment is under way, or came to
/// nothing, are not among them.
#[utoipa::path(
    operation_id = "listOrders",
    tag = "Orders",
    params(List<Orders, OrderFilters>),
    security(("secretKey" = ["read:orders"])),
    responses((status = 200, description = "One page of orders.", body = ListBody<OrderSummaryBody>))
)]
#[get("/orders")]
async fn list(caller: Secret<scope::ReadOrders>, list: List<Orders, OrderFilters>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let query = (&list.filters).into();
    let slice = order::list(&caller.core, &caller.context, query, list.sort, &list.window).await?;
    let live = caller.context.mode.is_live();
    list.answer(slice.map(|row| OrderSummaryBody::new(row, live, caller.locale())))
}

/// Search orders
///
/// By comparing fields: all of the conditions have to hold. The newest come first.
#[utoipa::path(
    operation_id = "searchOrders",
    tag = "Orders",
    request_body = SearchOrdersBody,
    security(("secretKey" = ["read:orders"])),
    responses((status = 200, description = "What was found.", body = FoundBody<OrderSummaryBody>))
)]
#[post("/orders/search")]
async fn search(caller: Secret<scope::ReadOrders>, body: OptionalBody<SearchOrdersBody>) -> ApiResult {
    let body = body.into_inner();
    let excerpt = excerpt(body.limit, body.offset);
    let (found, total) = order::search(&caller.core, &caller.context, body.into(), excerpt).await?;
    let live = caller.context.mode.is_live();
    let rows = found.into_iter().map(|row| OrderSummaryBody::new(row, live, caller.locale())).collect();
    respond::json(actix_web::http::StatusCode::OK, &FoundBody::new(rows, excerpt, total))
}

/// Get an order
///
/// By its id or its number, with payments, refunds and parcels.
#[utoipa::path(
    operation_id = "getOrder",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), View<OrderBody>),
    security(("secretKey" = ["read:orders"])),
    responses((status = 200, description = "The order.", body = Data<OrderBody>))
)]
#[get("/orders/{order}")]
async fn show(caller: Secret<scope::ReadOrders>, path: Path<OrderPath>, view: View<OrderBody>) -> ApiResult {
    let found = order::get(&caller.core, &caller.context, &path.order.as_str().into()).await?;
    let (id, version) = (found.order.id, found.order.version);
    view.answer(id, version, &OrderBody::new(found, caller.locale()))
}

/// Change an order
///
/// Notes of staff and the merchant's own data at any time, the shipping address until something has
/// left. `metadata` takes the place of all that was there. Amounts never change: refund or cancel
/// instead.
#[utoipa::path(
    operation_id = "updateOrder",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), IfMatch),
    request_body = ChangeOrderBody,
    security(("secretKey" = ["write:orders"])),
    responses(
        (status = 200, description = "The order as it is now.", body = Data<OrderBody>),
        (status = 409, description = "`invalid_state`: goods have left, so the address stays."),
    )
)]
#[patch("/orders/{order}")]
async fn change(
    caller: Secret<scope::WriteOrders>,
    path: Path<OrderPath>,
    if_match: IfMatch,
    body: Body<ChangeOrderBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let handle = path.order.as_str().into();
    let changed = order::update(&caller.core, &caller.context, &handle, changes).await?;
    let (id, version) = (changed.order.id, changed.order.version);
    respond::changed(id, version, OrderBody::new(changed, caller.locale()))
}

/// List an order's events
///
/// Everything that happened to it, oldest first, whether or not webhooks have been told yet.
#[utoipa::path(
    operation_id = "listOrderEvents",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), List<OrderEvents>),
    security(("secretKey" = ["read:orders"])),
    responses((status = 200, description = "One page of events.", body = ListBody<EventBody>))
)]
#[get("/orders/{order}/events")]
async fn events(
    caller: Secret<scope::ReadOrders>,
    path: Path<OrderPath>,
    page: List<OrderEvents>,
) -> ApiResult {
    let page = page.of(&caller.context)?;
    let handle = path.order.as_str().into();
    let slice = order::events(&caller.core, &caller.context, &handle, &page.window).await?;
    page.answer(slice.map(|event| EventBody::new(event, caller.locale())))
}
