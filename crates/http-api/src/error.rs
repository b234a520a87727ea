//! From a refusal of the application to a status and a body.
//!
//! Every answer that is not a success has this one shape, whoever refused: a use case, an extractor,
//! the router or a panic.

use std::{collections::BTreeMap, error::Error as StdError, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, CACHE_CONTROL},
    },
};
use application::{Details, Error, ErrorCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Seconds after which a caller may try again when the service is away for a moment.
const RETRY_SOON: u32 = 2;
/// What a caller learns about a fault of ours.
const INTERNAL_MESSAGE: &str = "Something went wrong on our side.";

/// What a handler returns: an answer, or a refusal that becomes one.
pub type ApiResult<T = HttpResponse> = Result<T, ApiError>;

/// A refusal on its way out. Made from [`application::Error`] with `?`.
#[derive(Debug)]
pub struct ApiError {
    error: Error,
    retry_after: Option<u32>,
    allow: Option<String>,
}

impl ApiError {
    /// A refusal with a code and a message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Error::new(code, message).into()
    }

    /// The address or the thing does not exist.
    pub fn not_found(message: &str) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// The path exists, but not with this method; `allow` lists the ones it has.
    pub fn method_not_allowed(allow: String) -> Self {
        let message = format!("This address takes {allow} only.");
        Self { allow: Some(allow), ..Self::new(ErrorCode::MethodNotAllowed, message) }
    }

    /// Says in how many seconds trying again makes sense.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The kind of refusal.
    pub fn code(&self) -> ErrorCode {
        self.error.code
    }

    /// The refusal itself.
    pub fn inner(&self) -> &Error {
        &self.error
    }

    /// The same refusal again, its cause as text: errors of the framework are only lent to us.
    pub(crate) fn duplicate(&self) -> Self {
        let Error { code, message, fields, details, source } = &self.error;
        let source = source.as_ref().map(|_| self.chain().into());
        let error = Error {
            code: *code,
            message: message.clone(),
            fields: fields.clone(),
            details: details.clone(),
            source,
        };
        Self { error, retry_after: self.retry_after, allow: self.allow.clone() }
    }

    /// The cause and the causes of the cause, for the log. Never for a caller.
    pub fn chain(&self) -> String {
        let mut text = self.error.to_string();
        let mut next = StdError::source(&self.error);
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        text
    }

    fn body(&self) -> ErrorBody {
        let message = match self.error.code {
            ErrorCode::Internal => INTERNAL_MESSAGE.to_owned(),
            _ => self.error.message.clone(),
        };
        ErrorBody {
            error: ErrorContent {
                code: self.error.code.as_str().to_owned(),
                message,
                fields: self.error.fields.clone(),
                details: self.error.details.as_deref().map(details_json),
            },
        }
    }

    fn wait(&self) -> Option<u32> {
        let told = match self.error.details.as_deref() {
            Some(Details::Facts(facts)) => facts.get("retryAfter").and_then(|seconds| seconds.parse().ok()),
            _ => None,
        };
        self.retry_after.or(told).or(match self.status_code() {
            _ if self.error.code.is_passing() => Some(RETRY_SOON),
            StatusCode::SERVICE_UNAVAILABLE => Some(RETRY_SOON),
            _ => None,
        })
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self { error, retry_after: None, allow: None }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl StdError for ApiError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status_of(self.error.code)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CACHE_CONTROL, "no-store"));
        // The rest of the body would be taken for the next request.
        if matches!(self.error.code, ErrorCode::PayloadTooLarge | ErrorCode::RequestTimeout) {
            response.force_close();
        }
        if let Some(seconds) = self.wait() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = &self.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        response.json(self.body())
    }
}

/// The status that goes with a code. Every code has one: a new code does not compile without.
pub const fn status_of(code: ErrorCode) -> StatusCode {
    use ErrorCode as C;
    match code {
        C::MalformedRequest | C::InvalidCursor | C::TenantRequired => StatusCode::BAD_REQUEST,
        C::InvalidApiKey
        | C::InvalidCredentials
        | C::InvalidToken
        | C::InvalidSignature
        | C::CartTokenRequired => StatusCode::UNAUTHORIZED,
        C::PaymentDeclined => StatusCode::PAYMENT_REQUIRED,
        C::InsufficientScope
        | C::StoreSuspended
        | C::DomainNotAllowed
        | C::TierProductLimit
        | C::TierOrderLimit
        | C::TierCouponLimit
        | C::TierUploadLimit
        | C::TierShippingRestricted
        | C::TierFeatureRestricted => StatusCode::FORBIDDEN,
        C::NotFound => StatusCode::NOT_FOUND,
        C::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        C::OutOfStock
        | C::ProductUnavailable
        | C::CartEmpty
        | C::CheckoutIncomplete
        | C::CheckoutInProgress
        | C::IdempotencyInProgress
        | C::InvalidState
        | C::Duplicate
        | C::DuplicateCoupon
        | C::InUse
        | C::StripeNotConfigured => StatusCode::CONFLICT,
        C::Stale => StatusCode::PRECONDITION_FAILED,
        C::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        C::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        C::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        C::ValidationFailed
        | C::IdempotencyKeyReused
        | C::CouponRefused
        | C::ShippingUnavailable
        | C::RefundRefused
        | C::StripeInvalidKeys
        | C::StripeAuthError => StatusCode::UNPROCESSABLE_ENTITY,
        C::RateLimited | C::LoginPaused => StatusCode::TOO_MANY_REQUESTS,
        C::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        C::Unavailable | C::GatewayUnavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The body of every refusal.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What was refused, and why.
    pub error: ErrorContent,
}

/// What was refused, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ErrorContent {
    /// Stable name of the kind of refusal; programs decide by it.
    #[schema(examples("validation_failed"))]
    pub code: String,
    /// A sentence for the developer.
    #[schema(examples("must be at least 1"))]
    pub message: String,
    /// Messages by field, as the request spells the field: `items.0.quantity`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(nullable = false)]
    pub fields: BTreeMap<String, Vec<String>>,
    /// Facts that a program can act on; which ones depends on the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, Value>>, nullable = false)]
    pub details: Option<Value>,
}

fn details_json(details: &Details) -> Value {
    match details {
        Details::Stock { variant, available, requested } => {
            json!({"variantId": variant, "available": available, "requested": requested})
        }
        Details::Tier { tier, limit, next_tier, next_limit } => json!({
            "tierLimit": true, "tier": tier, "limit": limit, "nextTier": next_tier, "nextLimit": next_limit,
        }),
        Details::Scope { required } => json!({"required": required}),
        Details::Decline { decline_code, payment } => {
            json!({"declineCode": decline_code, "paymentId": payment})
        }
        Details::Facts(facts) => json!(facts),
    }
}

#[cfg(test)]
mod tests;
