//! What becomes of orders after the sale, on both engines: money goes back once and never in excess,
//! goods come back once, and every change can be told.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod moody;
mod sale;

use std::pin::Pin;

use application::{
    Change, ErrorCode,
    order::{self, CancelOrder, FulfillOrder, OrderChanges, OrderHandle, RefundOrder},
    worker,
};
use chrono::TimeDelta;
use domain::{
    access::Mode,
    id::{Handle, LineId},
    order::{FulfillmentStatus, PaymentStatus},
    payment::PaymentState,
    refund::{RefundReason, RefundState},
};
use futures::future::join_all;
use ports::{list::Window, orders::OrderView};
use testkit::{
    TestCore, TestStore, cores,
    faults::{Fate, Faults},
    goods,
    invariants::Calm,
    store,
};

use self::{
    moody::{Mood, moody},
    sale::{Shopper, reference, stock},
};

const VISA: &str = "pm_card_visa";
const TRANSFER: &str = "bank_transfer";
const CHALLENGE: &str = "pm_card_authenticationRequired";

fn everything() -> RefundOrder {
    RefundOrder {
        amount: None,
        lines: Vec::new(),
        include_shipping: false,
        restock: true,
        reason: RefundReason::CustomerRequest,
        notify: true,
        if_version: None,
    }
}

fn amount(minor: i64) -> RefundOrder {
    RefundOrder { amount: Some(minor), ..everything() }
}

fn units(line: LineId, quantity: u32) -> RefundOrder {
    RefundOrder { lines: vec![(line, quantity)], ..everything() }
}

/// A shop with one article at 10.00, and an order of three of five.
struct Scene {
    core: TestCore,
    shop: TestStore,
    goods: goods::Goods,
    order: OrderHandle,
}

impl Scene {
    /// Boxed, because the futures of whole sales are large and every test has one.
    fn new(core: TestCore, method: &str) -> Pin<Box<impl Future<Output = Self>>> {
        Box::pin(Self::begin(core, method))
    }

    async fn begin(core: TestCore, method: &str) -> Self {
        let shop = store(&core, "Acme", "GBP").await;
        store::offer_bank_transfer(&core, &shop).await;
        let goods = goods::download(&core, &shop, "Pattern", 1000, 5).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", goods, 3).await;
        let order = Handle::Id(shopper.pays(&core, method).await.unwrap().order.id);
        Self { core, shop, goods, order }
    }

    /// Another order of the shop, with its version.
    async fn another(&self, number: u32) -> (OrderHandle, Option<i32>) {
        let goods = goods::download(&self.core, &self.shop, &format!("Pattern {number}"), 1000, 5).await;
        let shopper = Shopper::with(&self.core, &self.shop, &format!("shopper-{number}"), goods, 3).await;
        let order = shopper.pays(&self.core, TRANSFER).await.unwrap().order;
        (Handle::Id(order.id), Some(order.version))
    }

    async fn view(&self) -> OrderView {
        order::get(&self.core, &self.shop.test(), &self.order).await.unwrap()
    }

    async fn line(&self) -> LineId {
        self.view().await.order.lines[0].id
    }

    async fn stock(&self) -> (u32, u32) {
        stock(&self.core, self.shop.id, self.goods.variant).await
    }

    async fn refund(&self, command: RefundOrder) -> application::Result<order::Refunded> {
        order::refund(&self.core, &self.shop.test(), &self.order, command).await
    }

    async fn cancel(&self) -> application::Result<OrderView> {
        let command = CancelOrder { reason: Some("Out of stock".to_owned()), ..CancelOrder::default() };
        order::cancel(&self.core, &self.shop.test(), &self.order, command).await
    }

    async fn fulfill(&self, lines: Option<Vec<(LineId, u32)>>) -> application::Result<OrderView> {
        let command = FulfillOrder { lines, ..FulfillOrder::default() };
        order::fulfill(&self.core, &self.shop.test(), &self.order, command).await
    }

