//! Requests that call a payment gateway and are repeated after their first attempt was lost, on both
//! engines: money moves once, and the answer is the one that was due.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod sale;

use application::{
    Context, ErrorCode,
    checkout::{self, PlaceOrder, Placement},
    idempotency::{self, Answer, Begun, KeyedRequest, Promise},
    order::{self, CancelOrder, OrderHandle, RefundOrder},
    worker,
};
use chrono::TimeDelta;
use domain::{
    id::{Handle, kind},
    order::PaymentStatus,
    payment::PaymentState,
    refund::{RefundReason, RefundState},
};
use ports::orders::OrderView;
use testkit::{TestCore, TestStore, cores, goods, store};

use self::sale::{Shopper, reference, stock};

const VISA: &str = "pm_card_visa";
const LEASE: TimeDelta = TimeDelta::seconds(60);

async fn begin(core: &TestCore, shop: &TestStore, key: &str) -> application::Result<Begun> {
    let request = KeyedRequest {
        store: shop.id,
        principal: "key:1".to_owned(),
        route: "/orders/{order}/refund".to_owned(),
        key,
        content: [b"POST", b"/orders/1/refund", b"{}"],
        lease: LEASE,
    };
    idempotency::begin(core, &request).await
}

/// An attempt at the request `key`, with its circumstances.
async fn attempt(core: &TestCore, shop: &TestStore, key: &str) -> (Promise, Context) {
    match begin(core, shop, key).await.unwrap() {
        Begun::Carry(promise) => {
            let ctx = Context { repeatable: Some(promise.repeatable()), ..shop.test() };
            (promise, ctx)
        }
        Begun::Replay(answer) => panic!("answered before: {answer:?}"),
    }
}

fn answer() -> Answer {
    Answer { status: 200, headers: Vec::new(), body: "{\"secret\":\"told once\"}".to_owned() }
}

/// A shop with one article at 10.00, of which three of five are sold.
async fn sold(core: &TestCore) -> (TestStore, goods::Goods, OrderHandle) {
    let shop = store(core, "Acme", "GBP").await;
    let goods = goods::download(core, &shop, "Pattern", 1000, 5).await;
    let shopper = Shopper::with(core, &shop, "shopper-one", goods, 3).await;
    let order = Handle::Id(shopper.pays(core, VISA).await.unwrap().order.id);
    (shop, goods, order)
}

async fn view(core: &TestCore, shop: &TestStore, order: &OrderHandle) -> OrderView {
    order::get(core, &shop.test(), order).await.unwrap()
}

fn ten_pounds() -> RefundOrder {
    RefundOrder {
        amount: Some(1000),
        lines: Vec::new(),
        include_shipping: false,
        restock: false,
        reason: RefundReason::CustomerRequest,
        notify: true,
        if_version: None,
    }
}

/// An attempt that a shopper makes.
async fn attempt_of(core: &TestCore, shop: &TestStore, shopper: &Shopper) -> (Promise, Context) {
    let (promise, ctx) = attempt(core, shop, "k").await;
    (promise, Context { repeatable: ctx.repeatable, ..shopper.ctx.clone() })
}

#[tokio::test]
async fn an_answer_is_given_again_and_stored_sealed() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let (promise, _) = attempt(&core, &shop, "k").await;
        assert_eq!(begin(&core, &shop, "k").await.unwrap_err().code, ErrorCode::IdempotencyInProgress);
        promise.keep(&answer()).await.unwrap();
        match begin(&core, &shop, "k").await.unwrap() {
            Begun::Replay(again) => assert_eq!(again, answer(), "{}", core.database.engine),
            Begun::Carry(_) => panic!("it was answered"),
        }
        let readable = "update idempotency_keys set route = 'found' where body like '%told once%'";
        core.database.execute(readable, []).await;
        assert!(matches!(begin(&core, &shop, "k").await.unwrap(), Begun::Replay(_)), "no body in clear");
    }
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let core = TestCore::start().await;
    let shop = store(&core, "Acme", "GBP").await;
    for key in ["", "two words", "schlüssel", &"k".repeat(256)] {
        assert_eq!(begin(&core, &shop, key).await.unwrap_err().code, ErrorCode::ValidationFailed, "{key}");
    }
    assert!(matches!(begin(&core, &shop, &"k".repeat(255)).await.unwrap(), Begun::Carry(_)));
}

