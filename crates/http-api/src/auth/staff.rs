//! Staff: the token of a login, which of their stores they mean, and in which mode. Also those who are
//! about to log in.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    sync::Arc,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderName};
use application::{
    Core, Error, ErrorCode,
    access::{self, Member, Principal},
    login::Visitor,
};
use domain::{access::Mode, id::StoreId};

use super::{
    credentials::{bearer, malformed, only},
    gate,
    identify::core_of,
};
use crate::{
    edge::{ClientAddress, RequestId},
    error::ApiError,
    query::refuse_strangers,
};

/// Names the store that staff mean.
pub(crate) const X_TENANT_ID: HeaderName = HeaderName::from_static("x-tenant-id");
/// Says whether staff act on real sales or on pretended ones.
pub(crate) const X_CARTWRIGHT_MODE: HeaderName = HeaderName::from_static("x-cartwright-mode");
/// How every token begins: the first bytes of its header, in base64.
const TOKEN_START: &str = "eyJ";

/// Somebody who is logged in, whichever of their stores they mean.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// The core, for use cases.
    pub core: Arc<Core>,
    /// Who, and what their login opens.
    pub member: Member,
    /// Where they come from.
    pub visitor: Visitor,
}

impl FromRequest for LoggedIn {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (request, body) = (request.clone(), gate::shut(request));
        Box::pin(async move {
            let known = logged_in(&request).await?;
            body.open();
            Ok(known)
        })
    }
}

async fn logged_in(request: &HttpRequest) -> Result<LoggedIn, Error> {
    let core = core_of(request)?;
    let token = bearer(request)?.filter(|token| is_token(token)).ok_or_else(|| {
        let message = "Send the token of a login as Authorization: Bearer eyJ….";
        Error::new(ErrorCode::InvalidToken, message)
    })?;
    let member = access::resolve_login(&core, token).await?;
    refuse_strangers(request)?;
    Ok(LoggedIn { core, member, visitor: visitor(request) })
}

/// Anybody at all, such as somebody who is about to log in.
#[derive(Debug, Clone)]
pub struct Anybody {
    /// The core, for use cases.
    pub core: Arc<Core>,
    /// Where they come from.
    pub visitor: Visitor,
}

impl FromRequest for Anybody {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(core_of(request).map_err(ApiError::from).and_then(|core| {
            refuse_strangers(request)?;
            Ok(Self { core, visitor: visitor(request) })
        }))
    }
}

fn visitor(request: &HttpRequest) -> Visitor {
    Visitor { address: ClientAddress::of(request), request_id: RequestId::of(request) }
}

/// Whether a text is meant to be the token of a login and not a key.
pub(super) fn is_token(text: &str) -> bool {
    text.starts_with(TOKEN_START)
}

/// Lets whoever has this token into the store that the request names.
pub(super) async fn enter(request: &HttpRequest, core: &Core, token: &str) -> Result<Principal, Error> {
    let member = access::resolve_login(core, token).await?;
    access::enter_store(core, member, tenant(request)?, mode(request)?).await
}

fn tenant(request: &HttpRequest) -> Result<Option<StoreId>, Error> {
    let Some(value) = only(request, &X_TENANT_ID, malformed)? else { return Ok(None) };
    let store = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    store.map(Some).ok_or_else(|| Error::not_found("store"))
}

fn mode(request: &HttpRequest) -> Result<Mode, Error> {
    let Some(value) = only(request, &X_CARTWRIGHT_MODE, malformed)? else { return Ok(Mode::Live) };
    let mode = value.to_str().ok().and_then(|text| Mode::parse(text.trim()));
    mode.ok_or_else(|| Error::new(ErrorCode::MalformedRequest, "X-Cartwright-Mode must be live or test."))
}