    async fn kinds(&self) -> Vec<&'static str> {
        let page = Window::Page { page: 1, per_page: 100 };
        let events = order::events(&self.core, &self.shop.test(), &self.order, &page).await.unwrap();
        events.items.iter().map(|event| event.kind.as_str()).collect()
    }
}

#[tokio::test]
async fn refunding_unit_by_unit_gives_back_what_was_paid_and_restocks_it() {
    for core in cores().await {
        let scene = Scene::new(core, VISA).await;
        let line = scene.line().await;
        let first = scene.refund(units(line, 1)).await.unwrap();
        assert_eq!(first.refund.state, RefundState::Succeeded);
        assert_eq!(first.view.order.payment_status, PaymentStatus::PartiallyRefunded);
        assert_eq!(first.view.order.refunded.minor(), 1000);
        assert_eq!(scene.stock().await, (3, 0));

        let kept = scene.refund(RefundOrder { restock: false, ..units(line, 1) }).await.unwrap();
        assert_eq!((kept.view.order.refunded.minor(), scene.stock().await), (2000, (3, 0)));
        let last = scene.refund(amount(1000)).await.unwrap().view;
        assert_eq!(last.order.payment_status, PaymentStatus::Refunded);
        assert_eq!(last.payments[0].refunded.minor(), 3000);
        assert_eq!(last.refunds.len(), 3);
        assert_eq!(scene.refund(everything()).await.unwrap_err().code, ErrorCode::InvalidState);
        assert_eq!(scene.refund(amount(1)).await.unwrap_err().code, ErrorCode::InvalidState);
    }
}

#[tokio::test]
async fn refunds_at_once_never_give_back_more_than_was_taken() {
    for core in cores().await {
        let scene = Scene::new(core, VISA).await;
        let answers = join_all((0..6).map(|_| scene.refund(amount(800)))).await;
        let (granted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(granted.len(), 3, "3000 hold three times 800");
        assert!(refused.into_iter().all(|answer| answer.unwrap_err().code == ErrorCode::RefundRefused));
        let view = scene.view().await;
        assert_eq!((view.order.refunded.minor(), view.payments[0].refunded.minor()), (2400, 2400));
    }
}

#[tokio::test]
async fn too_much_too_little_and_unknown_units_are_refused_and_change_nothing() {
    for core in cores().await {
        let scene = Scene::new(core, VISA).await;
        let (before, line) = (scene.view().await, scene.line().await);
        let stranger = testkit::database::fresh_id();
        for (command, code, field) in [
            (amount(3001), ErrorCode::RefundRefused, "amount"),
            (amount(0), ErrorCode::ValidationFailed, "amount"),
            (amount(-5), ErrorCode::ValidationFailed, "amount"),
            (amount(i64::MAX), ErrorCode::RefundRefused, "amount"),
            (units(line, 4), ErrorCode::RefundRefused, "items.0.quantity"),
            (units(stranger, 1), ErrorCode::ValidationFailed, "items.0.id"),
        ] {
            let refused = scene.refund(command).await.unwrap_err();
            let fields: Vec<_> = refused.fields.keys().map(String::as_str).collect();
            assert_eq!((refused.code, fields), (code, vec![field]), "{refused}");
        }
        assert_eq!(scene.view().await, before);
    }
}

#[tokio::test]
async fn a_refusal_of_the_gateway_gives_the_claim_back() {
    for core in cores().await {
        let (core, mood) = moody(core);
        let scene = Scene::new(core, VISA).await;
        let before = scene.view().await.order;
        mood.set(Mood::Refuses);
        let refused = scene.refund(everything()).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.message.as_str()),
            (ErrorCode::RefundRefused, "The account is empty.")
        );
        let view = scene.view().await;
        assert_eq!(view.order.payment_status, PaymentStatus::Paid);
        assert_eq!((view.order.refunded, &view.order.lines), (before.refunded, &before.lines));
        assert!(view.payments[0].refunded.is_zero());
        assert_eq!(view.refunds[0].state, RefundState::Failed);
        assert_eq!(scene.stock().await, (2, 0), "nothing was put back");
        mood.set(Mood::Works);
        assert!(scene.refund(everything()).await.is_ok(), "it can be asked for again");
    }
}

