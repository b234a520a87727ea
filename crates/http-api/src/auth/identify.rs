//! Finding out who calls, before anything else of a request is read.
//!
//! Extractors of one handler run side by side, and the first refusal of any is the answer; so that a
//! stranger is told that and nothing about their body, and so that every request is counted, callers are
//! known before the handler is reached.

use std::{net::IpAddr, sync::Arc};

use actix_web::{
    Error as ActixError, HttpMessage as _, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::ORIGIN,
    middleware::Next,
    web::Data,
};
use application::{
    Core, Error, ErrorCode,
    access::{self, Principal},
};

use super::{
    Caller, KEY_IN_PATH,
    credentials::{bearer, invalid_key, secret_key},
    signature, staff,
};
use crate::{
    edge::{ClientAddress, limits},
    error::ApiError,
};

/// Who a request was found to come from, or why it comes from nobody; in its extensions.
struct Identified(Result<Caller, ApiError>);

/// Finds out which shop a request to the public surface is for.
pub(crate) async fn identify_shopper<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    let found = shopper(request.request()).await;
    request.extensions_mut().insert(Identified(found));
    next.call(request).await
}

/// Finds out who sends a request to the private surface. Whether it had to come from anybody is up to the
/// handler.
pub(crate) async fn identify_client<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    let found = client(request.request()).await;
    request.extensions_mut().insert(Identified(found));
    next.call(request).await
}

/// Who a request was found to come from.
pub(super) fn identified(request: &HttpRequest) -> Result<Caller, ApiError> {
    match request.extensions().get::<Identified>() {
        Some(Identified(Ok(caller))) => Ok(caller.clone()),
        Some(Identified(Err(refusal))) => Err(refusal.duplicate()),
        None => Err(Error::internal("a route outside the scopes that identify callers asks for one").into()),
    }
}

async fn client(request: &HttpRequest) -> Result<Caller, ApiError> {
    let core = core_of(request)?;
    let text = secret_key(request)?.ok_or_else(|| {
        invalid_key(
            "Send a secret key as Authorization: Bearer sk_… or in x-api-key, or the token of a login.",
        )
    })?;
    let principal = if staff::is_token(text) {
        staff::enter(request, &core, text).await?
    } else {
        let principal = access::resolve_secret_key(&core, text).await?;
        admit_address(&principal, ClientAddress::of(request))?;
        principal
    };
    // Before signatures, each of which is written down.
    limits::count_holder(request, &principal, &core.tiers)?;
    signature::admit(request, &core, &principal).await?;
    Ok(Caller::new(request, core, principal))
}

async fn shopper(request: &HttpRequest) -> Result<Caller, ApiError> {
    let core = core_of(request)?;
    let text = request.match_info().get(KEY_IN_PATH).unwrap_or_default();
    if let Some(bearer) = bearer(request)? {
        if bearer.starts_with("sk_") {
            let message = "This surface takes a publishable key (pk_…); never send a secret key to it.";
            return Err(invalid_key(message).into());
        }
        if bearer != text {
            return Err(invalid_key("The key in Authorization is not the one in the path.").into());
        }
    }
    let principal = access::resolve_publishable_key(&core, text).await?;
    let origin = request.headers().get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    if origin.is_some_and(|origin| !principal.config.store.allows_origin(origin)) {
        let message = "The store does not allow requests from pages of this origin.";
        return Err(Error::new(ErrorCode::DomainNotAllowed, message).into());
    }
    limits::count_shopper(request, &principal)?;
    Ok(Caller::new(request, core, principal))
}

pub(super) fn core_of(request: &HttpRequest) -> Result<Arc<Core>, Error> {
    request
        .app_data::<Data<Core>>()
        .map(|core| Arc::clone(core))
        .ok_or_else(|| Error::internal("the server was built without a core"))
}

fn admit_address(principal: &Principal, address: Option<IpAddr>) -> Result<(), Error> {
    // Without an address (a local socket) only keys without a list are admitted.
    let admitted = principal.key().is_none_or(|key| match address {
        Some(address) => key.admits(address),
        None => key.ip_allowlist.is_empty(),
    });
    if admitted { Ok(()) } else { Err(invalid_key("The API key may not be used from this address.")) }
}
