//! What the storage of orders must keep, on both engines: nothing is lost, nothing is overwritten
//! unseen, nothing is shared between stores.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Mode,
    address::{Address, Email},
    catalog::product::ProductType,
    discount::{CouponCode, DiscountValue},
    fulfillment::Fulfillment,
    geography::CountryCode,
    id::{Handle, OrderId, StoreId},
    money::{Currency, Money},
    order::{
        FulfillmentStatus, Order, OrderCoupon, OrderLine, OrderNumber, OrderShipping, PaymentStatus, Restock,
    },
    payment::{Failure, Payment, PaymentStart, PaymentState, Provider},
    quote::Totals,
    rate::Rate,
    refund::{Refund, RefundLine, RefundPlan, RefundReason, RefundState},
    tax::TaxAmount,
};
use ports::{
    Database as _, RepoError,
    list::{Count, Sort, SortValue, Window},
    orders::{OrderField, OrderFilter, OrderSort},
    sandbox::SandboxLedger,
    search::{Comparison, Condition, Excerpt},
};
use testkit::{
    database::{NOW, TestDatabase, each, fresh_id},
    sandbox::contract,
};

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn later(seconds: i64) -> DateTime<Utc> {
    NOW + TimeDelta::seconds(seconds) + TimeDelta::microseconds(123_456)
}

fn tax(minor: i64) -> TaxAmount {
    let rate = Rate::from_millionths(200_000).unwrap();
    TaxAmount { name: "VAT".to_owned(), rate, jurisdiction: "GB".to_owned(), amount: gbp(minor) }
}

fn address() -> Address {
    Address {
        first_name: Some("Sam".to_owned()),
        last_name: Some("O'Buyer 😀".to_owned()),
        company: None,
        line1: "221B Baker Street".to_owned(),
        line2: Some("<b>2nd</b> floor; drop table orders".to_owned()),
        city: "London".to_owned(),
        state: None,
        postcode: Some("NW1 6XE".to_owned()),
        country: CountryCode::parse("GB").unwrap(),
        phone: Some("+44 20 7946 0000".to_owned()),
    }
}

fn line(quantity: u32) -> OrderLine {
    OrderLine {
        id: fresh_id(),
        product_id: fresh_id(),
        variant_id: fresh_id(),
        product_name: "Tote".to_owned(),
        product_slug: "tote".to_owned(),
        variant_name: Some("Blue".to_owned()),
        sku: Some("TOTE-B".to_owned()),
        image: Some("https://cdn.example/tote.png".to_owned()),
        product_type: ProductType::Physical,
        requires_shipping: true,
        tracked: true,
        quantity,
        unit_price: gbp(1000),
        original_unit_price: gbp(1200),
        subtotal: gbp(1000 * i64::from(quantity)),
        discount: gbp(0),
        tax: gbp(200 * i64::from(quantity)),
        taxes: vec![tax(200 * i64::from(quantity))],
        total: gbp(1200 * i64::from(quantity)),
        fulfilled: 0,
        refunded: 0,
        restocked: 0,
        refunded_amount: gbp(0),
    }
}

fn order(email: &str) -> Order {
    let shipping = OrderShipping {
        method_id: fresh_id(),
        name: "Post".to_owned(),
        price: gbp(500),
        discount: gbp(0),
        tax: gbp(100),
        taxes: vec![tax(100)],
        total: gbp(600),
        refunded: gbp(0),
    };
    let rate = Rate::from_millionths(125_000).unwrap();
    Order {
        id: fresh_id(),
        mode: Mode::Live,
        number: None,
        email: Email::parse(email).unwrap(),
        customer_id: Some(fresh_id()),
        currency: gbp(0).currency(),
        lines: vec![line(2), line(1)],
        totals: Totals {
            subtotal: gbp(3000),
            discount: gbp(0),
            shipping: gbp(500),
            tax: gbp(700),
            total: gbp(4200),
        },
        tax_inclusive: false,
        tax_breakdown: vec![tax(700)],
        shipping: Some(shipping),
        coupon: Some(OrderCoupon {
            promotion_id: fresh_id(),
            code: CouponCode::parse("SPRING").unwrap(),
            value: DiscountValue::Percentage(rate),
        }),
        shipping_address: Some(address()),
        billing_address: Some(address()),
        notes: Some("Ring twice".to_owned()),
        internal_notes: None,
        metadata: BTreeMap::from([("erp".to_owned(), "42".to_owned())]),
        payment_status: PaymentStatus::Pending,
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        refunded: gbp(0),
        version: 1,
        created_at: later(0),
        updated_at: later(0),
        placed_at: None,
        paid_at: None,
        fulfilled_at: None,
        cancelled_at: None,
        cancel_reason: None,
    }
}

