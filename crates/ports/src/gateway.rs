//! Taking and returning money through somebody else's system.
//!
//! Every call carries an idempotency key: the same key makes the same thing happen once, however often
//! the call is repeated. No call is made inside a unit of work.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{
    id::{OrderId, PaymentId, RefundId, StoreId},
    money::Money,
    payment::Payment,
    refund::Refund,
};
use secrecy::SecretString;
use thiserror::Error;

/// For how long after it was begun a payment or refund may be called for whose outcome nobody knows.
pub const CALLED_FOR: TimeDelta = TimeDelta::minutes(15);

/// Whose account a call acts on, opened from the store's sealed settings. Gateways that need no account
/// (the sandbox) ignore the keys.
#[derive(Debug, Clone)]
pub struct Account {
    /// The store that is paid.
    pub store: StoreId,
    /// The gateway's secret API key.
    pub secret_key: Option<SecretString>,
    /// The secret that the gateway signs its webhooks with.
    pub webhook_secret: Option<SecretString>,
}

/// A charge to be started.
#[derive(Debug, Clone)]
pub struct ChargeRequest {
    /// Our payment attempt; the gateway stores it as metadata, so that a webhook finds its way home.
    pub payment: PaymentId,
    /// The order that the charge pays.
    pub order: OrderId,
    /// How much.
    pub amount: Money,
    /// The gateway's name of the means of payment, as the shopper's browser sent it (`pm_card_visa`).
    pub method: String,
    /// Where a receipt could go.
    pub email: String,
    /// What the statement of the gateway should say.
    pub description: String,
    /// Where the shopper comes back to after an action of theirs (3-D Secure).
    pub return_url: Option<String>,
    /// Repeating a call with the same key charges once.
    pub idempotency_key: String,
}

/// Money to be returned.
#[derive(Debug, Clone)]
pub struct RefundRequest {
    /// Our refund.
    pub refund: RefundId,
    /// The charge that the money came by, in the gateway's words.
    pub provider_ref: String,
    /// How much.
    pub amount: Money,
    /// Why, in the gateway's vocabulary where it has one: `duplicate`, `fraudulent`, `requested_by_customer`.
    pub reason: Option<String>,
    /// Repeating a call with the same key refunds once.
    pub idempotency_key: String,
}

/// Where a charge stands, as the gateway tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeState {
    /// The shopper must do something at this address first.
    RequiresAction {
        /// Page to send the shopper to.
        url: String,
    },
    /// Under way; the answer comes later by webhook or by asking again.
    Processing,
    /// The money is set aside but not taken.
    Authorized,
    /// The money is taken.
    Captured {
        /// How much was taken.
        amount: Money,
    },
    /// Refused. Final for this charge.
    Failed {
        /// The gateway's code, `card_declined`.
        code: String,
        /// A sentence that may be shown to the shopper.
        message: String,
    },
    /// Called off before any money moved. Final.
    Cancelled,
}

/// A charge at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The gateway's own name for it, `pi_…`.
    pub provider_ref: String,
    /// Where it stands.
    pub state: ChargeState,
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundState {
    /// Accepted; the money is on its way.
    Pending,
    /// The money is back.
    Succeeded,
    /// The gateway could not return it.
    Failed {
        /// The gateway's code.
        code: String,
        /// What the merchant should know.
        message: String,
    },
}

/// A refund at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundReceipt {
    /// The gateway's own name for it, `re_…`.
    pub provider_ref: String,
    /// Where it stands.
    pub state: RefundState,
}

/// Something the gateway told us by webhook, after its signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayEvent {
    /// The gateway's id of the event, unique for ever; deliveries repeat it.
    pub id: String,
    /// What happened.
    pub news: News,
}

