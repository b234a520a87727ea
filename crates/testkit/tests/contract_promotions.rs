//! What every store of promotions must keep, on both engines: no use beyond a limit, and none counted twice.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Mode,
    discount::{CouponCode, DiscountValue, Promotion, PromotionStatus},
    id::{OrderId, StoreId},
    money::{Currency, Money},
    rate::Rate,
};
use futures::future::join_all;
use ports::{
    Database as _, RepoError,
    list::{Count, Sort, Window},
    promotions::{PromotionFilter, PromotionSort},
};
use testkit::database::{NOW, TestDatabase, each, fresh_id, raw_id};

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn coupon(code: &str) -> Promotion {
    Promotion {
        id: fresh_id(),
        code: CouponCode::parse(code).unwrap(),
        name: None,
        value: DiscountValue::Percentage(Rate::from_percent(20.into()).unwrap()),
        minimum_subtotal: None,
        max_uses: None,
        max_uses_per_customer: None,
        starts_at: None,
        ends_at: None,
        product_ids: Vec::new(),
        category_ids: Vec::new(),
        first_order_only: false,
        active: true,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn add(database: &TestDatabase, store: StoreId, promotion: &Promotion) {
    let mut work = database.begin(store).await.unwrap();
    work.promotions().insert(promotion).await.unwrap();
    work.promotion_uses().set_limit(promotion.id, promotion.max_uses).await.unwrap();
    work.commit().await.unwrap();
}

/// One order's claim in a unit of work of its own, kept only when it was granted.
async fn claim(
    database: &TestDatabase,
    store: StoreId,
    promotion: &Promotion,
    order: OrderId,
    email: &str,
) -> bool {
    let mut work = database.begin(store).await.unwrap();
    let most = promotion.max_uses_per_customer;
    let uses = work.promotion_uses();
    let granted = uses.claim(Mode::Live, promotion.id, order, email, most, NOW).await.unwrap();
    if granted {
        work.commit().await.unwrap();
    }
    granted
}

async fn used(database: &TestDatabase, store: StoreId, mode: Mode, promotion: &Promotion) -> u32 {
    database.promotions().promotion(store, mode, promotion.id).await.unwrap().unwrap().used
}

#[tokio::test]
async fn a_promotion_comes_back_as_it_was_stored() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let values = [
            DiscountValue::Percentage("0.125".parse().map(Rate::from_fraction).unwrap().unwrap()),
            DiscountValue::Fixed(gbp(500)),
            DiscountValue::FreeShipping,
        ];
        for (index, value) in values.into_iter().enumerate() {
            let full = Promotion {
                value,
                name: Some("Für alle 🎉 '); drop table promotions; --".to_owned()),
                minimum_subtotal: Some(gbp(1000)),
                max_uses: Some(3),
                max_uses_per_customer: Some(2),
                starts_at: Some(NOW + TimeDelta::microseconds(123_456)),
                ends_at: Some(NOW + TimeDelta::days(3)),
                product_ids: vec![fresh_id(), fresh_id()],
                category_ids: vec![fresh_id()],
                first_order_only: true,
                active: false,
                ..coupon(&format!("FULL-{index}"))
            };
            add(&database, store, &full).await;
            let read = database.promotions().by_code(store, Mode::Live, &full.code).await.unwrap().unwrap();
            assert_eq!((&read.promotion, read.used), (&full, 0), "{}", database.engine);
            assert_eq!(database.promotions().promotion(other, Mode::Live, full.id).await.unwrap(), None);
            assert_eq!(database.promotions().by_code(other, Mode::Live, &full.code).await.unwrap(), None);
        }
        let bare = coupon("BARE");
        add(&database, store, &bare).await;
        let read = database.promotions().promotion(store, Mode::Live, bare.id).await.unwrap().unwrap();
        assert_eq!(read.promotion, bare, "{}", database.engine);
    }
}