#[tokio::test]
async fn a_refund_without_an_answer_is_finished_once_by_the_reconciler() {
    for core in cores().await {
        let (core, mood) = moody(core);
        let scene = Scene::new(core, VISA).await;
        for fate in [Mood::LosesAnswer, Mood::LosesRequest] {
            mood.set(fate);
            let pending = scene.refund(units(scene.line().await, 1)).await.unwrap();
            assert_eq!(pending.refund.state, RefundState::Pending);
            let held = scene.refund(amount(3000)).await.unwrap_err();
            assert_eq!(held.code, ErrorCode::RefundRefused, "what is set aside cannot be had again");
            mood.set(Mood::Works);
            assert_eq!(order::refund::reconcile(&scene.core, 10).await.unwrap(), 0, "not due yet");
            scene.core.clock.advance(TimeDelta::seconds(61));
            let rounds = join_all((0..3).map(|_| order::refund::reconcile(&scene.core, 10))).await;
            assert!(rounds.iter().all(Result::is_ok));
            assert_eq!(order::refund::reconcile(&scene.core, 10).await.unwrap(), 0, "it is over");
            let view = scene.view().await;
            assert!(view.refunds.iter().all(|refund| refund.state == RefundState::Succeeded), "{fate:?}");
        }
        let view = scene.view().await;
        assert_eq!((view.order.refunded.minor(), view.payments[0].refunded.minor()), (2000, 2000));
        assert_eq!(scene.stock().await, (4, 0), "each unit came back once");
    }
}

#[tokio::test]
async fn cancelling_a_paid_order_gives_money_and_goods_back() {
    for core in cores().await {
        let scene = Scene::new(core, VISA).await;
        let view = scene.cancel().await.unwrap();
        assert_eq!(view.order.payment_status, PaymentStatus::Cancelled);
        assert_eq!(view.order.cancel_reason.as_deref(), Some("Out of stock"));
        assert_eq!(view.refunds[0].state, RefundState::Succeeded);
        assert_eq!(view.payments[0].refunded.minor(), 3000);
        assert_eq!(scene.stock().await, (5, 0));
        for again in [scene.cancel().await, scene.fulfill(None).await] {
            assert_eq!(again.unwrap_err().code, ErrorCode::InvalidState);
        }
        assert_eq!(scene.stock().await, (5, 0));
    }
}

#[tokio::test]
async fn a_cancelled_order_whose_refund_failed_can_be_refunded_later() {
    for core in cores().await {
        let (core, mood) = moody(core);
        let scene = Scene::new(core, VISA).await;
        mood.set(Mood::Refuses);
        let view = scene.cancel().await.unwrap();
        assert_eq!(view.order.payment_status, PaymentStatus::Cancelled);
        assert_eq!(view.refunds[0].state, RefundState::Failed);
        mood.set(Mood::Works);
        let view = scene.refund(everything()).await.unwrap().view;
        assert_eq!(view.order.payment_status, PaymentStatus::Cancelled);
        assert_eq!(view.payments[0].refunded.minor(), 3000);
        assert_eq!(scene.stock().await, (5, 0), "the goods came back with the cancellation, once");
    }
}

#[tokio::test]
async fn units_of_a_refund_that_fails_after_its_order_was_cancelled_go_back_into_stock() {
    for core in cores().await {
        let (core, mood) = moody(core);
        let scene = Scene::new(core, VISA).await;
        mood.set(Mood::LosesRequest);
        scene.refund(units(scene.line().await, 1)).await.unwrap();
        mood.set(Mood::Works);
        scene.cancel().await.unwrap();
        assert_eq!(scene.stock().await, (4, 0), "one waits for its refund");
        mood.set(Mood::Refuses);
        scene.core.clock.advance(TimeDelta::seconds(61));
        assert_eq!(order::refund::reconcile(&scene.core, 10).await.unwrap(), 1);
        assert_eq!(scene.stock().await, (5, 0), "{}", scene.core.database.engine);
        mood.set(Mood::Works);
        let view = scene.refund(everything()).await.unwrap().view;
        assert_eq!(view.payments[0].refunded.minor(), 3000);
        worker::deliver_events(&scene.core, 100).await.unwrap();
        let breaches = scene.core.database.breaches(Calm::Settled).await;
        assert!(breaches.is_empty(), "{}: {breaches:#?}", scene.core.database.engine);
    }
}

