//! How a use case refuses or fails, in one shape for every face of the product.

use std::collections::BTreeMap;

use domain::{
    money::MoneyError,
    text::Fault,
    tier::{LimitValue, TierLimit, TierRefusal},
};
use ports::{RepoError, gateway::GatewayError, logins::PasswordError};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Messages by field, in API field paths (`items.0.quantity`).
pub type FieldErrors = BTreeMap<String, Vec<String>>;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// Every stable code an answer can carry. Codes are part of the contract: they are added, never
        /// changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ErrorCode { $($(#[$doc])* $name),+ }

        impl ErrorCode {
            /// All codes, for documentation.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code as clients see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
    };
}

error_codes! {
    /// The body is not JSON, or a parameter cannot be read at all.
    MalformedRequest = "malformed_request",
    /// The cursor is damaged or belongs to another list.
    InvalidCursor = "invalid_cursor",
    /// No credentials, or credentials that are not valid.
    InvalidApiKey = "invalid_api_key",
    /// The address and the password do not go together.
    InvalidCredentials = "invalid_credentials",
    /// A login or refresh token is not valid, or not any more.
    InvalidToken = "invalid_token",
    /// Too many wrong passwords; the account or the address has to wait.
    LoginPaused = "login_paused",
    /// Staff of several stores have to say which one they mean.
    TenantRequired = "tenant_required",
    /// A webhook's or request's signature does not hold.
    InvalidSignature = "invalid_signature",
    /// The route needs `X-Cart-Token`.
    CartTokenRequired = "cart_token_required",
    /// The payment was refused.
    PaymentDeclined = "payment_declined",
    /// The key lacks a scope.
    InsufficientScope = "insufficient_scope",
    /// The store is suspended.
    StoreSuspended = "store_suspended",
    /// The browser's origin is not on the store's list.
    DomainNotAllowed = "domain_not_allowed",
    /// The plan's number of published products is reached.
    TierProductLimit = "tier_product_limit",
    /// The plan's number of orders a month is reached.
    TierOrderLimit = "tier_order_limit",
    /// The plan's number of active coupons is reached.
    TierCouponLimit = "tier_coupon_limit",
    /// The upload is larger than the plan allows.
    TierUploadLimit = "tier_upload_limit",
    /// The plan does not have this shipping method.
    TierShippingRestricted = "tier_shipping_restricted",
    /// The plan does not have this feature.
    TierFeatureRestricted = "tier_feature_restricted",
    /// No such thing, or not of this store.
    NotFound = "not_found",
    /// The method does not exist on this path.
    MethodNotAllowed = "method_not_allowed",
    /// Less in stock than asked for.
    OutOfStock = "out_of_stock",
    /// Something in the cart is no longer for sale.
    ProductUnavailable = "product_unavailable",
    /// The cart has nothing in it.
    CartEmpty = "cart_empty",
    /// A step before this one is missing: address, email, shipping option.
    CheckoutIncomplete = "checkout_incomplete",
    /// A payment of this cart is under way.
    CheckoutInProgress = "checkout_in_progress",
    /// A request with this idempotency key is being carried out.
    IdempotencyInProgress = "idempotency_in_progress",
    /// The idempotency key was used for a different request.
    IdempotencyKeyReused = "idempotency_key_reused",
    /// The thing is not in a state that allows this.
    InvalidState = "invalid_state",
    /// Another one with this slug, SKU or name exists.
    Duplicate = "duplicate",
    /// Another promotion with this code exists.
    DuplicateCoupon = "duplicate_coupon",
    /// Something else still refers to it.
    InUse = "in_use",
    /// The row was changed since it was read.
    Stale = "stale_version",
    /// The body is larger than the route takes.
    PayloadTooLarge = "payload_too_large",
    /// The body did not come in time.
    RequestTimeout = "request_timeout",
    /// The body's content type is not the one the route takes.
    UnsupportedMediaType = "unsupported_media_type",
    /// Fields are missing, unknown or wrong.
    ValidationFailed = "validation_failed",
    /// The coupon cannot be used, with the reason in the message.
    CouponRefused = "coupon_refused",
    /// The shipping option is not available for this cart.
    ShippingUnavailable = "shipping_unavailable",
    /// Nothing to refund, or more than was captured.
    RefundRefused = "refund_refused",
    /// The store has no Stripe keys.
    StripeNotConfigured = "stripe_not_configured",
    /// The Stripe keys are malformed.
    StripeInvalidKeys = "stripe_invalid_keys",
    /// Stripe refuses the keys.
    StripeAuthError = "stripe_auth_error",
    /// Too many requests.
    RateLimited = "rate_limited",
    /// A fault of ours.
    Internal = "internal_error",
    /// The database is away.
    Unavailable = "service_unavailable",
    /// The payment gateway did not answer.
    GatewayUnavailable = "gateway_unavailable",
}

