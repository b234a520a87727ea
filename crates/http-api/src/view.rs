//! Reading one thing: sparse fields, expansions, and `304 Not Modified`.

use std::{
    fmt::Display,
    future::{Ready, ready},
    marker::PhantomData,
    ops::Deref,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header::ETAG},
};
use serde::de::DeserializeOwned;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};
use validator::Validate;

use crate::{
    error::{ApiError, ApiResult},
    etag::ETag,
    fields::{self, Resource, Selection},
    openapi::parameter,
    query::{NoFilters, Pairs},
    respond::{Data, encode, encoded},
};

/// How a caller wants to see one resource `B`; `F` are the operation's own query parameters.
///
/// Documented with `params(View<BrandBody>)`, the same type as the handler's argument.
#[derive(Debug)]
pub struct View<B, F = NoFilters> {
    /// The operation's own query parameters.
    pub filters: F,
    selection: Selection,
    request: HttpRequest,
    shows: PhantomData<fn() -> B>,
}

impl<B: Resource, F> View<B, F> {
    /// 200 with the body, or 304 when the caller holds exactly this.
    pub fn answer(&self, id: impl Display, version: impl Display, body: &B) -> ApiResult {
        let bytes = self.encode(body)?;
        self.unless_held(&ETag::new(id, version, &bytes), bytes)
    }

    /// The same with several bodies of one kind, for a list that is short enough to come whole; `name` tells
    /// it from others.
    pub fn answer_all(&self, name: &str, bodies: &[B]) -> ApiResult {
        let rows: serde_json::Result<Vec<_>> = bodies.iter().map(|body| self.selection.apply(body)).collect();
        let bytes = encode(&Data { data: rows.map_err(application::Error::internal)? })?;
        self.unless_held(&ETag::new(name, "all", &bytes), bytes)
    }

    fn unless_held(&self, tag: &ETag, bytes: Vec<u8>) -> ApiResult {
        let mut response = if tag.is_held(&self.request) {
            HttpResponse::NotModified().finish()
        } else {
            encoded(StatusCode::OK, bytes)
        };
        let value = tag.to_string().parse().map_err(application::Error::internal)?;
        response.headers_mut().insert(ETAG, value);
        Ok(response)
    }

    fn encode(&self, body: &B) -> Result<Vec<u8>, ApiError> {
        if self.selection.is_everything() {
            return encode(&Data { data: body });
        }
        let data = self.selection.apply(body).map_err(application::Error::internal)?;
        encode(&Data { data })
    }
}

impl<B, F> Deref for View<B, F> {
    type Target = Selection;

    fn deref(&self) -> &Selection {
        &self.selection
    }
}

impl<B: Resource + 'static, F: DeserializeOwned + Validate + 'static> FromRequest for View<B, F> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            let mut pairs = Pairs::of(request)?;
            let selection = Selection::take::<B>(&mut pairs)?;
            Ok(Self { filters: pairs.read()?, selection, request: request.clone(), shows: PhantomData })
        };
        ready(read().map_err(|error: application::Error| error.into()))
    }
}

impl<B: Resource, F: IntoParams> IntoParams for View<B, F> {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = F::into_params(|| parameter_in().or(Some(ParameterIn::Query)));
        all.extend(parameter::selection(&fields::names::<B>(), B::EXPAND));
        all.push(parameter::header("If-None-Match", "Answer 304 if this `ETag` is still the current one."));
        all
    }
}