#[tokio::test]
async fn of_two_who_decided_on_the_same_order_one_is_heard() {
    for core in cores().await {
        let scene = Scene::new(core, TRANSFER).await;
        let mut refused = 0;
        for step in 1.. {
            let (order, seen) = scene.another(step).await;
            let faults = Faults::at(step, Fate::Waits);
            let held_up = scene.core.faulty(&faults);
            let (ctx, command) =
                (scene.shop.test(), CancelOrder { if_version: seen, ..CancelOrder::default() });
            let cancelled = order::cancel(&held_up, &ctx, &order, command);
            let mut noted = None;
            let note = async {
                let internal_notes = Change::Set("Asked for a gift box".to_owned());
                let changes = OrderChanges { internal_notes, if_version: seen, ..Default::default() };
                noted = Some(order::update(&scene.core, &ctx, &order, changes).await);
            };
            let cancelled = Box::pin(faults.run(cancelled, note)).await.unwrap();
            let Some(noted) = noted else { break };
            let heard = [&cancelled, &noted].into_iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(heard, 1, "step {step}, {}: {cancelled:?}, {noted:?}", faults.step());
            refused += u32::from(cancelled.is_err_and(|error| error.code == ErrorCode::Stale));
        }
        assert!(refused > 1, "{}", scene.core.database.engine);
    }
}

#[tokio::test]
async fn an_awaited_order_is_marked_paid_once_or_cancelled_without_a_refund() {
    for core in cores().await {
        let scene = Scene::new(core, TRANSFER).await;
        assert_eq!(scene.stock().await, (2, 3));
        let too_early = scene.fulfill(None).await.unwrap_err();
        assert_eq!(too_early.code, ErrorCode::InvalidState);
        let ctx = scene.shop.test();
        let view = order::mark_paid(&scene.core, &ctx, &scene.order, None).await.unwrap();
        assert_eq!(view.order.payment_status, PaymentStatus::Paid);
        assert_eq!(
            (view.payments[0].state, view.payments[0].captured.minor()),
            (PaymentState::Captured, 3000)
        );
        assert_eq!(scene.stock().await, (2, 0));
        let twice = order::mark_paid(&scene.core, &ctx, &scene.order, None).await.unwrap_err();
        assert_eq!(twice.code, ErrorCode::InvalidState);
        let back = scene.refund(everything()).await.unwrap();
        assert_eq!(back.refund.state, RefundState::Succeeded, "money of a transfer goes back by hand");
        assert_eq!(scene.stock().await, (5, 0));
    }
    for core in cores().await {
        let scene = Scene::new(core, "bank_transfer").await;
        order::mark_paid(&scene.core, &scene.shop.test(), &scene.order, None).await.unwrap();
        let view = scene.cancel().await.unwrap();
        assert_eq!(view.refunds[0].state, RefundState::Succeeded);
        assert_eq!((view.payments[0].refunded.minor(), scene.stock().await), (3000, (5, 0)));
    }
    for core in cores().await {
        let scene = Scene::new(core, "bank_transfer").await;
        let view = scene.cancel().await.unwrap();
        assert_eq!(view.order.payment_status, PaymentStatus::Cancelled);
        assert_eq!((view.payments[0].state, view.refunds.len()), (PaymentState::Cancelled, 0));
        assert_eq!(scene.stock().await, (5, 0));
        let late = order::mark_paid(&scene.core, &scene.shop.test(), &scene.order, None).await.unwrap_err();
        assert_eq!(late.code, ErrorCode::InvalidState);
    }
}

