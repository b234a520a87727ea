//! The sale, on both engines: nothing is sold twice, charged twice or lost.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod sale;

use std::sync::Arc;

use application::{
    ErrorCode,
    cart::{self, NewItem},
    checkout::{Placement, reconcile},
    promotion::{self, DiscountKind, NewPromotion},
    sandbox,
};
use chrono::TimeDelta;
use domain::{access::Mode, id::Handle, order::PaymentStatus, payment::PaymentState};
use ports::gateway::Account;
use testkit::{TestCore, TestStore, cores, goods, store};

use self::sale::{Shopper, reference, stock};

const VISA: &str = "pm_card_visa";
const DECLINED: &str = "pm_card_chargeDeclined";
const CHALLENGE: &str = "pm_card_authenticationRequired";

#[tokio::test]
async fn a_paid_cart_is_a_numbered_order_and_its_stock_is_sold() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let Placement { order, payment } = shopper.pays(&core, VISA).await.unwrap();
        assert_eq!(order.number.unwrap().to_string(), "ACM-1001");
        assert_eq!(order.payment_status, PaymentStatus::Paid);
        assert_eq!(order.totals.total.minor(), 4800);
        let payment = payment.unwrap();
        assert_eq!((payment.state, payment.captured.minor()), (PaymentState::Captured, 4800));
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 0));
    }
}

#[tokio::test]
async fn paying_the_same_cart_again_is_the_same_order() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 1).await;
        let first = shopper.pays(&core, VISA).await.unwrap();
        let second = shopper.pays(&core, VISA).await.unwrap();
        assert_eq!(first.order.id, second.order.id);
        assert_eq!(first.payment.unwrap().id, second.payment.unwrap().id);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (4, 0));
    }
}

#[tokio::test]
async fn twenty_presses_at_once_make_one_order_and_one_charge() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 50).await;
        let shopper = Arc::new(Shopper::with(&core, &shop, "shopper-one", goods, 1).await);
        let core = Arc::new(core);
        let presses: Vec<_> = (0..20)
            .map(|_| {
                let (core, shopper) = (core.clone(), shopper.clone());
                tokio::spawn(async move { shopper.pays(&core, VISA).await })
            })
            .collect();
        let mut orders = Vec::new();
        for press in presses {
            match press.await.unwrap() {
                Ok(placement) => orders.push(placement.order.id),
                Err(error) => assert_eq!(error.code, ErrorCode::CheckoutInProgress, "{error:?}"),
            }
        }
        orders.dedup();
        assert_eq!(orders.len(), 1, "{}", core.database.engine);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (49, 0));
    }
}

#[tokio::test]
async fn fifty_shoppers_on_the_last_ten_pieces_buy_exactly_ten() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 10).await;
        let mut shoppers = Vec::new();
        for n in 0..50 {
            shoppers.push(Shopper::with(&core, &shop, &format!("shopper-{n:03}"), goods, 1).await);
        }
        let core = Arc::new(core);
        let sales: Vec<_> = shoppers
            .into_iter()
            .map(|shopper| {
                let core = core.clone();
                tokio::spawn(async move { shopper.pays(&core, VISA).await })
            })
            .collect();
        let mut sold = 0;
        for sale in sales {
            match sale.await.unwrap() {
                Ok(placement) => {
                    assert_eq!(placement.order.payment_status, PaymentStatus::Paid);
                    sold += 1;
                }
                Err(error) => assert_eq!(error.code, ErrorCode::OutOfStock, "{error:?}"),
            }
        }
        assert_eq!(sold, 10, "{}", core.database.engine);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (0, 0));
    }
}

#[tokio::test]
async fn a_declined_card_releases_everything_and_the_cart_can_be_paid_again() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        once_only_coupon(&core, &shop, "ONCE").await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        cart::apply_discount(&core, &shopper.ctx, &shopper.token, "ONCE").await.unwrap();

        let refusal = shopper.pays(&core, DECLINED).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::PaymentDeclined);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0));
        let view = cart::get(&core, &shopper.ctx, &shopper.token).await.unwrap();
        assert_eq!(view.items.len(), 1);

        let placement = shopper.pays(&core, VISA).await.unwrap();
        assert_eq!(placement.order.number.unwrap().to_string(), "ACM-1001", "a decline leaves no gap");
        assert_eq!(placement.payment.unwrap().attempt, 2);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 0));

        let other = Shopper::with(&core, &shop, "shopper-two", goods, 1).await;
        let late = cart::apply_discount(&core, &other.ctx, &other.token, "ONCE").await.unwrap_err();
        assert_eq!(late.code, ErrorCode::CouponRefused);
    }
}

