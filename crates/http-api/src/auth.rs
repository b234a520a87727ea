//! Who is calling: the extractor a handler takes says who may call it.
//!
//! - [`Public`]: anybody with the store's publishable key, which stands in the path.
//! - [`CartSession`]: the same, with a cart token.
//! - [`Secret<S>`](Secret): a program with a secret key, or one of the staff with the token of a login,
//!   that has the scope `S`, such as `Secret<scope::WriteCatalog>`; [`scope::Any`] asks for no scope.
//! - [`LoggedIn`](staff::LoggedIn): one of the staff, whichever store they mean.
//!
//! All of them are a [`Caller`]: the core, the context for use cases, and the store.

use std::{future::Future, marker::PhantomData, net::IpAddr, ops::Deref, pin::Pin, sync::Arc};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{AUTHORIZATION, HeaderName, ORIGIN},
};
use application::{
    Context, Core, Details, Error, ErrorCode,
    access::{self, Principal},
};
use domain::store::Store;

use self::scope::RequiredScope;
use crate::{
    edge::{ClientAddress, RequestId},
    error::ApiError,
    locale,
    query::refuse_strangers,
};

mod signature;

pub mod scope;
pub mod staff;

/// Name of the path parameter with the publishable key.
pub(crate) const KEY_IN_PATH: &str = "publishableKey";
/// Another place for a secret key, for clients that cannot set `Authorization`.
pub(crate) const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// The capability to a cart.
pub(crate) const X_CART_TOKEN: HeaderName = HeaderName::from_static("x-cart-token");
/// The signature that a key with a signing secret has to send.
pub(crate) const X_CARTWRIGHT_SIGNATURE: HeaderName = HeaderName::from_static("x-cartwright-signature");
/// Characters a cart token may have.
const CART_TOKEN_LEN: std::ops::RangeInclusive<usize> = 8..=200;

/// Somebody who may call, and for which store.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The core, for use cases.
    pub core: Arc<Core>,
    /// The circumstances, for use cases.
    pub context: Context,
    /// Who it is, and the store they act in.
    pub principal: Principal,
}

impl Caller {
    /// The store as of this request.
    pub fn store(&self) -> &Store {
        &self.principal.config.store
    }

    /// Language tag to format for.
    pub fn locale(&self) -> &str {
        &self.context.locale
    }

    fn new(request: &HttpRequest, core: Arc<Core>, principal: Principal) -> Self {
        let now = core.clock.now();
        if let Some(key) = principal.key() {
            core.key_uses.note(key, now);
        }
        let context = Context {
            store: principal.store(),
            mode: principal.mode(),
            actor: principal.actor(),
            locale: locale::of_request(request, &principal.config.store.default_locale),
            request_id: RequestId::of(request),
            address: ClientAddress::of(request),
            now,
        };
        Self { core, context, principal }
    }
}

/// A shopper's browser, or whatever holds the publishable key.
#[derive(Debug, Clone)]
pub struct Public(Caller);

/// A shopper with a cart token.
#[derive(Debug, Clone)]
pub struct CartSession {
    caller: Caller,
    /// The token's SHA-256 in hexadecimal; the token itself is not kept.
    pub token_hash: String,
}

/// A program with a secret key, or one of the staff, that has the scope `S`.
#[derive(Debug, Clone)]
pub struct Secret<S> {
    caller: Caller,
    may: PhantomData<fn() -> S>,
}

impl Deref for Public {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl Deref for CartSession {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S> Deref for Secret<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

type Identifying<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl FromRequest for Public {
    type Error = ApiError;
    type Future = Identifying<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = shopper(&request).await?;
            refuse_strangers(&request)?;
            Ok(Self(caller))
        })
    }
}

impl FromRequest for CartSession {
    type Error = ApiError;
    type Future = Identifying<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = shopper(&request).await?;
            let token_hash = access::hash_key(cart_token(&request)?);
            refuse_strangers(&request)?;
            Ok(Self { caller, token_hash })
        })
    }
}

