//! What people and machines do to a shop, each thing ready to be done, and how it looks when it is done.

use std::time::{Duration, Instant};

use adapters_system::SystemClock;
use application::{
    Change, Core, Result,
    cart::{self, NewItem},
    catalog::product::{self, ProductChanges},
    checkout::{self, PlaceOrder, reconcile},
    inventory::{self, StockChange},
    order::{self, CancelOrder, FulfillOrder, OrderHandle, RefundOrder},
    promotion::{self, DiscountKind, NewPromotion},
    sandbox, worker,
};
use chrono::TimeDelta;
use domain::{
    id::{Handle, OrderId},
    inventory::Adjustment,
    order::{FulfillmentStatus, Order, PaymentStatus},
    refund::RefundReason,
};
use ports::{Clock as _, gateway::Account};
use testkit::{
    TestCore, TestStore,
    faults::{Fate, Faults},
    goods, store,
    stripe::{FakeStripe, tell},
};

use crate::sale::{Shopper, reference, stock};

pub(crate) const VISA: &str = "pm_card_visa";
const DECLINED: &str = "pm_card_chargeDeclined";
const CHALLENGE: &str = "pm_card_authenticationRequired";
const TRANSFER: &str = "bank_transfer";
/// Longer than a store waits for a shopper.
const TOO_LONG: TimeDelta = TimeDelta::hours(2);
/// How long a database may take to undo what a dead process left, on a machine that is busy with other tests.
const UNDONE_WITHIN: Duration = Duration::from_secs(20);

/// Something to do. What it needs is prepared by [`Scene::of`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Pay,
    /// Where so much is left that nothing is worth telling of: an ordinary sale.
    PayFromPlenty,
    PayWithCoupon,
    PayByTransfer,
    PayInVain,
    PayWithStripe,
    Approve,
    TellByWebhook,
    ChangeCard,
    ChangeCardUnheard,
    Edit,
    Refund,
    RefundByHand,
    RefundWithStripe,
    Cancel,
    CancelWaiting,
    CancelUnpaid,
    Fulfill,
    MarkPaid,
    CountStock,
    Rename,
    Reprice,
    GiveUp,
    FindOut,
    Deliver,
}

/// A shop, some pieces of something at 10.00, and a shopper who wants two of them.
pub(crate) struct Scene<'a> {
    pub(crate) core: &'a TestCore,
    pub(crate) shop: &'a TestStore,
    stripe: &'a FakeStripe,
    goods: goods::Goods,
    shopper: Shopper,
    /// The order, where there is one before the deed; the cart's id is its id.
    order: OrderId,
    charge: Option<String>,
}

/// The shop that all scenes of a test play in.
pub(crate) async fn open_shop(core: TestCore, stripe: &FakeStripe) -> (TestCore, TestStore) {
    let core = core.with_stripe_at(stripe.url());
    let shop = store(&core, "Acme", "GBP").await;
    store::offer_bank_transfer(&core, &shop).await;
    (core, shop)
}

impl<'a> Scene<'a> {
    /// The moment before `deed`. `n` tells scenes of one shop apart.
    pub(crate) async fn of(
        deed: Deed,
        core: &'a TestCore,
        shop: &'a TestStore,
        stripe: &'a FakeStripe,
        n: u32,
    ) -> Self {
        // Webhooks are signed by the machine's clock.
        core.clock.set(SystemClock.now());
        let goods = goods::download(core, shop, &format!("Pattern {n}"), 1000, deed.pieces()).await;
        let shopper = Shopper::with(core, shop, &format!("shopper-{n:05}"), goods, 2).await;
        if deed == Deed::PayWithCoupon {
            let code = format!("ONCE{n}");
            promotion::create(core, &shop.test(), once(&code)).await.unwrap();
            cart::apply_discount(core, &shopper.ctx, &shopper.token, &code).await.unwrap();
        }
        let cart = core.db.carts().by_token(shop.id, shopper.ctx.mode, &shopper.token).await.unwrap();
        let mut scene =
            Self { core, shop, stripe, goods, shopper, order: cart.unwrap().id.cast(), charge: None };
        if let Some(method) = deed.needs_order_by() {
            let placed = scene.shopper.pays(core, method).await.unwrap();
            scene.charge = (method != TRANSFER).then(|| reference(&placed));
        }
        scene.prepare(deed).await;
        scene
    }

