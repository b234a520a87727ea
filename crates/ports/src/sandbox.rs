//! The books of the built-in gateway.
//!
//! The sandbox stands for somebody else's system, so its books share no transaction with the shop's:
//! every method here is a transaction of its own, and what it answers has been committed.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    id::{PaymentId, RefundId, StoreId},
    money::Money,
    text_enum,
};

use crate::{
    RepoError,
    gateway::{Charge, GatewayError},
};

text_enum! {
    /// Where an intent stands in the books.
    pub enum IntentState {
        /// The shopper has to pass the pretend bank's page first.
        RequiresAction = "requires_action",
        /// Settles once [`Intent::ready_at`] has passed.
        Processing = "processing",
        /// The whole amount was taken. Final.
        Captured = "captured",
        /// Refused. Final.
        Failed = "failed",
        /// Called off. Final.
        Cancelled = "cancelled",
    }
}

/// An intent to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIntent {
    /// Whose money.
    pub store: StoreId,
    /// The sandbox's own name for it, fresh.
    pub provider_ref: String,
    /// One intent per key and store, for ever.
    pub idempotency_key: String,
    /// The shop's payment, as metadata.
    pub payment: PaymentId,
    /// How much. Above zero.
    pub amount: Money,
    /// The means of payment, `pm_card_visa`; it decides how the story goes on.
    pub method: String,
    /// Where it starts.
    pub state: IntentState,
    /// When a processing intent settles.
    pub ready_at: Option<DateTime<Utc>>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// An intent in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Whose money.
    pub store: StoreId,
    /// The sandbox's own name for it; unique within the store.
    pub provider_ref: String,
    /// The key it was opened under.
    pub idempotency_key: String,
    /// The shop's payment.
    pub payment: PaymentId,
    /// How much is asked for.
    pub amount: Money,
    /// The means of payment.
    pub method: String,
    /// Where it stands.
    pub state: IntentState,
    /// What was given back, between zero and `amount`; above zero only when captured.
    pub refunded: Money,
    /// When a processing intent settles.
    pub ready_at: Option<DateTime<Utc>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

impl From<NewIntent> for Intent {
    fn from(new: NewIntent) -> Self {
        let NewIntent {
            store,
            provider_ref,
            idempotency_key,
            payment,
            amount,
            method,
            state,
            ready_at,
            created_at,
        } = new;
        let refunded = Money::zero(amount.currency());
        Self {
            store,
            provider_ref,
            idempotency_key,
            payment,
            amount,
            method,
            state,
            refunded,
            ready_at,
            created_at,
        }
    }
}

/// Money given back, as written in the books. Given back at once: there is no state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentRefund {
    /// Whose money.
    pub store: StoreId,
    /// The sandbox's own name for the refund; unique within the store.
    pub provider_ref: String,
    /// One refund per key and store, for ever.
    pub idempotency_key: String,
    /// The shop's refund, as metadata.
    pub refund: RefundId,
    /// The intent that the money came by.
    pub intent_ref: String,
    /// How much. Above zero, in the currency of the intent.
    pub amount: Money,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Keeps intents and refunds, and refuses what would not add up whoever asks at the same time.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SandboxLedger: Send + Sync {
    /// Writes an intent down, or answers with the one already there under the same store and
    /// idempotency key, unchanged and whatever it holds.
    async fn open(&self, intent: NewIntent) -> Result<Intent, RepoError>;

    /// The intent of that name, if the store has it.
    async fn find(&self, store: StoreId, provider_ref: &str) -> Result<Option<Intent>, RepoError>;

    /// The intent that was opened under that key, if any was.
    async fn find_by_key(&self, store: StoreId, idempotency_key: &str) -> Result<Option<Intent>, RepoError>;

    /// Moves an intent from one of `from` to `to`, in one conditional write. Answers with the intent as
    /// moved, or `None` when there is none or it stands elsewhere.
    async fn advance(
        &self,
        store: StoreId,
        provider_ref: &str,
        from: &[IntentState],
        to: IntentState,
    ) -> Result<Option<Intent>, RepoError>;

    /// Writes a refund down and adds it to the intent's `refunded`, in one transaction; or answers with
    /// the refund already there under the same store and idempotency key, unchanged. `None` when the
    /// intent is missing, not captured, in another currency, or would be refunded beyond its amount.
    async fn refund(&self, refund: IntentRefund) -> Result<Option<IntentRefund>, RepoError>;

    /// The refund of that name, if the store has it.
    async fn find_refund(
        &self,
        store: StoreId,
        provider_ref: &str,
    ) -> Result<Option<IntentRefund>, RepoError>;

    /// The refund that was made under that key, if any was.
    async fn find_refund_by_key(
        &self,
        store: StoreId,
        idempotency_key: &str,
    ) -> Result<Option<IntentRefund>, RepoError>;
}

/// The page of the pretend bank, where a shopper approves or refuses a charge of the sandbox.
#[async_trait]
pub trait SandboxDesk: Send + Sync {
    /// The charge to be decided; `None` when the store has no such charge.
    async fn look_up(&self, store: StoreId, provider_ref: &str) -> Result<Option<Intent>, GatewayError>;

    /// Takes the shopper's answer and tells how the charge stands thereafter: unchanged when it was not
    /// waiting for one, `None` when the store has no such charge.
    async fn decide(
        &self,
        store: StoreId,
        provider_ref: &str,
        approve: bool,
    ) -> Result<Option<Charge>, GatewayError>;
}
