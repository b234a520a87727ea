//! What a unit of work, a store and its keys must keep, on both engines.

use std::time::Duration;

use adapters_postgres::SqlDatabase;
use domain::{
    access::{KeyKind, Mode},
    id::StoreId,
};
use ports::list::Count;
use ports::{Database as _, RepoError, list::Window};
use testkit::database::{TestDatabase, each, fresh_id, settings, store};

const PAGE: Window = Window::Page { page: 1, per_page: 100 };

async fn name_of(database: &SqlDatabase, id: StoreId) -> Option<String> {
    database.stores().config(id).await.expect("the database answers").map(|config| config.store.name.clone())
}

#[tokio::test]
async fn a_unit_of_work_that_is_dropped_leaves_nothing_behind() {
    for database in each().await {
        let kept = database.store("Kept").await;
        let lost = store("Lost");
        let mut work = database.begin(lost.id).await.unwrap();
        work.stores().insert(&lost, &settings()).await.unwrap();
        assert!(work.stores().find().await.unwrap().is_some(), "{}: it sees itself", database.engine);
        drop(work);
        assert_eq!(name_of(&database, lost.id).await, None, "{}", database.engine);

        let mut work = database.begin(kept).await.unwrap();
        let (mut changed, config) = work.stores().find().await.unwrap().unwrap();
        changed.name = "Changed".to_owned();
        work.stores().update(&mut changed, &config).await.unwrap();
        work.counters().next_order_number(Mode::Live).await.unwrap();
        drop(work);
        assert_eq!(name_of(&database, kept).await.as_deref(), Some("Kept"), "{}", database.engine);
        let mut work = database.begin(kept).await.unwrap();
        assert_eq!(work.counters().next_order_number(Mode::Live).await.unwrap(), 1001, "{}", database.engine);
    }
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_only_by_whoever_read_the_newest() {
    for database in each().await {
        let id = database.store("Old").await;
        assert_eq!(name_of(&database, id).await.as_deref(), Some("Old"));
        let mut work = database.begin(id).await.unwrap();
        let (mut first, config) = work.stores().find().await.unwrap().unwrap();
        let mut stale = first.clone();
        first.name = "New".to_owned();
        work.stores().update(&mut first, &config).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(first.version, 2);
        assert_eq!(name_of(&database, id).await.as_deref(), Some("New"), "{}", database.engine);

        let mut work = database.begin(id).await.unwrap();
        let refused = work.stores().update(&mut stale, &config).await;
        assert!(matches!(refused, Err(RepoError::Stale)), "{}: {refused:?}", database.engine);
    }
}

#[tokio::test]
async fn order_numbers_count_apart_by_store_and_mode_and_only_rise() {
    for database in each().await {
        let (acme, other) = (database.store("Acme").await, database.store("Other").await);
        let mut work = database.begin(acme).await.unwrap();
        let counters = work.counters();
        assert_eq!(counters.next_order_number(Mode::Live).await.unwrap(), 1001);
        assert_eq!(counters.next_order_number(Mode::Live).await.unwrap(), 1002);
        assert_eq!(counters.next_order_number(Mode::Test).await.unwrap(), 1001);
        assert!(counters.raise_order_number(Mode::Live, 5000).await.unwrap());
        assert!(
            !counters.raise_order_number(Mode::Live, 4999).await.unwrap(),
            "numbers are never given twice"
        );
        assert_eq!(counters.next_order_number(Mode::Live).await.unwrap(), 5000);
        work.commit().await.unwrap();
        let mut work = database.begin(other).await.unwrap();
        assert_eq!(work.counters().next_order_number(Mode::Live).await.unwrap(), 1001, "{}", database.engine);
    }
}

#[tokio::test]
async fn the_orders_of_a_month_stop_at_their_limit_and_a_new_month_starts_anew() {
    for database in each().await {
        let (acme, other) = (database.store("Acme").await, database.store("Other").await);
        let mut work = database.begin(acme).await.unwrap();
        let counters = work.counters();
        for expected in [true, true, false] {
            assert_eq!(counters.claim_order(Mode::Live, "2026-11", Some(2)).await.unwrap(), expected);
        }
        assert!(counters.claim_order(Mode::Test, "2026-11", Some(1)).await.unwrap());
        counters.release_order(Mode::Live, "2026-11").await.unwrap();
        assert!(counters.claim_order(Mode::Live, "2026-11", Some(2)).await.unwrap());
        assert!(counters.claim_order(Mode::Live, "2026-12", Some(2)).await.unwrap(), "{}", database.engine);
        // A claim of a month that is over cannot be given back to the present one.
        counters.release_order(Mode::Live, "2026-11").await.unwrap();
        assert!(counters.claim_order(Mode::Live, "2026-12", Some(2)).await.unwrap());
        assert!(!counters.claim_order(Mode::Live, "2026-12", Some(2)).await.unwrap(), "{}", database.engine);
        assert!(counters.claim_order(Mode::Live, "2026-13", None).await.unwrap());
        assert!(!counters.claim_order(Mode::Live, "2026-14", Some(0)).await.unwrap(), "no limit is no zero");
        work.commit().await.unwrap();
        let mut work = database.begin(other).await.unwrap();
        assert!(work.counters().claim_order(Mode::Live, "2026-11", Some(1)).await.unwrap());
    }
}

#[tokio::test]
async fn a_store_never_sees_the_rows_of_another() {
    for core in testkit::cores().await {
        let acme = testkit::store(&core, "Acme", "GBP").await;
        let other = testkit::store(&core, "Other", "JPY").await;
        let engine = core.database.engine;
        let keys = core.db.keys().keys(acme.id, &PAGE).await.unwrap();
        assert_eq!(keys.total, Some(Count::exact(4)), "{engine}");
        assert!(keys.items.iter().all(|row| row.key.store == acme.id), "{engine}");
        let of_acme = keys.items.first().unwrap().key.id;
        assert!(core.db.keys().key(acme.id, of_acme).await.unwrap().is_some(), "{engine}");
        assert_eq!(core.db.keys().key(other.id, of_acme).await.unwrap(), None, "{engine}");
        let mut work = core.db.begin(other.id).await.unwrap();
        assert_eq!(work.keys().find(of_acme).await.unwrap(), None, "{engine}");
        let (mut own, config) = work.stores().find().await.unwrap().unwrap();
        assert_eq!((own.id, own.currency.code()), (other.id, "JPY"), "{engine}");
        own.name = "Renamed".to_owned();
        work.stores().update(&mut own, &config).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(name_of(&core.database, acme.id).await.as_deref(), Some("Acme"), "{engine}");
        assert_eq!(name_of(&core.database, other.id).await.as_deref(), Some("Renamed"), "{engine}");
        assert_eq!(name_of(&core.database, fresh_id()).await, None, "{engine}");
        let oldest_first: Vec<_> =
            core.db.stores().stores(&PAGE).await.unwrap().items.into_iter().map(|store| store.id).collect();
        assert_eq!(oldest_first, [acme.id, other.id], "{engine}");
    }
}

#[tokio::test]
async fn a_replaced_or_revoked_key_is_dead_at_once() {
    for core in testkit::cores().await {
        let shop = testkit::store(&core, "Acme", "GBP").await;
        let (engine, hash) = (core.database.engine, application::access::hash_key(&shop.sk_live));
        let found =
            core.db.keys().by_hash(KeyKind::Secret, &hash).await.unwrap().expect("the key was just made");
        let mut work = core.db.begin(shop.id).await.unwrap();
        let mut key = work.keys().find(found.id).await.unwrap().unwrap();
        work.keys().replace(&mut key, "another hash", None).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(core.db.keys().by_hash(KeyKind::Secret, &hash).await.unwrap(), None, "{engine}");
        let replaced = core
            .db
            .keys()
            .by_hash(KeyKind::Secret, "another hash")
            .await
            .unwrap()
            .expect("it has another secret");
        assert_eq!((replaced.id, replaced.revoked_at), (found.id, None), "{engine}");

        let mut work = core.db.begin(shop.id).await.unwrap();
        key.revoked_at = Some(testkit::database::NOW);
        work.keys().update(&mut key).await.unwrap();
        work.commit().await.unwrap();
        let revoked = core.db.keys().by_hash(KeyKind::Secret, "another hash").await.unwrap().unwrap();
        assert!(revoked.revoked_at.is_some(), "{engine}");
    }
}

async fn rename(database: &SqlDatabase, id: StoreId, name: &str) -> Result<(), RepoError> {
    let mut work = database.begin(id).await?;
    let (mut changed, config) = work.stores().find().await?.expect("the store exists");
    changed.name = name.to_owned();
    work.stores().update(&mut changed, &config).await?;
    work.commit().await
}

#[tokio::test]
async fn a_change_that_nobody_could_hear_of_is_seen_by_those_who_never_heard_of_the_store() {
    let database = TestDatabase::postgres().await;
    let id = database.store("Old").await;
    let elsewhere = database.elsewhere().await;
    assert_eq!(name_of(&elsewhere, id).await.as_deref(), Some("Old"));
    database.cut_connections().await;
    let missed = async {
        while elsewhere.catalog_epoch(id).is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // The first may go to connections that are gone.
        while rename(&database, id, "New").await.is_err() {}
        while elsewhere.catalog_epoch(id).is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), missed).await.expect("the loss is noticed and mended");
    assert_eq!(name_of(&elsewhere, id).await.as_deref(), Some("New"));
}

#[tokio::test]
async fn nobody_waits_for_ever_for_a_statement() {
    let database = TestDatabase::postgres().await;
    let id = database.store("Acme").await;
    let mut holder = database.begin(id).await.unwrap();
    holder.stores().find().await.unwrap();
    let mut waiting = database.begin(id).await.unwrap();
    // From here on time passes as soon as everybody waits.
    tokio::time::pause();
    let given_up = waiting.stores().find().await;
    assert!(matches!(given_up, Err(RepoError::Unavailable(_))), "{given_up:?}");
}
