//! What every cart store must keep, on both engines: nothing of a cart is lost, and no write either.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    access::Mode,
    address::{Address, Email},
    cart::{Cart, CartLine, CartState, Checkout},
    discount::CouponCode,
    geography::CountryCode,
    id::StoreId,
    money::Currency,
};
use futures::future::join_all;
use ports::{Database as _, RepoError};
use testkit::database::{NOW, TestDatabase, each, fresh_id};

fn empty(mode: Mode) -> Cart {
    Cart::open(fresh_id(), mode, Currency::from_code("GBP").expect("pounds are a currency"), NOW)
}

/// A cart in which every field holds something.
fn full() -> Cart {
    let address = Address {
        first_name: Some("Sam".to_owned()),
        last_name: Some("O'Neil \"<b>\"".to_owned()),
        company: Some("株式会社".to_owned()),
        line1: "221B Baker Street".to_owned(),
        line2: Some("2nd floor".to_owned()),
        city: "London".to_owned(),
        state: Some("London".to_owned()),
        postcode: Some("NW1 6XE".to_owned()),
        country: CountryCode::parse("GB").expect("a country"),
        phone: Some("+447700900123".to_owned()),
    };
    let line = |quantity| CartLine {
        id: fresh_id(),
        product_id: fresh_id(),
        variant_id: fresh_id(),
        quantity,
        added_at: NOW + TimeDelta::microseconds(123_456),
    };
    Cart {
        lines: vec![line(1), line(999)],
        coupon: CouponCode::parse("SPRING20").ok(),
        contact: Checkout {
            email: Email::parse("Sam@example.com").ok(),
            billing_address: Some(Address { city: "Bath".to_owned(), ..address.clone() }),
            shipping_address: Some(address),
            same_as_shipping: true,
            notes: Some("Ring twice 🔔\n'); drop table carts; --".to_owned()),
        },
        shipping_method: Some(fresh_id()),
        customer_id: Some(fresh_id()),
        visitor_country: CountryCode::parse("JP").ok(),
        ..empty(Mode::Test)
    }
}

async fn current(database: &TestDatabase, store: StoreId, token: &str) -> Option<Cart> {
    database.carts().by_token(store, Mode::Test, token).await.expect("the database answers")
}

/// Puts a stored cart into another state, as the checkout does.
async fn put_into(database: &TestDatabase, store: StoreId, cart: &Cart, state: CartState) -> Cart {
    let mut work = database.begin(store).await.expect("the database answers");
    let mut cart =
        work.carts().find(cart.id).await.expect("the database answers").expect("the cart is stored");
    cart.state = state;
    work.carts().update(&mut cart).await.expect("the database answers");
    work.commit().await.expect("the database answers");
    cart
}

#[tokio::test]
async fn a_cart_comes_back_as_it_was_stored() {
    for database in each().await {
        let store = database.store("Acme").await;
        let mut cart = full();
        database.carts().insert(store, "token", &cart).await.unwrap();
        assert_eq!(current(&database, store, "token").await.as_ref(), Some(&cart), "{}", database.engine);
        let bare = empty(Mode::Test);
        database.carts().insert(store, "bare", &bare).await.unwrap();
        assert_eq!(current(&database, store, "bare").await, Some(bare));

        let before = cart.version;
        cart.contact.email = None;
        cart.lines.pop();
        database.carts().save(store, "token", &mut cart).await.unwrap();
        assert_eq!(cart.version, before + 1);
        let remembered = database.carts().remembered(store, Mode::Test, "token").await;
        assert_eq!(remembered.as_ref(), Some(&cart), "{}", database.engine);
        let mut work = database.begin(store).await.unwrap();
        assert_eq!(work.carts().find(cart.id).await.unwrap().as_ref(), Some(&cart));
    }
}

#[tokio::test]
async fn a_token_opens_one_cart_of_one_store_and_mode() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let cart = empty(Mode::Test);
        database.carts().insert(store, "token", &cart).await.unwrap();
        assert_eq!(current(&database, other, "token").await, None, "{}", database.engine);
        assert_eq!(database.carts().by_token(store, Mode::Live, "token").await.unwrap(), None);
        let mut work = database.begin(other).await.unwrap();
        assert_eq!(work.carts().find(cart.id).await.unwrap(), None);
        drop(work);
        let mut foreign = cart.clone();
        let written = database.carts().save(other, "token", &mut foreign).await;
        assert!(matches!(written, Err(RepoError::Stale)), "{written:?}");

        let second = database.carts().insert(store, "token", &empty(Mode::Test)).await;
        let Err(RepoError::Conflict { constraint }) = second else { panic!("{second:?}") };
        assert_eq!(constraint, "carts_token_hash");
        for (store, mode) in [(other, Mode::Test), (store, Mode::Live)] {
            database.carts().insert(store, "token", &empty(mode)).await.unwrap();
        }
    }
}