    async fn prepare(&mut self, deed: Deed) {
        let (core, account) = (self.core, self.account());
        match deed {
            Deed::RefundByHand => {
                order::mark_paid(core, &self.shop.test(), &self.handle(), None).await.unwrap();
            }
            Deed::TellByWebhook => self.stripe.complete_action(self.charge(), true),
            Deed::FindOut => {
                let desk = &core.gateways.sandbox_desk;
                desk.decide(account.store, self.charge(), true).await.unwrap();
                core.clock.advance(TimeDelta::minutes(2));
            }
            Deed::GiveUp => core.clock.advance(TOO_LONG),
            _ => {}
        }
    }

    fn account(&self) -> Account {
        Account { store: self.shop.id, secret_key: None, webhook_secret: None }
    }

    fn handle(&self) -> OrderHandle {
        Handle::Id(self.order)
    }

    fn charge(&self) -> &str {
        self.charge.as_deref().expect("the scene has a charge")
    }

    /// The order as it is now.
    pub(crate) async fn order(&self) -> Option<Order> {
        let found = self.core.db.orders().order(self.shop.id, self.shopper.ctx.mode, &self.handle()).await;
        found.unwrap().map(|view| view.order)
    }

    /// What the worker does until there is nothing more to do.
    pub(crate) async fn comes_to_rest(&self) {
        // The first comes soon enough for a call to be repeated, the others look for what was made.
        self.works(TimeDelta::minutes(2)).await;
        for _ in 0..3 {
            self.works(TimeDelta::minutes(20)).await;
        }
        // What died in the middle of a delivery holds its events until the database has undone it, and workers
        // pass over what somebody holds.
        let began = Instant::now();
        while self.core.db.outbox().backlog().await.unwrap().waiting > 0 && began.elapsed() < UNDONE_WITHIN {
            tokio::time::sleep(Duration::from_millis(10)).await;
            self.works(TimeDelta::minutes(20)).await;
        }
        assert_eq!(self.stripe.violations(), Vec::<String>::new());
    }

    /// One round of the worker, so long after the last.
    async fn works(&self, later: TimeDelta) {
        self.core.clock.advance(later);
        reconcile::payments(self.core, 100).await.unwrap();
        order::refund::reconcile(self.core, 100).await.unwrap();
        worker::deliver_events(self.core, 1000).await.unwrap();
    }
}

fn once(code: &str) -> NewPromotion {
    NewPromotion {
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
    }
}

impl Deed {
    /// Deeds that need the store's cards to go to Stripe.
    pub(crate) const fn is_with_stripe(self) -> bool {
        matches!(self, Self::PayWithStripe | Self::TellByWebhook | Self::RefundWithStripe)
    }

    /// How many there are of what is sold.
    const fn pieces(self) -> u32 {
        match self {
            Self::PayFromPlenty => 500,
            _ => 5,
        }
    }