#[tokio::test]
async fn a_code_is_unique_in_its_store_only() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        add(&database, store, &coupon("SAVE")).await;
        add(&database, other, &coupon("SAVE")).await;
        let mut work = database.begin(store).await.unwrap();
        let again = work.promotions().insert(&coupon("SAVE")).await;
        let Err(RepoError::Conflict { constraint }) = again else { panic!("{again:?}") };
        assert_eq!(constraint, "promotions_code", "{}", database.engine);
    }
}

#[tokio::test]
async fn of_many_orders_at_once_only_as_many_as_allowed_get_the_coupon() {
    for database in each().await {
        let store = database.store("Acme").await;
        let promotion = Promotion { max_uses: Some(3), ..coupon("RUSH") };
        add(&database, store, &promotion).await;
        let (database, promotion) = (&database, &promotion);
        let rush = (0..12).map(|n| async move {
            claim(database, store, promotion, fresh_id(), &format!("shopper{n}@example.com")).await
        });
        let granted = join_all(rush).await.into_iter().filter(|granted| *granted).count();
        assert_eq!(granted, 3, "{}", database.engine);
        assert_eq!(used(database, store, Mode::Live, promotion).await, 3);
        assert_eq!(used(database, store, Mode::Test, promotion).await, 0);
    }
}

#[tokio::test]
async fn of_many_orders_of_one_customer_only_as_many_as_allowed_get_the_coupon() {
    for database in each().await {
        let store = database.store("Acme").await;
        let promotion = Promotion { max_uses_per_customer: Some(2), ..coupon("ONCE") };
        add(&database, store, &promotion).await;
        let (database, promotion) = (&database, &promotion);
        let rush = (0..8).map(|_| claim(database, store, promotion, fresh_id(), "sam@example.com"));
        let granted = join_all(rush).await.into_iter().filter(|granted| *granted).count();
        assert_eq!(granted, 2, "{}", database.engine);
        assert_eq!(used(database, store, Mode::Live, promotion).await, 2);
        assert!(claim(database, store, promotion, fresh_id(), "kim@example.com").await);
        let reader = database.promotions();
        let history = reader.history(store, Mode::Live, promotion.id, "sam@example.com").await.unwrap();
        assert_eq!(history.uses_by_customer, 2);
    }
}

#[tokio::test]
async fn an_order_is_counted_once_however_often_it_claims_and_releases() {
    for database in each().await {
        let store = database.store("Acme").await;
        let promotion = Promotion { max_uses: Some(1), ..coupon("TWICE") };
        add(&database, store, &promotion).await;
        let order: OrderId = fresh_id();
        for _ in 0..2 {
            assert!(claim(&database, store, &promotion, order, "sam@example.com").await);
            assert_eq!(used(&database, store, Mode::Live, &promotion).await, 1, "{}", database.engine);
        }
        assert!(!claim(&database, store, &promotion, fresh_id(), "kim@example.com").await);
        for _ in 0..2 {
            let mut work = database.begin(store).await.unwrap();
            work.promotion_uses().release(Mode::Live, promotion.id, order).await.unwrap();
            work.commit().await.unwrap();
            assert_eq!(used(&database, store, Mode::Live, &promotion).await, 0, "{}", database.engine);
        }
        assert!(claim(&database, store, &promotion, fresh_id(), "kim@example.com").await);
    }
}

#[tokio::test]
async fn a_limit_below_the_uses_is_refused_by_the_database() {
    for database in each().await {
        let store = database.store("Acme").await;
        let promotion = coupon("LIMIT");
        add(&database, store, &promotion).await;
        for _ in 0..2 {
            assert!(claim(&database, store, &promotion, fresh_id(), "sam@example.com").await);
        }
        let mut work = database.begin(store).await.unwrap();
        let low = work.promotion_uses().set_limit(promotion.id, Some(1)).await;
        let Err(RepoError::Conflict { constraint }) = low else { panic!("{low:?}") };
        assert_eq!(constraint, "promotion_usage_within_limit", "{}", database.engine);
        drop(work);
        let mut work = database.begin(store).await.unwrap();
        work.promotion_uses().set_limit(promotion.id, Some(2)).await.unwrap();
        work.commit().await.unwrap();
        assert!(!claim(&database, store, &promotion, fresh_id(), "kim@example.com").await);
    }
}

