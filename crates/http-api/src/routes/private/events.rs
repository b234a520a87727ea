//! Events: what happened in the store.

use actix_web::get;
use application::event;

use self::body::{EventFilters, Events};
use crate::{
    auth::{Secret, scope},
    bodies::event::EventBody,
    error::ApiResult,
    list::{List, ListBody},
    routes::Routes,
};

mod body;

pub(super) fn configure(config: &mut Routes) {
    config.service(list);
}

/// List events
///
/// Everything that happened to sales, stock and goods in the mode of the key, oldest first, whether or not
/// webhooks have been told yet. To follow along, keep the last cursor and ask again.
#[utoipa::path(
    operation_id = "listEvents",
    tag = "History",
    params(List<Events, EventFilters>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "One page of events.", body = ListBody<EventBody>))
)]
#[get("/events")]
async fn list(caller: Secret<scope::ReadSettings>, list: List<Events, EventFilters>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let filter = (&list.filters).into();
    let slice = event::list(&caller.core, &caller.context, &filter, &list.window).await?;
    list.answer(slice.map(|event| EventBody::new(event, caller.locale())))
}
