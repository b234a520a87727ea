//! A gateway whose refunds go wrong when they are told to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{payment::Payment, refund::Refund};
use ports::gateway::{
    Account, Charge, ChargeRequest, GatewayError, GatewayEvent, PaymentGateway, RefundReceipt, RefundRequest,
    RefundState, WebhookError,
};
use testkit::TestCore;

/// What becomes of refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Works,
    Refuses,
    LosesRequest,
    LosesAnswer,
}

pub(crate) struct Switch(Mutex<Mood>);

impl Switch {
    pub(crate) fn set(&self, mood: Mood) {
        *self.0.lock().unwrap() = mood;
    }
}

struct Moody {
    inner: Arc<dyn PaymentGateway>,
    switch: Arc<Switch>,
}

/// The core with a sandbox in front of which stands a switch.
pub(crate) fn moody(core: TestCore) -> (TestCore, Arc<Switch>) {
    let switch = Arc::new(Switch(Mutex::new(Mood::Works)));
    let inner = core.gateways.sandbox.clone();
    let gateway = Arc::new(Moody { inner, switch: switch.clone() });
    (core.with(|core| core.gateways.sandbox = gateway), switch)
}

fn lost() -> GatewayError {
    GatewayError::Unknown("the line is dead".into())
}

#[async_trait]
impl PaymentGateway for Moody {
    async fn charge(&self, account: &Account, request: &ChargeRequest) -> Result<Charge, GatewayError> {
        self.inner.charge(account, request).await
    }

    async fn find_charge(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<Charge>, GatewayError> {
        self.inner.find_charge(account, provider_ref).await
    }

    async fn search_charge(
        &self,
        account: &Account,
        payment: &Payment,
    ) -> Result<Option<Charge>, GatewayError> {
        self.inner.search_charge(account, payment).await
    }

    async fn cancel_charge(
        &self,
        account: &Account,
        provider_ref: &str,
        key: &str,
    ) -> Result<Charge, GatewayError> {
        self.inner.cancel_charge(account, provider_ref, key).await
    }

    async fn refund(
        &self,
        account: &Account,
        request: &RefundRequest,
    ) -> Result<RefundReceipt, GatewayError> {
        let mood = *self.switch.0.lock().unwrap();
        match mood {
            Mood::Works => self.inner.refund(account, request).await,
            Mood::LosesRequest => Err(lost()),
            Mood::LosesAnswer => {
                self.inner.refund(account, request).await?;
                Err(lost())
            }
            Mood::Refuses => Ok(RefundReceipt {
                provider_ref: format!("re_refused_{}", request.refund),
                state: RefundState::Failed {
                    code: "insufficient_funds".to_owned(),
                    message: "The account is empty.".to_owned(),
                },
            }),
        }
    }

    async fn find_refund(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        self.inner.find_refund(account, provider_ref).await
    }

    async fn search_refund(
        &self,
        account: &Account,
        charge_ref: &str,
        refund: &Refund,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        self.inner.search_refund(account, charge_ref, refund).await
    }

    async fn verify_account(&self, account: &Account) -> Result<(), GatewayError> {
        self.inner.verify_account(account).await
    }

    fn read_webhook(
        &self,
        account: &Account,
        headers: &BTreeMap<String, String>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<GatewayEvent, WebhookError> {
        self.inner.read_webhook(account, headers, body, now)
    }
}
