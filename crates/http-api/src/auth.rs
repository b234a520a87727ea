//! Who is calling: the extractor a handler takes says who may call it.
//!
//! - [`Public`]: anybody with the store's publishable key, which stands in the path.
//! - [`CartSession`]: the same, with a cart token.
//! - [`Secret<S>`](Secret): a program with a secret key, or one of the staff with the token of a login,
//!   that has the scope `S`, such as `Secret<scope::WriteCatalog>`; [`scope::Any`] asks for no scope.
//! - [`LoggedIn`](staff::LoggedIn): one of the staff, whichever store they mean.
//!
//! All of them are a [`Caller`]: the core, the context for use cases, and the store.

use std::{
    future::{Future, Ready, ready},
    marker::PhantomData,
    ops::Deref,
    pin::Pin,
    sync::Arc,
};

use actix_web::{
    Error as ActixError, FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderName, USER_AGENT},
};
use application::{
    Context, Core, Details, Error, ErrorCode,
    access::{self, Principal},
};
use domain::store::Store;
use futures::future::Either;
use tracing::Span;

use self::{credentials::cart_token, idempotency::Whose, identify::identified, scope::RequiredScope};
use crate::{
    edge::{ClientAddress, RequestId},
    error::ApiError,
    locale,
    query::refuse_strangers,
};

mod credentials;
mod gate;
mod idempotency;
mod identify;
mod signature;

pub mod scope;
pub mod staff;

pub(crate) use credentials::{cart_token_if_sent, malformed, only};
pub(crate) use gate::Gate;
pub(crate) use idempotency::{answer_once, takes_key};
pub(crate) use identify::{identify_client, identify_shopper};

/// Name of the path parameter with the publishable key.
pub(crate) const KEY_IN_PATH: &str = "publishableKey";
/// The signature that a key with a signing secret has to send.
pub(crate) const X_CARTWRIGHT_SIGNATURE: HeaderName = HeaderName::from_static("x-cartwright-signature");

/// Characters that are kept of what a program calls itself.
const USER_AGENT_MAX: usize = 200;

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
            actor_name: Some(principal.name()),
            locale: locale::of_request(request, &principal.config.store.default_locale),
            request_id: RequestId::of(request),
            address: ClientAddress::of(request),
            user_agent: user_agent(request),
            repeatable: None,
            now,
        };
        Span::current().record("store", tracing::field::display(&context.store));
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

impl FromRequest for Public {
    type Error = ActixError;
    type Future = Admission<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = || {
            let caller = identified(request)?;
            refuse_strangers(request)?;
            Ok(caller)
        };
        admit(request, caller(), Self)
    }
}

impl FromRequest for CartSession {
    type Error = ActixError;
    type Future = Admission<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let holder = || {
            let caller = identified(request)?;
            let token_hash = access::hash_key(cart_token(request)?);
            refuse_strangers(request)?;
            Ok((caller, token_hash))
        };
        let (caller, token_hash) =
            holder().map_or_else(|no| (Err(no), String::new()), |(who, cart)| (Ok(who), cart));
        admit(request, caller, |caller| Self { caller, token_hash })
    }
}

impl<S: RequiredScope> FromRequest for Secret<S> {
    type Error = ActixError;
    type Future = Admission<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = || {
            let caller = identified(request)?;
            require_scope::<S>(&caller.principal)?;
            refuse_strangers(request)?;
            Ok(caller)
        };
        admit(request, caller(), |caller| Self { caller, may: PhantomData })
    }
}

/// What the program that sent a request calls itself; what is not plain text is left out.
fn user_agent(request: &HttpRequest) -> Option<String> {
    let said = request.headers().get(USER_AGENT)?.to_str().ok()?;
    Some(said.chars().take(USER_AGENT_MAX).collect())
}

/// What lets a caller in: at once, or once it is known whether the request was carried out before.
type Admission<T> = Either<Ready<Admitted<T>>, Pin<Box<dyn Future<Output = Admitted<T>>>>>;
type Admitted<T> = Result<T, ActixError>;

/// Lets a caller in who may call. Where the request is to be carried out once, its key is claimed first, and
/// the body waits for that.
fn admit<T: 'static>(
    request: &HttpRequest,
    caller: Result<Caller, ApiError>,
    admitted: impl FnOnce(Caller) -> T + 'static,
) -> Admission<T> {
    let mut caller = match caller {
        Ok(caller) if idempotency::is_keyed(request) => caller,
        decided => return Either::Left(ready(decided.map(admitted).map_err(ActixError::from))),
    };
    let (request, body) = (request.clone(), gate::shut(request));
    Either::Right(Box::pin(async move {
        let promise = idempotency::promise(&request, &caller.core, Whose::caller(&request, &caller)?).await?;
        caller.core = promise.core().clone();
        caller.context.repeatable = Some(promise.repeatable());
        body.open();
        Ok(admitted(caller))
    }))
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
