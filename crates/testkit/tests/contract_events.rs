//! What the storage of events must keep, on both engines: none is lost, none is handed to two workers,
//! none is listed twice.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Mode,
    event::{Event, EventKind, Subject},
    id::StoreId,
    money::{Currency, Money},
};
use futures::future::join_all;
use ports::list::Count;
use ports::{
    Database as _,
    events::{Backlog, EventFilter},
    list::Window,
};
use testkit::database::{NOW, TestDatabase, each, fresh_id};

const PAGE: Window = Window::Page { page: 1, per_page: 100 };

fn later(seconds: i64) -> DateTime<Utc> {
    NOW + TimeDelta::seconds(seconds)
}

fn event(store: StoreId, kind: EventKind) -> Event {
    Event {
        id: fresh_id(),
        store,
        mode: Mode::Live,
        kind,
        subject: Subject::Order(fresh_id()),
        data: Vec::new(),
        actor: "key:test".to_owned(),
        created_at: NOW,
    }
    .with("zebra", "a 'quoted' <word>")
    .with("amount", Money::new(i64::MAX, Currency::from_code("JPY").unwrap()))
    .with("count", -7_i64)
    .with("again", true)
}

async fn append(database: &TestDatabase, store: StoreId, events: &[Event]) {
    let mut work = database.begin(store).await.unwrap();
    work.outbox().append(events).await.unwrap();
    work.commit().await.unwrap();
}

async fn listed(database: &TestDatabase, store: StoreId, filter: &EventFilter) -> Vec<Event> {
    database.events().events(store, Mode::Live, filter, &PAGE).await.unwrap().items
}

#[tokio::test]
async fn an_event_is_there_when_its_change_is_and_not_before() {
    for database in each().await {
        let store = database.store("Acme").await;
        let told = [event(store, EventKind::OrderCreated)];
        let mut work = database.begin(store).await.unwrap();
        work.outbox().append(&told).await.unwrap();
        work.outbox().append(&[]).await.unwrap();
        drop(work);
        assert_eq!(database.outbox().lease(NOW, later(30), 10).await.unwrap(), [], "{}", database.engine);
        append(&database, store, &told).await;
        assert_eq!(listed(&database, store, &EventFilter::default()).await, told);
        assert_eq!(
            database.outbox().lease(NOW, later(30), 10).await.unwrap(),
            told,
            "with every fact, in order"
        );
    }
}

#[tokio::test]
async fn a_leased_event_is_nobody_elses_until_the_lease_ends_or_is_given_up() {
    for database in each().await {
        let store = database.store("Acme").await;
        let all: Vec<_> = (0..3).map(|_| event(store, EventKind::OrderPaid)).collect();
        append(&database, store, &all).await;
        assert_eq!(database.outbox().lease(NOW, later(30), 2).await.unwrap(), all[..2], "the oldest first");
        assert_eq!(
            database.outbox().lease(later(29), later(60), 10).await.unwrap(),
            all[2..],
            "{}",
            database.engine
        );
        assert_eq!(
            database.outbox().lease(later(30), later(70), 10).await.unwrap(),
            all[..2],
            "the first lease is over"
        );
        database.outbox().release(&[all[1].id]).await.unwrap();
        database.outbox().release(&[]).await.unwrap();
        assert_eq!(database.outbox().lease(later(31), later(70), 10).await.unwrap(), all[1..2]);
    }
}

#[tokio::test]
async fn many_workers_share_the_outbox_without_taking_one_event_twice() {
    for database in each().await {
        let store = database.store("Acme").await;
        let all: Vec<_> = (0..40).map(|_| event(store, EventKind::OrderPaid)).collect();
        append(&database, store, &all).await;
        let leases = join_all((0..8).map(|_| database.outbox().lease(NOW, later(30), 10))).await;
        let mut taken: Vec<_> = leases.into_iter().flat_map(Result::unwrap).map(|event| event.id).collect();
        taken.extend(
            database.outbox().lease(NOW, later(30), 100).await.unwrap().into_iter().map(|event| event.id),
        );
        taken.sort();
        let ids: Vec<_> = all.iter().map(|event| event.id).collect();
        assert_eq!(taken, ids, "{}", database.engine);
    }
}