#[tokio::test]
async fn lists_are_filtered_by_the_status_that_each_promotion_says_of_itself() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let day = TimeDelta::days(1);
        let at = |time: DateTime<Utc>| Some(time);
        let used_up = Promotion { max_uses: Some(1), ..coupon("EXHAUSTED") };
        let all = [
            coupon("ACTIVE"),
            Promotion { starts_at: at(NOW), ends_at: at(NOW + day), ..coupon("ACTIVE-NOW") },
            Promotion { starts_at: at(NOW + day), ..coupon("SCHEDULED") },
            Promotion { ends_at: at(NOW), ..coupon("EXPIRED") },
            used_up.clone(),
            Promotion { active: false, ends_at: at(NOW - day), ..coupon("INACTIVE") },
        ];
        for promotion in &all {
            add(&database, store, promotion).await;
        }
        add(&database, other, &coupon("FOREIGN")).await;
        assert!(claim(&database, store, &used_up, fresh_id(), "sam@example.com").await);
        let sort = Sort { by: PromotionSort::Code, descending: false };
        let window = Window::Page { page: 1, per_page: 100 };
        for status in PromotionStatus::ALL {
            let filter = PromotionFilter { status: Some(*status), code: None };
            let slice =
                database.promotions().promotions(store, Mode::Live, &filter, NOW, sort, &window).await;
            let slice = slice.unwrap();
            let expected: Vec<&str> = all
                .iter()
                .filter(|promotion| promotion.status(u32::from(promotion.id == used_up.id), NOW) == *status)
                .map(|promotion| promotion.code.as_str())
                .collect();
            let mut listed: Vec<&str> = slice.items.iter().map(|row| row.promotion.code.as_str()).collect();
            assert_eq!(
                slice.total,
                Some(Count::exact(expected.len() as u64)),
                "{status} on {}",
                database.engine
            );
            listed.sort_unstable();
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!(listed, expected, "{status} on {}", database.engine);
        }
        // Test orders are counted apart, so there the coupon is not used up.
        let filter = PromotionFilter { status: Some(PromotionStatus::Exhausted), code: None };
        let slice = database.promotions().promotions(store, Mode::Test, &filter, NOW, sort, &window).await;
        assert_eq!(slice.unwrap().items, []);
    }
}

#[tokio::test]
async fn only_coupons_that_are_on_and_not_over_take_a_place_of_the_plan() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        add(&database, store, &coupon("ON")).await;
        add(&database, store, &Promotion { active: false, ..coupon("OFF") }).await;
        add(&database, store, &Promotion { ends_at: Some(NOW), ..coupon("OVER") }).await;
        add(&database, other, &coupon("FOREIGN")).await;
        let mut work = database.begin(store).await.unwrap();
        assert_eq!(work.promotion_uses().count_active(NOW).await.unwrap(), 1, "{}", database.engine);
    }
}

#[tokio::test]
async fn products_of_another_store_are_unknown() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let (mine, theirs) = (fresh_id(), fresh_id());
        for (store, category) in [(store, mine), (other, theirs)] {
            let sql = "insert into categories (store_id, id, slug, name, sort_order, status, version, created_at, \
                       updated_at) values ($1, $2, 'c', 'C', 0, 'active', 1, $3, $3)";
            database.execute(sql, [raw_id(store), raw_id(category), NOW.into()]).await;
        }
        let unknown =
            database.promotions().unknown_targets(store, &[fresh_id()], &[mine, theirs]).await.unwrap();
        assert_eq!((unknown.0.len(), unknown.1), (1, vec![theirs]), "{}", database.engine);
    }
}
