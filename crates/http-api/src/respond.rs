//! Successful answers, in the one shape they have.

use std::fmt::Display;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, ETAG, LOCATION},
    },
    web::Bytes,
};
use application::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::{ApiError, ApiResult},
    etag::ETag,
};

/// Room that a body has at first: most need no more, and a long one is copied seldom while it grows.
const ROOM: usize = 16 << 10;

/// The body of an answer about one thing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Data<T> {
    /// The thing.
    pub data: T,
}

/// 200 with `data`.
pub fn ok<T: Serialize>(data: T) -> ApiResult {
    json(StatusCode::OK, &Data { data })
}

/// 200 with `data` and its tag: the answer to a PUT or PATCH.
pub fn changed<T: Serialize>(id: impl Display, version: impl Display, data: T) -> ApiResult {
    tagged(StatusCode::OK, id, version, &Data { data }, None)
}

/// 201 with `data`, its tag and its address, `/v1/private/products/prod_…`.
pub fn created<T: Serialize>(
    location: impl Display,
    id: impl Display,
    version: impl Display,
    data: T,
) -> ApiResult {
    tagged(StatusCode::CREATED, id, version, &Data { data }, Some(location.to_string()))
}

/// 204: done, nothing to say.
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// Any status with any body.
pub fn json<T: Serialize>(status: StatusCode, body: &T) -> ApiResult {
    Ok(encoded(status, encode(body)?))
}

fn tagged<T: Serialize>(
    status: StatusCode,
    id: impl Display,
    version: impl Display,
    body: &T,
    location: Option<String>,
) -> ApiResult {
    let bytes = encode(body)?;
    let mut response = HttpResponse::build(status);
    response.insert_header((ETAG, ETag::new(id, version, &bytes).to_string()));
    if let Some(location) = location {
        response.insert_header((LOCATION, location));
    }
    Ok(response.insert_header((CONTENT_TYPE, "application/json")).body(bytes))
}

/// The bytes of a body.
pub(crate) fn encode<T: Serialize>(body: &T) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::with_capacity(ROOM);
    serde_json::to_writer(&mut bytes, body).map_err(Error::internal)?;
    // They may be kept for a while.
    bytes.shrink_to_fit();
    Ok(bytes)
}

/// An answer from bytes.
pub(crate) fn encoded(status: StatusCode, bytes: impl Into<Bytes>) -> HttpResponse {
    HttpResponse::build(status).insert_header((CONTENT_TYPE, "application/json")).body(bytes.into())
}
