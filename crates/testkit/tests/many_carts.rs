//! Carts of many shoppers at once, more than there are connections: each is written as if it were alone.

use std::{collections::HashSet, sync::Arc, time::Duration};

use adapters_postgres::SqlDatabase;
use domain::{
    access::Mode,
    cart::Cart,
    id::{CartId, StoreId},
    money::Currency,
};
use futures::future::{join, join_all};
use ports::{Database as _, RepoError};
use testkit::database::{NOW, TestDatabase, crowded, each, fresh_id};

/// Shoppers at once.
const CROWD: usize = 120;
/// How long carts may take that nobody stands in the way of.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a process has to come to where it waits.
const FOR_THE_FIRST: Duration = Duration::from_millis(200);

fn noted(notes: &str) -> Cart {
    let gbp = Currency::from_code("GBP").expect("pounds are a currency");
    let mut cart = Cart::open(fresh_id(), Mode::Test, gbp, NOW);
    cart.contact.notes = Some(notes.to_owned());
    cart
}

fn token(number: usize) -> String {
    format!("token-{number}")
}

/// As many carts, each of a token of its own, stored.
async fn crowd(database: &TestDatabase, store: StoreId) -> Vec<Cart> {
    let carts: Vec<_> = (0..CROWD).map(|number| noted(&format!("cart {number}"))).collect();
    let entered = carts.iter().enumerate().map(|(number, cart)| {
        let db = database.shared();
        async move { db.carts().insert(store, &token(number), cart).await }
    });
    let entered: Result<Vec<()>, _> = join_all(entered).await.into_iter().collect();
    entered.expect("each token has one cart");
    carts
}

async fn save_all(database: &TestDatabase, store: StoreId, carts: &mut [Cart]) -> Vec<Result<(), RepoError>> {
    let saved = carts.iter_mut().enumerate().map(|(number, cart)| {
        let db = database.shared();
        async move { db.carts().save(store, &token(number), cart).await }
    });
    join_all(saved).await
}

async fn stored(database: &TestDatabase, store: StoreId, number: usize) -> Cart {
    let found = database.carts().by_token(store, Mode::Test, &token(number)).await;
    found.expect("the database answers").expect("the cart is stored")
}

#[tokio::test]
async fn every_cart_is_entered_and_changed_as_it_was_given() {
    for database in each().await {
        let store = database.store("Acme").await;
        let before = database.statements();
        let mut carts = database.without_connections(store, crowd(&database, store)).await;
        for (number, cart) in carts.iter_mut().enumerate() {
            cart.contact.notes = Some(format!("'{number}', {{\"changed\"}} 🔔"));
        }
        let saved = save_all(&database, store, &mut carts);
        let saved = database.without_connections(store, saved).await;
        saved.into_iter().collect::<Result<Vec<()>, _>>().expect("nobody else is at them");
        if database.engine == "postgres" {
            assert_eq!(database.statements() - before, 4, "a hundred go together");
        }
        for (number, cart) in carts.iter().enumerate() {
            let found = stored(&database, store, number).await;
            assert_eq!((cart.version, &found), (2, cart), "{}", database.engine);
        }
    }
}

#[tokio::test]
async fn what_is_refused_of_a_crowd_is_refused_alone() {
    for database in each().await {
        let store = database.store("Acme").await;
        let mut carts = crowd(&database, store).await;
        let mut known = carts.clone();
        // One that somebody else wrote meanwhile, and one that no database takes as text.
        known[7].version = 5;
        known[60].contact.notes = Some("\0".to_owned());
        let stale: HashSet<usize> = [7].into();
        let spoiled: HashSet<usize> = if database.engine == "postgres" { [60].into() } else { [].into() };
        for (number, saved) in save_all(&database, store, &mut known).await.into_iter().enumerate() {
            let is_as_expected = match &saved {
                Err(RepoError::Stale) => stale.contains(&number),
                Err(RepoError::Other(_)) => spoiled.contains(&number),
                saved => saved.is_ok() && !stale.contains(&number) && !spoiled.contains(&number),
            };
            assert!(is_as_expected, "{number} on {}: {saved:?}", database.engine);
        }
        let refused: Vec<usize> = stale.union(&spoiled).copied().collect();
        for number in refused {
            assert_eq!(stored(&database, store, number).await, carts[number], "it is as it was");
        }

        // All tokens but one have their carts.
        carts.push(noted("one more"));
        let entered = (0..=CROWD).map(|number| {
            let (db, cart) = (database.shared(), noted("second"));
            async move { db.carts().insert(store, &token(number), &cart).await }
        });
        let entered = join_all(entered).await;
        let conflicts = entered.iter().filter(|entered| matches!(entered, Err(RepoError::Conflict { .. })));
        assert_eq!(conflicts.count(), CROWD, "on {}", database.engine);
        assert!(entered[CROWD].is_ok());
    }
}

