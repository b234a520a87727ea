//! `Idempotency-Key`: a POST is carried out once, however often it is sent.
//!
//! Every extractor that says who calls ends with [`promise`], so that a handler which names its caller
//! needs to know nothing of this. [`answer_once`] keeps the answer or undoes what was done, after the handler.

use actix_web::{
    Error as ActixError, HttpMessage as _, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody, to_bytes},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Bytes,
};
use application::{
    Actor, Context, Core, Error,
    access::hash_key,
    idempotency::{self, Answer, Begun, KeyedRequest, Promise},
};
use chrono::TimeDelta;
use domain::id::StoreId;
use futures::channel::oneshot;
use tokio::runtime::Handle;

use super::{
    Caller, KEY_IN_PATH, cart_token_if_sent,
    credentials::{malformed, only},
};
use crate::{
    edge::EdgeSettings,
    error::ApiError,
    raw_body::{IDEMPOTENCY_KEY, RawBody},
};

/// Says that an answer was given before.
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Headers that belong to an answer and not to the request that happened to get it.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];
/// How much longer than any request may take an attempt is waited for: servers' clocks differ.
const MARGIN: TimeDelta = TimeDelta::seconds(30);

/// Beginnings of the paths whose operations take no key, and why. All others have a caller, and with it a key.
pub(crate) const WITHOUT_KEY: &[(&str, &str)] = &[
    ("/webhooks/stripe/{store}", "Stripe's events have ids of their own, by which each takes effect once."),
    ("/v1/private/auth/", "Nothing may be kept of passwords, not even a hash of the body, nor of tokens."),
    ("/sandbox/3ds/{store}/{charge}", "A form of the pretend bank's page; a second answer changes nothing."),
];

/// Whether the POST operation of a path takes a key.
pub(crate) fn takes_key(path: &str) -> bool {
    WITHOUT_KEY.iter().all(|(without, _)| !path.starts_with(without))
}

/// Whose key it is: the same text means something else to somebody else.
pub(super) struct Whose {
    store: StoreId,
    principal: String,
}

impl Whose {
    /// A caller in a store. A shopper is whoever has the cart.
    pub(super) fn caller(request: &HttpRequest, caller: &Caller) -> Result<Self, ApiError> {
        let Context { store, mode, actor, .. } = &caller.context;
        let principal = match actor {
            Actor::Shopper => {
                let shop = request.match_info().get(KEY_IN_PATH).unwrap_or_default();
                let cart = cart_token_if_sent(request)?.map(hash_key).unwrap_or_default();
                format!("{mode}/{shop}/{cart}")
            }
            known => format!("{mode}/{known}"),
        };
        Ok(Self { store: *store, principal })
    }
}

/// Whether a request is to be carried out once.
pub(super) fn is_keyed(request: &HttpRequest) -> bool {
    request.method() == Method::POST && request.headers().contains_key(IDEMPOTENCY_KEY)
}

/// Begins a request that is to be carried out once. Everything is to be done by the core of the promise;
/// [`answer_once`] keeps it together with the answer. A request that was answered before is answered the
/// same now, as an error that [`answer_once`] turns into that answer.
pub(super) async fn promise(request: &HttpRequest, core: &Core, whose: Whose) -> Result<Promise, ActixError> {
    let key = only(request, &IDEMPOTENCY_KEY, malformed).map_err(ApiError::from)?;
    let key = key.map(|key| key.to_str().unwrap_or_default());
    let keyed = Keyed {
        whose,
        route: request.match_pattern().unwrap_or_default(),
        // What is no text cannot be a key, and is refused as one that is empty.
        key: key.unwrap_or_default().to_owned(),
        target: request.uri().to_string(),
        body: raw_body(request)?,
        lease: lease(request)?,
    };
    let (promise, unkept) = keyed.begin(core.clone()).await??;
    request.extensions_mut().insert(unkept);
    Ok(promise)
}

fn raw_body(request: &HttpRequest) -> Result<Bytes, ApiError> {
    let kept = request.extensions().get::<RawBody>().map(|RawBody(bytes)| bytes.clone());
    kept.ok_or_else(|| Error::internal("the server was built without keeping raw bodies").into())
}

fn lease(request: &HttpRequest) -> Result<TimeDelta, ApiError> {
    let settings = request.app_data::<EdgeSettings>();
    let settings =
        settings.ok_or_else(|| Error::internal("the server was built without settings of its edge"))?;
    let longest = TimeDelta::from_std(settings.request_timeout).unwrap_or(TimeDelta::MAX);
    Ok(longest.checked_add(&MARGIN).unwrap_or(longest))
}

