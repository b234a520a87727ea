//! What every store of the terms of sale must keep, on both engines.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    geography::{CountryCode, PostcodePattern},
    money::{Currency, Money},
    payment::Provider,
    payment_method::{GatewayKeys, PaymentMethod},
    rate::Rate,
    shipping::{ShippingKind, ShippingMethod, Zone},
    tax::{TaxClass, TaxRate},
};
use ports::{
    Database as _, RepoError,
    list::{Count, Sort, Window},
    terms::{MethodSort, TaxRateSort},
};
use testkit::database::{NOW, each, fresh_id};

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn method(kind: ShippingKind, sort_order: i32) -> ShippingMethod {
    ShippingMethod {
        id: fresh_id(),
        name: format!("{} <b>☃</b>", kind.code()),
        description: None,
        kind,
        free_from: None,
        zones: Vec::new(),
        min_days: None,
        max_days: None,
        enabled: true,
        sort_order,
        version: 1,
        created_at: NOW,
        updated_at: NOW + TimeDelta::microseconds(7),
    }
}

/// One method of each kind, with every field in use somewhere.
fn methods() -> Vec<ShippingMethod> {
    let zone = Zone {
        country: CountryCode::parse("US").unwrap(),
        states: vec!["CA".to_owned(), "NY".to_owned()],
        postcodes: ["90000-90999", "SW1*"].map(|text| PostcodePattern::parse(text).unwrap()).to_vec(),
    };
    let elsewhere = Zone { country: CountryCode::parse("GB").unwrap(), states: vec![], postcodes: vec![] };
    vec![
        ShippingMethod {
            description: Some("2-3 days".to_owned()),
            free_from: Some(gbp(5000)),
            zones: vec![zone, elsewhere],
            min_days: Some(2),
            max_days: Some(3),
            ..method(ShippingKind::FlatRate { rate: gbp(499) }, 6)
        },
        method(ShippingKind::PerItem { rate: gbp(100), first: Some(gbp(300)) }, 5),
        method(ShippingKind::Tiered { tiers: vec![(gbp(0), gbp(499)), (gbp(5000), gbp(0))] }, 4),
        method(ShippingKind::Weight { tiers: vec![(1000, gbp(300)), (u32::MAX, gbp(900))] }, 3),
        ShippingMethod { enabled: false, free_from: Some(gbp(1)), ..method(ShippingKind::Free, 2) },
        method(ShippingKind::LocalPickup { instructions: Some("Ring twice".to_owned()) }, 1),
    ]
}