#[tokio::test]
async fn a_delivered_event_stands_in_the_log_once_however_often_it_is_settled() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let all = [event(store, EventKind::OrderPaid), event(other, EventKind::OrderPaid)];
        append(&database, store, &all[..1]).await;
        append(&database, other, &all[1..]).await;
        let leased = database.outbox().lease(NOW, later(30), 10).await.unwrap();
        database.outbox().settle(&leased).await.unwrap();
        database.outbox().settle(&leased).await.unwrap();
        database.outbox().settle(&[]).await.unwrap();
        assert_eq!(
            database.outbox().lease(later(60), later(90), 10).await.unwrap(),
            [],
            "{}",
            database.engine
        );
        assert_eq!(listed(&database, store, &EventFilter::default()).await, all[..1]);
        assert_eq!(listed(&database, other, &EventFilter::default()).await, all[1..]);
    }
}

#[tokio::test]
async fn the_list_of_a_subject_holds_delivered_and_waiting_events_in_one_order() {
    for database in each().await {
        let store = database.store("Acme").await;
        let subject = Subject::Order(fresh_id());
        let kinds = [EventKind::OrderCreated, EventKind::OrderPaid, EventKind::OrderFulfilled];
        let about: Vec<_> = kinds.iter().map(|kind| Event { subject, ..event(store, *kind) }).collect();
        let cart = match subject {
            Subject::Order(id) => Subject::Cart(id.cast()),
            _ => subject,
        };
        let noise = [
            event(store, EventKind::OrderPaid),
            Event { subject: cart, ..event(store, EventKind::CartAbandoned) },
            Event { mode: Mode::Test, subject, ..event(store, EventKind::OrderPaid) },
        ];
        append(&database, store, &about).await;
        append(&database, store, &noise).await;
        database.outbox().settle(&about[1..2]).await.unwrap();
        let of_subject = EventFilter { subject: Some(subject), kind: None };
        assert_eq!(listed(&database, store, &of_subject).await, about, "{}", database.engine);
        let paid = EventFilter { kind: Some(EventKind::OrderPaid), ..of_subject.clone() };
        assert_eq!(listed(&database, store, &paid).await, about[1..2]);

        let first = database
            .events()
            .events(store, Mode::Live, &of_subject, &Window::Page { page: 2, per_page: 2 })
            .await;
        let first = first.unwrap();
        assert_eq!((first.items.as_slice(), first.total), (&about[2..], Some(Count::exact(3))));
        let mut walked = Vec::new();
        let mut last = None;
        loop {
            let window = Window::After { last, per_page: 2 };
            let slice = database.events().events(store, Mode::Live, &of_subject, &window).await.unwrap();
            walked.extend(slice.items);
            last = slice.next;
            if last.is_none() {
                break;
            }
        }
        assert_eq!(walked, about);
    }
}

#[tokio::test]
async fn the_backlog_says_how_many_wait_over_all_stores_and_since_when() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let before = database.outbox().backlog().await.unwrap();
        assert_eq!(before, Backlog::default(), "{}", database.engine);
        let first = event(store, EventKind::OrderCreated);
        let second = Event { created_at: later(60), ..event(other, EventKind::OrderPaid) };
        append(&database, store, std::slice::from_ref(&first)).await;
        append(&database, other, &[second]).await;
        let two = Backlog { waiting: 2, oldest: Some(NOW) };
        assert_eq!(database.outbox().backlog().await.unwrap(), two, "{}", database.engine);
        // Whoever holds an event has not delivered it yet.
        database.outbox().lease(later(61), later(90), 1).await.unwrap();
        assert_eq!(database.outbox().backlog().await.unwrap(), two, "{}", database.engine);
        database.outbox().settle(&[first]).await.unwrap();
        let one = Backlog { waiting: 1, oldest: Some(later(60)) };
        assert_eq!(database.outbox().backlog().await.unwrap(), one, "{}", database.engine);
    }
}
