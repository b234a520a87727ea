//! The sandbox gateway, over its books in memory.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use adapters_sandbox::{SandboxConfig, SandboxGateway, accepted_methods};
use adapters_system::SystemIds;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    id::{OrderId, PaymentId, RefundId, StoreId},
    money::{Currency, Money},
};
use ports::{
    Clock,
    gateway::{
        Account, Charge, ChargeRequest, ChargeState, GatewayError, PaymentGateway as _, RefundRequest,
        RefundState, WebhookError,
    },
    sandbox::SandboxDesk as _,
};
use testkit::sandbox::MemoryLedger;

/// A clock that moves when told to.
#[derive(Default)]
struct Hands(AtomicI64);

#[async_trait]
impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + self.0.load(Ordering::SeqCst), 0).unwrap()
    }

    async fn sleep(&self, pause: Duration) {
        self.0.fetch_add(i64::try_from(pause.as_secs()).unwrap(), Ordering::SeqCst);
    }
}

struct Bench {
    gateway: SandboxGateway,
    clock: Arc<Hands>,
    account: Account,
}

fn bench() -> Bench {
    let clock = Arc::new(Hands::default());
    let gateway = SandboxGateway::new(
        Arc::new(MemoryLedger::default()),
        clock.clone(),
        Arc::new(SystemIds),
        SandboxConfig::new("http://shop.test"),
    );
    Bench { gateway, clock, account: account(1) }
}

fn account(store: u8) -> Account {
    Account { store: StoreId::from_bytes([store; 16]), secret_key: None, webhook_secret: None }
}

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn pay(method: &str, key: &str) -> ChargeRequest {
    ChargeRequest {
        payment: PaymentId::from_bytes([3; 16]),
        order: OrderId::from_bytes([4; 16]),
        amount: gbp(2_500),
        method: method.to_owned(),
        email: "ada@example.com".to_owned(),
        description: "Order C-1".to_owned(),
        return_url: None,
        idempotency_key: key.to_owned(),
    }
}

fn give_back(charge: &Charge, minor: i64, key: &str) -> RefundRequest {
    RefundRequest {
        refund: RefundId::from_bytes([5; 16]),
        provider_ref: charge.provider_ref.clone(),
        amount: gbp(minor),
        reason: None,
        idempotency_key: key.to_owned(),
    }
}

fn code(error: GatewayError) -> String {
    match error {
        GatewayError::Rejected { code: Some(code), .. } => code,
        other => panic!("not rejected with a code: {other:?}"),
    }
}

impl Bench {
    async fn charge(&self, method: &str, key: &str) -> Charge {
        self.gateway.charge(&self.account, &pay(method, key)).await.unwrap()
    }

    async fn now_at(&self, charge: &Charge) -> ChargeState {
        self.gateway.find_charge(&self.account, &charge.provider_ref).await.unwrap().unwrap().state
    }
}

#[tokio::test]
async fn cards_are_taken_or_refused_as_their_names_say() {
    let bench = bench();
    for method in ["pm_card_visa", "pm_card_mastercard", "pm_card_amex"] {
        let taken = bench.charge(method, method).await;
        assert_eq!(taken.state, ChargeState::Captured { amount: gbp(2_500) }, "{method}");
    }
    for (method, expected) in [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_visa_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedLostCard", "card_declined"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
    ] {
        let refused = bench.charge(method, method).await;
        let ChargeState::Failed { code, message } = &refused.state else { panic!("{method}: {refused:?}") };
        assert_eq!(code, expected, "{method}");
        assert!(!message.is_empty());
        assert_eq!(bench.now_at(&refused).await, refused.state, "{method} stays refused");
    }
}

#[tokio::test]
async fn an_unknown_method_is_rejected_with_a_list_of_those_accepted() {
    let refused = bench().gateway.charge(&account(1), &pay("pm_card_gold", "k")).await.unwrap_err();
    let GatewayError::Rejected { message, .. } = refused else { panic!("{refused:?}") };
    assert!(accepted_methods().all(|method| message.contains(method)), "{message}");
}

#[tokio::test]
async fn a_charge_of_nothing_is_rejected() {
    for minor in [0, -5] {
        let request = ChargeRequest { amount: gbp(minor), ..pay("pm_card_visa", "k") };
        assert_eq!(
            code(bench().gateway.charge(&account(1), &request).await.unwrap_err()),
            "amount_too_small"
        );
    }
}

#[tokio::test]
async fn a_repeated_key_charges_once_and_another_request_under_it_is_rejected() {
    let bench = bench();
    let first = bench.charge("pm_card_visa", "key").await;
    assert_eq!(bench.charge("pm_card_visa", "key").await, first);
    assert_ne!(bench.charge("pm_card_visa", "other").await.provider_ref, first.provider_ref);
    for request in [
        ChargeRequest { amount: gbp(2_501), ..pay("pm_card_visa", "key") },
        ChargeRequest { payment: PaymentId::from_bytes([9; 16]), ..pay("pm_card_visa", "key") },
        pay("pm_card_amex", "key"),
    ] {
        assert_eq!(
            code(bench.gateway.charge(&bench.account, &request).await.unwrap_err()),
            "idempotency_error"
        );
    }
}

