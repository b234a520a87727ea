//! Stripe when calls are repeated, keys go bad, and refunds are made beside ours: the books say what Stripe did.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod sale;

use application::{
    Result,
    checkout::{self, PlaceOrder},
    order::{self, RefundOrder, Refunded},
    store::StoreChanges,
    worker,
};
use chrono::TimeDelta;
use domain::{
    id::{Handle, OrderId},
    order::PaymentStatus,
    refund::{RefundReason, RefundState},
};
use ports::orders::OrderView;
use serde_json::Value;
use testkit::{
    TestCore, TestStore, cores, goods,
    invariants::Calm,
    stripe::{FakeStripe, Fault, KEY, open_shop, tell},
};

use self::sale::{Shopper, reference, stock};

const VISA: &str = "pm_card_visa";
/// As often as the client tries.
const ALL_LOST: [Fault; 3] = [Fault::HangUpAfterWork; 3];
const NEVER_THERE: [Fault; 3] = [Fault::HangUpBeforeWork; 3];

struct Scene<'a> {
    core: TestCore,
    shop: TestStore,
    stripe: &'a FakeStripe,
    goods: goods::Goods,
}

impl<'a> Scene<'a> {
    async fn new(core: TestCore, stripe: &'a FakeStripe) -> Self {
        let (core, shop) = open_shop(core, stripe).await;
        let goods = goods::download(&core, &shop, "Pattern", 1000, 9).await;
        Self { core, shop, stripe, goods }
    }

    async fn sold(&self, token: &str) -> (OrderId, String) {
        let shopper = Shopper::with(&self.core, &self.shop, token, self.goods, 2).await;
        let placed = shopper.pays(&self.core, VISA).await.unwrap();
        (placed.order.id, reference(&placed))
    }

    async fn refunds(&self, id: OrderId, amount: i64) -> Result<Refunded> {
        let command = RefundOrder {
            amount: Some(amount),
            lines: Vec::new(),
            include_shipping: false,
            restock: false,
            reason: RefundReason::CustomerRequest,
            notify: false,
            if_version: None,
        };
        order::refund(&self.core, &self.shop.test(), &Handle::Id(id), command).await
    }

    async fn hears(&self, event: &Value) -> Result<()> {
        tell(&self.core, &self.shop, event).await
    }

    async fn worker_comes_by(&self) {
        self.worker_comes_after(TimeDelta::minutes(2)).await;
    }

    async fn worker_comes_after(&self, time: TimeDelta) {
        self.core.clock.advance(time);
        checkout::reconcile::payments(&self.core, 10).await.unwrap();
        order::refund::reconcile(&self.core, 10).await.unwrap();
        worker::deliver_events(&self.core, 100).await.unwrap();
    }

    async fn view(&self, id: OrderId) -> OrderView {
        order::get(&self.core, &self.shop.test(), &Handle::Id(id)).await.unwrap()
    }

    async fn is_sound(&self) {
        assert_eq!(self.stripe.violations(), Vec::<String>::new());
        let breaches = self.core.database.breaches(Calm::Settled).await;
        assert!(breaches.is_empty(), "{}: {breaches:#?}", self.core.database.engine);
    }
}

fn states(view: &OrderView) -> Vec<RefundState> {
    view.refunds.iter().map(|refund| refund.state).collect()
}

#[tokio::test]
async fn a_charge_is_repeated_as_it_was_whatever_the_shop_is_called_meanwhile() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = Shopper::with(&scene.core, &scene.shop, "shopper-one", scene.goods, 2).await;
        stripe.fail_next(ALL_LOST);
        let anywhere = PlaceOrder {
            token_hash: shopper.token.clone(),
            payment_method: VISA.to_owned(),
            return_url: None,
        };
        let id = checkout::place(&scene.core, &shopper.ctx, anywhere).await.unwrap().order.id;
        let another_name = StoreChanges { name: Some("Another".to_owned()), ..Default::default() };
        application::store::update(&scene.core, &scene.shop.test(), another_name).await.unwrap();
        let moved =
            scene.core.with(|core| core.gateways.way_back = Some("https://elsewhere.example".to_owned()));
        let scene = Scene { core: moved, ..scene };
        scene.worker_comes_by().await;
        assert_eq!(scene.view(id).await.order.payment_status, PaymentStatus::Paid);
        assert_eq!(stripe.intents(), 1);
        assert_eq!(stock(&scene.core, scene.shop.id, scene.goods.variant).await, (7, 0));
        scene.is_sound().await;
    }
}

