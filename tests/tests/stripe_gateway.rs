//! The Stripe gateway against a Stripe that reads requests by Stripe's published schema.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::{collections::BTreeMap, time::Duration};

use adapters_stripe::{StripeConfig, StripeGateway};
use adapters_system::SystemClock;
use domain::{
    access::Mode,
    id::{OrderId, PaymentId, RefundId, StoreId},
    money::{Currency, Money},
    payment::{Payment, PaymentStart, Provider},
    refund::{self, Refund, RefundPlan, RefundReason},
};
use ports::{
    Clock as _,
    gateway::{
        Account, Charge, ChargeRequest, ChargeState, GatewayError, GatewayEvent, News, PaymentGateway as _,
        RefundReceipt, RefundRequest, RefundState, WebhookError,
    },
};
use secrecy::SecretString;
use testkit::stripe::{Delivery, FakeStripe, Fault};

const KEY: &str = "sk_test_51Shop";
const WEBHOOK_SECRET: &str = "whsec_shop";
const PAYMENT: PaymentId = PaymentId::from_bytes([3; 16]);
const REFUND: RefundId = RefundId::from_bytes([5; 16]);

struct Bench {
    stripe: FakeStripe,
    gateway: StripeGateway,
    account: Account,
}

async fn bench() -> Bench {
    bench_with(StripeConfig::default()).await
}

async fn bench_with(config: StripeConfig) -> Bench {
    let stripe = FakeStripe::start().await;
    let config = StripeConfig {
        api_base: stripe.url().to_owned(),
        backoff: Duration::from_millis(5),
        timeout: Duration::from_millis(400),
        ..config
    };
    Bench { gateway: StripeGateway::new(config).unwrap(), stripe, account: account(KEY) }
}

fn account(key: &str) -> Account {
    Account {
        store: StoreId::from_bytes([1; 16]),
        secret_key: Some(SecretString::from(key)),
        webhook_secret: Some(SecretString::from(WEBHOOK_SECRET)),
    }
}

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::from_code(code).unwrap())
}

fn gbp(minor: i64) -> Money {
    money(minor, "GBP")
}

fn pay(method: &str, key: &str) -> ChargeRequest {
    ChargeRequest {
        payment: PAYMENT,
        order: OrderId::from_bytes([4; 16]),
        amount: gbp(2_500),
        method: method.to_owned(),
        email: "ada+shop@example.com".to_owned(),
        description: "Order C-1 & more".to_owned(),
        return_url: Some("https://shop.test/thanks?a=1&b=2".to_owned()),
        idempotency_key: key.to_owned(),
    }
}

fn give_back(charge: &Charge, minor: i64, key: &str) -> RefundRequest {
    RefundRequest {
        refund: REFUND,
        provider_ref: charge.provider_ref.clone(),
        amount: gbp(minor),
        reason: Some("requested_by_customer".to_owned()),
        idempotency_key: key.to_owned(),
    }
}

fn code<T: std::fmt::Debug>(outcome: Result<T, GatewayError>) -> String {
    match outcome {
        Err(GatewayError::Rejected { code: Some(code), .. }) => code,
        other => panic!("not rejected with a code: {other:?}"),
    }
}

impl Bench {
    async fn charge(&self, method: &str, key: &str) -> Charge {
        self.gateway.charge(&self.account, &pay(method, key)).await.unwrap()
    }

    async fn find(&self, charge: &Charge) -> ChargeState {
        self.gateway.find_charge(&self.account, &charge.provider_ref).await.unwrap().unwrap().state
    }

    async fn refund(&self, request: RefundRequest) -> Result<RefundReceipt, GatewayError> {
        self.gateway.refund(&self.account, &request).await
    }

    async fn cancel(&self, charge: &Charge, key: &str) -> ChargeState {
        self.gateway.cancel_charge(&self.account, &charge.provider_ref, key).await.unwrap().state
    }

    fn read(&self, delivery: &Delivery) -> Result<GatewayEvent, WebhookError> {
        let headers = BTreeMap::from([("stripe-signature".to_owned(), delivery.signature())]);
        self.gateway.read_webhook(&self.account, &headers, delivery.body().as_bytes(), SystemClock.now())
    }