#[tokio::test]
async fn cancelling_a_sale_that_waits_for_the_shopper_stops_its_payment() {
    for core in cores().await {
        let scene = Scene::new(core, CHALLENGE).await;
        assert_eq!(scene.stock().await, (2, 3));
        let view = scene.cancel().await.unwrap();
        assert_eq!(view.order.payment_status, PaymentStatus::Cancelled);
        assert_eq!(view.payments[0].state, PaymentState::Cancelled);
        assert_eq!(scene.stock().await, (5, 0));
        let next = Shopper::with(&scene.core, &scene.shop, "shopper-one", scene.goods, 1).await;
        let sold = next.pays(&scene.core, VISA).await.unwrap();
        assert_eq!(sold.order.payment_status, PaymentStatus::Paid, "the shopper goes on with a new cart");
        assert_ne!(Handle::Id(sold.order.id), scene.order);
        assert_ne!(Some(reference(&sold)), view.payments[0].provider_ref, "by a charge of its own");
    }
}

#[tokio::test]
async fn goods_leave_in_parcels_and_not_twice() {
    for core in cores().await {
        let scene = Scene::new(core, VISA).await;
        let line = scene.line().await;
        let part = scene.fulfill(Some(vec![(line, 2)])).await.unwrap();
        assert_eq!(part.order.fulfillment_status, FulfillmentStatus::Partial);
        let too_many = scene.fulfill(Some(vec![(line, 2)])).await.unwrap_err();
        assert_eq!(too_many.fields.keys().collect::<Vec<_>>(), ["items.0.quantity"]);
        assert_eq!(scene.cancel().await.unwrap_err().code, ErrorCode::InvalidState);
        let rest = scene.fulfill(None).await.unwrap();
        assert_eq!(rest.order.fulfillment_status, FulfillmentStatus::Fulfilled);
        let sent: Vec<_> = rest.fulfillments.iter().map(|parcel| parcel.lines.clone()).collect();
        assert_eq!(sent, [vec![(line, 2)], vec![(line, 1)]]);
        assert_eq!(scene.fulfill(None).await.unwrap_err().code, ErrorCode::InvalidState);
    }
}

#[tokio::test]
async fn parcels_sent_at_once_never_hold_more_than_was_sold() {
    for core in cores().await {
        let scene = Scene::new(core, VISA).await;
        let line = scene.line().await;
        let answers = join_all((0..5).map(|_| scene.fulfill(Some(vec![(line, 1)])))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
        assert_eq!(scene.view().await.order.lines[0].fulfilled, 3);
    }
}

#[tokio::test]
async fn the_story_of_an_order_is_complete_before_and_after_delivery() {
    for core in cores().await {
        let scene = Scene::new(core, VISA).await;
        scene.fulfill(None).await.unwrap();
        scene.refund(amount(500)).await.unwrap();
        let story = scene.kinds().await;
        let expected = [
            "order.created",
            "payment.confirmed",
            "order.paid",
            "order.fulfilled",
            "order.updated",
            "order.refunded",
        ];
        assert_eq!(story, expected);
        let delivered = worker::deliver_events(&scene.core, 100).await.unwrap();
        assert!(delivered >= expected.len());
        assert_eq!(worker::deliver_events(&scene.core, 100).await.unwrap(), 0, "each is delivered once");
        assert_eq!(scene.kinds().await, expected);
    }
}

#[tokio::test]
async fn orders_of_another_mode_or_store_do_not_exist() {
    for core in cores().await {
        let scene = Scene::new(core, VISA).await;
        let other = store(&scene.core, "Other", "GBP").await;
        for ctx in [scene.shop.context(Mode::Live, application::Actor::Operator), other.test()] {
            let (core, id) = (&scene.core, &scene.order);
            let codes = [
                order::get(core, &ctx, id).await.unwrap_err().code,
                order::fulfill(core, &ctx, id, FulfillOrder::default()).await.unwrap_err().code,
                order::refund(core, &ctx, id, everything()).await.unwrap_err().code,
                order::cancel(core, &ctx, id, CancelOrder::default()).await.unwrap_err().code,
                order::mark_paid(core, &ctx, id, None).await.unwrap_err().code,
            ];
            assert_eq!(codes, [ErrorCode::NotFound; 5]);
        }
    }
}
