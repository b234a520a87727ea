//! A sale in one go comes to what the steps make of it, or to nothing. SQLite takes the steps always, Postgres only
//! where a sale is out of the ordinary.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::{collections::BTreeMap, fmt::Write as _};

use application::cart::{self, NewItem};
use chrono::TimeDelta;
use domain::{
    access::Mode,
    cart::Cart,
    event::{Event, EventKind, Subject},
    id::{Handle, StoreId},
    order::{Order, PaymentStatus},
    payment::{GatewayReport, GatewayStatus, Payment, PaymentStart, Provider},
};
use ports::{
    list::Window,
    sales::{Closing, OrderCount, Reservation, Told},
    stock::{Cause, MovementFilter, Units},
};
use testkit::{
    TestCore, TestStore, cores,
    database::{NOW, fresh_id},
    goods,
    invariants::Calm,
    statements::Recorder,
    store,
};

use crate::sale::{Shopper, reference, stock};

mod sale;

const VISA: &str = "pm_card_visa";
/// More than makes anything low.
const PLENTY: u32 = 50;

/// The text with every id called by the place where it stands first.
fn with_ids_by_place(text: &str) -> String {
    let mut known = BTreeMap::new();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut said = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (between, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
        said.push_str(between);
        let is_id = word.rsplit_once('_').is_some_and(|(_, id)| id.len() == 26);
        if is_id {
            let place = known.len();
            write!(said, "id-{}", known.entry(word.to_owned()).or_insert(place)).unwrap();
        } else {
            said.push_str(word);
        }
        rest = after;
    }
    said + rest
}

/// All that a sale left behind.
async fn traces(core: &TestCore, shop: &TestStore, order: &Order) -> String {
    let mode = order.mode;
    let view = core.db.orders().order(shop.id, mode, &Handle::Id(order.id)).await.unwrap().unwrap();
    let cart = core.db.begin(shop.id).await.unwrap().carts().find(order.id.cast()).await.unwrap();
    let window = Window::Page { page: 1, per_page: 50 };
    let moved = core.db.stock().movements(shop.id, mode, &MovementFilter::default(), &window).await.unwrap();
    let mut levels = Vec::new();
    for line in &view.order.lines {
        levels.push(stock(core, shop.id, line.variant_id).await);
    }
    let told = core.db.outbox().lease(NOW, NOW + TimeDelta::hours(1), 100).await.unwrap();
    with_ids_by_place(&format!("{view:#?}\n{cart:#?}\n{:#?}\n{levels:#?}\n{told:#?}", moved.items))
}

#[tokio::test]
async fn a_sale_in_one_go_leaves_what_its_steps_leave() {
    let mut left = Vec::new();
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let pattern = goods::download(&core, &shop, "Pattern", 2400, PLENTY).await;
        let tote = goods::download(&core, &shop, "Tote", 1500, PLENTY).await;
        let shopper = Shopper::with(&core, &shop, "shopper-one", pattern, 2).await;
        let item = NewItem { product: Handle::Id(tote.product), variant: None, quantity: 3 };
        cart::add_item(&core, &shopper.ctx, &shopper.token, item).await.unwrap();
        let recorder = Recorder::new();
        let watched = core.watched(recorder.clone());
        let placed = shopper.pays_at(&watched, VISA).await.unwrap();
        let at_once = recorder.statements().iter().filter(|sql| sql.starts_with("WITH held")).count();
        assert_eq!(at_once, if core.database.engine == "postgres" { 2 } else { 0 });
        assert!(reference(&placed).starts_with("pi_sandbox_"));
        let stored = core.db.orders().order(shop.id, Mode::Test, &Handle::Id(placed.order.id)).await.unwrap();
        let stored = stored.unwrap();
        assert_eq!((&placed.order, placed.payment.as_ref()), (&stored.order, stored.payments.first()));
        left.push(traces(&core, &shop, &placed.order).await);
        assert_eq!(core.database.breaches(Calm::Busy).await, Vec::<String>::new());
    }
    let [on_sqlite, on_postgres] = left.try_into().unwrap();
    assert!(on_sqlite.contains("ACM-1001") && on_sqlite.contains("OrderPaid"), "{on_sqlite}");
    assert_eq!(on_sqlite, on_postgres);
}

