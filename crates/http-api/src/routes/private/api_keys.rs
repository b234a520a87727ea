//! Keys to the store.

use actix_web::{HttpResponse, delete, get, patch, post, web::Path};
use application::{Error, api_key};
use domain::id::ApiKeyId;
use serde::Deserialize;

use self::body::{ApiKeyBody, ApiKeys, ChangeApiKeyBody, NewApiKeyBody};
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
    config.service(list).service(create).service(show).service(change).service(remove).service(rotate);
    config.service(give_signing_secret).service(take_signing_secret);
}

#[derive(Debug, Deserialize)]
struct KeyPath {
    key: String,
}

impl KeyPath {
    fn id(&self) -> Result<ApiKeyId, ApiError> {
        self.key.parse().map_err(|_| Error::not_found("API key").into())
    }
}

/// List API keys
///
/// Newest first, revoked ones too. Of secret keys only the last characters are shown.
#[utoipa::path(
    operation_id = "listApiKeys",
    tag = "Access",
    params(List<ApiKeys>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "One page of keys.", body = ListBody<ApiKeyBody>))
)]
#[get("/api-keys")]
async fn list(caller: Secret<scope::ReadSettings>, list: List<ApiKeys>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let slice = api_key::list(&caller.core, &caller.context, &list.window).await?;
    list.answer(slice.map(ApiKeyBody::from))
}

/// Create an API key
///
/// The text of a secret key is in this answer and never again. No key makes a mightier one: scopes it
/// lacks, a live key by a test key, a longer life or other addresses than its own are refused. With
/// `signing` it gets a signing secret, which is in this answer only, too.
#[utoipa::path(
    operation_id = "createApiKey",
    tag = "Access",
    request_body = NewApiKeyBody,
    security(("secretKey" = ["write:settings"])),
    responses((status = 201, description = "The new key, with its text.", body = Data<ApiKeyBody>))
)]
#[post("/api-keys")]
async fn create(caller: Secret<scope::WriteSettings>, body: Body<NewApiKeyBody>) -> ApiResult {
    let by = caller.principal.grantor();
    let issued = api_key::create(&caller.core, &caller.context, by, body.into_inner().into()).await?;
    let (id, version) = (issued.key.id, issued.key.version);
    respond::created(format!("/v1/private/api-keys/{id}"), id, version, ApiKeyBody::from(issued))
}

/// Get an API key
///
/// Of a secret key only the last characters are shown.
#[utoipa::path(
    operation_id = "getApiKey",
    tag = "Access",
    params(("key" = String, Path, description = "Id of the key.", example = "key_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), View<ApiKeyBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The key.", body = Data<ApiKeyBody>))
)]
#[get("/api-keys/{key}")]
async fn show(caller: Secret<scope::ReadSettings>, path: Path<KeyPath>, view: View<ApiKeyBody>) -> ApiResult {
    let row = api_key::get(&caller.core, &caller.context, path.id()?).await?;
    view.answer(row.key.id, row.key.version, &row.into())
}

/// Change an API key
///
/// Fields left out stay as they are. No key makes another one mightier than itself, nor changes one that
/// is.
#[utoipa::path(
    operation_id = "updateApiKey",
    tag = "Access",
    params(("key" = String, Path, description = "Id of the key.", example = "key_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    request_body = ChangeApiKeyBody,
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 200, description = "The key as it is now.", body = Data<ApiKeyBody>),
        (status = 409, description = "`invalid_state`: the key was revoked."),
    )
)]
#[patch("/api-keys/{key}")]
async fn change(
    caller: Secret<scope::WriteSettings>,
    path: Path<KeyPath>,
    if_match: IfMatch,
    body: Body<ChangeApiKeyBody>,
) -> ApiResult {
    let (by, changes) = (caller.principal.grantor(), body.into_inner());
    let changes = changes.into_changes(if_match.version()?);
    let row = api_key::update(&caller.core, &caller.context, by, path.id()?, changes).await?;
    respond::changed(row.key.id, row.key.version, ApiKeyBody::from(row))
}