/// The contents of a [`GatewayEvent`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A charge changed. `payment` is ours, when the gateway kept it.
    Charge {
        /// Our payment, from the charge's metadata.
        payment: Option<PaymentId>,
        /// The charge as of the event.
        charge: Charge,
    },
    /// A refund changed.
    Refund {
        /// Our refund, from its metadata; refunds made in the gateway's dashboard have none.
        refund: Option<RefundId>,
        /// The charge that the money came by.
        charge_ref: String,
        /// The refund as of the event.
        receipt: RefundReceipt,
        /// How much.
        amount: Money,
    },
    /// Money of a charge went back, by whatever way; told as a sum that names no refund. It only ever
    /// grows, so a smaller one is old news.
    Refunded {
        /// Our payment, from the charge's metadata.
        payment: Option<PaymentId>,
        /// The charge.
        charge_ref: String,
        /// All that went back so far.
        total: Money,
    },
    /// Nothing that concerns us.
    Other {
        /// The gateway's name for the kind of event.
        kind: String,
    },
}

/// Why a gateway call did not give an answer about the charge itself. A declined card is an answer,
/// [`ChargeState::Failed`], and no error.
#[derive(Debug, Error)]
pub enum GatewayError {
    /// The store has no keys for this gateway.
    #[error("the gateway is not configured")]
    NotConfigured,
    /// The keys do not have the gateway's form.
    #[error("the gateway's keys are malformed")]
    InvalidKeys,
    /// The gateway does not accept the keys.
    #[error("the gateway refuses the keys")]
    Unauthorized,
    /// The gateway refuses the request as such; it had no effect and will not have one if repeated.
    #[error("the gateway refuses the request: {message}")]
    Rejected {
        /// The gateway's code, when it gave one.
        code: Option<String>,
        /// The gateway's explanation, for the log and the merchant.
        message: String,
    },
    /// No answer, or none that tells: the call may or may not have had its effect. Ask later, or
    /// repeat with the same idempotency key.
    #[error("the outcome at the gateway is unknown")]
    Unknown(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a webhook was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WebhookError {
    /// No signature, a wrong one, or one outside the tolerated time.
    #[error("the signature of the webhook does not hold")]
    BadSignature,
    /// Signed, but not in a form we know.
    #[error("the body of the webhook is malformed")]
    Malformed,
    /// The store has no webhook secret.
    #[error("the gateway is not configured")]
    NotConfigured,
}

/// A system that takes payments.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// Starts a charge and takes the money if nothing stands in the way.
    async fn charge(&self, account: &Account, request: &ChargeRequest) -> Result<Charge, GatewayError>;

    /// Asks how a charge stands. `None` when the gateway has never heard of it.
    async fn find_charge(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<Charge>, GatewayError>;

    /// Looks for the charge of a payment of ours, whose name was never heard, among those that were made within
    /// [`CALLED_FOR`] of its beginning. `None` when no call has made one; whether one that is still under way will, nobody
    /// can tell.
    async fn search_charge(
        &self,
        account: &Account,
        payment: &Payment,
    ) -> Result<Option<Charge>, GatewayError>;

    /// Calls off a charge that has not taken money; answers with how it stands now, which is not
    /// [`ChargeState::Cancelled`] if the money came first.
    async fn cancel_charge(
        &self,
        account: &Account,
        provider_ref: &str,
        idempotency_key: &str,
    ) -> Result<Charge, GatewayError>;

    /// Returns money of a charge.
    async fn refund(&self, account: &Account, request: &RefundRequest)
    -> Result<RefundReceipt, GatewayError>;

    /// Asks how a refund stands.
    async fn find_refund(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<RefundReceipt>, GatewayError>;

    /// Looks for a refund of ours, whose name was never heard, among those of its charge. `None` as for a charge.
    async fn search_refund(
        &self,
        account: &Account,
        charge_ref: &str,
        refund: &Refund,
    ) -> Result<Option<RefundReceipt>, GatewayError>;

    /// Checks that the keys are accepted, without moving money.
    async fn verify_account(&self, account: &Account) -> Result<(), GatewayError>;

    /// Checks the signature over the raw body and reads the event. `headers` have lower-case names.
    fn read_webhook(
        &self,
        account: &Account,
        headers: &BTreeMap<String, String>,
        body: &[u8],
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<GatewayEvent, WebhookError>;
}
