//! All stores of the installation, for its operator.

use actix_web::{get, patch, post, web::Path};
use application::{Error, store};
use domain::id::StoreId;
use serde::Deserialize;

use self::body::{NewStoreBody, OpenedStoreBody, OperatorChangesBody, Stores};
use super::store::body::StoreBody;
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::{ApiError, ApiResult},
    etag::IfMatch,
    list::{List, ListBody},
    respond::{self, Data},
    routes::Routes,
    view::View,
};

mod body;

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(create).service(show).service(change);
}

#[derive(Debug, Deserialize)]
struct StorePath {
    store: String,
}

impl StorePath {
    fn id(&self) -> Result<StoreId, ApiError> {
        self.store.parse().map_err(|_| Error::not_found("store").into())
    }
}

/// List stores
///
/// Every store of the installation, oldest first. For the operator alone: a live key with `admin:*` of
/// the oldest store, which is the operator's own.
#[utoipa::path(
    operation_id = "listStores",
    tag = "Store",
    params(List<Stores>),
    security(("secretKey" = ["admin:*"])),
    responses((status = 200, description = "One page of stores.", body = ListBody<StoreBody>))
)]
#[get("/stores")]
async fn list(caller: Secret<scope::Any>, list: List<Stores>) -> ApiResult {
    store::require_operator(&caller.core, &caller.principal).await?;
    let list = list.of(&caller.context)?;
    let slice = store::list(&caller.core, &list.window).await?;
    let livemode = caller.context.mode.is_live();
    list.answer(slice.map(|store| StoreBody::new(store, livemode)))
}

/// Open a store
///
/// With default settings and four keys, which are shown in this answer only. For the operator alone: a
/// live key with `admin:*` of the oldest store, which is the operator's own.
#[utoipa::path(
    operation_id = "createStore",
    tag = "Store",
    request_body = NewStoreBody,
    security(("secretKey" = ["admin:*"])),
    responses((status = 201, description = "The new store with its keys.", body = Data<OpenedStoreBody>))
)]
#[post("/stores")]
async fn create(caller: Secret<scope::Any>, body: Body<NewStoreBody>) -> ApiResult {
    store::require_operator(&caller.core, &caller.principal).await?;
    let (store, keys) = store::create(&caller.core, &caller.context, body.into_inner().into()).await?;
    let (id, version) = (store.id, store.version);
    let body = OpenedStoreBody::new(StoreBody::new(store, caller.context.mode.is_live()), &keys);
    respond::created(format!("/v1/private/stores/{id}"), id, version, body)
}

/// Get a store
///
/// Any store of the installation. For the operator alone: a live key with `admin:*` of the oldest store.
#[utoipa::path(
    operation_id = "getAnyStore",
    tag = "Store",
    params(("store" = String, Path, description = "Id of the store.", example = "str_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), View<StoreBody>),
    security(("secretKey" = ["admin:*"])),
    responses((status = 200, description = "The store.", body = Data<StoreBody>))
)]
#[get("/stores/{store}")]
async fn show(caller: Secret<scope::Any>, path: Path<StorePath>, view: View<StoreBody>) -> ApiResult {
    store::require_operator(&caller.core, &caller.principal).await?;
    let store = store::get(&caller.core, path.id()?).await?;
    let (id, version) = (store.id, store.version);
    view.answer(id, version, &StoreBody::new(store, caller.context.mode.is_live()))
}

/// Change a store's plan, or close it
///
/// A suspended store refuses every request on both surfaces until it is active again. For the operator
/// alone: a live key with `admin:*` of the oldest store, which cannot be suspended itself.
#[utoipa::path(
    operation_id = "updateAnyStore",
    tag = "Store",
    params(("store" = String, Path, description = "Id of the store.", example = "str_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    request_body = OperatorChangesBody,
    security(("secretKey" = ["admin:*"])),
    responses(
        (status = 200, description = "The store as it is now.", body = Data<StoreBody>),
        (status = 409, description = "`invalid_state`: the operator's own store cannot be suspended."),
    )
)]
#[patch("/stores/{store}")]
async fn change(
    caller: Secret<scope::Any>,
    path: Path<StorePath>,
    if_match: IfMatch,
    body: Body<OperatorChangesBody>,
) -> ApiResult {
    store::require_operator(&caller.core, &caller.principal).await?;
    let changes = body.into_inner().into_changes(if_match.version()?);
    let store = store::update_any(&caller.core, &caller.context, path.id()?, changes).await?;
    let (id, version, livemode) = (store.id, store.version, caller.context.mode.is_live());
    respond::changed(id, version, StoreBody::new(store, livemode))
}