#[tokio::test]
async fn only_an_open_cart_is_written_outside_a_unit_of_work() {
    for database in each().await {
        let store = database.store("Acme").await;
        let cart = empty(Mode::Test);
        database.carts().insert(store, "token", &cart).await.unwrap();
        for state in [CartState::Paying, CartState::Completed, CartState::Superseded] {
            let mut stored = put_into(&database, store, &cart, state).await;
            let before = stored.clone();
            stored.state = CartState::Open;
            let written = database.carts().save(store, "token", &mut stored).await;
            assert!(matches!(written, Err(RepoError::Stale)), "{state} on {}: {written:?}", database.engine);
            assert_eq!(stored.version, before.version, "a refused write changes nothing");
        }
    }
}

#[tokio::test]
async fn of_many_writers_of_one_version_one_is_heard() {
    for database in each().await {
        let store = database.store("Acme").await;
        let cart = empty(Mode::Test);
        database.carts().insert(store, "token", &cart).await.unwrap();
        let writes = (0..10).map(|_| {
            let (db, mut mine) = (database.shared(), cart.clone());
            async move { db.carts().save(store, "token", &mut mine).await }
        });
        let outcomes = join_all(writes).await;
        let heard = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let stale = outcomes.iter().filter(|outcome| matches!(outcome, Err(RepoError::Stale))).count();
        assert_eq!((heard, stale), (1, 9), "{}", database.engine);

        let mut late = cart.clone();
        let mut work = database.begin(store).await.unwrap();
        let written = work.carts().update(&mut late).await;
        assert!(matches!(written, Err(RepoError::Stale)), "{written:?}");
    }
}

#[tokio::test]
async fn an_order_stays_current_until_the_next_cart_begins() {
    for database in each().await {
        let store = database.store("Acme").await;
        let first = empty(Mode::Test);
        database.carts().insert(store, "token", &first).await.unwrap();
        put_into(&database, store, &first, CartState::Completed).await;
        assert_eq!(current(&database, store, "token").await.map(|cart| cart.id), Some(first.id));

        let second = empty(Mode::Test);
        database.carts().insert(store, "token", &second).await.unwrap();
        assert_eq!(current(&database, store, "token").await.map(|cart| cart.id), Some(second.id));
        put_into(&database, store, &second, CartState::Completed).await;
        assert_eq!(current(&database, store, "token").await.map(|cart| cart.id), Some(second.id));
    }
}

#[tokio::test]
async fn money_for_a_replaced_cart_does_not_disturb_the_present_one() {
    for database in each().await {
        let store = database.store("Acme").await;
        let first = empty(Mode::Test);
        database.carts().insert(store, "token", &first).await.unwrap();
        put_into(&database, store, &first, CartState::Superseded).await;
        assert_eq!(current(&database, store, "token").await, None, "{}", database.engine);
        let second = empty(Mode::Test);
        database.carts().insert(store, "token", &second).await.unwrap();
        put_into(&database, store, &first, CartState::Completed).await;
        assert_eq!(current(&database, store, "token").await.map(|cart| cart.id), Some(second.id));
    }
}

#[tokio::test]
async fn only_open_and_expired_carts_are_swept_and_no_more_than_asked() {
    for database in each().await {
        let store = database.store("Acme").await;
        let later = empty(Mode::Test).expires_at;
        let mut kept = Vec::new();
        for (name, state) in [("paying", CartState::Paying), ("sold", CartState::Completed)] {
            let cart = empty(Mode::Test);
            database.carts().insert(store, name, &cart).await.unwrap();
            kept.push((name, put_into(&database, store, &cart, state).await));
        }
        let fresh = Cart { expires_at: later + TimeDelta::microseconds(1), ..empty(Mode::Test) };
        database.carts().insert(store, "fresh", &fresh).await.unwrap();
        kept.push(("fresh", fresh));
        for name in ["a", "b", "c"] {
            database.carts().insert(store, name, &empty(Mode::Test)).await.unwrap();
        }
        assert_eq!(database.carts().sweep(later - TimeDelta::microseconds(1), 9).await.unwrap(), 0);
        assert_eq!(database.carts().sweep(later, 2).await.unwrap(), 2, "{}", database.engine);
        assert_eq!(database.carts().sweep(later, 9).await.unwrap(), 1);
        for (name, cart) in kept {
            assert_eq!(current(&database, store, name).await, Some(cart));
        }
    }
}

#[tokio::test]
async fn what_was_remembered_before_the_database_was_lost_is_read_anew() {
    let [_, database] = each().await;
    let store = database.store("Acme").await;
    database.carts().insert(store, "token", &empty(Mode::Test)).await.expect("the token has no cart");
    assert!(database.carts().remembered(store, Mode::Test, "token").await.is_some());
    database.cut_connections().await;
    let heard = async {
        while database.carts().remembered(store, Mode::Test, "token").await.is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), heard).await.expect("the loss is noticed");
    // The first questions may go to connections that are gone.
    while !matches!(database.carts().by_token(store, Mode::Test, "token").await, Ok(Some(_))) {}
    assert!(database.carts().remembered(store, Mode::Test, "token").await.is_some());
}