/// Revoke an API key
///
/// It stops working at once and for good, and stays in the list.
#[utoipa::path(
    operation_id = "revokeApiKey",
    tag = "Access",
    params(("key" = String, Path, description = "Id of the key.", example = "key_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    security(("secretKey" = ["write:settings"])),
    responses((status = 204, description = "The key is revoked."))
)]
#[delete("/api-keys/{key}")]
async fn remove(
    caller: Secret<scope::WriteSettings>,
    path: Path<KeyPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    let by = caller.principal.grantor();
    api_key::revoke(&caller.core, &caller.context, by, path.id()?, if_match.version()?).await?;
    Ok(respond::no_content())
}

/// Rotate an API key
///
/// Gives the key a new text, shown in this answer only; the old text stops working at once. Everything
/// else about the key stays.
#[utoipa::path(
    operation_id = "rotateApiKey",
    tag = "Access",
    params(("key" = String, Path, description = "Id of the key.", example = "key_01HXYZ6R9M3K8Q2B7V5N4C1D0E")),
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 200, description = "The key with its new text.", body = Data<ApiKeyBody>),
        (status = 409, description = "`invalid_state`: the key was revoked or has expired."),
    )
)]
#[post("/api-keys/{key}/rotate")]
async fn rotate(caller: Secret<scope::WriteSettings>, path: Path<KeyPath>) -> ApiResult {
    let by = caller.principal.grantor();
    let issued = api_key::rotate(&caller.core, &caller.context, by, path.id()?).await?;
    respond::changed(issued.key.id, issued.key.version, ApiKeyBody::from(issued))
}

/// Give an API key a signing secret
///
/// From now on every request by this key has to be signed with the secret, which is in this answer and
/// never again: `X-Cartwright-Signature: t=TIME,sha256=HEX`, the HMAC-SHA256 of `TIME.BODY` under the
/// whole text of the secret. TIME is in seconds since 1970 and at most 300 seconds from the server's; the
/// body is empty where there is none. A signature is accepted once. Requests of one second with equal
/// bodies would have the same one; with `t=TIME,nonce=NONCE,sha256=HEX` the HMAC is of `TIME.NONCE.BODY`,
/// the nonce being 8 to 64 letters, digits, `-` and `_`. A key that has a secret gets another one, and
/// the one before stops working at once.
#[utoipa::path(
    operation_id = "giveSigningSecret",
    tag = "Access",
    params(("key" = String, Path, description = "Id of the key.", example = "key_01HXYZ6R9M3K8Q2B7V5N4C1D0E")),
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 200, description = "The key, with its signing secret.", body = Data<ApiKeyBody>),
        (status = 409, description = "`invalid_state`: the key was revoked, or is a publishable one."),
    )
)]
#[post("/api-keys/{key}/signing-secret")]
async fn give_signing_secret(caller: Secret<scope::WriteSettings>, path: Path<KeyPath>) -> ApiResult {
    let by = caller.principal.grantor();
    let given = api_key::give_signing_secret(&caller.core, &caller.context, by, path.id()?).await?;
    respond::changed(given.key.id, given.key.version, ApiKeyBody::from(given))
}

/// Take an API key's signing secret away
///
/// Requests by this key need no signature any more. Nothing happens to a key without one.
#[utoipa::path(
    operation_id = "takeSigningSecret",
    tag = "Access",
    params(("key" = String, Path, description = "Id of the key.", example = "key_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 204, description = "The key signs no requests."),
        (status = 409, description = "`invalid_state`: the key was revoked."),
    )
)]
#[delete("/api-keys/{key}/signing-secret")]
async fn take_signing_secret(
    caller: Secret<scope::WriteSettings>,
    path: Path<KeyPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    let by = caller.principal.grantor();
    let version = if_match.version()?;
    api_key::take_signing_secret(&caller.core, &caller.context, by, path.id()?, version).await?;
    Ok(respond::no_content())
}