async fn once_only_coupon(core: &TestCore, shop: &TestStore, code: &str) {
    let new = NewPromotion {
        code: code.to_owned(),
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
    promotion::create(core, &shop.test(), new).await.unwrap();
}

#[tokio::test]
async fn one_coupon_use_is_sold_to_one_of_ten_shoppers() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 100).await;
        once_only_coupon(&core, &shop, "ONCE").await;
        let mut shoppers = Vec::new();
        for n in 0..10 {
            let shopper = Shopper::with(&core, &shop, &format!("shopper-{n:03}"), goods, 1).await;
            cart::apply_discount(&core, &shopper.ctx, &shopper.token, "ONCE").await.unwrap();
            shoppers.push(shopper);
        }
        let core = Arc::new(core);
        let sales: Vec<_> = shoppers
            .into_iter()
            .map(|shopper| {
                let core = core.clone();
                tokio::spawn(async move { shopper.pays(&core, VISA).await })
            })
            .collect();
        let mut used = 0;
        for sale in sales {
            match sale.await.unwrap() {
                Ok(_) => used += 1,
                Err(error) => assert_eq!(error.code, ErrorCode::CouponRefused, "{error:?}"),
            }
        }
        assert_eq!(used, 1, "{}", core.database.engine);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (99, 0), "the refused took nothing");
    }
}

#[tokio::test]
async fn a_challenge_holds_the_stock_until_the_shopper_answers() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let placement = shopper.pays(&core, CHALLENGE).await.unwrap();
        assert_eq!(placement.order.number, None);
        assert_eq!(placement.payment.as_ref().unwrap().state, PaymentState::RequiresAction);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 2));

        let charge = reference(&placement);
        let answered = sandbox::answer(&core, shop.id, &charge, true).await.unwrap();
        assert!(answered.paid);
        assert_eq!(answered.return_url.as_deref(), Some("https://shop.example/thanks"));
        // Answering again, or refusing what was approved, changes nothing.
        assert!(sandbox::answer(&core, shop.id, &charge, false).await.unwrap().paid);
        let placed = shopper.pays(&core, VISA).await.unwrap();
        assert_eq!(placed.order.payment_status, PaymentStatus::Paid);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 0));
    }
}

#[tokio::test]
async fn a_refused_challenge_gives_the_cart_back() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let charge = reference(&shopper.pays(&core, CHALLENGE).await.unwrap());
        assert!(!sandbox::answer(&core, shop.id, &charge, false).await.unwrap().paid);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0));
        assert_eq!(shopper.pays(&core, VISA).await.unwrap().order.payment_status, PaymentStatus::Paid);
    }
}

#[tokio::test]
async fn another_card_or_a_changed_cart_gives_a_waiting_attempt_up() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let charge = reference(&shopper.pays(&core, CHALLENGE).await.unwrap());
        let item = NewItem { product: Handle::Id(goods.product), variant: None, quantity: 1 };
        cart::add_item(&core, &shopper.ctx, &shopper.token, item).await.unwrap();
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0), "{}", core.database.engine);
        assert!(!sandbox::answer(&core, shop.id, &charge, true).await.unwrap().paid, "it was called off");

        let second = reference(&shopper.pays(&core, CHALLENGE).await.unwrap());
        let placement = shopper.pays(&core, VISA).await.unwrap();
        assert_eq!(placement.order.totals.total.minor(), 7200);
        assert!(!sandbox::answer(&core, shop.id, &second, true).await.unwrap().paid);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (2, 0));
    }
}

