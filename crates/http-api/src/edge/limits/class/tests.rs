//! That every operation has a limit, and the one that was published.

use std::collections::BTreeSet;

use rstest::rstest;

use super::*;
use crate::openapi;

/// Requests a minute that the interface whose shape this one has promises, where it has the operation.
const PUBLISHED: &[(&str, u32)] = &[
    ("getStore", 120),
    ("getCart", 120),
    ("addCartItem", 120),
    ("updateCartItem", 120),
    ("removeCartItem", 120),
    ("applyCartDiscount", 60),
    ("removeCartDiscount", 60),
    ("estimateCart", 120),
    ("listShippingOptions", 120),
    ("chooseShippingOption", 120),
    ("getCheckoutData", 120),
    ("saveCheckoutData", 120),
    ("checkoutCart", 30),
    ("listProducts", 120),
    ("getProduct", 120),
    ("listCategories", 120),
    ("getCategory", 120),
    ("getOrder", 60),
    ("getOrderStatus", 120),
    ("listCountries", 120),
    ("listStates", 120),
    ("calculateTax", 120),
    ("listPaymentMethods", 120),
];

/// The same for secret keys, where it is less than the plans allow.
const PUBLISHED_PRIVATE: &[(&str, u32)] = &[
    ("archiveProduct", 60),
    ("fulfillOrder", 60),
    ("refundOrder", 30),
    ("cancelOrder", 30),
    ("updateStore", 30),
];

fn ids(surface: Surface) -> BTreeSet<(String, String)> {
    let document = openapi::document(surface);
    let ids = document.paths.paths.iter().flat_map(|(path, item)| {
        let id = |operation: &Operation| operation.operation_id.clone().unwrap();
        operations(item).map(move |(_, operation)| (path.clone(), id(operation)))
    });
    ids.collect()
}

#[test]
fn every_public_operation_has_a_class_unless_it_is_a_probe() {
    let listed: BTreeSet<_> = PUBLIC.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(listed.len(), PUBLIC.len(), "an operation stands in the table twice");
    let probes = BTreeSet::from(["getLiveness".to_owned(), "getReadiness".to_owned()]);
    let there: BTreeSet<_> = ids(Surface::Public).into_iter().map(|(_, id)| id).collect();
    assert_eq!(there.difference(&probes).cloned().collect::<BTreeSet<_>>(), listed);
}

#[test]
fn the_private_table_names_operations_that_exist() {
    let there: BTreeSet<_> = ids(Surface::Private).into_iter().map(|(_, id)| id).collect();
    for (id, _) in PRIVATE {
        assert!(there.contains(*id), "{id}");
    }
}

#[rstest]
#[case(Surface::Public, PUBLISHED)]
#[case(Surface::Private, PUBLISHED_PRIVATE)]
fn limits_are_those_that_were_published(#[case] surface: Surface, #[case] published: &[(&str, u32)]) {
    let there = ids(surface);
    for (id, limit) in published {
        let (path, _) = there.iter().find(|(_, one)| one == id).unwrap_or_else(|| panic!("{id} is gone"));
        let class = match rule(surface, path, id) {
            Rule::ByKey(class) | Rule::ByPlan(Some(class)) => class,
            other => panic!("{id} is counted {other:?}"),
        };
        assert_eq!(class.per_minute(), *limit, "{id}");
    }
}

#[test]
fn only_probes_and_collectors_are_never_refused() {
    for surface in [Surface::Public, Surface::Private] {
        for (path, id) in ids(surface) {
            let open = rule(surface, &path, &id) == Rule::Open;
            assert_eq!(open, matches!(path.as_str(), "/healthz" | "/readyz" | "/metrics"), "{path}");
        }
    }
}

#[test]
fn letters_tell_classes_apart() {
    let used: BTreeSet<_> = PUBLIC.iter().chain(PRIVATE).map(|(_, class)| *class as u8).collect();
    let letters: BTreeSet<_> = PUBLIC.iter().chain(PRIVATE).map(|(_, class)| class.letter()).collect();
    assert_eq!(letters.len(), used.len());
}
