//! Money that comes for a sale which has gone on without it: an attempt that had failed succeeds at Stripe
//! after all.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod sale;

use application::{
    Result,
    cart::{self, NewItem},
    order::{self, FulfillOrder},
    promotion::{self, DiscountKind, NewPromotion},
    worker,
};
use chrono::TimeDelta;
use domain::{
    id::{Handle, OrderId},
    order::{Order, PaymentStatus},
};
use ports::Clock as _;
use serde_json::Value;
use testkit::{
    TestCore, TestStore, cores, goods,
    invariants::Calm,
    stripe::{FakeStripe, open_shop, tell},
};

use self::sale::{Shopper, reference, stock};

const VISA: &str = "pm_card_visa";
const DECLINED: &str = "pm_card_chargeDeclined";
const CHALLENGE: &str = "pm_card_authenticationRequired";

struct Scene<'a> {
    core: TestCore,
    shop: TestStore,
    stripe: &'a FakeStripe,
    goods: goods::Goods,
}

impl<'a> Scene<'a> {
    async fn new(core: TestCore, stripe: &'a FakeStripe) -> Self {
        let (core, shop) = open_shop(core, stripe).await;
        let goods = goods::download(&core, &shop, "Pattern", 1000, 5).await;
        Self { core, shop, stripe, goods }
    }

    async fn shopper(&self, token: &str) -> Shopper {
        Shopper::with(&self.core, &self.shop, token, self.goods, 2).await
    }

    /// Begins to pay; Stripe says that it failed, though in truth the shopper is still at the bank.
    async fn fails(&self, shopper: &Shopper) -> (OrderId, String) {
        let placement = shopper.pays(&self.core, CHALLENGE).await.unwrap();
        let intent = reference(&placement);
        let told = self.stripe.event_for(&intent, "payment_intent.payment_failed").to_string();
        let failed = told.replace("requires_action", "requires_payment_method");
        self.deliver(&serde_json::from_str(&failed).unwrap()).await.unwrap();
        (placement.order.id, intent)
    }

    /// The bank approves, and Stripe says so.
    async fn succeeds(&self, intent: &str) {
        self.stripe.complete_action(intent, true);
        let event = self.stripe.event_for(intent, "payment_intent.succeeded");
        for _ in 0..3 {
            self.deliver(&event).await.unwrap();
        }
    }

    async fn deliver(&self, event: &Value) -> Result<()> {
        tell(&self.core, &self.shop, event).await
    }

    async fn order(&self, id: OrderId) -> Order {
        order::get(&self.core, &self.shop.test(), &Handle::Id(id)).await.unwrap().order
    }

    async fn comes_to_rest(&self) {
        self.core.clock.advance(TimeDelta::minutes(2));
        order::refund::reconcile(&self.core, 10).await.unwrap();
        worker::deliver_events(&self.core, 100).await.unwrap();
        assert_eq!(self.stripe.violations(), Vec::<String>::new());
        let breaches = self.core.database.breaches(Calm::Settled).await;
        assert!(breaches.is_empty(), "{}: {breaches:#?}", self.core.database.engine);
    }

    async fn coupon(&self) {
        let new = NewPromotion {
            code: "ONCE".to_owned(),
            name: None,
            kind: DiscountKind::Percentage,
            size: Some(20.into()),
            min_order_amount: None,
            max_uses: Some(1),
            max_uses_per_customer: None,
            starts_at: None,
            expires_at: None,
            product_ids: Vec::new(),
            category_ids: Vec::new(),
            first_order_only: false,
            active: true,
        };
        promotion::create(&self.core, &self.shop.test(), new).await.unwrap();
    }

    async fn shopper_with_coupon(&self, token: &str) -> Shopper {
        let shopper = self.shopper(token).await;
        cart::apply_discount(&self.core, &shopper.ctx, &shopper.token, "ONCE").await.unwrap();
        shopper
    }
}

#[tokio::test]
async fn money_that_comes_twice_goes_back_once_and_leaves_the_order_paid() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = scene.shopper("shopper-one").await;
        let (id, late) = scene.fails(&shopper).await;
        let paid = reference(&shopper.pays(&scene.core, VISA).await.unwrap());
        scene.succeeds(&late).await;
        scene.comes_to_rest().await;
        assert_eq!((stripe.refunded(&late), stripe.refunded(&paid)), (2000, 0));
        let order = scene.order(id).await;
        assert_eq!((order.payment_status, order.refunded.minor()), (PaymentStatus::Paid, 0));
        let parcel = FulfillOrder::default();
        order::fulfill(&scene.core, &scene.shop.test(), &Handle::Id(id), parcel).await.unwrap();
    }
}

