//! The sandbox as a [`PaymentGateway`].

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{id::RefundId, payment::Payment, refund::Refund};
use ports::{
    gateway::{
        Account, Charge, ChargeRequest, GatewayError, GatewayEvent, PaymentGateway, RefundReceipt,
        RefundRequest, RefundState, WebhookError,
    },
    sandbox::{IntentRefund, IntentState, SandboxDesk as _},
};

use crate::{
    SandboxGateway,
    gateway::{key_reused, rejected, unknown},
};

#[async_trait]
impl PaymentGateway for SandboxGateway {
    async fn charge(&self, account: &Account, request: &ChargeRequest) -> Result<Charge, GatewayError> {
        let draft = self.drafted(request, account.store)?;
        let intent = self.ledger.open(draft).await.map_err(unknown)?;
        let same = intent.amount == request.amount
            && intent.method == request.method
            && intent.payment == request.payment;
        if !same {
            return Err(key_reused());
        }
        self.settled(intent).await.map(|intent| self.told(intent))
    }

    async fn find_charge(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<Charge>, GatewayError> {
        let found = self.look_up(account.store, provider_ref).await?;
        Ok(found.map(|intent| self.told(intent)))
    }

    async fn search_charge(
        &self,
        account: &Account,
        payment: &Payment,
    ) -> Result<Option<Charge>, GatewayError> {
        let found =
            self.ledger.find_by_key(account.store, &payment.idempotency_key).await.map_err(unknown)?;
        let Some(intent) = found else { return Ok(None) };
        self.settled(intent).await.map(|intent| Some(self.told(intent)))
    }

    async fn cancel_charge(
        &self,
        account: &Account,
        provider_ref: &str,
        _idempotency_key: &str,
    ) -> Result<Charge, GatewayError> {
        // Cancelling is idempotent by nature: a second one finds the charge cancelled.
        let Some(intent) = self.look_up(account.store, provider_ref).await? else {
            return Err(rejected("resource_missing", "no such charge"));
        };
        let open = [IntentState::RequiresAction, IntentState::Processing];
        self.moved(intent, &open, IntentState::Cancelled).await.map(|intent| self.told(intent))
    }

    async fn refund(
        &self,
        account: &Account,
        request: &RefundRequest,
    ) -> Result<RefundReceipt, GatewayError> {
        if request.amount.minor() <= 0 {
            return Err(rejected("amount_too_small", "the amount must be above zero"));
        }
        // A delayed charge whose time has come is captured, even if nobody has asked yet.
        self.look_up(account.store, &request.provider_ref).await?;
        let refund = IntentRefund {
            store: account.store,
            provider_ref: self.name("re_sandbox"),
            idempotency_key: request.idempotency_key.clone(),
            refund: request.refund,
            intent_ref: request.provider_ref.clone(),
            amount: request.amount,
            created_at: self.clock.now(),
        };
        let Some(kept) = self.ledger.refund(refund).await.map_err(unknown)? else {
            return Err(rejected(
                "refund_refused",
                "the charge has not taken that much, or it went back before",
            ));
        };
        let asked: (RefundId, &str, _) = (request.refund, &request.provider_ref, request.amount);
        if (kept.refund, kept.intent_ref.as_str(), kept.amount) != asked {
            return Err(key_reused());
        }
        Ok(receipt(kept))
    }

    async fn find_refund(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        let found = self.ledger.find_refund(account.store, provider_ref).await.map_err(unknown)?;
        Ok(found.map(receipt))
    }

    async fn search_refund(
        &self,
        account: &Account,
        charge_ref: &str,
        refund: &Refund,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        let key = &refund.idempotency_key;
        let found = self.ledger.find_refund_by_key(account.store, key).await.map_err(unknown)?;
        Ok(found.filter(|found| found.intent_ref == charge_ref).map(receipt))
    }

    async fn verify_account(&self, _account: &Account) -> Result<(), GatewayError> {
        Ok(())
    }

    fn read_webhook(
        &self,
        _account: &Account,
        _headers: &BTreeMap<String, String>,
        _body: &[u8],
        _now: DateTime<Utc>,
    ) -> Result<GatewayEvent, WebhookError> {
        Err(WebhookError::NotConfigured)
    }
}

fn receipt(refund: IntentRefund) -> RefundReceipt {
    RefundReceipt { provider_ref: refund.provider_ref, state: RefundState::Succeeded }
}
