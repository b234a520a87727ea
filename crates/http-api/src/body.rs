//! Request bodies: JSON in, a checked value out, or a refusal that names every field at fault.
//!
//! A body is a plain struct:
//!
//! ```
//! use http_api::body::Body;
//! use serde::Deserialize;
//! use utoipa::ToSchema;
//! use validator::Validate;
//!
//! #[derive(Debug, Deserialize, Validate, ToSchema)]
//! #[serde(deny_unknown_fields, rename_all = "camelCase")]
//! struct RenameBody {
//!     /// What shoppers read.
//!     #[validate(length(min = 1, max = 200))]
//!     #[schema(min_length = 1, max_length = 200, examples("Hand-poured candle"))]
//!     display_name: String,
//! }
//!
//! async fn rename(body: Body<RenameBody>) -> String {
//!     body.into_inner().display_name
//! }
//! ```

use std::{future::Future, ops::Deref, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, BytesMut},
};
use application::{Error, ErrorCode};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use validator::Validate;

use crate::{auth::Gate, edge::EdgeSettings, error::ApiError};

pub(crate) mod fault;
mod strict;
pub(crate) mod validation;

/// Bytes a body may have when nothing else is configured: 1 MiB.
pub const DEFAULT_LIMIT: usize = 1 << 20;

/// Bytes a body may have; app data, set from the server's configuration.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// How long a body may take to come where nothing else is configured.
const PATIENCE: Duration = Duration::from_secs(20);

/// A JSON body that was read and checked.
#[derive(Debug)]
pub struct Body<T>(T);

impl<T> Body<T> {
    /// The body itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Body<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A JSON body that may be left out altogether; then it is `T::default()`.
#[derive(Debug)]
pub struct OptionalBody<T>(T);

impl<T> OptionalBody<T> {
    /// The body itself, or the default.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for OptionalBody<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload, gate) = (request.clone(), payload.take(), Gate::of(request));
        Box::pin(async move {
            admitted(gate).await;
            check_media_type(&request)?;
            Ok(Self(parse(&collect(&request, payload).await?)?))
        })
    }
}

impl<T: DeserializeOwned + Validate + Default + 'static> FromRequest for OptionalBody<T> {
    type Error = ApiError;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload, gate) = (request.clone(), payload.take(), Gate::of(request));
        Box::pin(async move {
            admitted(gate).await;
            let bytes = collect(&request, payload).await?;
            if bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            check_media_type(&request)?;
            Ok(Self(parse(&bytes)?))
        })
    }
}

/// Waits until whoever sent the body is known to be allowed to.
async fn admitted(gate: Option<Gate>) {
    if let Some(gate) = gate {
        gate.pass().await;
    }
}

/// JSON, or something that is JSON by its suffix; UTF-8 and not compressed.
fn check_media_type(request: &HttpRequest) -> Result<(), Error> {
    let refusal = |message: &str| Err(Error::new(ErrorCode::UnsupportedMediaType, message));
    let header_text = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    if header_text(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return refusal("Send the body without a Content-Encoding.");
    }
    let given = header_text(header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let mut parts = given.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let json =
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    let utf8 = parts
        .filter_map(|part| part.strip_prefix("charset="))
        .all(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8"));
    if json && utf8 { Ok(()) } else { refusal("Send the body as application/json.") }
}

/// Reads a body whole, within the limit of the server.
pub(crate) async fn collect(request: &HttpRequest, mut payload: Payload) -> Result<Bytes, Error> {
    let limit = request.app_data::<BodyLimit>().map_or(DEFAULT_LIMIT, |limit| limit.0);
    let too_large =
        || Error::new(ErrorCode::PayloadTooLarge, format!("The body may have at most {limit} bytes."));
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or_default());
    let patience = request.app_data::<EdgeSettings>().map_or(PATIENCE, EdgeSettings::body_timeout);
    let ends = Instant::now() + patience;
    while let Some(chunk) = timeout_at(ends, payload.next()).await.map_err(|_| {
        Error::new(
            ErrorCode::RequestTimeout,
            format!("The body did not come within {} s.", patience.as_secs()),
        )
    })? {
        let chunk =
            chunk.map_err(|_| Error::new(ErrorCode::MalformedRequest, "The body ended before its time."))?;
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads and checks a body.
pub(crate) fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Error> {
    refuse_nul(bytes)?;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value: T =
        fault::read(strict::Strict(&mut deserializer)).map_err(|(path, error): (_, serde_json::Error)| {
            let complaint = error.to_string();
            // A body can be broken behind the field that serde stumbled over; then it is no JSON, whatever
            // else is wrong with it. And serde calls broken what is only of another type than a choice.
            let syntax = serde_json::from_slice::<Value>(bytes).err();
            syntax.map_or_else(|| fault::refuse(&path, &complaint), |cause| fault::malformed(&cause))
        })?;
    deserializer.end().map_err(|error| fault::malformed(&error))?;
    validation::check(&value)?;
    Ok(value)
}

/// No database text can hold a NUL; looking for its escape first keeps the common case at one scan.
fn refuse_nul(bytes: &[u8]) -> Result<(), Error> {
    const ESCAPE: &[u8] = b"\\u0000";
    if !bytes.windows(ESCAPE.len()).any(|window| window == ESCAPE) {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| fault::malformed(&error))?;
    let mut faults = Vec::new();
    find_nul(String::new(), &value, &mut faults);
    Error::from_faults(faults).map_or(Ok(()), Err)
}

fn find_nul(path: String, value: &Value, faults: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let fault = |path: String| (path, "must not contain NUL characters".to_owned());
    match value {
        Value::String(text) if text.contains('\0') => faults.push(fault(path)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_nul(below(&index.to_string()), item, faults);
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries {
                if key.contains('\0') {
                    faults.push(fault(below(&key.replace('\0', ""))));
                }
                find_nul(below(key), item, faults);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests;
