//! Many people at once, on both engines: what is promised to one is not promised to another, and the books
//! are right afterwards.
//!
//! A short run is enough to fail on most mistakes; `CARTWRIGHT_PROOF=long` sends the crowds, and
//! `CARTWRIGHT_ROUNDS` and `CARTWRIGHT_SEED` say how long and with which luck everybody does anything.

use std::{sync::Arc, time::Duration};

use adapters_system::SystemClock;
use application::{
    Change, Context, ErrorCode, Result,
    cart::{self, ContactChanges, NewItem},
    catalog::product::{self, ProductChanges},
    checkout::Placement,
    inventory::{self, StockChange},
    promotion::{self, DiscountKind, NewPromotion},
    store::NewStore,
    worker,
};
use domain::{access::Mode, id::Handle, inventory::Adjustment, tier::Tier};
use futures::{StreamExt as _, future::join_all, stream};
use ports::Clock as _;
use testkit::{
    TestCore, cores,
    effort::{Dice, is_long, rounds, seed},
    goods,
    invariants::Calm,
    store, store_with,
    stripe::{FakeStripe, Fault, KEY, SECRET, tell},
};

use crate::{
    deeds::{Deed, Scene, VISA, open_shop},
    sale::{Shopper, reference, stock},
};

/// Lets everybody go, so many at a time, on as many threads as there are.
async fn crowd<T: Send + 'static>(
    at_once: usize,
    people: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let people = stream::iter(people).map(tokio::spawn).buffer_unordered(at_once);
    people.map(Result::unwrap).collect().await
}

/// The sales that came about; whoever went without was refused with `code` and nothing else.
fn sold(outcomes: Vec<Result<Placement>>, code: ErrorCode) -> Vec<Placement> {
    let mut placements = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(placement) => placements.push(placement),
            Err(refusal) => assert_eq!(refusal.code, code, "{refusal:?}"),
        }
    }
    placements
}

async fn assert_sound(core: &TestCore, what: &str) {
    worker::deliver_events(core, 10_000).await.unwrap();
    let breaches = core.database.breaches(Calm::Settled).await;
    assert!(breaches.is_empty(), "{}: {what}: {breaches:#?}", core.database.engine);
}

async fn filled(core: &TestCore, ctx: Context, token: String, basket: &[goods::Goods]) -> Shopper {
    for goods in basket {
        let item = NewItem { product: Handle::Id(goods.product), variant: None, quantity: 1 };
        cart::add_item(core, &ctx, &token, item).await.unwrap();
    }
    let email = Change::Set(format!("{token}@example.com"));
    let contact = ContactChanges { email, ..ContactChanges::default() };
    cart::save_checkout_data(core, &ctx, &token, contact).await.unwrap();
    Shopper { ctx, token }
}

async fn all_pay(
    core: &Arc<TestCore>,
    shoppers: Vec<Shopper>,
    at_once: usize,
    method: &'static str,
) -> Vec<Result<Placement>> {
    let paying = shoppers.into_iter().map(|shopper| {
        let core = core.clone();
        async move { shopper.pays(&core, method).await }
    });
    crowd(at_once, paying).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_buys_exactly_what_there_is() {
    let (shoppers, at_once, pieces) = if is_long() { (300, 64, 50) } else { (40, 16, 8) };
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, pieces).await;
        let mut crowd = Vec::new();
        for n in 0..shoppers {
            crowd.push(Shopper::with(&core, &shop, &format!("shopper-{n:05}"), goods, 1).await);
        }
        let core = Arc::new(core);
        let placements = sold(all_pay(&core, crowd, at_once, VISA).await, ErrorCode::OutOfStock);
        assert_eq!(placements.len(), usize::try_from(pieces).unwrap(), "{}", core.database.engine);
        assert_eq!(stock(&core, shop.id, goods.variant).await, (0, 0));
        assert_sound(&core, "a crowd").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn baskets_filled_in_opposite_order_do_not_block_each_other() {
    let (shoppers, at_once) = if is_long() { (200, 64) } else { (24, 16) };
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let left = goods::download(&core, &shop, "Left", 1000, shoppers / 2).await;
        let right = goods::download(&core, &shop, "Right", 1000, shoppers).await;
        let mut crowd = Vec::new();
        for n in 0..shoppers {
            let basket = if n % 2 == 0 { [left, right] } else { [right, left] };
            let ctx = shop.shopper(Mode::Test);
            crowd.push(filled(&core, ctx, format!("shopper-{n:05}"), &basket).await);
        }
        let core = Arc::new(core);
        let placements = sold(all_pay(&core, crowd, at_once, VISA).await, ErrorCode::OutOfStock);
        assert_eq!(placements.len(), usize::try_from(shoppers / 2).unwrap(), "{}", core.database.engine);
        assert_eq!(
            stock(&core, shop.id, right.variant).await,
            (shoppers / 2, 0),
            "whoever failed took nothing"
        );
        assert_sound(&core, "crossed baskets").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_is_used_as_often_as_it_may_be_and_not_once_more() {
    let (shoppers, uses) = if is_long() { (100, 10) } else { (24, 4) };
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 1000).await;
        promotion::create(&core, &shop.test(), coupon(uses)).await.unwrap();
        let mut crowd = Vec::new();
        for n in 0..shoppers {
            let shopper = Shopper::with(&core, &shop, &format!("shopper-{n:05}"), goods, 1).await;
            cart::apply_discount(&core, &shopper.ctx, &shopper.token, "FEW").await.unwrap();
            crowd.push(shopper);
        }
        let core = Arc::new(core);
        let placements = sold(all_pay(&core, crowd, shoppers, VISA).await, ErrorCode::CouponRefused);
        assert_eq!(placements.len(), usize::try_from(uses).unwrap(), "{}", core.database.engine);
        assert_sound(&core, "a coupon").await;
    }
}

