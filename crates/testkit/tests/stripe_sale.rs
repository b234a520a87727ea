//! The sale through Stripe, on both engines: whatever Stripe says, in whatever order, once or thrice,
//! before we heard the answer or long after.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod sale;

use std::time::Duration;

use application::{
    ErrorCode,
    checkout::reconcile,
    order::refund::{RefundOrder, refund},
};
use chrono::TimeDelta;
use domain::{
    id::Handle,
    order::{Order, PaymentStatus},
    payment::PaymentState,
    refund::RefundReason,
};
use testkit::{
    TestCore, TestStore, cores, goods,
    stripe::{Delivery, FakeStripe, Fault, SECRET, deliver, open_shop, tell},
};

use self::sale::{Shopper, reference, stock};

async fn order(core: &TestCore, shop: &TestStore, id: domain::id::OrderId) -> Order {
    let ctx = shop.test();
    core.db.orders().order(shop.id, ctx.mode, &Handle::Id(id)).await.unwrap().unwrap().order
}

#[tokio::test]
async fn a_card_is_charged_once_and_webhooks_change_nothing_about_it() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let (core, shop) = open_shop(core, &stripe).await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let placement = shopper.pays(&core, "pm_card_visa").await.unwrap();
        let intent = reference(&placement);
        assert_eq!(stripe.captured(&intent), Some(4800));
        let event = stripe.event_for(&intent, "payment_intent.succeeded");
        for _ in 0..3 {
            tell(&core, &shop, &event).await.unwrap();
        }
        let late = stripe.event_for(&intent, "payment_intent.processing");
        tell(&core, &shop, &late).await.unwrap();
        assert_eq!(order(&core, &shop, placement.order.id).await.payment_status, PaymentStatus::Paid);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 0));
        assert_eq!(stripe.intents(), 1);
        assert_eq!(stripe.violations(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_forged_webhook_moves_nothing() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let (core, shop) = open_shop(core, &stripe).await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let placement = shopper.pays(&core, "pm_card_authenticationRequired").await.unwrap();
        let intent = reference(&placement);
        stripe.complete_action(&intent, true);
        let event = stripe.event_for(&intent, "payment_intent.succeeded");
        let forgeries = [
            Delivery::of(&event).signed("whsec_of_somebody_else"),
            Delivery::of(&event).signed_ago(Duration::from_mins(10)).signed(SECRET),
            Delivery::of(&event).signed(SECRET).tampered("4800", "4801"),
        ];
        for forgery in forgeries {
            let refusal = deliver(&core, &shop, &forgery).await.unwrap_err();
            assert_eq!(refusal.code, ErrorCode::InvalidSignature);
        }
        assert_eq!(order(&core, &shop, placement.order.id).await.payment_status, PaymentStatus::Pending);
        tell(&core, &shop, &event).await.unwrap();
        assert_eq!(order(&core, &shop, placement.order.id).await.payment_status, PaymentStatus::Paid);
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_without_charging_again() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let (core, shop) = open_shop(core, &stripe).await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        // The work is done and the connection cut, as often as the client tries.
        stripe.fail_next([Fault::HangUpAfterWork, Fault::HangUpAfterWork, Fault::HangUpAfterWork]);
        let placement = shopper.pays(&core, "pm_card_visa").await.unwrap();
        assert_eq!(placement.payment.unwrap().state, PaymentState::Initiated);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 2), "{}", core.database.engine);
        core.clock.advance(TimeDelta::minutes(2));
        reconcile::payments(&core, 10).await.unwrap();
        let found = order(&core, &shop, placement.order.id).await;
        assert_eq!((found.payment_status, found.is_placed()), (PaymentStatus::Paid, true));
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 0));
        assert_eq!(stripe.intents(), 1, "one charge");
        assert_eq!(stripe.violations(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn money_that_comes_after_the_goods_are_gone_goes_back() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let (core, shop) = open_shop(core, &stripe).await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let slow = Shopper::with(&core, &shop, "shopper-one", goods, 4).await;
        let quick = Shopper::with(&core, &shop, "shopper-two", goods, 4).await;
        let placement = slow.pays(&core, "pm_card_authenticationRequired").await.unwrap();
        let intent = reference(&placement);
        // Stripe says that it failed, the goods go to somebody else, and then it says that it worked.
        let failed = stripe.event_for(&intent, "payment_intent.payment_failed");
        let mut failed = failed.to_string();
        failed = failed.replace("requires_action", "requires_payment_method");
        let failed = serde_json::from_str(&failed).unwrap();
        tell(&core, &shop, &failed).await.unwrap();
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0));
        quick.pays(&core, "pm_card_visa").await.unwrap();

        stripe.complete_action(&intent, true);
        let event = stripe.event_for(&intent, "payment_intent.succeeded");
        tell(&core, &shop, &event).await.unwrap();
        let turned_down = order(&core, &shop, placement.order.id).await;
        assert_eq!(turned_down.payment_status, PaymentStatus::Cancelled, "{}", core.database.engine);
        assert!(turned_down.is_placed(), "it stands in the books");
        assert_eq!(stock(&core, shop.id, goods.variant).await, (1, 0));
        core.clock.advance(TimeDelta::minutes(2));
        application::order::refund::reconcile(&core, 10).await.unwrap();
        assert_eq!(stripe.refunded(&intent), 9600);
        assert_eq!(stripe.violations(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn money_that_comes_late_but_in_time_makes_the_sale_after_all() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let (core, shop) = open_shop(core, &stripe).await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 4).await;
        let placement = shopper.pays(&core, "pm_card_authenticationRequired").await.unwrap();
        let intent = reference(&placement);
        let failed = stripe.event_for(&intent, "payment_intent.payment_failed").to_string();
        let failed = failed.replace("requires_action", "requires_payment_method");
        let failed = serde_json::from_str(&failed).unwrap();
        tell(&core, &shop, &failed).await.unwrap();
        stripe.complete_action(&intent, true);
        let event = stripe.event_for(&intent, "payment_intent.succeeded");
        tell(&core, &shop, &event).await.unwrap();
        let made = order(&core, &shop, placement.order.id).await;
        assert_eq!((made.payment_status, made.is_placed()), (PaymentStatus::Paid, true));
        assert_eq!(stock(&core, shop.id, goods.variant).await, (1, 0));
        assert_eq!(stripe.refunded(&intent), 0);
    }
}