#[tokio::test]
async fn money_of_an_attempt_goes_back_while_another_one_waits_for_the_shopper() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = scene.shopper("shopper-one").await;
        let (id, late) = scene.fails(&shopper).await;
        let second = reference(&shopper.pays(&scene.core, CHALLENGE).await.unwrap());
        scene.succeeds(&late).await;
        assert_eq!(scene.order(id).await.payment_status, PaymentStatus::Pending);
        scene.succeeds(&second).await;
        scene.comes_to_rest().await;
        assert_eq!((stripe.refunded(&late), stripe.refunded(&second)), (2000, 0));
        assert_eq!(scene.order(id).await.payment_status, PaymentStatus::Paid);
        assert_eq!(stock(&scene.core, scene.shop.id, scene.goods.variant).await, (3, 0));
    }
}

#[tokio::test]
async fn late_money_makes_the_sale_though_its_cart_is_forgotten() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = scene.shopper("shopper-one").await;
        let (id, late) = scene.fails(&shopper).await;
        let now = scene.core.clock.now();
        scene.core.clock.set(now + TimeDelta::days(31));
        assert_eq!(worker::forget_carts(&scene.core).await.unwrap(), 1);
        scene.core.clock.set(now);
        scene.succeeds(&late).await;
        scene.comes_to_rest().await;
        assert_eq!(scene.order(id).await.payment_status, PaymentStatus::Paid);
        assert_eq!(stock(&scene.core, scene.shop.id, scene.goods.variant).await, (3, 0));
    }
}

#[tokio::test]
async fn money_for_another_draft_than_the_latest_goes_back() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        let shopper = scene.shopper("shopper-one").await;
        let (id, late) = scene.fails(&shopper).await;
        let more = NewItem { product: Handle::Id(scene.goods.product), variant: None, quantity: 1 };
        cart::add_item(&scene.core, &shopper.ctx, &shopper.token, more).await.unwrap();
        shopper.pays(&scene.core, DECLINED).await.unwrap_err();
        scene.succeeds(&late).await;
        scene.comes_to_rest().await;
        let order = scene.order(id).await;
        assert_eq!((order.payment_status, order.is_placed()), (PaymentStatus::Failed, false));
        assert_eq!(stripe.refunded(&late), 2000, "two were paid for, and the order is of three");
        assert_eq!(stock(&scene.core, scene.shop.id, scene.goods.variant).await, (5, 0));
        let paid = reference(&shopper.pays(&scene.core, VISA).await.unwrap());
        scene.comes_to_rest().await;
        assert_eq!(scene.order(id).await.payment_status, PaymentStatus::Paid);
        assert_eq!((stripe.captured(&paid), stripe.refunded(&paid)), (Some(3000), 0));
    }
}

#[tokio::test]
async fn late_money_for_a_price_that_a_coupon_made_uses_the_coupon() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        scene.coupon().await;
        let shopper = scene.shopper_with_coupon("shopper-one").await;
        let (id, late) = scene.fails(&shopper).await;
        scene.succeeds(&late).await;
        scene.comes_to_rest().await;
        assert_eq!(scene.order(id).await.payment_status, PaymentStatus::Paid);
        let other = scene.shopper("shopper-two").await;
        let refused = cart::apply_discount(&scene.core, &other.ctx, &other.token, "ONCE").await;
        assert!(refused.is_err(), "its only use is taken");
    }
}

#[tokio::test]
async fn late_money_for_a_coupon_that_somebody_else_has_used_goes_back() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let scene = Scene::new(core, &stripe).await;
        scene.coupon().await;
        let slow = scene.shopper_with_coupon("shopper-one").await;
        let (id, late) = scene.fails(&slow).await;
        let quick = scene.shopper_with_coupon("shopper-two").await;
        quick.pays(&scene.core, VISA).await.unwrap();
        scene.succeeds(&late).await;
        scene.comes_to_rest().await;
        assert_eq!(stripe.refunded(&late), 1600);
        assert_eq!(scene.order(id).await.payment_status, PaymentStatus::Cancelled);
        assert_eq!(stock(&scene.core, scene.shop.id, scene.goods.variant).await, (3, 0));
    }
}