fn vat(name: &str) -> TaxRate {
    TaxRate {
        id: fresh_id(),
        name: name.to_owned(),
        rate: Rate::from_millionths(72_500).unwrap(),
        country: CountryCode::parse("US").ok(),
        state: Some("CA".to_owned()),
        postcode: PostcodePattern::parse("902*").ok(),
        class: TaxClass::reduced(),
        enabled: true,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn card(code: &str, sort_order: i32) -> PaymentMethod {
    let keys = |mode: &str| GatewayKeys {
        publishable_key: Some(format!("pk_{mode}_1")),
        sealed_secret_key: Some(format!("sealed {mode} secret")),
        sealed_webhook_secret: Some(format!("sealed {mode} hook")),
    };
    PaymentMethod {
        id: fresh_id(),
        code: code.to_owned(),
        provider: Provider::Stripe,
        label: "Card".to_owned(),
        icon_url: Some("https://cdn.example.com/card.svg".to_owned()),
        instructions: Some("Keep it ready".to_owned()),
        live_keys: keys("live"),
        test_keys: keys("test"),
        enabled: true,
        sort_order,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

#[tokio::test]
async fn the_terms_come_back_as_they_were_stored_and_to_their_own_store_only() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let (methods, rate, bare) = (
            methods(),
            vat("VAT"),
            TaxRate { country: None, state: None, postcode: None, ..vat("Everywhere") },
        );
        let pays = card("card", 0);
        let mut work = database.begin(store).await.unwrap();
        for method in &methods {
            work.shipping_methods().insert(method).await.unwrap();
        }
        work.tax_rates().insert(&rate).await.unwrap();
        work.tax_rates().insert(&bare).await.unwrap();
        work.payment_methods().insert(&pays).await.unwrap();
        work.commit().await.unwrap();

        let reader = database.terms();
        for method in &methods {
            let read = reader.shipping_method(store, method.id).await.unwrap();
            assert_eq!(read.as_ref(), Some(method), "{}", database.engine);
            assert_eq!(reader.shipping_method(other, method.id).await.unwrap(), None);
        }
        assert_eq!(reader.tax_rate(store, rate.id).await.unwrap(), Some(rate.clone()));
        assert_eq!(reader.tax_rate(store, bare.id).await.unwrap(), Some(bare.clone()));
        assert_eq!(reader.tax_rate(other, rate.id).await.unwrap(), None);
        assert_eq!(reader.payment_method(store, pays.id).await.unwrap(), Some(pays.clone()));
        assert_eq!(reader.payment_method(other, pays.id).await.unwrap(), None);

        let config = database.stores().config(store).await.unwrap().unwrap();
        let backwards: Vec<_> = methods.into_iter().rev().collect();
        assert_eq!(config.shipping_methods, backwards, "by sort order on {}", database.engine);
        assert_eq!(config.tax_rates, [rate, bare]);
        assert_eq!(config.payment_methods, [pays]);
        let config = database.stores().config(other).await.unwrap().unwrap();
        assert_eq!(
            (config.shipping_methods.len(), config.tax_rates.len(), config.payment_methods.len()),
            (0, 0, 0)
        );
    }
}

#[tokio::test]
async fn another_store_neither_finds_changes_nor_deletes_a_method() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let mut kept = method(ShippingKind::Free, 0);
        let mut work = database.begin(store).await.unwrap();
        work.shipping_methods().insert(&kept).await.unwrap();
        work.commit().await.unwrap();
        let mut work = database.begin(other).await.unwrap();
        assert_eq!(work.shipping_methods().find(kept.id).await.unwrap(), None);
        assert!(matches!(work.shipping_methods().update(&mut kept).await, Err(RepoError::Stale)));
        assert!(!work.shipping_methods().delete(kept.id).await.unwrap());
        work.commit().await.unwrap();
        assert!(database.terms().shipping_method(store, kept.id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_change_of_the_terms_is_in_the_next_configuration() {
    for database in each().await {
        let store = database.store("Acme").await;
        // Kept in memory from the first reading on, once this process follows changes.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let before = database.stores().config(store).await.unwrap().unwrap();
        assert_eq!(before.shipping_methods, []);
        let mut added = method(ShippingKind::Free, 0);
        let mut work = database.begin(store).await.unwrap();
        work.shipping_methods().insert(&added).await.unwrap();
        work.commit().await.unwrap();
        let config = database.stores().config(store).await.unwrap().unwrap();
        assert_eq!(config.shipping_methods, [added.clone()], "{}", database.engine);

        "New".clone_into(&mut added.name);
        let mut work = database.begin(store).await.unwrap();
        work.shipping_methods().update(&mut added).await.unwrap();
        work.commit().await.unwrap();
        let config = database.stores().config(store).await.unwrap().unwrap();
        assert_eq!(config.shipping_methods, [added.clone()], "{}", database.engine);

        let mut work = database.begin(store).await.unwrap();
        assert!(work.shipping_methods().delete(added.id).await.unwrap());
        work.commit().await.unwrap();
        assert_eq!(database.stores().config(store).await.unwrap().unwrap().shipping_methods, []);
    }
}

#[tokio::test]
async fn a_code_of_a_payment_method_is_unique_in_its_store_only() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        for store in [store, other] {
            let mut work = database.begin(store).await.unwrap();
            work.payment_methods().insert(&card("card", 0)).await.unwrap();
            work.commit().await.unwrap();
        }
        let mut work = database.begin(store).await.unwrap();
        let again = work.payment_methods().insert(&card("card", 0)).await;
        let Err(RepoError::Conflict { constraint }) = again else { panic!("{again:?}") };
        assert_eq!(constraint, "payment_methods_code", "{}", database.engine);
    }
}

#[tokio::test]
async fn lists_go_through_equal_places_without_skipping_or_repeating() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let mut work = database.begin(store).await.unwrap();
        for n in 0..5 {
            work.shipping_methods().insert(&method(ShippingKind::Free, n / 2)).await.unwrap();
            work.tax_rates().insert(&vat(&format!("Tax {n}"))).await.unwrap();
        }
        work.commit().await.unwrap();
        let sort = Sort { by: MethodSort::SortOrder, descending: true };
        let (mut last, mut seen) = (None, Vec::new());
        loop {
            let window = Window::After { last, per_page: 2 };
            let slice = database.terms().shipping_methods(store, sort, &window).await.unwrap();
            seen.extend(slice.items.iter().map(|method| method.sort_order));
            match slice.next {
                Some(next) => last = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, [2, 1, 1, 0, 0], "{}", database.engine);
        let sort = Sort { by: TaxRateSort::Name, descending: false };
        let window = Window::Page { page: 2, per_page: 3 };
        let slice = database.terms().tax_rates(store, sort, &window).await.unwrap();
        let names: Vec<_> = slice.items.iter().map(|rate| rate.name.as_str()).collect();
        assert_eq!((names, slice.total), (vec!["Tax 3", "Tax 4"], Some(Count::exact(5))));
        assert_eq!(
            database.terms().tax_rates(other, sort, &window).await.unwrap().total,
            Some(Count::exact(0))
        );
    }
}