#[tokio::test]
async fn refunds_reach_stripe_once_and_those_of_its_dashboard_are_booked() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let (core, shop) = open_shop(core, &stripe).await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let placement = shopper.pays(&core, "pm_card_visa").await.unwrap();
        let (id, intent) = (placement.order.id, reference(&placement));
        let command = RefundOrder {
            amount: Some(1000),
            lines: Vec::new(),
            include_shipping: false,
            restock: true,
            reason: RefundReason::CustomerRequest,
            notify: false,
            if_version: None,
        };
        refund(&core, &shop.test(), &Handle::Id(id), command).await.unwrap();
        assert_eq!(stripe.refunded(&intent), 1000);
        // Stripe tells us of our own refund: nothing new.
        let own = stripe.event_for(&intent, "charge.refunded");
        tell(&core, &shop, &own).await.unwrap();
        assert_eq!(order(&core, &shop, id).await.refunded.minor(), 1000);
        // And of one that staff made in the dashboard, twice.
        let beyond = own.to_string().replace("\"amount_refunded\":1000", "\"amount_refunded\":2500");
        let mut beyond: serde_json::Value = serde_json::from_str(&beyond).unwrap();
        beyond["id"] = "evt_dashboard".into();
        for _ in 0..2 {
            tell(&core, &shop, &beyond).await.unwrap();
        }
        let booked = order(&core, &shop, id).await;
        assert_eq!(booked.refunded.minor(), 2500, "{}", core.database.engine);
        assert_eq!(booked.payment_status, PaymentStatus::PartiallyRefunded);
        assert_eq!(stripe.violations(), Vec::<String>::new());
    }
}