/// Has Postgres work for everybody who connects from now on as it does for merchants, whatever the tests spare
/// themselves, and refuse to commit orders before they are on the disk, and open carts that waited for it.
const DURABLE: [&str; 5] = [
    "do $$ begin execute format('alter database %I set synchronous_commit = on', current_database()); end $$",
    "create function is_promised() returns trigger language plpgsql as $$ begin \
     if current_setting('synchronous_commit') = 'off' then raise exception 'lost with the machine'; end if; \
     return null; end $$",
    "create function is_soon() returns trigger language plpgsql as $$ begin \
     if current_setting('synchronous_commit') <> 'off' then raise exception 'waited for the disk'; end if; \
     return null; end $$",
    "create constraint trigger promised after insert or update on orders deferrable initially deferred \
     for each row execute function is_promised()",
    "create constraint trigger soon after insert or update on carts deferrable initially deferred \
     for each row when (new.state = 'open') execute function is_soon()",
];

#[tokio::test]
async fn orders_are_on_the_disk_before_they_are_told_of_and_carts_soon() {
    let [_, core] = cores().await;
    let shop = store(&core, "Acme", "GBP").await;
    let goods = goods::download(&core, &shop, "Pattern", 2400, PLENTY).await;
    for statement in DURABLE {
        core.database.execute(statement, []).await;
    }
    let connected_anew = core.database.elsewhere().await;
    let core = core.with(|core| core.db = connected_anew);
    Shopper::with(&core, &shop, "shopper-one", goods, 2).await.pays(&core, VISA).await.unwrap();
    // The last ones are sold step by step.
    Shopper::with(&core, &shop, "shopper-two", goods, PLENTY - 2).await.pays(&core, VISA).await.unwrap();
}

/// A cart of five pieces that is about to be paid, with what it would become.
struct Sale {
    core: TestCore,
    store: StoreId,
    cart: Cart,
    order: Order,
    payment: Payment,
    units: [Units; 1],
    cause: Cause,
}

impl Sale {
    async fn of(core: TestCore, pieces: u32) -> Self {
        let shop = store(&core, "Acme", "GBP").await;
        let sold = goods::download(&core, &shop, "Pattern", 2400, 1000).await;
        let wanted = goods::download(&core, &shop, "Tote", 2400, pieces).await;
        let first = Shopper::with(&core, &shop, "shopper-one", sold, 5).await;
        let placed = first.pays(&core, VISA).await.unwrap();
        let shopper = Shopper::with(&core, &shop, "shopper-two", wanted, 5).await;
        let cart = core.db.carts().by_token(shop.id, Mode::Test, &shopper.token).await.unwrap();
        let mut cart = cart.unwrap();
        cart.begin_payment(NOW).unwrap();
        let mut order = Order {
            id: cart.id.cast(),
            number: None,
            payment_status: PaymentStatus::Pending,
            version: 1,
            placed_at: None,
            paid_at: None,
            ..placed.order
        };
        for line in &mut order.lines {
            (line.id, line.product_id, line.variant_id) = (fresh_id(), wanted.product, wanted.variant);
        }
        let start = PaymentStart {
            id: fresh_id(),
            order_id: order.id,
            mode: Mode::Test,
            provider: Provider::Sandbox,
            method: VISA.to_owned(),
            amount: order.totals.total,
            attempt: 1,
            idempotency_key: "the-key".to_owned(),
            return_url: None,
        };
        let payment = Payment::begin(start, NOW).unwrap();
        let cause = Cause {
            mode: Mode::Test,
            order: Some(order.id),
            actor: "shopper".to_owned(),
            reason: None,
            at: NOW,
        };
        let units = [Units { variant: wanted.variant, quantity: 5 }];
        Self { core, store: shop.id, cart, order, payment, units, cause }
    }

    fn reservation(&self) -> Reservation<'_> {
        Reservation {
            cart: &self.cart,
            token_hash: "shopper-two",
            order: &self.order,
            payment: &self.payment,
            check_at: NOW + TimeDelta::seconds(30),
            units: &self.units,
            cause: &self.cause,
            low_threshold: 5,
            count: None,
        }
    }

    async fn reserves(&self, reservation: &Reservation<'_>) -> bool {
        self.core.db.sales().reserve(self.store, reservation).await.unwrap()
    }

    async fn closes(&self) -> Option<u64> {
        let events = [Told {
            event: Event {
                id: fresh_id(),
                store: self.store,
                mode: Mode::Test,
                kind: EventKind::OrderPaid,
                subject: Subject::Order(self.order.id),
                data: Vec::new(),
                actor: "shopper".to_owned(),
                created_at: NOW,
            },
            number_as: Some("orderNumber"),
        }];
        let sale = Closing {
            cart: &self.cart,
            order: &self.order,
            placed_at: NOW,
            number_prefix: "ACM",
            payment: &self.payment,
            units: &self.units,
            cause: &self.cause,
            events: &events,
        };
        self.core.db.sales().close(self.store, &sale).await.unwrap().map(|number| number.n)
    }

    /// Available, reserved; the payments that there are; the state of the cart.
    async fn books(&self) -> ((u32, u32), usize, String) {
        let mut work = self.core.db.begin(self.store).await.unwrap();
        let cart = work.carts().find(self.cart.id).await.unwrap().unwrap();
        let payments = work.payments().of_order(self.order.id).await.unwrap().len();
        drop(work);
        let levels = stock(&self.core, self.store, self.units[0].variant).await;
        (levels, payments, cart.state.as_str().to_owned())
    }

    /// What the gateway's yes makes of it, after it was reserved.
    fn is_paid(&mut self) {
        self.cart.version += 1;
        self.cart.complete(NOW);
        self.order.mark_paid(NOW).unwrap();
        let status = GatewayStatus::Captured { amount: self.payment.amount };
        let report = GatewayReport { provider_ref: Some("pi_1".to_owned()), status };
        self.payment.apply(&report, NOW).unwrap();
    }
}

