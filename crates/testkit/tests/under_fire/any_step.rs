//! Whatever step of an operation fails, loses its answer, is the last one of its process, or has to let
//! somebody else by: afterwards the books are right, and doing it again does it once.
//!
//! A short run tries every step with one fate on one engine, and every other one with each rival; where
//! `CARTWRIGHT_PROOF=long`, every step is tried with everything on both.

use application::{ErrorCode, Result};
use testkit::{
    TestCore, TestStore, cores,
    effort::is_long,
    faults::{Fate, Faults},
    invariants::Calm,
    store,
    stripe::{FakeStripe, KEY, SECRET},
};

use crate::deeds::{Deed, Scene, open_shop};

/// No operation takes more steps; one that does goes in circles.
const STEPS_AT_MOST: u32 = 200;

/// Which fates a step of a deed is tried with on an engine: in a short run one, and none where the other engine has it,
/// unless there are few steps.
fn fates(deed: Deed, step: u32, engine: u32) -> Vec<Fate> {
    if is_long() || deed == Deed::PayFromPlenty {
        return Fate::ALONE.to_vec();
    }
    let fates = Fate::ALONE.into_iter().zip(0_u32..);
    let mine = step % 2 == engine;
    fates.filter(|(_, turn)| mine && step / 2 % 4 == *turn).map(|(fate, _)| fate).collect()
}

/// Whether a step is tried with a rival on an engine.
fn is_tried(deed: Deed, step: u32, rival: u32, engine: u32) -> bool {
    is_long() || deed == Deed::PayFromPlenty || step.wrapping_add(rival) % 4 == engine
}

fn is_clean<T>(outcome: &Result<T>) -> bool {
    outcome.as_ref().err().is_none_or(|error| error.code != ErrorCode::Internal)
}

async fn assert_sound(core: &TestCore, what: &str) {
    let breaches = core.database.breaches(Calm::Settled).await;
    assert!(breaches.is_empty(), "{}: {what}: {breaches:#?}", core.database.engine);
}

async fn ready(core: TestCore, deed: Deed, stripe: &FakeStripe) -> (TestCore, TestStore) {
    let (core, shop) = open_shop(core, stripe).await;
    if deed.is_with_stripe() {
        store::offer_stripe(&core, &shop, KEY, SECRET).await;
    }
    (core, shop)
}

/// Does `deed` with every step going wrong in turn, and then again.
async fn survives(deed: Deed) {
    for (core, engine) in cores().await.into_iter().zip(0_u32..) {
        let stripe = FakeStripe::start().await;
        let (core, shop) = ready(core, deed, &stripe).await;
        let mut n = 0;
        for step in 1..STEPS_AT_MOST {
            let fates = fates(deed, step, engine);
            let mut struck = fates.is_empty();
            for fate in fates {
                n += 1;
                let scene = Box::pin(Scene::of(deed, &core, &shop, &stripe, n)).await;
                let faults = Faults::at(step, fate);
                let outcome = faults.run(deed.perform(&core.faulty(&faults), &scene), async {}).await;
                struck |= faults.struck();
                let what = format!("{deed:?}, {fate:?} at step {step}, {}", faults.step());
                assert!(outcome.as_ref().is_none_or(is_clean), "{what}: {outcome:?}");
                // Who lives hears of the fault and tries again; for the dead the worker goes on.
                if outcome.is_none() {
                    scene.comes_to_rest().await;
                    assert_sound(&core, &what).await;
                }
                let again = deed.perform(&core, &scene).await;
                assert!(is_clean(&again), "{what}, again: {again:?}");
                scene.comes_to_rest().await;
                assert_sound(&core, &format!("{what}, again")).await;
                // A challenge that nobody answered in time is over.
                if outcome.is_some() || deed != Deed::Approve {
                    deed.is_done(&scene).await;
                }
            }
            if !struck {
                assert!(step > 2, "{deed:?} takes no steps");
                break;
            }
        }
    }
}

