//! Calls to other people's systems in the middle of a request: what is written so far is made final first.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{id::StoreId, payment::Payment, refund::Refund};
use ports::{
    Clock,
    gateway::{
        Account, Charge, ChargeRequest, GatewayError, GatewayEvent, PaymentGateway, RefundReceipt,
        RefundRequest, WebhookError,
    },
    idempotency::RequestWork,
    sandbox::{Intent, SandboxDesk},
};

use crate::{Core, Gateways};

/// The same core with every way out of the house watched.
pub(super) fn between_transactions(core: Core, work: &Arc<dyn RequestWork>, lease: TimeDelta) -> Core {
    let door = Door { work: Arc::clone(work), clock: Arc::clone(&core.clock), lease };
    let behind = |gateway| Arc::new(Behind { door: door.clone(), inner: gateway });
    let Gateways { sandbox, sandbox_desk, stripe, way_back } = core.gateways;
    let gateways = Gateways {
        sandbox: behind(sandbox),
        sandbox_desk: Arc::new(Behind { door: door.clone(), inner: sandbox_desk }),
        stripe: behind(stripe),
        way_back,
    };
    Core { gateways, ..core }
}

/// The way out of the house.
#[derive(Clone)]
struct Door {
    work: Arc<dyn RequestWork>,
    clock: Arc<dyn Clock>,
    lease: TimeDelta,
}

impl Door {
    /// Makes everything final. If that fails, the call is not made; whether an earlier attempt made it is
    /// as unknown as before.
    async fn leave(&self) -> Result<(), GatewayError> {
        let now = self.clock.now();
        let until = now.checked_add_signed(self.lease).unwrap_or(now);
        self.work.flush(until).await.map_err(|cause| GatewayError::Unknown(Box::new(cause)))
    }
}

/// Somebody else's system, behind the door.
struct Behind<T: ?Sized> {
    door: Door,
    inner: Arc<T>,
}

#[async_trait]
impl PaymentGateway for Behind<dyn PaymentGateway> {
    async fn charge(&self, account: &Account, request: &ChargeRequest) -> Result<Charge, GatewayError> {
        self.door.leave().await?;
        self.inner.charge(account, request).await
    }

    async fn find_charge(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<Charge>, GatewayError> {
        self.door.leave().await?;
        self.inner.find_charge(account, provider_ref).await
    }

    async fn search_charge(
        &self,
        account: &Account,
        payment: &Payment,
    ) -> Result<Option<Charge>, GatewayError> {
        self.door.leave().await?;
        self.inner.search_charge(account, payment).await
    }

    async fn cancel_charge(
        &self,
        account: &Account,
        provider_ref: &str,
        idempotency_key: &str,
    ) -> Result<Charge, GatewayError> {
        self.door.leave().await?;
        self.inner.cancel_charge(account, provider_ref, idempotency_key).await
    }

    async fn refund(
        &self,
        account: &Account,
        request: &RefundRequest,
    ) -> Result<RefundReceipt, GatewayError> {
        self.door.leave().await?;
        self.inner.refund(account, request).await
    }

    async fn find_refund(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        self.door.leave().await?;
        self.inner.find_refund(account, provider_ref).await
    }

    async fn search_refund(
        &self,
        account: &Account,
        charge_ref: &str,
        refund: &Refund,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        self.door.leave().await?;
        self.inner.search_refund(account, charge_ref, refund).await
    }

    async fn verify_account(&self, account: &Account) -> Result<(), GatewayError> {
        self.door.leave().await?;
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

#[async_trait]
impl SandboxDesk for Behind<dyn SandboxDesk> {
    async fn look_up(&self, store: StoreId, provider_ref: &str) -> Result<Option<Intent>, GatewayError> {
        self.door.leave().await?;
        self.inner.look_up(store, provider_ref).await
    }

    async fn decide(
        &self,
        store: StoreId,
        provider_ref: &str,
        approve: bool,
    ) -> Result<Option<Charge>, GatewayError> {
        self.door.leave().await?;
        self.inner.decide(store, provider_ref, approve).await
    }
}
