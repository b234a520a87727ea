//! A sale whose gateway misbehaves: no answer, a refusal of the call itself, a charge it has forgotten; and many
//! such sales at once.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod sale;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use application::{ErrorCode, checkout::reconcile, health::Pulse, worker};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::Handle,
    order::{Order, PaymentStatus},
    payment::PaymentState,
};
use ports::{
    Clock,
    gateway::{Charge, ChargeState, GatewayError, MockPaymentGateway},
};
use testkit::{TestCore, TestStore, cores, goods, store};

use self::sale::{Shopper, reference, stock};

const VISA: &str = "pm_card_visa";

fn with_gateway(core: TestCore, gateway: MockPaymentGateway) -> TestCore {
    core.with(|core| core.gateways.sandbox = Arc::new(gateway))
}

fn no_answer() -> GatewayError {
    GatewayError::Unknown("the line went dead".into())
}

async fn order(core: &TestCore, shop: &TestStore, id: domain::id::OrderId) -> Order {
    let mode = shop.test().mode;
    core.db.orders().order(shop.id, mode, &Handle::Id(id)).await.unwrap().unwrap().order
}

#[tokio::test]
async fn a_call_without_an_answer_is_repeated_under_the_same_key() {
    for core in cores().await {
        let keys = Arc::new(Mutex::new(Vec::new()));
        let mut gateway = MockPaymentGateway::new();
        let heard = keys.clone();
        gateway.expect_charge().times(2).returning(move |_, request| {
            let mut heard = heard.lock().unwrap();
            heard.push(request.idempotency_key.clone());
            if heard.len() == 1 {
                return Err(no_answer());
            }
            let state = ChargeState::Captured { amount: request.amount };
            Ok(Charge { provider_ref: "pi_1".to_owned(), state })
        });
        let core = with_gateway(core, gateway);
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;

        let placement = shopper.pays(&core, VISA).await.unwrap();
        assert_eq!(placement.payment.unwrap().state, PaymentState::Initiated);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 2));
        core.clock.advance(TimeDelta::minutes(1));
        reconcile::payments(&core, 10).await.unwrap();

        let found = order(&core, &shop, placement.order.id).await;
        assert_eq!((found.payment_status, found.is_placed()), (PaymentStatus::Paid, true));
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 0));
        let keys = keys.lock().unwrap();
        assert_eq!(keys[0], keys[1], "one charge, {}", core.database.engine);
    }
}

#[tokio::test]
async fn a_gateway_that_stays_silent_is_asked_again_and_nothing_is_lost() {
    for core in cores().await {
        let mut gateway = MockPaymentGateway::new();
        gateway.expect_charge().times(4).returning(|_, _| Err(no_answer()));
        let core = with_gateway(core, gateway);
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let placement = shopper.pays(&core, VISA).await.unwrap();
        for _ in 0..3 {
            core.clock.advance(TimeDelta::minutes(2));
            assert_eq!(reconcile::payments(&core, 10).await.unwrap(), 1);
        }
        assert_eq!(order(&core, &shop, placement.order.id).await.payment_status, PaymentStatus::Pending);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 2), "{}", core.database.engine);
    }
}

#[tokio::test]
async fn a_call_that_is_refused_as_such_gives_everything_back() {
    for core in cores().await {
        let mut gateway = MockPaymentGateway::new();
        gateway.expect_charge().times(1).returning(|_, _| {
            Err(GatewayError::Rejected { code: None, message: "no such payment method".to_owned() })
        });
        let core = with_gateway(core, gateway);
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let refusal = shopper.pays(&core, VISA).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::ValidationFailed);
        assert!(refusal.fields.contains_key("paymentMethod"), "{:?}", refusal.fields);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0), "{}", core.database.engine);
    }
}

#[tokio::test]
async fn a_charge_that_its_gateway_has_forgotten_is_given_up() {
    for core in cores().await {
        let mut gateway = MockPaymentGateway::new();
        gateway
            .expect_charge()
            .times(1)
            .returning(|_, _| Ok(Charge { provider_ref: "pi_1".to_owned(), state: ChargeState::Processing }));
        gateway.expect_find_charge().times(1).returning(|_, _| Ok(None));
        let core = with_gateway(core, gateway);
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let placement = shopper.pays(&core, VISA).await.unwrap();
        assert_eq!(reference(&placement), "pi_1");
        core.clock.advance(TimeDelta::minutes(2));
        reconcile::payments(&core, 10).await.unwrap();
        let given_up = order(&core, &shop, placement.order.id).await;
        assert_eq!((given_up.payment_status, given_up.is_placed()), (PaymentStatus::Failed, false));
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0), "{}", core.database.engine);
    }
}

/// More than are looked at in two rounds.
const SALES: usize = 45;
/// Longer than any pause of the worker but the one between looking for what is overdue.
const LONG: Duration = Duration::from_secs(1);

/// A clock that stands still and counts the long pauses.
struct Stopwatch {
    at: DateTime<Utc>,
    pauses: AtomicUsize,
}

#[async_trait]
impl Clock for Stopwatch {
    fn now(&self) -> DateTime<Utc> {
        self.at
    }

    async fn sleep(&self, pause: Duration) {
        if pause > LONG {
            self.pauses.fetch_add(1, Ordering::SeqCst);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_backlog_of_payments_is_worked_off_without_a_pause() {
    for core in cores().await {
        let clock =
            Arc::new(Stopwatch { at: core.clock.now() + TimeDelta::minutes(2), pauses: AtomicUsize::new(0) });
        let (calls, pauses) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut gateway = MockPaymentGateway::new();
        let (called, paused, worker_clock) = (Arc::clone(&calls), Arc::clone(&pauses), Arc::clone(&clock));
        gateway.expect_charge().times(2 * SALES).returning(move |_, request| {
            let number = called.fetch_add(1, Ordering::SeqCst);
            if number < SALES {
                return Err(no_answer());
            }
            paused.store(worker_clock.pauses.load(Ordering::SeqCst), Ordering::SeqCst);
            let state = ChargeState::Captured { amount: request.amount };
            Ok(Charge { provider_ref: format!("pi_{number}"), state })
        });
        let core = with_gateway(core, gateway);
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 100).await;
        for number in 0..SALES {
            let shopper = Shopper::with(&core, &shop, &format!("shopper-{number}"), goods, 1).await;
            let placement = shopper.pays(&core, VISA).await.unwrap();
            assert_eq!(placement.payment.unwrap().state, PaymentState::Initiated);
        }
        assert_eq!(stock(&core, shop.id, goods.variant).await, (55, 45));

        let core = core.with(|core| core.clock = Arc::clone(&clock) as Arc<dyn Clock>);
        let all_asked = async {
            while calls.load(Ordering::SeqCst) < 2 * SALES {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        worker::run(&core, &Pulse::starting(clock.now()), all_asked).await;
        let engine = core.database.engine;
        assert_eq!(pauses.load(Ordering::SeqCst), 1, "only before the first look, {engine}");
        assert_eq!(stock(&core, shop.id, goods.variant).await, (55, 0), "{engine}");
    }
}
