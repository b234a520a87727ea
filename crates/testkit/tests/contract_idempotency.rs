//! What carrying requests out once must keep, on both engines.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::sync::Arc;

use adapters_postgres::{DatabaseConfig, SqlDatabase};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    catalog::brand::Brand,
    id::{Handle, StoreId},
    rate::Rate,
    tax::{TaxClass, TaxRate},
    text::Slug,
};
use futures::future::join_all;
use ports::{
    Database, RepoError,
    idempotency::{Attempt, Claimed, KeyScope, NewAttempt, Outcome, RequestWork},
};
use testkit::{
    database::{NOW, each, fresh_id},
    postgres::{fresh_postgres, migrations_fingerprint},
};

const LEASE: TimeDelta = TimeDelta::seconds(60);

fn bytes() -> [u8; 16] {
    *fresh_id::<domain::id::kind::EventId>().as_bytes()
}

fn scope(store: StoreId, principal: &str, route: &str, key: &str) -> KeyScope {
    let [principal, route, key_hash] = [principal, route, key].map(str::to_owned);
    KeyScope { store, principal, route, key_hash }
}

/// An attempt at `content` at the moment `now`.
fn attempt_at(now: DateTime<Utc>, scope: KeyScope, content: &str) -> NewAttempt {
    NewAttempt {
        scope,
        request: bytes(),
        owner: bytes(),
        fingerprint: content.to_owned(),
        now,
        leased_until: now + LEASE,
        expires_at: now + TimeDelta::hours(24),
    }
}

fn attempt(store: StoreId, key: &str) -> NewAttempt {
    attempt_at(NOW, scope(store, "key:1", "/brands", key), "content")
}

fn outcome() -> Outcome {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Outcome { status: 201, headers, sealed_body: "v1:sealed".to_owned() }
}