    /// How the order came about that the deed is done to.
    const fn needs_order_by(self) -> Option<&'static str> {
        match self {
            Self::Approve
            | Self::TellByWebhook
            | Self::ChangeCard
            | Self::ChangeCardUnheard
            | Self::Edit
            | Self::CancelWaiting
            | Self::GiveUp
            | Self::FindOut => Some(CHALLENGE),
            Self::Refund | Self::RefundWithStripe | Self::Cancel | Self::Fulfill | Self::Deliver => {
                Some(VISA)
            }
            Self::RefundByHand | Self::CancelUnpaid | Self::MarkPaid => Some(TRANSFER),
            Self::Pay
            | Self::PayFromPlenty
            | Self::PayWithCoupon
            | Self::PayByTransfer
            | Self::PayInVain
            | Self::PayWithStripe
            | Self::CountStock
            | Self::Rename
            | Self::Reprice => None,
        }
    }

    /// Does it, through `core`.
    pub(crate) async fn perform(self, core: &Core, scene: &Scene<'_>) -> Result<()> {
        Box::pin(self.happen(core, scene)).await
    }

    async fn happen(self, core: &Core, scene: &Scene<'_>) -> Result<()> {
        let ctx = scene.shop.test();
        match self {
            Self::Pay
            | Self::PayFromPlenty
            | Self::PayWithCoupon
            | Self::PayWithStripe
            | Self::ChangeCard => pay(core, scene, VISA).await,
            Self::ChangeCardUnheard => {
                let answer_lost = Faults::on("charge", Fate::LosesAnswer);
                pay(&scene.core.faulty(&answer_lost), scene, VISA).await
            }
            Self::PayByTransfer => pay(core, scene, TRANSFER).await,
            Self::PayInVain => pay(core, scene, DECLINED).await,
            Self::Approve => match &scene.charge {
                Some(charge) => sandbox::answer(core, scene.shop.id, charge, true).await.map(drop),
                // Nobody was asked for money yet.
                None => Ok(()),
            },
            Self::TellByWebhook => webhook(core, scene).await,
            Self::Edit => {
                let item = NewItem { product: Handle::Id(scene.goods.product), variant: None, quantity: 1 };
                cart::add_item(core, &scene.shopper.ctx, &scene.shopper.token, item).await.map(drop)
            }
            Self::Refund | Self::RefundByHand | Self::RefundWithStripe => {
                order::refund(core, &ctx, &scene.handle(), everything()).await.map(drop)
            }
            Self::Cancel | Self::CancelWaiting | Self::CancelUnpaid => {
                order::cancel(core, &ctx, &scene.handle(), CancelOrder::default()).await.map(drop)
            }
            Self::Fulfill => {
                order::fulfill(core, &ctx, &scene.handle(), FulfillOrder::default()).await.map(drop)
            }
            Self::MarkPaid => order::mark_paid(core, &ctx, &scene.handle(), None).await.map(drop),
            Self::CountStock => count_stock(core, scene, 1).await,
            Self::Rename => {
                let changes = ProductChanges { name: Some("Another".to_owned()), ..Default::default() };
                product::update(core, &ctx, &Handle::Id(scene.goods.product), changes).await.map(drop)
            }
            Self::Reprice => {
                let changes = ProductChanges { price: Some(1100), ..Default::default() };
                product::update(core, &ctx, &Handle::Id(scene.goods.product), changes).await.map(drop)
            }
            Self::GiveUp | Self::FindOut => reconcile::payments(core, 100).await.map(drop),
            Self::Deliver => worker::deliver_events(core, 100).await.map(drop),
        }
    }

    /// Asserts that it is done, and done once.
    pub(crate) async fn is_done(self, scene: &Scene<'_>) {
        let order = scene.order().await;
        let status = order.as_ref().map(|order| order.payment_status);
        let left = stock(scene.core, scene.shop.id, scene.goods.variant).await;
        let expected = match self {
            Self::Pay
            | Self::PayWithCoupon
            | Self::PayWithStripe
            | Self::Approve
            | Self::TellByWebhook
            | Self::ChangeCard
            | Self::ChangeCardUnheard
            | Self::Fulfill
            | Self::MarkPaid
            | Self::FindOut
            | Self::Deliver => (Some(PaymentStatus::Paid), (3, 0)),
            Self::PayFromPlenty => (Some(PaymentStatus::Paid), (498, 0)),
            Self::PayByTransfer => (Some(PaymentStatus::Pending), (3, 2)),
            Self::PayInVain | Self::GiveUp | Self::Edit => (Some(PaymentStatus::Failed), (5, 0)),
            Self::Refund | Self::RefundByHand | Self::RefundWithStripe => {
                (Some(PaymentStatus::Refunded), (5, 0))
            }
            Self::Cancel | Self::CancelWaiting | Self::CancelUnpaid => {
                (Some(PaymentStatus::Cancelled), (5, 0))
            }
            Self::CountStock => (None, (1, 0)),
            Self::Rename | Self::Reprice => (None, (5, 0)),
        };
        assert_eq!((status, left), expected, "{self:?}");
        if self == Self::Fulfill {
            assert_eq!(order.unwrap().fulfillment_status, FulfillmentStatus::Fulfilled);
        }
    }
}

async fn pay(core: &Core, scene: &Scene<'_>, method: &str) -> Result<()> {
    let command = PlaceOrder {
        token_hash: scene.shopper.token.clone(),
        payment_method: method.to_owned(),
        return_url: None,
    };
    checkout::place(core, &scene.shopper.ctx, command).await.map(drop)
}

async fn webhook(core: &Core, scene: &Scene<'_>) -> Result<()> {
    let event = scene.stripe.event_for(scene.charge(), "payment_intent.succeeded");
    tell(core, scene.shop, &event).await
}

async fn count_stock(core: &Core, scene: &Scene<'_>, pieces: u32) -> Result<()> {
    let change = StockChange {
        variant: None,
        adjustment: Adjustment::Set(pieces),
        reason: None,
        low_threshold: Change::Keep,
    };
    inventory::adjust(core, &scene.shop.test(), &Handle::Id(scene.goods.product), change).await.map(drop)
}

fn everything() -> RefundOrder {
    RefundOrder {
        amount: None,
        lines: Vec::new(),
        include_shipping: false,
        restock: true,
        reason: RefundReason::CustomerRequest,
        notify: false,
        if_version: None,
    }
}