fn coupon(uses: u32) -> NewPromotion {
    NewPromotion {
        code: "FEW".to_owned(),
        name: None,
        kind: DiscountKind::Percentage,
        size: Some(20.into()),
        min_order_amount: None,
        max_uses: Some(uses),
        max_uses_per_customer: None,
        starts_at: None,
        expires_at: None,
        product_ids: Vec::new(),
        category_ids: Vec::new(),
        first_order_only: false,
        active: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_gives_its_last_order_of_the_month_to_one() {
    for core in cores().await {
        let new = NewStore {
            name: "Acme".to_owned(),
            currency: "GBP".to_owned(),
            tier: Some(Tier::Free),
            ..NewStore::default()
        };
        let shop = store_with(&core, new).await;
        store::offer_bank_transfer(&core, &shop).await;
        let goods = goods::download(&core, &shop, "Pattern", 2400, 1000).await;
        let mut crowd = Vec::new();
        for n in 0..20 {
            let ctx = shop.shopper(Mode::Live);
            crowd.push(filled(&core, ctx, format!("shopper-{n:05}"), &[goods]).await);
        }
        let core = Arc::new(core);
        let allowed = core.tiers.limits(Tier::Free).max_monthly_orders.unwrap();
        let outcomes = all_pay(&core, crowd, 20, "bank_transfer").await;
        let placements = sold(outcomes, ErrorCode::TierOrderLimit);
        assert_eq!(placements.len(), usize::try_from(allowed).unwrap(), "{}", core.database.engine);
        assert_sound(&core, "the plan's last order").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_overtake_the_answer_make_one_order_together_with_it() {
    for core in cores().await {
        let stripe = FakeStripe::start().await;
        let core = core.with_stripe_at(stripe.url());
        core.clock.set(SystemClock.now());
        let shop = store(&core, "Acme", "GBP").await;
        store::offer_stripe(&core, &shop, KEY, SECRET).await;
        let goods = goods::download(&core, &shop, "Pattern", 1000, 100).await;
        for round in 0..if is_long() { 40 } else { 4 } {
            let shopper = Shopper::with(&core, &shop, &format!("shopper-{round:05}"), goods, 2).await;
            let before = stripe.newest_intent();
            // From "all webhooks first" to "all at the same time as the answer".
            stripe.fail_next([Fault::Slow(Duration::from_millis(20 * (round % 4)))]);
            let told = async {
                while stripe.newest_intent() == before {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                let intent = stripe.newest_intent().unwrap();
                let event = stripe.event_for(&intent, "payment_intent.succeeded");
                join_all((0..3).map(|_| tell(&core, &shop, &event))).await
            };
            let (placement, told) = futures::join!(shopper.pays(&core, VISA), told);
            let placement = placement.unwrap();
            assert!(placement.order.is_placed(), "{}", core.database.engine);
            assert_eq!(stripe.captured(&reference(&placement)), Some(2000));
            assert!(told.iter().all(Result::is_ok), "{told:?}");
        }
        assert_sound(&core, "webhooks before the answer").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_counted_during_a_sale_stays_right() {
    let (shoppers, counts) = if is_long() { (200, 50) } else { (24, 8) };
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &shop, "Pattern", 1000, 10).await;
        let mut crowd = Vec::new();
        for n in 0..shoppers {
            crowd.push(Shopper::with(&core, &shop, &format!("shopper-{n:05}"), goods, 1).await);
        }
        let core = Arc::new(core);
        let counting = async {
            for n in 0..counts {
                let change = StockChange {
                    variant: None,
                    adjustment: Adjustment::Set(n % 5),
                    reason: None,
                    low_threshold: Change::Keep,
                };
                inventory::adjust(&core, &shop.test(), &Handle::Id(goods.product), change).await.unwrap();
            }
        };
        let (outcomes, ()) = futures::join!(all_pay(&core, crowd, 32, VISA), counting);
        sold(outcomes, ErrorCode::OutOfStock);
        assert_sound(&core, "counting during a sale").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_several_staff_change_about_a_product_at_once_is_all_kept() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        for round in 0..if is_long() { 50 } else { 3 } {
            let goods = goods::download(&core, &shop, &format!("Pattern {round}"), 1000, 1).await;
            let (ctx, handle) = (shop.live(), Handle::Id(goods.product));
            let changes = [
                ProductChanges { name: Some("Another".to_owned()), ..Default::default() },
                ProductChanges { summary: Change::Set("Short".to_owned()), ..Default::default() },
                ProductChanges { description: Change::Set("Long".to_owned()), ..Default::default() },
                ProductChanges { featured: Some(true), ..Default::default() },
                ProductChanges { price: Some(1100), ..Default::default() },
                ProductChanges { sku: Change::Set("SKU-1".to_owned()), ..Default::default() },
            ];
            let patches = changes.map(|changes| product::update(&core, &ctx, &handle, changes));
            for outcome in join_all(patches).await {
                outcome.unwrap();
            }
            let view = product::update(&core, &ctx, &handle, ProductChanges::default()).await.unwrap();
            let kept = view.product;
            let texts = [kept.summary, kept.description, kept.sku].map(Option::unwrap);
            assert_eq!(texts, ["Short", "Long", "SKU-1"].map(str::to_owned), "{}", core.database.engine);
            assert_eq!(
                (kept.name.as_str(), kept.featured, kept.price.price.minor()),
                ("Another", true, 1100)
            );
        }
    }
}

/// Everything that can happen to a sale, at once, by luck.
const ANYTHING: [Deed; 15] = [
    Deed::Pay,
    Deed::PayFromPlenty,
    Deed::PayInVain,
    Deed::PayByTransfer,
    Deed::ChangeCardUnheard,
    Deed::Approve,
    Deed::Edit,
    Deed::Refund,
    Deed::Cancel,
    Deed::Fulfill,
    Deed::MarkPaid,
    Deed::CountStock,
    Deed::GiveUp,
    Deed::FindOut,
    Deed::Deliver,
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_at_once_by_luck_leaves_the_books_right() {
    let (seed, rounds) = (seed(), rounds(20));
    for core in cores().await {
        let mut dice = Dice::new(seed);
        let stripe = FakeStripe::start().await;
        let (core, shop) = open_shop(core, &stripe).await;
        for round in 0..rounds {
            let before = Scene::of(*dice.one_of(&ANYTHING), &core, &shop, &stripe, round);
            let scene = Box::pin(before).await;
            let deeds: Vec<Deed> = (0..5).map(|_| *dice.one_of(&ANYTHING)).collect();
            let doing = deeds.iter().map(|deed| deed.perform(&core, &scene));
            let outcomes = join_all(doing).await;
            let what = format!("seed {seed}, round {round}: {deeds:?}");
            let clean = outcomes
                .iter()
                .all(|outcome| outcome.as_ref().err().is_none_or(|error| error.code != ErrorCode::Internal));
            assert!(clean, "{what}: {outcomes:?}");
            scene.comes_to_rest().await;
            assert_sound(&core, &what).await;
        }
    }
}