impl ErrorCode {
    /// Whether the refusal passes by itself, so that the same request is to be sent again in a moment.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::CheckoutInProgress | Self::IdempotencyInProgress)
    }
}

/// Facts beside the message that a program can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Details {
    /// What is left in stock, by variant or product id in text.
    Stock {
        /// The variant's id in text.
        variant: String,
        /// How many are left.
        available: u32,
        /// How many were asked for.
        requested: u32,
    },
    /// A limit of the plan.
    Tier {
        /// The store's plan.
        tier: String,
        /// Its limit, or `None` where the feature is missing altogether.
        limit: Option<u64>,
        /// The next plan that has more.
        next_tier: Option<String>,
        /// Its limit; `None` is unlimited.
        next_limit: Option<u64>,
    },
    /// The scope that was missing.
    Scope {
        /// As in `write:catalog`.
        required: String,
    },
    /// Why the payment was refused.
    Decline {
        /// The gateway's code.
        decline_code: String,
        /// The payment attempt's id.
        payment: String,
    },
    /// Short facts by name.
    Facts(BTreeMap<&'static str, String>),
}

/// A refusal or failure. `Display` is the message for the caller; `source` is for the log only.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What kind of refusal.
    pub code: ErrorCode,
    /// A sentence for the developer who reads the answer.
    pub message: String,
    /// What is wrong with which field.
    pub fields: FieldErrors,
    /// Facts to act on.
    pub details: Option<Box<Details>>,
    /// The cause, for the log.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A refusal with a code and a message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fields: FieldErrors::new(), details: None, source: None }
    }

    /// There is no such `thing` (a lower-case noun) in this store.
    pub fn not_found(thing: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("This {thing} does not exist."))
    }

    /// One field is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut error = Self::new(ErrorCode::ValidationFailed, message.clone());
        error.fields.insert(field.into(), vec![message]);
        error
    }

    /// Several fields are wrong; the first message stands for all. `None` when there is no fault.
    pub fn from_faults(faults: impl IntoIterator<Item = (String, String)>) -> Option<Self> {
        let mut fields = FieldErrors::new();
        let mut first = None;
        for (field, message) in faults {
            first.get_or_insert_with(|| message.clone());
            fields.entry(field).or_default().push(message);
        }
        first.map(|message| Self { fields, ..Self::new(ErrorCode::ValidationFailed, message) })
    }

    /// Refuses when a rule of the domain found faults.
    pub fn check(faults: Vec<Fault>) -> Result<()> {
        let faults = faults.into_iter().map(|Fault { field, message }| (field, message));
        Self::from_faults(faults).map_or(Ok(()), Err)
    }

    /// Refuses when something that an earlier step asks for is missing.
    pub fn check_complete(missing: Vec<Fault>) -> Result<()> {
        let missing = missing.into_iter().map(|Fault { field, message }| (field, message));
        match Self::from_faults(missing) {
            Some(error) => Err(Self {
                code: ErrorCode::CheckoutIncomplete,
                message: String::from("The checkout is not complete yet."),
                ..error
            }),
            None => Ok(()),
        }
    }

    /// Refuses a change that was decided on another version than the present one.
    pub fn check_version(decided_on: Option<i32>, present: i32) -> Result<()> {
        if decided_on.is_some_and(|version| version != present) {
            return Err(RepoError::Stale.into());
        }
        Ok(())
    }

    /// A fault of ours, with its cause for the log.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(ErrorCode::Internal, "Something went wrong on our side.")
        }
    }

    /// Adds facts to act on.
    #[must_use]
    pub fn with_details(self, details: Details) -> Self {
        Self { details: Some(Box::new(details)), ..self }
    }

    /// Puts `prefix` before the names of the fields: `variants.0.` for what is wrong inside a variant.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        let fields = std::mem::take(&mut self.fields);
        self.fields =
            fields.into_iter().map(|(field, messages)| (format!("{prefix}{field}"), messages)).collect();
        self
    }

    /// Names the field that the refusal is about.
    #[must_use]
    pub fn on_field(mut self, field: impl Into<String>) -> Self {
        self.fields.entry(field.into()).or_default().push(self.message.clone());
        self
    }
}

