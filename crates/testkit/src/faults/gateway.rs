//! A gateway at the end of a line that can die.

use std::{collections::BTreeMap, io, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{payment::Payment, refund::Refund};
use ports::gateway::{
    Account, Charge, ChargeRequest, GatewayError, GatewayEvent, PaymentGateway, RefundReceipt, RefundRequest,
    WebhookError,
};

use super::Faults;

pub(super) struct Unreliable {
    pub(super) inner: Arc<dyn PaymentGateway>,
    pub(super) faults: Arc<Faults>,
}

impl Unreliable {
    async fn step<T>(
        &self,
        name: &str,
        call: impl Future<Output = Result<T, GatewayError>>,
    ) -> Result<T, GatewayError> {
        self.faults.before_step(|| name.to_owned()).await.map_err(lost)?;
        let answer = call.await?;
        self.faults.after_step().await.map_err(lost)?;
        Ok(answer)
    }
}

fn lost(cause: io::Error) -> GatewayError {
    GatewayError::Unknown(Box::new(cause))
}

#[async_trait]
impl PaymentGateway for Unreliable {
    async fn charge(&self, account: &Account, request: &ChargeRequest) -> Result<Charge, GatewayError> {
        self.step("charge", self.inner.charge(account, request)).await
    }

    async fn find_charge(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<Charge>, GatewayError> {
        self.step("find_charge", self.inner.find_charge(account, provider_ref)).await
    }

    async fn search_charge(
        &self,
        account: &Account,
        payment: &Payment,
    ) -> Result<Option<Charge>, GatewayError> {
        self.step("search_charge", self.inner.search_charge(account, payment)).await
    }

    async fn cancel_charge(
        &self,
        account: &Account,
        provider_ref: &str,
        key: &str,
    ) -> Result<Charge, GatewayError> {
        self.step("cancel_charge", self.inner.cancel_charge(account, provider_ref, key)).await
    }

    async fn refund(
        &self,
        account: &Account,
        request: &RefundRequest,
    ) -> Result<RefundReceipt, GatewayError> {
        self.step("refund", self.inner.refund(account, request)).await
    }

    async fn find_refund(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        self.step("find_refund", self.inner.find_refund(account, provider_ref)).await
    }

    async fn search_refund(
        &self,
        account: &Account,
        charge_ref: &str,
        refund: &Refund,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        self.step("search_refund", self.inner.search_refund(account, charge_ref, refund)).await
    }

    async fn verify_account(&self, account: &Account) -> Result<(), GatewayError> {
        self.step("verify_account", self.inner.verify_account(account)).await
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