fn brand(slug: &str) -> Brand {
    Brand {
        id: fresh_id(),
        slug: Slug::parse(slug).unwrap(),
        name: slug.to_owned(),
        description: None,
        logo_url: None,
        website: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn claimed(db: &dyn Database, attempt: NewAttempt) -> Attempt {
    match db.idempotency().claim(attempt).await.unwrap() {
        Claimed::Mine(attempt) => attempt,
        other => panic!("the key is free, not {other:?}"),
    }
}

async fn add(db: &dyn Database, store: StoreId, slug: &str) -> Result<(), RepoError> {
    let mut work = db.begin(store).await?;
    work.brands().insert(&brand(slug)).await?;
    work.commit().await
}

async fn has(db: &dyn Database, store: StoreId, slug: &str) -> bool {
    db.brands().brand(store, &Handle::Name(slug.to_owned())).await.unwrap().is_some()
}

/// A view that has added a brand, with what makes it final.
async fn begun(
    db: &dyn Database,
    store: StoreId,
    key: &str,
    slug: &str,
) -> (Arc<dyn Database>, Arc<dyn RequestWork>) {
    let (view, work) = db.idempotency().carry_out(claimed(db, attempt(store, key)).await);
    add(&*view, store, slug).await.unwrap();
    (view, work)
}

#[tokio::test]
async fn of_twenty_attempts_at_once_one_has_the_request() {
    for db in each().await {
        let store = db.store("Acme").await;
        let attempts = (0..20).map(|_| db.idempotency().claim(attempt(store, "k")));
        let claims: Vec<_> = join_all(attempts).await.into_iter().map(Result::unwrap).collect();
        let mine = |claim: &&Claimed| matches!(claim, Claimed::Mine(mine) if !mine.resumed);
        assert_eq!(claims.iter().filter(mine).count(), 1, "{}", db.engine);
        assert_eq!(claims.iter().filter(|claim| **claim == Claimed::Running).count(), 19);
    }
}

#[tokio::test]
async fn a_key_means_something_else_to_another_store_caller_and_operation() {
    for db in each().await {
        let (acme, other) = (db.store("Acme").await, db.store("Other").await);
        for scope in [
            scope(acme, "key:1", "/brands", "k"),
            scope(other, "key:1", "/brands", "k"),
            scope(acme, "key:2", "/brands", "k"),
            scope(acme, "key:1", "/pages", "k"),
            scope(acme, "key:1", "/brands", "l"),
        ] {
            assert!(!claimed(&*db, attempt_at(NOW, scope, "content")).await.resumed, "{}", db.engine);
        }
    }
}

#[tokio::test]
async fn effect_and_answer_become_final_together() {
    for db in each().await {
        let store = db.store("Acme").await;
        let (view, work) = begun(&*db, store, "k", "tea").await;
        assert!(has(&*view, store, "tea").await, "the request sees what it wrote");
        assert!(!has(&*db, store, "tea").await, "nobody else does, on {}", db.engine);
        work.finish(&outcome()).await.unwrap();
        assert!(has(&*db, store, "tea").await);
        let again = db.idempotency().claim(attempt(store, "k")).await.unwrap();
        assert_eq!(again, Claimed::Done(outcome()));
        let changed = attempt_at(NOW, scope(store, "key:1", "/brands", "k"), "other content");
        assert_eq!(db.idempotency().claim(changed).await.unwrap(), Claimed::OtherRequest);
        assert!(add(&*view, store, "coffee").await.is_err(), "a request that was answered is over");
    }
}

#[tokio::test]
async fn an_attempt_that_dies_leaves_nothing_and_its_request_to_the_next() {
    for db in each().await {
        let store = db.store("Acme").await;
        let first = attempt(store, "k");
        let request = first.request;
        let (view, work) = db.idempotency().carry_out(claimed(&*db, first).await);
        add(&*view, store, "tea").await.unwrap();
        drop((view, work));
        assert!(!has(&*db, store, "tea").await, "{}", db.engine);
        assert_eq!(db.idempotency().claim(attempt(store, "k")).await.unwrap(), Claimed::Running);

        let scope = scope(store, "key:1", "/brands", "k");
        let later = attempt_at(NOW + LEASE, scope, "content");
        let next = claimed(&*db, later).await;
        assert_eq!((next.resumed, next.request), (true, request), "it is the same request");
        let (view, work) = db.idempotency().carry_out(next);
        add(&*view, store, "tea").await.unwrap();
        work.finish(&outcome()).await.unwrap();
        assert!(has(&*db, store, "tea").await);
    }
}

#[tokio::test]
async fn an_attempt_that_was_taken_over_makes_nothing_final() {
    for db in each().await {
        let store = db.store("Acme").await;
        let slow = claimed(&*db, attempt(store, "k")).await;
        let (slow_view, slow_work) = db.idempotency().carry_out(slow);
        let later = attempt_at(NOW + LEASE, scope(store, "key:1", "/brands", "k"), "content");
        let (view, work) = db.idempotency().carry_out(claimed(&*db, later).await);

        add(&*slow_view, store, "slow").await.unwrap();
        let until = NOW + LEASE + LEASE;
        assert!(matches!(slow_work.flush(until).await, Err(RepoError::Stale)), "{}", db.engine);
        assert!(slow_work.finish(&outcome()).await.is_err(), "its effects are lost, so is its answer");
        slow_work.abandon().await.unwrap();

        add(&*view, store, "quick").await.unwrap();
        work.finish(&outcome()).await.unwrap();
        assert!(has(&*db, store, "quick").await && !has(&*db, store, "slow").await);
    }
}

#[tokio::test]
async fn an_abandoned_request_is_forgotten_unless_something_of_it_is_final() {
    for db in each().await {
        let store = db.store("Acme").await;
        let (_, work) = begun(&*db, store, "undone", "tea").await;
        work.abandon().await.unwrap();
        assert!(!has(&*db, store, "tea").await, "{}", db.engine);
        let changed = attempt_at(NOW, scope(store, "key:1", "/brands", "undone"), "other content");
        assert!(!claimed(&*db, changed).await.resumed, "the key is as new");

        let (view, work) = begun(&*db, store, "begun", "coffee").await;
        work.flush(NOW + LEASE).await.unwrap();
        assert!(has(&*db, store, "coffee").await, "what was flushed is final");
        add(&*view, store, "cocoa").await.unwrap();
        work.abandon().await.unwrap();
        assert!(!has(&*db, store, "cocoa").await, "what came after it is not");
        let changed = attempt_at(NOW, scope(store, "key:1", "/brands", "begun"), "other content");
        assert_eq!(db.idempotency().claim(changed).await.unwrap(), Claimed::OtherRequest);
        assert!(claimed(&*db, attempt(store, "begun")).await.resumed, "the next may begin at once");
    }
}

#[tokio::test]
async fn a_unit_of_work_is_undone_alone() {
    for db in each().await {
        let store = db.store("Acme").await;
        let (view, work) = begun(&*db, store, "k", "tea").await;
        assert!(matches!(add(&*view, store, "tea").await, Err(RepoError::Conflict { .. })));
        let mut dropped = view.begin(store).await.unwrap();
        dropped.brands().insert(&brand("cocoa")).await.unwrap();
        drop(dropped);
        add(&*view, store, "coffee").await.unwrap();
        work.finish(&outcome()).await.unwrap();
        let kept = [("tea", true), ("cocoa", false), ("coffee", true)];
        for (slug, expected) in kept {
            assert_eq!(has(&*db, store, slug).await, expected, "{slug} on {}", db.engine);
        }
    }
}

#[tokio::test]
async fn a_request_that_has_written_nothing_holds_nobody_up() {
    for db in each().await {
        let store = db.store("Acme").await;
        let (view, work) = db.idempotency().carry_out(claimed(&*db, attempt(store, "k")).await);
        drop(view.begin(store).await.unwrap());
        add(&*db, store, "tea").await.unwrap();
        assert!(has(&*view, store, "tea").await, "{}", db.engine);
        work.finish(&outcome()).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_final_is_never_answered_from_memory() {
    for db in each().await {
        let store = db.store("Acme").await;
        let rates =
            async |db: &dyn Database| db.stores().config(store).await.unwrap().unwrap().tax_rates.len();
        assert_eq!(rates(&*db).await, 0);
        let (view, work) = db.idempotency().carry_out(claimed(&*db, attempt(store, "k")).await);
        let mut unit = view.begin(store).await.unwrap();
        let rate = TaxRate {
            id: fresh_id(),
            name: "VAT".to_owned(),
            rate: Rate::ZERO,
            country: None,
            state: None,
            postcode: None,
            class: TaxClass::standard(),
            enabled: true,
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        unit.tax_rates().insert(&rate).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!((rates(&*view).await, rates(&*db).await), (1, 0), "{}", db.engine);
        work.finish(&outcome()).await.unwrap();
        assert_eq!(rates(&*db).await, 1, "told as soon as it is final");
    }
}

#[tokio::test]
async fn keys_are_forgotten_when_their_time_is_over_some_at_a_time() {
    for db in each().await {
        let store = db.store("Acme").await;
        for key in ["a", "b", "c"] {
            let (_, work) = db.idempotency().carry_out(claimed(&*db, attempt(store, key)).await);
            work.finish(&outcome()).await.unwrap();
        }
        let day = NOW + TimeDelta::hours(24);
        assert_eq!(db.idempotency().sweep(day - TimeDelta::seconds(1), 10).await.unwrap(), 0);
        assert_eq!(db.idempotency().sweep(day, 2).await.unwrap(), 2, "{}", db.engine);
        assert_eq!(db.idempotency().sweep(day, 2).await.unwrap(), 1);

        let (_, work) = db.idempotency().carry_out(claimed(&*db, attempt(store, "d")).await);
        work.finish(&outcome()).await.unwrap();
        let anew = attempt_at(day, scope(store, "key:1", "/brands", "d"), "other content");
        assert!(!claimed(&*db, anew).await.resumed, "nobody has to wait for the worker");
    }
}

#[tokio::test]
async fn one_connection_is_enough_for_twenty_requests_at_once() {
    let migrate =
        async |url: String| SqlDatabase::open(&DatabaseConfig { url, connections: 8 })?.migrate().await;
    let fresh = fresh_postgres(&migrations_fingerprint(), migrate).await;
    let db = SqlDatabase::open(&DatabaseConfig { url: fresh.url().to_owned(), connections: 1 }).unwrap();
    let shop = testkit::database::store("Acme");
    let mut unit = db.begin(shop.id).await.unwrap();
    unit.stores().insert(&shop, &testkit::database::settings()).await.unwrap();
    unit.commit().await.unwrap();
    let store = shop.id;
    let requests = (0..20).map(async |number| {
        let slug = format!("brand-{number}");
        let (view, work) = begun(&db, store, &slug, &slug).await;
        assert!(has(&*view, store, &slug).await);
        work.flush(NOW + LEASE).await.unwrap();
        add(&*view, store, &format!("{slug}-more")).await.unwrap();
        work.finish(&outcome()).await.unwrap();
    });
    join_all(requests).await;
    assert!(has(&db, store, "brand-19-more").await);
}