impl From<RepoError> for Error {
    fn from(cause: RepoError) -> Self {
        let (code, message) = match &cause {
            RepoError::Conflict { .. } => (ErrorCode::Duplicate, "Something like this exists already."),
            RepoError::Stale => (ErrorCode::Stale, "This was changed by someone else; read it again."),
            RepoError::Unavailable(_) => {
                (ErrorCode::Unavailable, "The service is unavailable for a moment; try again.")
            }
            RepoError::Corrupt { .. } | RepoError::Other(_) => {
                (ErrorCode::Internal, "Something went wrong on our side.")
            }
        };
        Self { source: Some(Box::new(cause)), ..Self::new(code, message) }
    }
}

impl From<PasswordError> for Error {
    fn from(cause: PasswordError) -> Self {
        match cause {
            PasswordError::Busy => {
                let message = "Too many people log in at this moment; try again.";
                Self { source: Some(Box::new(cause)), ..Self::new(ErrorCode::Unavailable, message) }
            }
            PasswordError::Other(_) => Self::internal(cause),
        }
    }
}

impl From<MoneyError> for Error {
    fn from(cause: MoneyError) -> Self {
        match cause {
            MoneyError::Overflow => Self::new(ErrorCode::ValidationFailed, "The amount is too large."),
            MoneyError::CurrencyMismatch { .. } => Self::internal(cause),
        }
    }
}

impl From<GatewayError> for Error {
    fn from(cause: GatewayError) -> Self {
        let (code, message) = match &cause {
            GatewayError::NotConfigured => (
                ErrorCode::StripeNotConfigured,
                "This store cannot take card payments yet: it has no Stripe keys.",
            ),
            GatewayError::InvalidKeys => {
                (ErrorCode::StripeInvalidKeys, "The store's Stripe keys are malformed.")
            }
            GatewayError::Unauthorized => {
                (ErrorCode::StripeAuthError, "Stripe does not accept the store's keys.")
            }
            GatewayError::Rejected { .. } => {
                (ErrorCode::ValidationFailed, "The payment gateway refuses this request.")
            }
            GatewayError::Unknown(_) => (
                ErrorCode::GatewayUnavailable,
                "The payment gateway did not answer; the outcome will be settled soon.",
            ),
        };
        Self { source: Some(Box::new(cause)), ..Self::new(code, message) }
    }
}

impl From<TierRefusal> for Error {
    fn from(refusal: TierRefusal) -> Self {
        let code = match refusal.limit {
            TierLimit::Products => ErrorCode::TierProductLimit,
            TierLimit::MonthlyOrders => ErrorCode::TierOrderLimit,
            TierLimit::Coupons => ErrorCode::TierCouponLimit,
            TierLimit::UploadMegabytes => ErrorCode::TierUploadLimit,
            TierLimit::Shipping { .. } => ErrorCode::TierShippingRestricted,
            TierLimit::Feature(_) => ErrorCode::TierFeatureRestricted,
        };
        let count = |value: LimitValue| match value {
            LimitValue::Count(most) => Some(u64::from(most)),
            LimitValue::Unlimited | LimitValue::Included(_) => None,
        };
        Self::new(code, refusal.to_string()).with_details(Details::Tier {
            tier: refusal.tier.to_string(),
            limit: count(refusal.allowed),
            next_tier: refusal.next.map(|(tier, _)| tier.to_string()),
            next_limit: refusal.next.and_then(|(_, value)| count(value)),
        })
    }
}
