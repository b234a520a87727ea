//! The store of the calling key.

use actix_web::{get, patch};
use application::store;

use self::body::{ChangeStoreBody, StoreBody};
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::ApiResult,
    etag::IfMatch,
    respond::{self, Data},
    routes::Routes,
    view::View,
};

pub(super) mod body;

pub(super) fn configure(config: &mut Routes) {
    config.service(show).service(change);
}

/// Get the store of the calling key
///
/// Also a way to see that a secret key works, and in which mode.
#[utoipa::path(
    operation_id = "getStore",
    tag = "Store",
    params(View<StoreBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The store.", body = Data<StoreBody>))
)]
#[get("/store")]
async fn show(caller: Secret<scope::ReadSettings>, view: View<StoreBody>) -> ApiResult {
    let store = caller.store();
    let body = StoreBody::new(store.clone(), caller.context.mode.is_live());
    view.answer(store.id, store.version, &body)
}

/// Change the store of the calling key
///
/// Fields left out stay as they are; `null` empties those that may be empty. The currency stays for good,
/// for all prices are kept in it; the plan is the operator's to change.
#[utoipa::path(
    operation_id = "updateStore",
    tag = "Store",
    params(IfMatch),
    request_body = ChangeStoreBody,
    security(("secretKey" = ["write:settings"])),
    responses((status = 200, description = "The store as it is now.", body = Data<StoreBody>))
)]
#[patch("/store")]
async fn change(
    caller: Secret<scope::WriteSettings>,
    if_match: IfMatch,
    body: Body<ChangeStoreBody>,
) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let store = store::update(&caller.core, &caller.context, changes).await?;
    let (id, version, livemode) = (store.id, store.version, caller.context.mode.is_live());
    respond::changed(id, version, StoreBody::new(store, livemode))
}