#[tokio::test]
async fn a_cart_that_somebody_is_at_holds_up_no_other() {
    let database = TestDatabase::postgres().await;
    let store = database.store("Acme").await;
    let mut carts = crowd(&database, store).await;
    let held: CartId = carts[CROWD - 1].id;
    let mut work = database.begin(store).await.unwrap();
    work.carts().find(held).await.unwrap();

    let (of_held, others) = carts.split_last_mut().expect("there are many");
    let db = database.shared();
    let last = token(CROWD - 1);
    let mut waiting = Box::pin(db.carts().save(store, &last, of_held));
    let all_others = save_all(&database, store, others);
    tokio::select! {
        // In this order, so that the held one comes when connections are waited for.
        biased;
        saved = tokio::time::timeout(PATIENCE, all_others) => {
            assert!(saved.expect("nothing holds them up").iter().all(Result::is_ok));
        }
        saved = &mut waiting => panic!("it is held, and was written: {saved:?}"),
    }
    drop(work);
    waiting.await.expect("it is free again");
    assert_eq!(stored(&database, store, CROWD - 1).await.version, 2);
}

#[tokio::test]
async fn a_cart_that_somebody_changes_holds_up_no_new_one() {
    let database = TestDatabase::postgres().await;
    let store = database.store("Acme").await;
    let mut cart = noted("the first");
    database.carts().insert(store, &token(0), &cart).await.unwrap();
    let elsewhere = database.elsewhere().await;
    let mut work = elsewhere.begin(store).await.unwrap();
    work.carts().update(&mut cart).await.unwrap();

    let db = database.shared();
    let (held, again) = (token(0), noted("the second"));
    let mut waiting = Box::pin(db.carts().insert(store, &held, &again));
    let others = join_all((1..CROWD).map(|number| {
        let (db, cart) = (database.shared(), noted("another"));
        async move { db.carts().insert(store, &token(number), &cart).await }
    }));
    let all = async {
        tokio::select! {
            entered = tokio::time::timeout(PATIENCE, others) => {
                assert!(entered.expect("nothing holds them up").iter().all(Result::is_ok));
            }
            entered = &mut waiting => panic!("whether it may be is not known yet: {entered:?}"),
        }
    };
    database.without_connections(store, all).await;
    drop(work);
    let refused = waiting.await.expect_err("the token has its cart");
    assert!(matches!(refused, RepoError::Conflict { .. }), "{refused:?}");
}

#[tokio::test]
async fn twins_of_two_processes_do_not_wait_for_each_other() {
    let database = TestDatabase::postgres().await;
    let store = database.store("Acme").await;
    let [other, third] = [database.elsewhere().await, database.elsewhere().await];
    // What the first process wants as its second is under way, so that it stops there.
    let mut work = third.begin(store).await.unwrap();
    work.carts().insert("b", &noted("under way")).await.unwrap();

    let enter = |db: &Arc<SqlDatabase>, tokens: &'static [&str]| {
        let db = Arc::clone(db);
        join_all(tokens.iter().map(move |token| {
            let (db, cart) = (Arc::clone(&db), noted(token));
            async move { db.carts().insert(store, token, &cart).await }
        }))
    };
    let first = database.without_connections(store, enter(&database.shared(), &["c", "b", "d"]));
    let second = async {
        tokio::time::sleep(FOR_THE_FIRST).await;
        let let_go = async {
            tokio::time::sleep(FOR_THE_FIRST).await;
            drop(work);
        };
        join(crowded(&other, store, enter(&other, &["d", "c"])), let_go).await.0
    };
    let (first, second) = join(first, second).await;
    let entered = first.iter().chain(&second).filter(|entered| entered.is_ok()).count();
    assert_eq!(entered, 3, "each token has one cart: {first:?}, {second:?}");
    let refused = first.iter().chain(&second).filter_map(|entered| entered.as_ref().err());
    for refused in refused {
        assert!(matches!(refused, RepoError::Conflict { .. }), "{refused:?}");
    }
}