/// A request with all that its key is compared by.
struct Keyed {
    whose: Whose,
    route: String,
    key: String,
    target: String,
    body: Bytes,
    lease: TimeDelta,
}

impl Keyed {
    /// Begins the request. It is begun by a task, and on its way from there it is unkept: whoever waits here can be
    /// gone at any time, and the key must not be taken then.
    async fn begin(self, core: Core) -> Result<Result<(Promise, Unkept), Replay>, ApiError> {
        let (told, begun) = oneshot::channel();
        tokio::spawn(async move {
            let Self { whose: Whose { store, principal }, route, key, target, body, lease } = self;
            let content = [b"POST", target.as_bytes(), body.as_ref()];
            let request = KeyedRequest { store, principal, route, key: &key, content, lease };
            let outcome = idempotency::begin(&core, &request).await.map(|begun| match begun {
                Begun::Carry(promise) => Ok((promise.clone(), Unkept(Some(promise)))),
                Begun::Replay(answer) => Err(Replay(answer)),
            });
            // Gone, it is let go of with what was to be told.
            drop(told.send(outcome));
        });
        let gone = |_| Error::internal("beginning a request was cut short");
        Ok(begun.await.map_err(gone)??)
    }
}

/// An answer of an earlier request, on its way out.
#[derive(Debug)]
struct Replay(Answer);

impl std::fmt::Display for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("answered before")
    }
}

impl ResponseError for Replay {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or_default()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for (name, value) in &self.0.headers {
            response.insert_header((name.as_str(), value.as_str()));
        }
        response.insert_header((IDEMPOTENT_REPLAYED, HeaderValue::from_static("true")));
        response.body(self.0.body.clone())
    }
}

/// A request that is under way. Dropped on the way, because it took too long or its handler panicked, it
/// is undone.
struct Unkept(Option<Promise>);

impl Drop for Unkept {
    fn drop(&mut self) {
        // Without a runtime the server is gone, and the time of the request runs out.
        if let Some(promise) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move { let_go(&promise).await });
        }
    }
}

/// Lets a request be tried again; should that fail, its time runs out.
async fn let_go(promise: &Promise) {
    if let Err(error) = promise.let_go().await {
        tracing::warn!(%error, "an idempotency key could not be let go of");
    }
}

/// Wraps all routes: keeps the answers of requests that are to be carried out once.
pub(crate) async fn answer_once<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    Ok(settle(next.call(request).await?.map_into_boxed_body()).await)
}

/// Keeps the answer of a request that is to be carried out once, or undoes what it did.
async fn settle(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let replayed = response.response().error().and_then(|error| error.as_error::<Replay>());
    if let Some(replayed) = replayed.map(ResponseError::error_response) {
        return response.into_response(replayed);
    }
    let unkept = response.request().extensions_mut().remove::<Unkept>();
    let Some(mut unkept) = unkept else { return response };
    let Some(promise) = &unkept.0 else { return response };
    if !is_lasting(response.response()) {
        let_go(promise).await;
        unkept.0 = None;
        return response;
    }
    let (request, answer) = response.into_parts();
    match keep(promise, answer).await {
        Ok(answer) => {
            unkept.0 = None;
            ServiceResponse::new(request, answer)
        }
        Err(refusal) => {
            let_go(promise).await;
            unkept.0 = None;
            ServiceResponse::new(request, HttpResponse::from_error(refusal))
        }
    }
}

/// Whether the same request gets the same answer from now on: what was done, and refusals of the request
/// itself. Refusals of the caller, of the moment and faults of ours are no answer to keep.
fn is_lasting(response: &HttpResponse) -> bool {
    let passing = response.error().and_then(|error| error.as_error::<ApiError>());
    response.status().is_success()
        || matches!(response.status().as_u16(), 400 | 402 | 404 | 409 | 410 | 412 | 422)
            && !passing.is_some_and(|refusal| refusal.code().is_passing())
}

async fn keep(promise: &Promise, answer: HttpResponse) -> Result<HttpResponse, ApiError> {
    let (head, body) = answer.into_parts();
    let bytes = to_bytes(body).await.map_err(|cause| Error::internal(cause.to_string()))?;
    let header_of = |name: &HeaderName| {
        let value = head.headers().get(name)?.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    };
    promise
        .keep(&Answer {
            status: head.status().as_u16(),
            headers: KEPT.iter().filter_map(header_of).collect(),
            body: String::from_utf8(bytes.to_vec()).map_err(Error::internal)?,
        })
        .await?;
    Ok(head.set_body(BoxBody::new(bytes)))
}