#[tokio::test]
async fn keys_that_went_bad_say_nothing_of_calls_that_were_made_before() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let (id, intent) = scene.sold("shopper-one").await;
        let shopper = Shopper::with(&scene.core, &scene.shop, "shopper-two", scene.goods, 2).await;
        stripe.fail_next(ALL_LOST);
        let charged = shopper.pays(&scene.core, VISA).await.unwrap().order.id;
        stripe.fail_next(ALL_LOST);
        scene.refunds(id, 500).await.unwrap();
        stripe.revoke(KEY);
        scene.worker_comes_by().await;
        assert_eq!(states(&scene.view(id).await), [RefundState::Pending]);
        assert_eq!(scene.view(charged).await.order.payment_status, PaymentStatus::Pending);
        stripe.accept(KEY);
        scene.worker_comes_by().await;
        assert_eq!(states(&scene.view(id).await), [RefundState::Succeeded]);
        assert_eq!(scene.view(charged).await.order.payment_status, PaymentStatus::Paid);
        assert_eq!((stripe.refunded(&intent), stripe.intents()), (500, 2));
        scene.is_sound().await;
    }
}

#[tokio::test]
async fn a_charge_that_stripe_fails_to_make_for_good_is_given_up_after_a_look() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = Shopper::with(&scene.core, &scene.shop, "shopper-one", scene.goods, 2).await;
        stripe.fail_next([Fault::RememberedError]);
        let id = shopper.pays(&scene.core, VISA).await.unwrap().order.id;
        scene.worker_comes_by().await;
        assert_eq!(scene.view(id).await.order.payment_status, PaymentStatus::Pending);
        scene.worker_comes_after(TimeDelta::minutes(12)).await;
        assert_eq!(
            scene.view(id).await.order.payment_status,
            PaymentStatus::Pending,
            "a call may be under way"
        );
        scene.worker_comes_by().await;
        assert_eq!(scene.view(id).await.order.payment_status, PaymentStatus::Failed);
        assert_eq!(stock(&scene.core, scene.shop.id, scene.goods.variant).await, (9, 0));
        shopper.pays(&scene.core, VISA).await.unwrap();
        assert_eq!(stripe.intents(), 1);
        worker::deliver_events(&scene.core, 100).await.unwrap();
        scene.is_sound().await;
    }
}

#[tokio::test]
async fn a_charge_that_nobody_can_look_for_is_given_up_after_a_day() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = Shopper::with(&scene.core, &scene.shop, "shopper-one", scene.goods, 2).await;
        stripe.fail_next(NEVER_THERE);
        let id = shopper.pays(&scene.core, VISA).await.unwrap().order.id;
        stripe.revoke(KEY);
        for (later, status) in
            [(TimeDelta::hours(22), PaymentStatus::Pending), (TimeDelta::hours(2), PaymentStatus::Failed)]
        {
            scene.worker_comes_after(later).await;
            assert_eq!(scene.view(id).await.order.payment_status, status);
        }
        scene.is_sound().await;
    }
}

#[tokio::test]
async fn what_stripe_made_without_a_word_is_found_hours_later() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = Shopper::with(&scene.core, &scene.shop, "shopper-one", scene.goods, 2).await;
        stripe.fail_next(ALL_LOST);
        let id = shopper.pays(&scene.core, VISA).await.unwrap().order.id;
        scene.worker_comes_after(TimeDelta::hours(30)).await;
        assert_eq!(scene.view(id).await.order.payment_status, PaymentStatus::Paid);
        stripe.fail_next(ALL_LOST);
        scene.refunds(id, 500).await.unwrap();
        scene.worker_comes_after(TimeDelta::hours(30)).await;
        assert_eq!(states(&scene.view(id).await), [RefundState::Succeeded]);
        let asked = stripe.requests().iter().filter(|request| request.method == "POST").count();
        assert_eq!((asked, stripe.intents()), (6, 1), "nothing was asked for again");
        scene.is_sound().await;
    }
}