#[tokio::test]
async fn a_card_that_wants_authentication_waits_for_the_shoppers_answer() {
    let bench = bench();
    let store = bench.account.store;
    for (method, approve, taken) in [
        ("pm_card_authenticationRequired", true, true),
        ("pm_card_threeDSecure2Required", false, false),
        ("pm_card_threeDSecureRequiredChargeDeclined", true, false),
    ] {
        let charge = bench.charge(method, method).await;
        let url = format!("http://shop.test/sandbox/3ds/{store}/{}", charge.provider_ref);
        assert_eq!(charge.state, ChargeState::RequiresAction { url }, "{method}");
        let done = bench.gateway.decide(store, &charge.provider_ref, approve).await.unwrap().unwrap();
        assert_eq!(matches!(done.state, ChargeState::Captured { .. }), taken, "{method}");
        assert_eq!(matches!(done.state, ChargeState::Failed { .. }), !taken, "{method}");
        let again = bench.gateway.decide(store, &charge.provider_ref, !approve).await.unwrap();
        assert_eq!(again, Some(done), "{method}: the first answer holds");
    }
    assert_eq!(bench.gateway.decide(store, "pi_none", true).await.unwrap(), None);
}

#[tokio::test]
async fn slow_methods_settle_when_their_time_has_come() {
    let bench = bench();
    for (method, succeeds) in [
        ("pm_sandbox_delayed_success", true),
        ("pm_usBankAccount_success", true),
        ("pm_sandbox_delayed_failure", false),
        ("pm_usBankAccount_insufficientFunds", false),
    ] {
        let charge = bench.charge(method, method).await;
        assert_eq!(charge.state, ChargeState::Processing, "{method}");
        bench.clock.sleep(Duration::from_secs(2)).await;
        assert_eq!(bench.now_at(&charge).await, ChargeState::Processing, "{method} too early");
        bench.clock.sleep(Duration::from_secs(1)).await;
        let settled = bench.now_at(&charge).await;
        assert_eq!(matches!(settled, ChargeState::Captured { .. }), succeeds, "{method}: {settled:?}");
        assert_eq!(matches!(settled, ChargeState::Failed { .. }), !succeeds, "{method}: {settled:?}");
        assert_eq!(bench.charge(method, method).await.state, settled, "a repeated call tells the same");
    }
}

#[tokio::test]
async fn only_a_charge_that_took_no_money_is_called_off() {
    let bench = bench();
    let slow = bench.charge("pm_sandbox_delayed_success", "slow").await;
    let waiting = bench.charge("pm_card_authenticationRequired", "waiting").await;
    let late = bench.charge("pm_sandbox_delayed_success", "late").await;
    let taken = bench.charge("pm_card_visa", "taken").await;
    let cancel = async |charge: &Charge| {
        bench.gateway.cancel_charge(&bench.account, &charge.provider_ref, "c").await.unwrap().state
    };
    assert_eq!(cancel(&slow).await, ChargeState::Cancelled);
    assert_eq!(cancel(&slow).await, ChargeState::Cancelled);
    assert_eq!(cancel(&waiting).await, ChargeState::Cancelled);
    bench.clock.sleep(Duration::from_secs(3)).await;
    assert_eq!(cancel(&late).await, ChargeState::Captured { amount: gbp(2_500) }, "the money came first");
    assert_eq!(cancel(&taken).await, ChargeState::Captured { amount: gbp(2_500) });
    assert_eq!(bench.now_at(&slow).await, ChargeState::Cancelled, "time does not revive it");
    let missing = bench.gateway.cancel_charge(&bench.account, "pi_none", "c").await.unwrap_err();
    assert_eq!(code(missing), "resource_missing");
}

#[tokio::test]
async fn refunds_happen_once_a_key_and_never_exceed_the_charge() {
    let bench = bench();
    let refund = async |request: RefundRequest| bench.gateway.refund(&bench.account, &request).await;
    let taken = bench.charge("pm_card_visa", "k").await;
    let first = refund(give_back(&taken, 2_000, "r1")).await.unwrap();
    assert_eq!(first.state, RefundState::Succeeded);
    assert_eq!(refund(give_back(&taken, 2_000, "r1")).await.unwrap(), first, "once a key");
    assert_eq!(code(refund(give_back(&taken, 100, "r1")).await.unwrap_err()), "idempotency_error");
    assert_eq!(code(refund(give_back(&taken, 501, "r2")).await.unwrap_err()), "refund_refused");
    assert!(refund(give_back(&taken, 500, "r3")).await.is_ok(), "exactly the rest");
    let found = bench.gateway.find_refund(&bench.account, &first.provider_ref).await.unwrap();
    assert_eq!(found, Some(first));
    let refused = bench.charge("pm_card_chargeDeclined", "declined").await;
    assert_eq!(code(refund(give_back(&refused, 1, "r4")).await.unwrap_err()), "refund_refused");
    assert_eq!(code(refund(give_back(&taken, 0, "r5")).await.unwrap_err()), "amount_too_small");
}

#[tokio::test]
async fn a_slow_charge_can_be_refunded_as_soon_as_it_is_due() {
    let bench = bench();
    let slow = bench.charge("pm_sandbox_delayed_success", "k").await;
    let request = give_back(&slow, 2_500, "r");
    assert_eq!(
        code(bench.gateway.refund(&bench.account, &request).await.unwrap_err()),
        "refund_refused",
        "nothing was taken yet"
    );
    bench.clock.sleep(Duration::from_secs(3)).await;
    assert!(bench.gateway.refund(&bench.account, &request).await.is_ok());
}

#[tokio::test]
async fn another_store_finds_nothing() {
    let bench = bench();
    let charge = bench.charge("pm_card_visa", "k").await;
    let other = account(2);
    assert_eq!(bench.gateway.find_charge(&other, &charge.provider_ref).await.unwrap(), None);
    let taken = bench.gateway.refund(&other, &give_back(&charge, 1, "r")).await.unwrap_err();
    assert_eq!(code(taken), "refund_refused");
}

#[test]
fn the_sandbox_sends_no_webhooks() {
    let bench = bench();
    let read = bench.gateway.read_webhook(&bench.account, &BTreeMap::new(), b"{}", bench.clock.now());
    assert_eq!(read, Err(WebhookError::NotConfigured));
}