#[tokio::test]
async fn the_worker_forgets_a_key_after_a_day() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let (promise, _) = attempt(&core, &shop, "k").await;
        promise.keep(&answer()).await.unwrap();
        core.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
        assert_eq!(worker::forget_keys(&core).await.unwrap(), 0);
        core.clock.advance(TimeDelta::seconds(1));
        assert_eq!(worker::forget_keys(&core).await.unwrap(), 1, "{}", core.database.engine);
    }
}

#[tokio::test]
async fn a_refund_whose_first_attempt_was_lost_is_made_once() {
    for core in cores().await {
        let (shop, _, order) = Box::pin(sold(&core)).await;
        let (promise, ctx) = attempt(&core, &shop, "k").await;
        order::refund(promise.core(), &ctx, &order, ten_pounds()).await.unwrap();
        drop(promise);
        let found = view(&core, &shop, &order).await;
        assert_eq!(found.refunds[0].state, RefundState::Pending, "set aside before the gateway was called");

        core.clock.advance(LEASE);
        let (promise, ctx) = attempt(&core, &shop, "k").await;
        let told = order::refund(promise.core(), &ctx, &order, ten_pounds()).await.unwrap();
        assert_eq!(told.refund.id, found.refunds[0].id);
        promise.keep(&answer()).await.unwrap();

        let found = view(&core, &shop, &order).await;
        assert_eq!(found.refunds.len(), 1, "{}", core.database.engine);
        assert_eq!(found.refunds[0].state, RefundState::Succeeded);
        assert_eq!((found.order.refunded.minor(), found.payments[0].refunded.minor()), (1000, 1000));
        assert!(matches!(begin(&core, &shop, "k").await.unwrap(), Begun::Replay(_)));
    }
}

#[tokio::test]
async fn a_cancellation_whose_first_attempt_was_lost_is_carried_on() {
    for core in cores().await {
        let (shop, goods, order) = Box::pin(sold(&core)).await;
        let (promise, ctx) = attempt(&core, &shop, "k").await;
        order::cancel(promise.core(), &ctx, &order, CancelOrder::default()).await.unwrap();
        drop(promise);

        core.clock.advance(LEASE);
        let (promise, ctx) = attempt(&core, &shop, "k").await;
        let told = order::cancel(promise.core(), &ctx, &order, CancelOrder::default()).await.unwrap();
        assert_eq!(told.refunds.len(), 1, "{}", core.database.engine);
        promise.keep(&answer()).await.unwrap();
        let found = view(&core, &shop, &order).await;
        assert_eq!(found.refunds[0].state, RefundState::Succeeded);
        assert_eq!(found.order.refunded.minor(), 3000);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0));
    }
}

#[tokio::test]
async fn a_sale_whose_first_attempt_was_lost_is_made_once() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 1000, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 3).await;
        let place = async |promise: &Promise, ctx: &Context| -> application::Result<Placement> {
            let command = PlaceOrder {
                token_hash: shopper.token.clone(),
                payment_method: VISA.to_owned(),
                return_url: None,
            };
            checkout::place(promise.core(), ctx, command).await
        };
        let (promise, ctx) = attempt_of(&core, &shop, &shopper).await;
        let lost = place(&promise, &ctx).await.unwrap();
        drop(promise);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (2, 3), "reserved, and no more");

        core.clock.advance(LEASE);
        let (promise, ctx) = attempt_of(&core, &shop, &shopper).await;
        let told = place(&promise, &ctx).await.unwrap();
        promise.keep(&answer()).await.unwrap();
        assert_eq!((told.order.id, reference(&told)), (lost.order.id, reference(&lost)));
        assert_eq!(told.payment.unwrap().state, PaymentState::Captured);
        let order: Handle<kind::OrderId> = Handle::Id(told.order.id);
        let found = view(&core, &shop, &order).await;
        assert_eq!(found.payments.len(), 1, "{}", core.database.engine);
        assert_eq!(found.order.payment_status, PaymentStatus::Paid);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (2, 0));
    }
}

#[tokio::test]
async fn a_declined_sale_gives_everything_back_before_it_is_answered() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 1000, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 3).await;
        let (promise, ctx) = attempt_of(&core, &shop, &shopper).await;
        let command = PlaceOrder {
            token_hash: shopper.token.clone(),
            payment_method: "pm_card_chargeDeclined".to_owned(),
            return_url: None,
        };
        let refused = checkout::place(promise.core(), &ctx, command).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::PaymentDeclined);
        promise.keep(&answer()).await.unwrap();
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0), "{}", core.database.engine);
    }
}