impl<S: RequiredScope> FromRequest for Secret<S> {
    type Error = ApiError;
    type Future = Identifying<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let core = core_of(&request)?;
            let text = secret_key(&request)?.ok_or_else(|| {
                invalid_key(
                    "Send a secret key as Authorization: Bearer sk_… or in x-api-key, or the token of a login.",
                )
            })?;
            let principal = if staff::is_token(text) {
                staff::enter(&request, &core, text).await?
            } else {
                let principal = access::resolve_secret_key(&core, text).await?;
                admit_address(&principal, ClientAddress::of(&request))?;
                signature::admit(&request, &core, &principal).await?;
                principal
            };
            require_scope::<S>(&principal)?;
            refuse_strangers(&request)?;
            Ok(Self { caller: Caller::new(&request, core, principal), may: PhantomData })
        })
    }
}

async fn shopper(request: &HttpRequest) -> Result<Caller, Error> {
    let core = core_of(request)?;
    let text = request.match_info().get(KEY_IN_PATH).unwrap_or_default();
    if let Some(bearer) = bearer(request)? {
        if bearer.starts_with("sk_") {
            return Err(invalid_key(
                "This surface takes a publishable key (pk_…); never send a secret key to it.",
            ));
        }
        if bearer != text {
            return Err(invalid_key("The key in Authorization is not the one in the path."));
        }
    }
    let principal = access::resolve_publishable_key(&core, text).await?;
    let origin = request.headers().get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    if origin.is_some_and(|origin| !principal.config.store.allows_origin(origin)) {
        let message = "The store does not allow requests from pages of this origin.";
        return Err(Error::new(ErrorCode::DomainNotAllowed, message));
    }
    Ok(Caller::new(request, core, principal))
}

fn core_of(request: &HttpRequest) -> Result<Arc<Core>, Error> {
    request
        .app_data::<actix_web::web::Data<Core>>()
        .map(|core| Arc::clone(core))
        .ok_or_else(|| Error::internal("the server was built without a core"))
}

fn invalid_key(message: &str) -> Error {
    Error::new(ErrorCode::InvalidApiKey, message)
}

/// The secret key of a request; sending two different ones is refused rather than guessed about.
fn secret_key(request: &HttpRequest) -> Result<Option<&str>, Error> {
    let header = match request.headers().get(X_API_KEY) {
        Some(value) => Some(value.to_str().map_err(|_| invalid_key("The API key is not valid."))?),
        None => None,
    };
    match (bearer(request)?, header) {
        (Some(bearer), Some(header)) if bearer != header => {
            Err(invalid_key("Authorization and x-api-key carry different keys."))
        }
        (bearer, header) => Ok(bearer.or(header)),
    }
}

fn bearer(request: &HttpRequest) -> Result<Option<&str>, Error> {
    let Some(value) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let expected = || invalid_key("Authorization must read Bearer and the key.");
    let (scheme, key) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(expected)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(key.trim())) } else { Err(expected()) }
}

fn admit_address(principal: &Principal, address: Option<IpAddr>) -> Result<(), Error> {
    // Without an address (a local socket) only keys without a list are admitted.
    let admitted = principal.key().is_none_or(|key| match address {
        Some(address) => key.admits(address),
        None => key.ip_allowlist.is_empty(),
    });
    if admitted { Ok(()) } else { Err(invalid_key("The API key may not be used from this address.")) }
}

fn require_scope<S: RequiredScope>(principal: &Principal) -> Result<(), Error> {
    match S::SCOPE {
        Some(scope) if !principal.scopes().allows(scope) => {
            let who = if principal.staff().is_some() { "Your role" } else { "The API key" };
            let message = format!("{who} lacks the scope {scope}.");
            Err(Error::new(ErrorCode::InsufficientScope, message)
                .with_details(Details::Scope { required: scope.to_string() }))
        }
        _ => Ok(()),
    }
}

fn cart_token(request: &HttpRequest) -> Result<&str, Error> {
    cart_token_if_sent(request)?.ok_or_else(|| token_refusal("Send the cart's token as X-Cart-Token."))
}

/// The cart token of a request that can do without; one that is sent has to be in its form.
pub(crate) fn cart_token_if_sent(request: &HttpRequest) -> Result<Option<&str>, Error> {
    let Some(value) = request.headers().get(X_CART_TOKEN) else { return Ok(None) };
    let token = value
        .to_str()
        .ok()
        .filter(|token| CART_TOKEN_LEN.contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic()));
    token
        .map(Some)
        .ok_or_else(|| token_refusal("X-Cart-Token must be 8 to 200 visible characters without spaces."))
}

fn token_refusal(message: &str) -> Error {
    Error::new(ErrorCode::CartTokenRequired, message)
}