    /// Every request so far was one that Stripe would have taken.
    fn well_behaved(&self) {
        assert_eq!(self.stripe.violations(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_good_card_is_charged_and_the_charge_carries_our_ids() {
    let bench = bench().await;
    let charge = bench.charge("pm_card_visa", "k").await;
    assert_eq!(charge.state, ChargeState::Captured { amount: gbp(2_500) });
    assert_eq!(bench.stripe.captured(&charge.provider_ref), Some(2_500));
    assert_eq!(bench.find(&charge).await, charge.state);
    let event = bench.stripe.event_for(&charge.provider_ref, "payment_intent.succeeded");
    let intent = &event["data"]["object"];
    assert_eq!(intent["metadata"]["payment_id"], PAYMENT.to_string());
    assert_eq!(intent["metadata"]["order_id"], OrderId::from_bytes([4; 16]).to_string());
    assert_eq!(intent["metadata"]["store_id"], bench.account.store.to_string());
    assert_eq!(intent["receipt_email"], "ada+shop@example.com");
    assert_eq!(intent["description"], "Order C-1 & more");
    bench.well_behaved();
}

#[tokio::test]
async fn a_charge_needs_neither_email_nor_description_nor_return_address() {
    let bench = bench().await;
    let request = ChargeRequest {
        email: String::new(),
        description: String::new(),
        return_url: None,
        ..pay("pm_card_visa", "k")
    };
    let charge = bench.gateway.charge(&bench.account, &request).await.unwrap();
    assert!(matches!(charge.state, ChargeState::Captured { .. }));
    bench.well_behaved();
}

#[tokio::test]
async fn a_declined_card_is_an_answer_with_its_reason() {
    let bench = bench().await;
    for (method, expected) in [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
    ] {
        let refused = bench.charge(method, method).await;
        let ChargeState::Failed { code, message } = &refused.state else { panic!("{method}: {refused:?}") };
        assert_eq!((code.as_str(), message.as_str()), (expected, "Your payment was declined."), "{method}");
        assert_eq!(bench.find(&refused).await, refused.state, "{method} asked again");
        assert_eq!(bench.stripe.captured(&refused.provider_ref), None);
    }
    bench.well_behaved();
}

#[tokio::test]
async fn a_card_that_wants_authentication_sends_the_shopper_to_a_page() {
    let bench = bench().await;
    for (method, approve) in
        [("pm_card_authenticationRequired", true), ("pm_card_threeDSecure2Required", false)]
    {
        let charge = bench.charge(method, method).await;
        let ChargeState::RequiresAction { url } = &charge.state else { panic!("{method}: {charge:?}") };
        assert!(url.ends_with(&charge.provider_ref), "{url}");
        bench.stripe.complete_action(&charge.provider_ref, approve);
        let after = bench.find(&charge).await;
        assert_eq!(matches!(after, ChargeState::Captured { .. }), approve, "{after:?}");
        assert_eq!(matches!(after, ChargeState::Failed { .. }), !approve, "{after:?}");
    }
    bench.well_behaved();
}

#[tokio::test]
async fn without_an_address_to_return_to_authentication_is_refused_and_not_left_hanging() {
    let bench = bench().await;
    let request = ChargeRequest { return_url: None, ..pay("pm_card_authenticationRequired", "k") };
    let charge = bench.gateway.charge(&bench.account, &request).await.unwrap();
    assert!(
        matches!(&charge.state, ChargeState::Failed { code, .. } if code == "authentication_required"),
        "{charge:?}"
    );
    bench.well_behaved();
}

#[tokio::test]
async fn a_bank_debit_is_under_way_until_it_settles() {
    let bench = bench().await;
    for (key, succeed) in [("a", true), ("b", false)] {
        let charge = bench.charge("pm_usBankAccount_success", key).await;
        assert_eq!(charge.state, ChargeState::Processing);
        bench.stripe.settle(&charge.provider_ref, succeed);
        let after = bench.find(&charge).await;
        assert_eq!(matches!(after, ChargeState::Captured { .. }), succeed, "{after:?}");
    }
    bench.well_behaved();
}

#[tokio::test]
async fn amounts_go_out_and_come_back_in_stripes_units() {
    let bench = bench().await;
    for (code, minor, theirs) in
        [("JPY", 500, 500), ("KWD", 5_120, 5_120), ("ISK", 5, 500), ("UGX", 7, 700), ("MGA", 500, 5)]
    {
        let request = ChargeRequest { amount: money(minor, code), ..pay("pm_card_visa", code) };
        let charge = bench.gateway.charge(&bench.account, &request).await.unwrap();
        assert_eq!(charge.state, ChargeState::Captured { amount: money(minor, code) }, "{code}");
        assert_eq!(bench.stripe.captured(&charge.provider_ref), Some(theirs), "{code}");
    }
    let asked = bench.stripe.requests().len();
    let request = ChargeRequest { amount: money(5_124, "KWD"), ..pay("pm_card_visa", "k") };
    assert_eq!(code(bench.gateway.charge(&bench.account, &request).await), "amount_not_accepted");
    assert_eq!(bench.stripe.requests().len(), asked, "what Stripe cannot move is not sent");
    bench.well_behaved();
}

#[tokio::test]
async fn a_repeated_key_charges_once_and_another_request_under_it_tells_nothing_of_the_first() {
    let bench = bench().await;
    let first = bench.charge("pm_card_visa", "k").await;
    assert_eq!(bench.charge("pm_card_visa", "k").await, first);
    let other = ChargeRequest { amount: gbp(1), ..pay("pm_card_visa", "k") };
    assert!(matches!(bench.gateway.charge(&bench.account, &other).await, Err(GatewayError::Unknown(_))));
    assert_eq!(bench.stripe.intents(), 1);
    bench.well_behaved();
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    for fault in [
        Fault::HangUpAfterWork,
        Fault::HangUpBeforeWork,
        Fault::ServerError,
        Fault::TooManyRequests,
        Fault::KeyInUse,
        Fault::Slow(Duration::from_millis(900)),
    ] {
        let bench = bench().await;
        bench.stripe.fail_next([fault, fault]);
        let charge = bench.charge("pm_card_visa", "once").await;
        assert!(matches!(charge.state, ChargeState::Captured { .. }), "{fault:?}: {charge:?}");
        assert_eq!(bench.stripe.intents(), 1, "{fault:?} charges once");
        let requests = bench.stripe.requests();
        assert_eq!(requests.len(), 3, "{fault:?}");
        assert!(requests.iter().all(|sent| *sent == requests[0]), "{fault:?} repeats the very same request");
        assert_eq!(requests[0].idempotency_key.as_deref(), Some("once"));
        bench.well_behaved();
    }
}

#[tokio::test]
async fn when_no_answer_comes_the_outcome_is_unknown_and_the_key_still_tells_it() {
    let bench = bench().await;
    bench.stripe.fail_next([Fault::HangUpAfterWork; 3]);
    let lost = bench.gateway.charge(&bench.account, &pay("pm_card_visa", "k")).await;
    assert!(matches!(lost, Err(GatewayError::Unknown(_))), "{lost:?}");
    assert_eq!(bench.stripe.requests().len(), 3, "no more than three attempts");
    let charge = bench.charge("pm_card_visa", "k").await;
    assert_eq!(bench.stripe.captured(&charge.provider_ref), Some(2_500));
    assert_eq!(bench.stripe.intents(), 1, "the money was taken once");

    bench.stripe.fail_next([Fault::ServerError; 3]);
    let lost = bench.gateway.find_charge(&bench.account, &charge.provider_ref).await;
    assert!(matches!(lost, Err(GatewayError::Unknown(_))), "{lost:?}");
    bench.well_behaved();
}

#[tokio::test]
async fn a_call_never_outlasts_its_total_time() {
    let config = StripeConfig { total_timeout: Duration::from_millis(600), ..StripeConfig::default() };
    let bench = bench_with(config).await;
    bench.stripe.fail_next([Fault::Slow(Duration::from_secs(5)); 3]);
    let started = std::time::Instant::now();
    let lost = bench.gateway.charge(&bench.account, &pay("pm_card_visa", "k")).await;
    assert!(matches!(lost, Err(GatewayError::Unknown(_))), "{lost:?}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[tokio::test]
async fn nobody_at_the_address_is_an_unknown_outcome() {
    let config = StripeConfig {
        api_base: "http://127.0.0.1:1".to_owned(),
        backoff: Duration::from_millis(1),
        ..StripeConfig::default()
    };
    let gateway = StripeGateway::new(config).unwrap();
    let lost = gateway.charge(&account(KEY), &pay("pm_card_visa", "k")).await;
    assert!(matches!(lost, Err(GatewayError::Unknown(_))), "{lost:?}");
}

#[tokio::test]
async fn what_stripe_does_not_take_is_rejected_with_its_explanation() {
    let bench = bench().await;
    let refused = bench.gateway.charge(&bench.account, &pay("pm_card_gold", "k")).await;
    let Err(GatewayError::Rejected { code, message }) = refused else { panic!("{refused:?}") };
    assert_eq!(code.as_deref(), Some("resource_missing"));
    assert!(message.contains("pm_card_gold"), "{message}");
    assert_eq!(bench.stripe.requests().len(), 1, "a refusal is not repeated");
}

#[tokio::test]
async fn keys_are_checked_before_and_by_stripe() {
    let bench = bench().await;
    assert!(bench.gateway.verify_account(&bench.account).await.is_ok());
    bench.stripe.revoke(KEY);
    let refused = bench.gateway.verify_account(&bench.account).await;
    assert!(matches!(refused, Err(GatewayError::Unauthorized)), "{refused:?}");
    let asked = bench.stripe.requests().len();
    let malformed = bench.gateway.verify_account(&account("pk_test_51Shop")).await;
    assert!(matches!(malformed, Err(GatewayError::InvalidKeys)), "{malformed:?}");
    let none = Account { secret_key: None, ..account(KEY) };
    let missing = bench.gateway.charge(&none, &pay("pm_card_visa", "k")).await;
    assert!(matches!(missing, Err(GatewayError::NotConfigured)), "{missing:?}");
    assert_eq!(bench.stripe.requests().len(), asked, "such keys are not sent anywhere");
    bench.well_behaved();
}

#[tokio::test]
async fn another_account_finds_nothing() {
    let bench = bench().await;
    let charge = bench.charge("pm_card_visa", "k").await;
    let other = account("sk_test_other");
    assert_eq!(bench.gateway.find_charge(&other, &charge.provider_ref).await.unwrap(), None);
    assert_eq!(code(bench.gateway.refund(&other, &give_back(&charge, 1, "r")).await), "resource_missing");
    assert_eq!(
        code(bench.gateway.cancel_charge(&other, &charge.provider_ref, "c").await),
        "resource_missing"
    );
    bench.well_behaved();
}

#[tokio::test]
async fn a_reference_never_leads_to_another_path() {
    let bench = bench().await;
    for name in ["", "../balance", "pi_1/cancel", "pi_1?expand[]=x", "pi 1"] {
        assert_eq!(bench.gateway.find_charge(&bench.account, name).await.unwrap(), None, "{name}");
        assert_eq!(bench.gateway.find_refund(&bench.account, name).await.unwrap(), None, "{name}");
        assert_eq!(code(bench.gateway.cancel_charge(&bench.account, name, "c").await), "resource_missing");
    }
    assert_eq!(bench.stripe.requests(), []);
}

#[tokio::test]
async fn only_a_charge_that_took_no_money_is_called_off() {
    let bench = bench().await;
    let waiting = bench.charge("pm_card_authenticationRequired", "a").await;
    assert_eq!(bench.cancel(&waiting, "c1").await, ChargeState::Cancelled);
    assert_eq!(bench.cancel(&waiting, "c2").await, ChargeState::Cancelled, "twice is once");
    let taken = bench.charge("pm_card_visa", "b").await;
    assert_eq!(bench.cancel(&taken, "c3").await, taken.state, "the money came first");
    assert_eq!(bench.stripe.captured(&taken.provider_ref), Some(2_500));
    bench.well_behaved();
}

#[tokio::test]
async fn refunds_happen_once_a_key_and_never_exceed_the_charge() {
    let bench = bench().await;
    let charge = bench.charge("pm_card_visa", "k").await;
    bench.stripe.fail_next([Fault::HangUpAfterWork]);
    let first = bench.refund(give_back(&charge, 2_000, "r1")).await.unwrap();
    assert_eq!(first.state, RefundState::Succeeded);
    assert_eq!(bench.refund(give_back(&charge, 2_000, "r1")).await.unwrap(), first);
    assert_eq!(bench.stripe.refunded(&charge.provider_ref), 2_000, "once, though asked three times");
    assert_eq!(code(bench.refund(give_back(&charge, 501, "r2")).await), "amount_too_large");
    let own_words = RefundRequest { reason: Some("wrong size".to_owned()), ..give_back(&charge, 500, "r3") };
    assert!(bench.refund(own_words).await.is_ok(), "a reason that Stripe has no word for is not sent");
    assert_eq!(code(bench.refund(give_back(&charge, 1, "r4")).await), "charge_already_refunded");
    let found = bench.gateway.find_refund(&bench.account, &first.provider_ref).await.unwrap();
    assert_eq!(found, Some(first));
    assert_eq!(bench.gateway.find_refund(&bench.account, "re_none").await.unwrap(), None);
    bench.well_behaved();
}

#[tokio::test]
async fn what_was_made_is_found_by_our_own_names_however_much_was_made_since() {
    let bench = bench().await;
    let charge = bench.charge("pm_card_visa", "k").await;
    let receipt = bench.refund(give_back(&charge, 10, "r")).await.unwrap();
    for number in 0..130 {
        let other = PaymentId::from_bytes([number; 16]);
        let request = ChargeRequest { payment: other, ..pay("pm_card_visa", &format!("k{number}")) };
        if other != PAYMENT {
            bench.gateway.charge(&bench.account, &request).await.unwrap();
        }
    }
    let start = |id| PaymentStart {
        id,
        order_id: OrderId::from_bytes([4; 16]),
        mode: Mode::Test,
        provider: Provider::Stripe,
        method: "pm_card_visa".to_owned(),
        amount: gbp(2_500),
        attempt: 1,
        idempotency_key: "k".to_owned(),
        return_url: None,
    };
    let payment = |id| Payment::begin(start(id), SystemClock.now()).unwrap();
    let search = async |id| bench.gateway.search_charge(&bench.account, &payment(id)).await.unwrap();
    assert_eq!(search(PAYMENT).await, Some(charge.clone()));
    assert_eq!(search(PaymentId::from_bytes([200; 16])).await, None);

    let refund = |id| Refund {
        id,
        order_id: OrderId::from_bytes([4; 16]),
        payment_id: PAYMENT,
        plan: RefundPlan { amount: gbp(10), lines: Vec::new(), shipping: gbp(0), restock: Vec::new() },
        reason: RefundReason::Other,
        surplus: false,
        state: refund::RefundState::Pending,
        provider_ref: None,
        idempotency_key: "r".to_owned(),
        failure: None,
        version: 1,
        created_at: SystemClock.now(),
        updated_at: SystemClock.now(),
    };
    let name = &charge.provider_ref;
    let search = async |id| bench.gateway.search_refund(&bench.account, name, &refund(id)).await.unwrap();
    assert_eq!(search(REFUND).await, Some(receipt));
    assert_eq!(search(RefundId::from_bytes([6; 16])).await, None);
    bench.well_behaved();
}

#[tokio::test]
async fn a_pending_refund_can_still_come_back() {
    let bench = bench().await;
    for (key, succeed) in [("a", true), ("b", false)] {
        let charge = bench.charge("pm_card_pendingRefund", key).await;
        let receipt = bench.refund(give_back(&charge, 2_500, &format!("r-{key}"))).await.unwrap();
        assert_eq!(receipt.state, RefundState::Pending);
        bench.stripe.settle_refund(&receipt.provider_ref, succeed);
        let after = bench.gateway.find_refund(&bench.account, &receipt.provider_ref).await.unwrap().unwrap();
        assert_eq!(after.state == RefundState::Succeeded, succeed, "{after:?}");
        assert_eq!(matches!(after.state, RefundState::Failed { .. }), !succeed, "{after:?}");
    }
    bench.well_behaved();
}

#[tokio::test]
async fn webhooks_tell_what_calls_tell() {
    let bench = bench().await;
    for (method, kind) in [
        ("pm_card_visa", "payment_intent.succeeded"),
        ("pm_card_chargeDeclined", "payment_intent.payment_failed"),
        ("pm_card_authenticationRequired", "payment_intent.requires_action"),
        ("pm_usBankAccount_success", "payment_intent.processing"),
    ] {
        let charge = bench.charge(method, method).await;
        let event = bench.stripe.event_for(&charge.provider_ref, kind);
        let read = bench.read(&Delivery::of(&event).signed(WEBHOOK_SECRET)).unwrap();
        assert_eq!(read.id, event["id"]);
        assert_eq!(read.news, News::Charge { payment: Some(PAYMENT), charge }, "{kind}");
    }
}

#[tokio::test]
async fn webhooks_tell_of_refunds_one_by_one_and_in_sum() {
    let bench = bench().await;
    let charge = bench.charge("pm_card_visa", "k").await;
    let receipt = bench.refund(give_back(&charge, 700, "r")).await.unwrap();
    let told = |kind: &str| {
        let event = bench.stripe.event_for(&charge.provider_ref, kind);
        bench.read(&Delivery::of(&event).signed(WEBHOOK_SECRET)).unwrap().news
    };
    let charge_ref = charge.provider_ref.clone();
    let one =
        News::Refund { refund: Some(REFUND), charge_ref: charge_ref.clone(), receipt, amount: gbp(700) };
    assert_eq!(told("refund.updated"), one);
    assert_eq!(told("charge.refund.updated"), one);
    let sum = News::Refunded { payment: Some(PAYMENT), charge_ref, total: gbp(700) };
    assert_eq!(told("charge.refunded"), sum);
}

#[tokio::test]
async fn webhooks_of_impostors_and_of_the_past_are_refused() {
    let bench = bench().await;
    let charge = bench.charge("pm_card_visa", "k").await;
    let event = bench.stripe.event_for(&charge.provider_ref, "payment_intent.succeeded");
    let minute = Duration::from_mins(1);
    for (delivery, held) in [
        (Delivery::of(&event).signed(WEBHOOK_SECRET), true),
        (Delivery::of(&event).signed("whsec_old").signed(WEBHOOK_SECRET), true),
        (Delivery::of(&event).signed_ago(minute * 4).signed(WEBHOOK_SECRET), true),
        (Delivery::of(&event).signed_ago(minute * 6).signed(WEBHOOK_SECRET), false),
        (Delivery::of(&event).signed("whsec_old"), false),
        (Delivery::of(&event).signed(WEBHOOK_SECRET).tampered("2500", "9900"), false),
        (Delivery::of(&event), false),
    ] {
        assert_eq!(bench.read(&delivery).is_ok(), held, "{delivery:?}");
    }
    let unsigned =
        bench.gateway.read_webhook(&bench.account, &BTreeMap::new(), b"{}", SystemClock.now()).unwrap_err();
    assert_eq!(unsigned, WebhookError::BadSignature);
    let none = Account { webhook_secret: None, ..account(KEY) };
    let unread = bench.gateway.read_webhook(&none, &BTreeMap::new(), b"{}", SystemClock.now());
    assert_eq!(unread, Err(WebhookError::NotConfigured));
}

#[tokio::test]
async fn errors_and_debug_output_carry_no_secret() {
    let bench = bench().await;
    bench.stripe.fail_next([Fault::ServerError; 3]);
    bench.stripe.fail_next([Fault::HangUpBeforeWork; 3]);
    let answered = bench.gateway.charge(&bench.account, &pay("pm_card_visa", "a")).await.unwrap_err();
    let broken = bench.gateway.charge(&bench.account, &pay("pm_card_visa", "b")).await.unwrap_err();
    for shown in [format!("{answered:?}"), format!("{broken:?}"), format!("{:?}", bench.account)] {
        assert!(!shown.contains("51Shop") && !shown.contains(WEBHOOK_SECRET), "{shown}");
    }
}

#[test]
fn an_address_that_is_none_is_refused_at_the_start() {
    for api_base in ["", "stripe", "ftp://api.stripe.com", "api.stripe.com:443"] {
        let config = StripeConfig { api_base: api_base.to_owned(), ..StripeConfig::default() };
        assert!(StripeGateway::new(config).is_err(), "{api_base}");
    }
}