fn payment(order: &Order) -> Payment {
    let start = PaymentStart {
        id: fresh_id(),
        order_id: order.id,
        mode: order.mode,
        provider: Provider::Sandbox,
        method: "pm_card_visa".to_owned(),
        amount: order.totals.total,
        attempt: 1,
        idempotency_key: format!("charge-{}", fresh_id::<domain::id::kind::PaymentId>()),
        return_url: Some("https://shop.example/thanks".to_owned()),
    };
    Payment::begin(start, later(1)).unwrap()
}

fn captured(order: &Order) -> Payment {
    let amount = order.totals.total;
    Payment { captured: amount, state: PaymentState::Captured, ..payment(order) }
}

fn refund(order: &Order, payment: &Payment, amount: i64) -> Refund {
    let line = &order.lines[0];
    Refund {
        id: fresh_id(),
        order_id: order.id,
        payment_id: payment.id,
        plan: RefundPlan {
            amount: gbp(amount),
            lines: vec![RefundLine { line: line.id, quantity: 1, amount: gbp(amount) }],
            shipping: gbp(0),
            restock: vec![Restock { line: line.id, variant: line.variant_id, quantity: 1 }],
        },
        reason: RefundReason::CustomerRequest,
        surplus: true,
        state: RefundState::Pending,
        provider_ref: None,
        idempotency_key: format!("refund-{}", fresh_id::<domain::id::kind::RefundId>()),
        failure: None,
        version: 1,
        created_at: later(2),
        updated_at: later(2),
    }
}

fn placed(n: u64, email: &str) -> Order {
    let mut order = order(email);
    order.place(OrderNumber { prefix: "A-B".to_owned(), n }, later(i64::try_from(n).unwrap())).unwrap();
    order
}

async fn add(database: &TestDatabase, store: StoreId, order: &mut Order) {
    let mut work = database.begin(store).await.unwrap();
    work.orders().draft(order, Some("hash-1")).await.unwrap();
    work.commit().await.unwrap();
}

async fn read(database: &TestDatabase, store: StoreId, order: OrderId) -> Option<ports::orders::OrderView> {
    database.orders().order(store, Mode::Live, &Handle::Id(order)).await.unwrap()
}

