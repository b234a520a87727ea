//! The rows of the sandbox's books.

use chrono::{DateTime, Utc};
use domain::money::{Currency, Money};
use ports::{
    RepoError,
    sandbox::{Intent, IntentRefund, IntentState},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{error::corrupt, stored::id};

pub(super) const INTENT: [&str; 11] = [
    "store_id",
    "provider_ref",
    "idempotency_key",
    "payment_id",
    "method",
    "state",
    "currency",
    "amount",
    "refunded",
    "ready_at",
    "created_at",
];

pub(super) const REFUND: [&str; 8] = [
    "store_id",
    "provider_ref",
    "idempotency_key",
    "refund_id",
    "intent_ref",
    "currency",
    "amount",
    "created_at",
];

#[derive(Debug, FromQueryResult)]
pub(super) struct IntentRow {
    store_id: Uuid,
    provider_ref: String,
    idempotency_key: String,
    payment_id: Uuid,
    method: String,
    state: String,
    currency: String,
    amount: i64,
    refunded: i64,
    ready_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl IntentRow {
    pub(super) fn read(self) -> Result<Intent, RepoError> {
        let broken = |column| corrupt("sandbox_intents", column, &self.provider_ref);
        let currency = Currency::from_code(&self.currency).map_err(|_| broken("currency"))?;
        let state = IntentState::parse(&self.state).ok_or_else(|| broken("state"))?;
        Ok(Intent {
            store: id(self.store_id),
            provider_ref: self.provider_ref,
            idempotency_key: self.idempotency_key,
            payment: id(self.payment_id),
            amount: Money::new(self.amount, currency),
            method: self.method,
            state,
            refunded: Money::new(self.refunded, currency),
            ready_at: self.ready_at,
            created_at: self.created_at,
        })
    }
}

#[derive(Debug, FromQueryResult)]
pub(super) struct RefundRow {
    store_id: Uuid,
    provider_ref: String,
    idempotency_key: String,
    refund_id: Uuid,
    intent_ref: String,
    currency: String,
    amount: i64,
    created_at: DateTime<Utc>,
}

impl RefundRow {
    pub(super) fn read(self) -> Result<IntentRefund, RepoError> {
        let currency = Currency::from_code(&self.currency)
            .map_err(|_| corrupt("sandbox_refunds", "currency", &self.provider_ref))?;
        Ok(IntentRefund {
            store: id(self.store_id),
            provider_ref: self.provider_ref,
            idempotency_key: self.idempotency_key,
            refund: id(self.refund_id),
            intent_ref: self.intent_ref,
            amount: Money::new(self.amount, currency),
            created_at: self.created_at,
        })
    }
}