/// Holds `deed` up at every step in turn while each rival does something to the same order or goods.
async fn meets(deed: Deed, rivals: &[Deed]) {
    for (core, engine) in cores().await.into_iter().zip(0_u32..) {
        let stripe = FakeStripe::start().await;
        let (core, shop) = ready(core, deed, &stripe).await;
        let mut n = 0;
        for (rival, turn) in rivals.iter().zip(0_u32..) {
            for step in (1..STEPS_AT_MOST).filter(|step| is_tried(deed, *step, turn, engine)) {
                n += 1;
                let scene = Box::pin(Scene::of(deed, &core, &shop, &stripe, n)).await;
                let faults = Faults::at(step, Fate::Waits);
                let held_up = core.faulty(&faults);
                let what = format!("{deed:?} met by {rival:?} at step {step}");
                let meeting = async {
                    let outcome = rival.perform(&core, &scene).await;
                    assert!(is_clean(&outcome), "{what}: the rival: {outcome:?}");
                };
                let outcome = faults.run(deed.perform(&held_up, &scene), meeting).await;
                if !faults.struck() {
                    break;
                }
                let what = format!("{what}, {}", faults.step());
                assert!(outcome.as_ref().is_some_and(is_clean), "{what}: {outcome:?}");
                scene.comes_to_rest().await;
                assert_sound(&core, &what).await;
            }
        }
    }
}

macro_rules! survive {
    ($($name:ident: $deed:ident;)+) => {
        $(#[tokio::test]
        async fn $name() {
            survives(Deed::$deed).await;
        })+
    };
}

survive! {
    paying_survives_any_step: Pay;
    paying_for_an_ordinary_sale_survives_any_step: PayFromPlenty;
    paying_with_a_coupon_survives_any_step: PayWithCoupon;
    paying_by_transfer_survives_any_step: PayByTransfer;
    a_declined_payment_survives_any_step: PayInVain;
    paying_through_stripe_survives_any_step: PayWithStripe;
    approving_a_challenge_survives_any_step: Approve;
    a_webhook_survives_any_step: TellByWebhook;
    taking_another_card_survives_any_step: ChangeCard;
    editing_a_cart_that_is_being_paid_survives_any_step: Edit;
    refunding_survives_any_step: Refund;
    refunding_by_hand_survives_any_step: RefundByHand;
    refunding_through_stripe_survives_any_step: RefundWithStripe;
    cancelling_survives_any_step: Cancel;
    cancelling_a_waiting_sale_survives_any_step: CancelWaiting;
    cancelling_an_unpaid_order_survives_any_step: CancelUnpaid;
    fulfilling_survives_any_step: Fulfill;
    marking_paid_survives_any_step: MarkPaid;
    counting_stock_survives_any_step: CountStock;
    changing_a_product_survives_any_step: Rename;
    giving_a_sale_up_survives_any_step: GiveUp;
    finding_a_lost_payment_survives_any_step: FindOut;
    delivering_events_survives_any_step: Deliver;
}

macro_rules! meet {
    ($($name:ident: $deed:ident, [$($rival:ident),+];)+) => {
        $(#[tokio::test]
        async fn $name() {
            meets(Deed::$deed, &[$(Deed::$rival),+]).await;
        })+
    };
}

meet! {
    paying_meets_another_press_an_edit_a_count_and_a_new_price: Pay, [Pay, Edit, CountStock, Reprice, Cancel];
    an_ordinary_sale_meets_another_press_an_edit_a_count_and_a_new_price: PayFromPlenty, [Pay, Edit, CountStock, Reprice, Cancel];
    an_approval_meets_another_card_a_cancellation_and_the_worker: Approve, [Approve, ChangeCard, Cancel, GiveUp];
    a_webhook_meets_itself_another_card_and_a_cancellation: TellByWebhook, [TellByWebhook, ChangeCard, Cancel];
    another_card_meets_the_approval_of_the_first: ChangeCard, [Approve, Cancel, Edit];
    a_refund_meets_a_refund_a_cancellation_and_a_parcel: Refund, [Refund, Cancel, Fulfill];
    a_cancellation_meets_a_refund_a_cancellation_and_a_parcel: Cancel, [Refund, Cancel, Fulfill];
    cancelling_a_waiting_sale_meets_its_approval_and_another_card: CancelWaiting, [Approve, ChangeCard, ChangeCardUnheard];
    a_parcel_meets_a_refund_a_cancellation_and_a_parcel: Fulfill, [Refund, Cancel, Fulfill];
    arriving_money_meets_itself_and_a_cancellation: MarkPaid, [MarkPaid, Cancel];
    a_count_meets_a_sale_and_a_count: CountStock, [Pay, CountStock];
    a_new_name_meets_a_new_price: Rename, [Reprice, Rename];
    the_worker_meets_an_approval_and_itself: GiveUp, [Approve, GiveUp, ChangeCard];
    the_worker_that_finds_money_meets_itself_and_a_cancellation: FindOut, [FindOut, Cancel, ChangeCard];
    a_delivery_meets_a_delivery: Deliver, [Deliver, Refund];
}