#[tokio::test]
async fn an_order_comes_back_as_it_was_written_with_everything_on_it() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let mut order = order("Sam@Shop.example");
        add(&database, store, &mut order).await;
        order.place(OrderNumber { prefix: "A-B".to_owned(), n: 7 }, later(5)).unwrap();
        order.mark_paid(later(6)).unwrap();
        let (mut payment, parcel) = (
            captured(&order),
            Fulfillment {
                id: fresh_id(),
                order_id: order.id,
                lines: vec![(order.lines[0].id, 1)],
                carrier: Some("Post".to_owned()),
                tracking_number: None,
                tracking_url: Some("https://post.example/1".to_owned()),
                created_at: later(7),
            },
        );
        let mut refund = refund(&order, &payment, 1200);
        let mut work = database.begin(store).await.unwrap();
        work.orders().update(&mut order).await.unwrap();
        work.payments().insert(&payment, Some(later(9))).await.unwrap();
        work.refunds().insert(&refund, Some(later(9))).await.unwrap();
        work.fulfillments().insert(&parcel).await.unwrap();
        work.commit().await.unwrap();

        let mut work = database.begin(store).await.unwrap();
        assert_eq!(work.orders().find(order.id).await.unwrap(), Some(order.clone()), "{}", database.engine);
        assert_eq!(work.payments().find(payment.id).await.unwrap(), Some(payment.clone()));
        assert_eq!(work.refunds().find(refund.id).await.unwrap(), Some(refund.clone()));
        payment.provider_ref = Some("pi_1".to_owned());
        payment.failure = Some(Failure { code: "slow".to_owned(), message: "Slow".to_owned() });
        work.payments().update(&mut payment, None).await.unwrap();
        refund.provider_ref = Some("re_1".to_owned());
        refund.state = RefundState::Succeeded;
        work.refunds().update(&mut refund, None).await.unwrap();
        assert_eq!(work.payments().of_order(order.id).await.unwrap(), vec![payment.clone()]);
        assert_eq!(work.refunds().of_order(order.id).await.unwrap(), vec![refund.clone()]);
        work.commit().await.unwrap();

        let view = read(&database, store, order.id).await.unwrap();
        assert_eq!(view.order, order);
        assert_eq!((view.payments, view.refunds), (vec![payment.clone()], vec![refund]));
        assert_eq!(view.fulfillments, vec![parcel]);
        let by_number = database.orders().order(store, Mode::Live, &"A-B-7".into()).await.unwrap();
        assert_eq!(by_number.map(|view| view.order), Some(order.clone()));
        assert_eq!(database.orders().token_hash(store, order.id).await.unwrap().as_deref(), Some("hash-1"));
        let found = database.orders().payment_by_ref(store, Provider::Sandbox, "pi_1").await.unwrap();
        assert_eq!(found, Some(payment));

        assert_eq!(read(&database, other, order.id).await, None);
        assert!(database.orders().order(store, Mode::Test, &Handle::Id(order.id)).await.unwrap().is_none());
        assert_eq!(database.orders().token_hash(other, order.id).await.unwrap(), None);
        assert_eq!(database.orders().payment_by_ref(other, Provider::Sandbox, "pi_1").await.unwrap(), None);
        let mut work = database.begin(other).await.unwrap();
        assert_eq!(work.orders().find(order.id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_draft_takes_the_place_of_an_earlier_one_but_never_of_a_sale() {
    for database in each().await {
        let store = database.store("Acme").await;
        let mut first = order("sam@shop.example");
        add(&database, store, &mut first).await;
        first.fail(later(3)).unwrap();
        let mut work = database.begin(store).await.unwrap();
        work.orders().update(&mut first).await.unwrap();
        work.commit().await.unwrap();

        let fresh = Order { id: first.id, lines: vec![line(5)], ..order("sam@shop.example") };
        let mut second = fresh.clone().replacing(&first).unwrap();
        let mut work = database.begin(store).await.unwrap();
        work.orders().draft(&mut second, Some("hash-2")).await.unwrap();
        assert_eq!(second.version, first.version + 1, "{}", database.engine);
        second.place(OrderNumber { prefix: String::new(), n: 1 }, later(4)).unwrap();
        work.orders().update(&mut second).await.unwrap();
        work.commit().await.unwrap();
        let view = read(&database, store, first.id).await.unwrap();
        assert_eq!(view.order, second, "the lines of the first draft are gone");
        assert_eq!(database.orders().token_hash(store, first.id).await.unwrap().as_deref(), Some("hash-2"));

        let mut third = fresh;
        let mut work = database.begin(store).await.unwrap();
        let refused = work.orders().draft(&mut third, None).await;
        assert!(matches!(refused, Err(RepoError::Stale)), "{refused:?}");
        drop(work);
        assert_eq!(read(&database, store, first.id).await.unwrap().order, second);
    }
}

#[tokio::test]
async fn of_two_writers_who_read_the_same_order_one_is_told() {
    for database in each().await {
        let store = database.store("Acme").await;
        let mut order = placed(1, "sam@shop.example");
        add(&database, store, &mut order).await;
        let mut theirs = order.clone();
        order.mark_paid(later(2)).unwrap();
        order.fulfill(&[(order.lines[1].id, 1)], later(3)).unwrap();
        let mut work = database.begin(store).await.unwrap();
        work.orders().update(&mut order).await.unwrap();
        work.commit().await.unwrap();
        theirs.internal_notes = Some("late".to_owned());
        let mut work = database.begin(store).await.unwrap();
        let refused = work.orders().update(&mut theirs).await;
        assert!(matches!(refused, Err(RepoError::Stale)), "{}: {refused:?}", database.engine);
        drop(work);
        assert_eq!(read(&database, store, order.id).await.unwrap().order, order);
    }
}

#[tokio::test]
async fn the_database_itself_refuses_a_second_payment_and_to_give_back_too_much() {
    for database in each().await {
        let store = database.store("Acme").await;
        let mut order = placed(1, "sam@shop.example");
        add(&database, store, &mut order).await;
        let mut taken = captured(&order);
        let mut work = database.begin(store).await.unwrap();
        work.payments().insert(&taken, None).await.unwrap();
        work.commit().await.unwrap();
        let mut work = database.begin(store).await.unwrap();
        let second = match work.payments().insert(&payment(&order), None).await {
            Ok(()) => work.commit().await,
            refused => {
                drop(work);
                refused
            }
        };
        let Err(RepoError::Conflict { constraint }) = second else { panic!("{second:?}") };
        assert_eq!(constraint, "payments_order_id", "{}", database.engine);

        taken.refunded = gbp(4201);
        let mut work = database.begin(store).await.unwrap();
        let refused = work.payments().update(&mut taken, None).await;
        let Err(RepoError::Conflict { constraint }) = refused else { panic!("{refused:?}") };
        assert_eq!(constraint, "payments_amounts", "{}", database.engine);
    }
}

#[tokio::test]
async fn what_is_due_is_found_over_all_stores_the_longest_overdue_first() {
    for database in each().await {
        let stores = [database.store("Acme").await, database.store("Other").await];
        let mut due = Vec::new();
        for (store, at) in stores.into_iter().zip([20, 10]) {
            let mut order = placed(1, "sam@shop.example");
            add(&database, store, &mut order).await;
            let payment = payment(&order);
            let refund = refund(&order, &payment, 100);
            let mut work = database.begin(store).await.unwrap();
            work.payments().insert(&payment, Some(later(at))).await.unwrap();
            work.refunds().insert(&refund, Some(later(at))).await.unwrap();
            work.commit().await.unwrap();
            due.push((store, payment, refund));
        }
        assert_eq!(database.orders().due_payments(later(9), 10).await.unwrap(), Vec::new());
        let payments = database.orders().due_payments(later(20), 10).await.unwrap();
        let expected: Vec<_> =
            due.iter().rev().map(|(store, payment, _)| (*store, payment.clone())).collect();
        assert_eq!(payments, expected, "{}", database.engine);
        assert_eq!(database.orders().due_payments(later(20), 1).await.unwrap(), expected[..1]);
        // However many the longest waiting store has, the others have their turn.
        let (longest, of_other) = (due[1].0, due[0].1.clone());
        for _ in 0..3 {
            let mut order = order("sam@shop.example");
            add(&database, longest, &mut order).await;
            let mut work = database.begin(longest).await.unwrap();
            work.payments().insert(&payment(&order), Some(later(11))).await.unwrap();
            work.commit().await.unwrap();
        }
        let first_two = database.orders().due_payments(later(20), 2).await.unwrap();
        assert_eq!(first_two, [expected[0].clone(), (due[0].0, of_other)], "{}", database.engine);
        let refunds = database.orders().due_refunds(later(15), 10).await.unwrap();
        assert_eq!(refunds, [(due[1].0, due[1].2.clone())]);
    }
}

#[tokio::test]
async fn a_list_holds_what_its_filter_means_and_walks_through_all_of_it() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let mut known = Vec::new();
        for n in 1..=5_u64 {
            let mut order = placed(n, if n % 2 == 0 { "Even@shop.example" } else { "odd@shop.example" });
            order.totals.total = gbp(1000 * i64::try_from(n).unwrap());
            if n > 3 {
                order.mark_paid(later(60)).unwrap();
            }
            add(&database, store, &mut order).await;
            known.push(order);
        }
        add(&database, store, &mut order("draft@shop.example")).await;
        add(&database, other, &mut placed(1, "odd@shop.example")).await;
        let numbers = async |filter: OrderFilter, sort: Sort<OrderSort>| {
            let window = Window::Page { page: 1, per_page: 10 };
            let slice = database.orders().orders(store, Mode::Live, &filter, sort, &window).await.unwrap();
            assert_eq!(slice.total, Some(Count::exact(slice.items.len() as u64)));
            slice.items.iter().map(|row| row.number.clone().unwrap_or_default()).collect::<Vec<_>>().join(" ")
        };
        let newest = Sort { by: OrderSort::PlacedAt, descending: true };
        let all = || OrderFilter::default();
        assert_eq!(numbers(all(), newest).await, "A-B-5 A-B-4 A-B-3 A-B-2 A-B-1", "{}", database.engine);
        let cheapest = Sort { by: OrderSort::Total, descending: false };
        let paid = OrderFilter { payment: vec![PaymentStatus::Paid], ..all() };
        assert_eq!(numbers(paid, cheapest).await, "A-B-4 A-B-5");
        let sent = OrderFilter { fulfillment: vec![FulfillmentStatus::Fulfilled], ..all() };
        assert_eq!(numbers(sent, newest).await, "");
        let even = OrderFilter { email: Some("even@shop.example".to_owned()), ..all() };
        assert_eq!(numbers(even, newest).await, "A-B-4 A-B-2");
        let customer = OrderFilter { customer: known[2].customer_id, ..all() };
        assert_eq!(numbers(customer, newest).await, "A-B-3");
        let passing = |field, comparison, value| OrderFilter {
            conditions: vec![Condition { field, comparison, value }],
            ..all()
        };
        let two = SortValue::Text("A-B-2".to_owned());
        let not_two = passing(OrderField::Number, Comparison::NotEqual, two);
        assert_eq!(numbers(not_two.clone(), newest).await, "A-B-5 A-B-4 A-B-3 A-B-1");
        let dear = passing(OrderField::Total, Comparison::Greater, SortValue::Int(3000));
        assert_eq!(numbers(dear, newest).await, "A-B-5 A-B-4");
        let lately = passing(OrderField::PlacedAt, Comparison::AtLeast, SortValue::Time(later(4)));
        assert_eq!(numbers(lately, newest).await, "A-B-5 A-B-4");
        let excerpt = Excerpt { offset: 1, limit: 2 };
        let (found, total) = database.orders().search(store, Mode::Live, &not_two, excerpt).await.unwrap();
        let found: Vec<_> = found.into_iter().filter_map(|row| row.number).collect();
        assert_eq!((found, total), (vec!["A-B-4".to_owned(), "A-B-3".to_owned()], Count::exact(4)));
        let none = Excerpt { offset: 0, limit: 0 };
        let (found, total) = database.orders().search(store, Mode::Live, &not_two, none).await.unwrap();
        assert_eq!((found.len(), total), (0, Count::exact(4)));
        let when = OrderFilter { placed_from: Some(later(2)), placed_to: Some(later(3)), ..all() };
        assert_eq!(numbers(when, newest).await, "A-B-3 A-B-2");
        let everything = OrderFilter { unplaced: true, ..all() };
        assert_eq!(numbers(everything, newest).await.split(' ').count(), 6);

        let mut seen = Vec::new();
        let mut last = None;
        loop {
            let window = Window::After { last, per_page: 2 };
            let slice = database.orders().orders(store, Mode::Live, &all(), newest, &window).await.unwrap();
            seen.extend(slice.items.into_iter().map(|row| row.id));
            last = slice.next;
            if last.is_none() {
                break;
            }
        }
        let expected: Vec<_> = known.iter().rev().map(|order| order.id).collect();
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn a_webhook_is_acted_upon_once() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let record = async |store, provider, commit: bool| {
            let mut work = database.begin(store).await.unwrap();
            let first = work.receipts().record(provider, "evt_1", NOW).await.unwrap();
            if commit {
                work.commit().await.unwrap();
            }
            first
        };
        assert!(record(store, Provider::Stripe, false).await);
        assert!(
            record(store, Provider::Stripe, true).await,
            "{}: rolled back with its effect",
            database.engine
        );
        assert!(!record(store, Provider::Stripe, true).await);
        assert!(record(store, Provider::Sandbox, true).await);
        assert!(record(other, Provider::Stripe, true).await);
    }
}

#[tokio::test]
async fn the_database_keeps_the_contract_of_the_sandbox_books() {
    for database in each().await {
        let stores = [database.store("Acme").await, database.store("Other").await];
        let ledger: Arc<dyn SandboxLedger> = database.shared();
        contract::holds(ledger.as_ref(), stores).await;
    }
}