/// The one on Postgres; the other engine reserves and closes nothing.
async fn on_postgres(pieces: u32) -> Sale {
    let [sqlite, postgres] = cores().await;
    let stepwise = Box::pin(Sale::of(sqlite, pieces)).await;
    assert!(!stepwise.reserves(&stepwise.reservation()).await);
    assert_eq!(stepwise.closes().await, None);
    assert_eq!(stepwise.books().await, ((pieces, 0), 0, "open".to_owned()));
    Box::pin(Sale::of(postgres, pieces)).await
}

#[tokio::test]
async fn nothing_is_reserved_unless_everything_is() {
    for (left, is_enough) in [(11, true), (10, false), (5, false), (4, false), (0, false)] {
        let sale = on_postgres(left.max(5)).await;
        let all = sale.reservation();
        if left < 5 {
            sale.core.database.execute("update stock set available = $1", [left.into()]).await;
        }
        assert_eq!(sale.reserves(&all).await, is_enough, "{left} in stock");
        let expected = if is_enough { ((6, 5), 1, "paying") } else { ((left, 0), 0, "open") };
        let (levels, payments, state) = sale.books().await;
        assert_eq!((levels, payments, state.as_str()), expected, "{left} in stock");
    }
    let sale = on_postgres(PLENTY).await;
    let stale = Cart { version: sale.cart.version - 1, ..sale.cart.clone() };
    assert!(!sale.reserves(&Reservation { cart: &stale, ..sale.reservation() }).await);
    let used_up = OrderCount { month: "2026-11", limit: Some(0) };
    assert!(!sale.reserves(&Reservation { count: Some(used_up), ..sale.reservation() }).await);
    assert_eq!(sale.books().await, ((PLENTY, 0), 0, "open".to_owned()));
    let last = OrderCount { month: "2026-11", limit: Some(1) };
    assert!(sale.reserves(&Reservation { count: Some(last), ..sale.reservation() }).await);
    assert!(!sale.reserves(&sale.reservation()).await, "reserved twice");
    assert_eq!(sale.books().await, ((PLENTY - 5, 5), 1, "paying".to_owned()));
}

#[tokio::test]
async fn an_order_that_counts_is_counted_in_its_month_alone() {
    let sale = on_postgres(PLENTY).await;
    let mut work = sale.core.db.begin(sale.store).await.unwrap();
    assert!(work.counters().claim_order(Mode::Test, "2026-10", Some(1)).await.unwrap());
    work.commit().await.unwrap();
    let count = |month| Some(OrderCount { month, limit: Some(1) });
    assert!(!sale.reserves(&Reservation { count: count("2026-10"), ..sale.reservation() }).await);
    assert!(sale.reserves(&Reservation { count: count("2026-11"), ..sale.reservation() }).await);
    let mut work = sale.core.db.begin(sale.store).await.unwrap();
    assert!(!work.counters().claim_order(Mode::Test, "2026-11", Some(1)).await.unwrap());
}

#[tokio::test]
async fn nothing_is_closed_that_somebody_else_has_written() {
    let mut sale = on_postgres(PLENTY).await;
    assert!(sale.reserves(&sale.reservation()).await);
    sale.is_paid();
    for table in ["carts", "orders", "payments"] {
        let changed = |by: i32| format!("update {table} set version = version + {by}");
        sale.core.database.execute(&changed(1), []).await;
        assert_eq!(sale.closes().await, None, "{table}");
        assert_eq!(sale.books().await, ((PLENTY - 5, 5), 1, "paying".to_owned()), "{table}");
        sale.core.database.execute(&changed(-1), []).await;
    }
    assert_eq!(sale.closes().await, Some(1002));
    assert_eq!(sale.books().await, ((PLENTY - 5, 0), 1, "completed".to_owned()));
    assert_eq!(sale.closes().await, None, "closed twice");
}
