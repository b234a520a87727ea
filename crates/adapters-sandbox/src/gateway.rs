//! The gateway, and how its books become charges.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::id::{PaymentId, StoreId};
use ports::{
    Clock, IdSource, RepoError,
    gateway::{Charge, ChargeRequest, ChargeState, GatewayError},
    sandbox::{Intent, IntentState, NewIntent, SandboxDesk, SandboxLedger},
};

use crate::scenario::{NOT_AUTHENTICATED, Scenario, accepted_methods};

/// How the sandbox is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxConfig {
    /// Where the shop's own pages are reached, without a slash at the end; the pretend bank's page is
    /// at `{base_url}/sandbox/3ds/{store}/{provider_ref}`.
    pub base_url: String,
    /// How long slow means of payment take.
    pub delay: Duration,
}

impl SandboxConfig {
    /// With pages at `base_url` and slow means that take three seconds.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self { base_url: base_url.into(), delay: Duration::from_secs(3) }
    }
}

/// The sandbox. Sends no webhooks: what happens later is told when asked.
pub struct SandboxGateway {
    pub(crate) ledger: Arc<dyn SandboxLedger>,
    pub(crate) clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    config: SandboxConfig,
}

impl SandboxGateway {
    /// A gateway over `ledger`.
    pub fn new(
        ledger: Arc<dyn SandboxLedger>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        config: SandboxConfig,
    ) -> Self {
        Self { ledger, clock, ids, config }
    }

    pub(crate) fn drafted(&self, request: &ChargeRequest, store: StoreId) -> Result<NewIntent, GatewayError> {
        let Some(scenario) = Scenario::of(&request.method) else {
            let accepted = accepted_methods().collect::<Vec<_>>().join(", ");
            let message = format!("no such payment method; the sandbox accepts {accepted}");
            return Err(rejected("resource_missing", message));
        };
        if request.amount.minor() <= 0 {
            return Err(rejected("amount_too_small", "the amount must be above zero"));
        }
        let created_at = self.clock.now();
        let (state, ready_at) = match scenario {
            Scenario::Approve => (IntentState::Captured, None),
            Scenario::Decline(_) => (IntentState::Failed, None),
            Scenario::Authenticate | Scenario::AuthenticateInVain(_) => (IntentState::RequiresAction, None),
            Scenario::Delay | Scenario::DelayInVain(_) => {
                (IntentState::Processing, Some(later(created_at, self.config.delay)))
            }
        };
        Ok(NewIntent {
            store,
            provider_ref: self.name("pi_sandbox"),
            idempotency_key: request.idempotency_key.clone(),
            payment: request.payment,
            amount: request.amount,
            method: request.method.clone(),
            state,
            ready_at,
            created_at,
        })
    }

    /// A fresh name: an id's characters behind a prefix of ours.
    pub(crate) fn name(&self, prefix: &str) -> String {
        let id = PaymentId::from_bytes(self.ids.next()).to_string();
        let body = id.split_once('_').map_or(id.as_str(), |(_, body)| body);
        format!("{prefix}_{body}")
    }

    /// Moves a slow intent on once its time has come.
    pub(crate) async fn settled(&self, intent: Intent) -> Result<Intent, GatewayError> {
        let due = intent.ready_at.is_some_and(|ready_at| ready_at <= self.clock.now());
        if intent.state != IntentState::Processing || !due {
            return Ok(intent);
        }
        let to = match Scenario::of(&intent.method) {
            Some(Scenario::DelayInVain(_)) => IntentState::Failed,
            _ => IntentState::Captured,
        };
        self.moved(intent, &[IntentState::Processing], to).await
    }

    /// Moves an intent on; when somebody else was first, answers with what they made of it.
    pub(crate) async fn moved(
        &self,
        intent: Intent,
        from: &[IntentState],
        to: IntentState,
    ) -> Result<Intent, GatewayError> {
        let (store, name) = (intent.store, &intent.provider_ref);
        if let Some(moved) = self.ledger.advance(store, name, from, to).await.map_err(unknown)? {
            return Ok(moved);
        }
        Ok(self.ledger.find(store, name).await.map_err(unknown)?.unwrap_or(intent))
    }

    /// The charge as the port speaks of it.
    pub(crate) fn told(&self, intent: Intent) -> Charge {
        let state = match intent.state {
            IntentState::RequiresAction => {
                let SandboxConfig { base_url, .. } = &self.config;
                let url = format!("{base_url}/sandbox/3ds/{}/{}", intent.store, intent.provider_ref);
                ChargeState::RequiresAction { url }
            }
            IntentState::Processing => ChargeState::Processing,
            IntentState::Captured => ChargeState::Captured { amount: intent.amount },
            IntentState::Failed => {
                let why = Scenario::of(&intent.method).map_or(NOT_AUTHENTICATED, Scenario::refusal);
                ChargeState::Failed { code: why.code.to_owned(), message: why.message.to_owned() }
            }
            IntentState::Cancelled => ChargeState::Cancelled,
        };
        Charge { provider_ref: intent.provider_ref, state }
    }
}

fn later(now: DateTime<Utc>, delay: Duration) -> DateTime<Utc> {
    let delay = chrono::TimeDelta::from_std(delay).unwrap_or(chrono::TimeDelta::MAX);
    now.checked_add_signed(delay).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

pub(crate) fn rejected(code: &str, message: impl Into<String>) -> GatewayError {
    GatewayError::Rejected { code: Some(code.to_owned()), message: message.into() }
}

pub(crate) fn key_reused() -> GatewayError {
    rejected("idempotency_error", "the idempotency key was used for something else")
}

pub(crate) fn unknown(error: RepoError) -> GatewayError {
    GatewayError::Unknown(Box::new(error))
}

#[async_trait]
impl SandboxDesk for SandboxGateway {
    async fn look_up(&self, store: StoreId, provider_ref: &str) -> Result<Option<Intent>, GatewayError> {
        match self.ledger.find(store, provider_ref).await.map_err(unknown)? {
            Some(intent) => self.settled(intent).await.map(Some),
            None => Ok(None),
        }
    }

    async fn decide(
        &self,
        store: StoreId,
        provider_ref: &str,
        approve: bool,
    ) -> Result<Option<Charge>, GatewayError> {
        let Some(intent) = self.look_up(store, provider_ref).await? else { return Ok(None) };
        let in_vain = matches!(Scenario::of(&intent.method), Some(Scenario::AuthenticateInVain(_)));
        let to = if approve && !in_vain { IntentState::Captured } else { IntentState::Failed };
        self.moved(intent, &[IntentState::RequiresAction], to).await.map(|intent| Some(self.told(intent)))
    }
}