#[tokio::test]
async fn a_refund_that_stripe_fails_to_make_for_good_ends_when_its_key_does() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let (id, intent) = scene.sold("shopper-one").await;
        stripe.fail_next([Fault::RememberedError]);
        scene.refunds(id, 500).await.unwrap();
        for later in [TimeDelta::minutes(2), TimeDelta::hours(1)] {
            scene.worker_comes_after(later).await;
            assert_eq!(states(&scene.view(id).await), [RefundState::Pending]);
        }
        scene.worker_comes_after(TimeDelta::hours(24)).await;
        let view = scene.view(id).await;
        assert_eq!((states(&view), view.order.refunded.minor()), (vec![RefundState::Failed], 0));
        assert_eq!(view.refunds[0].failure.as_ref().unwrap().code, "never_made");
        scene.refunds(id, 500).await.unwrap();
        assert_eq!(stripe.refunded(&intent), 500);
        worker::deliver_events(&scene.core, 100).await.unwrap();
        scene.is_sound().await;
    }
}

#[tokio::test]
async fn keys_that_were_never_good_give_everything_back_at_once() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let (id, _) = scene.sold("shopper-one").await;
        stripe.revoke(KEY);
        scene.refunds(id, 500).await.unwrap_err();
        let view = scene.view(id).await;
        assert_eq!((states(&view), view.order.refunded.minor()), (vec![RefundState::Failed], 0));
    }
}

#[tokio::test]
async fn what_staff_gives_back_at_stripe_while_a_refund_of_ours_is_lost_is_booked() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        for (token, elsewhere, status) in [
            ("shopper-one", 2000, PaymentStatus::Refunded),
            ("shopper-two", 1500, PaymentStatus::PartiallyRefunded),
        ] {
            let (id, intent) = scene.sold(token).await;
            stripe.fail_next(NEVER_THERE);
            scene.refunds(id, 2000).await.unwrap();
            stripe.refund_elsewhere(&intent, elsewhere);
            scene.hears(&stripe.event_for(&intent, "charge.refunded")).await.unwrap();
            assert_eq!(states(&scene.view(id).await), [RefundState::Pending], "it may be ours");
            scene.worker_comes_by().await;
            let view = scene.view(id).await;
            assert_eq!(states(&view), [RefundState::Failed, RefundState::Succeeded]);
            assert_eq!((view.order.refunded.minor(), view.order.payment_status), (elsewhere, status));
            assert_eq!(view.payments[0].refunded.minor(), stripe.refunded(&intent));
        }
        scene.is_sound().await;
    }
}

#[tokio::test]
async fn a_refund_of_ours_that_came_back_is_not_taken_for_one_of_staff() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = Shopper::with(&scene.core, &scene.shop, "shopper-one", scene.goods, 2).await;
        let placed = shopper.pays(&scene.core, "pm_card_pendingRefund").await.unwrap();
        let (id, intent) = (placed.order.id, reference(&placed));
        stripe.fail_next(ALL_LOST);
        scene.refunds(id, 500).await.unwrap();
        scene.hears(&stripe.event_for(&intent, "charge.refunded")).await.unwrap();
        let pending = stripe.event_for(&intent, "refund.created")["data"]["object"]["id"].clone();
        stripe.settle_refund(pending.as_str().unwrap(), false);
        scene.hears(&stripe.event_for(&intent, "refund.failed")).await.unwrap();
        let view = scene.view(id).await;
        assert_eq!((states(&view), view.order.refunded.minor()), (vec![RefundState::Failed], 0));
        assert_eq!(view.payments[0].refunded.minor(), stripe.refunded(&intent));
    }
}

#[tokio::test]
async fn news_of_a_refund_that_is_not_ours_is_taken_and_moves_nothing() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let (first, intent) = scene.sold("shopper-one").await;
        let (second, other) = scene.sold("shopper-two").await;
        scene.refunds(first, 500).await.unwrap();
        scene.refunds(second, 500).await.unwrap();
        let own = scene.view(first).await.refunds[0].id.to_string();
        let failed = |of: &str, name: &str| {
            let mut event = stripe.event_for(of, "refund.failed");
            event["data"]["object"]["status"] = "failed".into();
            event["data"]["object"]["metadata"]["refund_id"] = name.into();
            event
        };
        // Of another installation, of another charge under our name, and of another refund under it.
        let unknown = own.replace(&own[own.len() - 4..], "0000");
        let mut another = failed(&intent, &own);
        another["data"]["object"]["id"] = "re_another".into();
        for event in [failed(&intent, &unknown), failed(&other, &own), another] {
            scene.hears(&event).await.unwrap();
        }
        assert_eq!(states(&scene.view(first).await), [RefundState::Succeeded]);
        scene.hears(&failed(&intent, &own)).await.unwrap();
        assert_eq!(states(&scene.view(first).await), [RefundState::Failed], "its own news counts");
    }
}
