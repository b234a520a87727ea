//! Calls to Stripe: authentication, the pinned version, safe repetition.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use ports::gateway::GatewayError;
use reqwest::{
    Client as Http, RequestBuilder, Response, StatusCode,
    header::{HeaderMap, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::{
    config::{API_VERSION, SetupError, StripeConfig},
    measure, trace,
    wire::{Fault, FaultBody},
};

/// Attempts in all.
const ATTEMPTS: u32 = 3;
/// However long Stripe asks to wait, a shopper is waiting too.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Parameters of a form, in Stripe's bracket notation.
pub(crate) type Form = Vec<(&'static str, String)>;

/// A client for every store; the key comes with each call.
pub(crate) struct Client {
    http: Http,
    config: StripeConfig,
}

/// One call, repeatable.
pub(crate) struct Call<'a> {
    pub(crate) secret: &'a SecretString,
    /// From `/v1/…` on.
    pub(crate) path: String,
    /// Idempotency key and parameters of a writing call.
    pub(crate) post: Option<(&'a str, Form)>,
}

/// An answer that says what happened: 2xx, or a refusal that repeating would not change.
pub(crate) enum Reply {
    Done(Vec<u8>),
    Refused { status: StatusCode, fault: Fault },
}

/// Stripe answered, but not so that the outcome is known.
#[derive(Debug, Error)]
#[error("Stripe answered {status} to {path} (request {request_id})")]
struct Inconclusive {
    status: StatusCode,
    path: String,
    request_id: String,
}

/// What an attempt came to.
enum Attempt {
    Final(Result<Reply, GatewayError>),
    /// Worth repeating, at the earliest after the pause if Stripe named one.
    Again(GatewayError, Option<Duration>),
}

impl Client {
    pub(crate) fn new(config: StripeConfig) -> Result<Self, SetupError> {
        let is_address =
            reqwest::Url::parse(&config.api_base).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_address {
            return Err(SetupError::ApiBase(config.api_base));
        }
        let http = Http::builder()
            // A redirect would carry the key and the charge to somebody else.
            .redirect(Policy::none())
            .timeout(config.timeout)
            .connect_timeout(config.connect_timeout)
            .user_agent(concat!("cartwright/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(SetupError::Client)?;
        let api_base = config.api_base.trim_end_matches('/').to_owned();
        Ok(Self { http, config: StripeConfig { api_base, ..config } })
    }

    pub(crate) const fn config(&self) -> &StripeConfig {
        &self.config
    }

    /// Sends a call until it is answered, at most three times and within the total time.
    #[tracing::instrument(
        name = "call to Stripe", level = "debug", skip_all,
        fields(path = call.path, writes = call.post.is_some(), otel.kind = "client")
    )]
    pub(crate) async fn send(&self, call: &Call<'_>) -> Result<Reply, GatewayError> {
        let began = Instant::now();
        let outcome = tokio::time::timeout(self.config.total_timeout, self.send_repeatedly(call))
            .await
            .unwrap_or_else(|elapsed| Err(unknown(elapsed)));
        measure::call(began, &outcome);
        outcome
    }

    async fn send_repeatedly(&self, call: &Call<'_>) -> Result<Reply, GatewayError> {
        let mut pause = self.config.backoff;
        let mut attempt = 1;
        let mut unanswered = None;
        loop {
            match self.send_once(call).await {
                // Turned away now, and perhaps not before.
                Attempt::Final(Err(GatewayError::Unauthorized)) => {
                    return Err(unanswered.unwrap_or(GatewayError::Unauthorized));
                }
                Attempt::Final(outcome) => return outcome,
                Attempt::Again(error, _) if attempt >= ATTEMPTS => return Err(error),
                Attempt::Again(error, asked) => {
                    let path = &call.path;
                    tracing::warn!(path, attempt, error = ?error, "Stripe gave no answer; repeating the call");
                    tokio::time::sleep(asked.unwrap_or(pause).max(pause).min(LONGEST_PAUSE)).await;
                    pause = pause.saturating_mul(2);
                    attempt += 1;
                    unanswered = Some(error);
                }
            }
        }
    }

    async fn send_once(&self, call: &Call<'_>) -> Attempt {
        match self.request(call).send().await {
            Ok(response) => judge(&call.path, response).await,
            Err(error) => Attempt::Again(unknown(error.without_url()), None),
        }
    }

    fn request(&self, call: &Call<'_>) -> RequestBuilder {
        let url = format!("{}{}", self.config.api_base, call.path);
        let request = match &call.post {
            Some((key, form)) => self.http.post(url).header("Idempotency-Key", *key).form(form),
            None => self.http.get(url),
        };
        // `bearer_auth` marks the header as sensitive, which keeps it out of debug output.
        request
            .bearer_auth(call.secret.expose_secret())
            .header("Stripe-Version", API_VERSION)
            .headers(trace::headers())
    }
}

async fn judge(path: &str, response: Response) -> Attempt {
    let status = response.status();
    let request_id = text_of(response.headers(), "request-id").unwrap_or("unknown").to_owned();
    let inconclusive =
        || unknown(Inconclusive { status, path: path.to_owned(), request_id: request_id.clone() });
    let pause = text_of(response.headers(), RETRY_AFTER.as_str()).and_then(|text| text.parse().ok());
    let pause = pause.map(Duration::from_secs);
    // Stripe knows better than its status whether the same call could fare better.
    let advice = text_of(response.headers(), "stripe-should-retry").map(|text| text == "true");
    let passing = matches!(status.as_u16(), 408 | 409 | 429 | 500..);
    if passing && advice.unwrap_or(true) {
        return Attempt::Again(inconclusive(), pause);
    }
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Attempt::Final(Err(GatewayError::Unauthorized));
    }
    // The call had its effect even if its answer broke off: only the same key tells.
    let body = match response.bytes().await {
        Ok(body) => body.to_vec(),
        Err(error) => return Attempt::Again(unknown(error.without_url()), None),
    };
    Attempt::Final(if status.is_success() {
        Ok(Reply::Done(body))
    } else if status.is_client_error() && !passing {
        parse::<FaultBody>(&body).and_then(|FaultBody { error: fault }| match fault.kind.as_deref() {
            // The key has been used for another call. What that came to, the answer does not tell.
            Some("idempotency_error") => Err(inconclusive()),
            _ => Ok(Reply::Refused { status, fault }),
        })
    } else {
        Err(inconclusive())
    })
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(HeaderValue::to_str)?.ok()
}

/// Reads an answer; one that cannot be read leaves the outcome unknown.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, GatewayError> {
    serde_json::from_slice(body).map_err(unknown)
}

pub(crate) fn unknown(error: impl Error + Send + Sync + 'static) -> GatewayError {
    GatewayError::Unknown(Box::new(error))
}