#[tokio::test]
async fn what_is_decided_later_is_found_by_the_reconciler() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 9).await;
        let lucky = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let unlucky = Shopper::with(&core, &shop, "shopper-two", goods, 3).await;
        lucky.pays(&core, "pm_sandbox_delayed_success").await.unwrap();
        unlucky.pays(&core, "pm_sandbox_delayed_failure").await.unwrap();
        assert_eq!(stock(&core, shop.id, goods.variant).await, (4, 5));
        core.clock.advance(TimeDelta::minutes(2));
        assert_eq!(reconcile::payments(&core, 10).await.unwrap(), 2);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (7, 0), "{}", core.database.engine);
        assert_eq!(lucky.pays(&core, VISA).await.unwrap().order.payment_status, PaymentStatus::Paid);
        core.clock.advance(TimeDelta::minutes(2));
        assert_eq!(reconcile::payments(&core, 10).await.unwrap(), 0, "nothing is asked about twice");
    }
}

#[tokio::test]
async fn a_shopper_who_never_comes_back_holds_stock_for_the_reservation_only() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 5).await;
        shopper.pays(&core, CHALLENGE).await.unwrap();
        core.clock.advance(TimeDelta::minutes(5));
        reconcile::payments(&core, 10).await.unwrap();
        assert_eq!(stock(&core, shop.id, goods.variant).await, (0, 5), "there is still time");
        core.clock.advance(TimeDelta::minutes(30));
        reconcile::payments(&core, 10).await.unwrap();
        assert_eq!(stock(&core, shop.id, goods.variant).await, (5, 0));
    }
}

#[tokio::test]
async fn a_transfer_is_placed_at_once_and_waits_for_its_money() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        store::offer_bank_transfer(&core, &shop).await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 2).await;
        let Placement { order, .. } = shopper.pays(&core, "bank_transfer").await.unwrap();
        assert!(order.is_placed());
        assert_eq!(order.payment_status, PaymentStatus::Pending);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (3, 2));
    }
}

#[tokio::test]
async fn an_order_of_nothing_to_pay_is_paid() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Leaflet", 0, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 1).await;
        let Placement { order, payment } = shopper.pays(&core, VISA).await.unwrap();
        assert_eq!((order.payment_status, order.is_placed()), (PaymentStatus::Paid, true));
        assert_eq!(payment, None);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (4, 0));
    }
}

#[tokio::test]
async fn a_live_sale_never_reaches_the_sandbox() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let mut shopper = Shopper::with(&core, &shop, "shopper-one", goods, 1).await;
        shopper.ctx = shop.shopper(Mode::Live);
        let refusal = shopper.pays(&core, VISA).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::StripeNotConfigured);
    }
}

#[tokio::test]
async fn another_store_cannot_answer_a_challenge() {
    for core in cores().await {
        let (shop, other) = (store(&core, "Acme", "GBP").await, store(&core, "Other", "GBP").await);
        let goods = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 1).await;
        let charge = reference(&shopper.pays(&core, CHALLENGE).await.unwrap());
        let refusal = sandbox::answer(&core, other.id, &charge, true).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::NotFound);
        let account = Account { store: shop.id, secret_key: None, webhook_secret: None };
        let found = core.gateways.sandbox.find_charge(&account, &charge).await.unwrap().unwrap();
        assert!(matches!(found.state, ports::gateway::ChargeState::RequiresAction { .. }));
    }
}

#[tokio::test]
async fn a_sale_of_two_items_takes_fifteen_statements() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let pattern = goods::download(&core, &shop, "Pattern", 2400, 5).await;
        let font = goods::download(&core, &shop, "Font", 900, 5).await;
        // The first sale reads what is kept in memory from then on.
        Shopper::with(&core, &shop, "shopper-one", pattern, 1).await.pays(&core, VISA).await.unwrap();
        let shopper = Shopper::with(&core, &shop, "shopper-two", pattern, 1).await;
        let item = NewItem { product: Handle::Id(font.product), variant: None, quantity: 2 };
        cart::add_item(&core, &shopper.ctx, &shopper.token, item).await.unwrap();
        let before = core.database.statements();
        shopper.pays(&core, VISA).await.unwrap();
        let spent = core.database.statements() - before;
        println!("checkout: {spent} on {}", core.database.engine);
        assert!((1..=15).contains(&spent), "{spent} statements on {}", core.database.engine);
    }
}
