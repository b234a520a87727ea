//! No operation escapes: each one of the two documents is called without credentials, with the wrong
//! ones, with broken bodies and parameters, and for another store's things, on both engines; what is
//! refused must not change a row. An operation added later is held to the same without a line here.
//! `naked` and the tests of `conventions` show that an operation without these manners is caught.

mod checks;
mod conventions;
mod guard;
mod lists;
mod naked;
mod operations;
mod patches;
mod requests;
mod resources;
mod tags;

use std::{cmp::Reverse, collections::BTreeSet};

use journeys::Shop;
use reqwest::Method;
use testkit::database::TestDatabase;

use self::{
    checks::Check,
    guard::Guard,
    operations::{Face, of},
};

/// What an operation is not held to, and why. Whatever is no longer needed here fails the test.
const EXCEPTIONS: &[(&str, Check, &str)] = &[
    ("public/getLiveness", Check::NoCredentials, "probes carry no key"),
    ("public/getReadiness", Check::NoCredentials, "probes carry no key"),
    ("private/getLiveness", Check::NoCredentials, "probes carry no key"),
    ("private/getReadiness", Check::NoCredentials, "probes carry no key"),
    ("private/getMetrics", Check::NoCredentials, "collectors carry no key; the operator may set a token"),
    (
        "public/showSandboxChallenge",
        Check::NoCredentials,
        "stands for the page of a bank, which knows no key",
    ),
    (
        "public/answerSandboxChallenge",
        Check::NoCredentials,
        "stands for the page of a bank, which knows no key",
    ),
    ("public/receiveStripeWebhook", Check::NoCredentials, "Stripe signs what it sends; see stripe_sale"),
    ("private/requestPasswordReset", Check::NoCredentials, "whoever forgot their password has none"),
    ("private/confirmPasswordReset", Check::NoCredentials, "the token of the mail is in the body"),
    ("private/acceptInvite", Check::NoCredentials, "the token of the invitation is in the body"),
    ("public/listStates", Check::OtherStoresThing, "countries belong to no store"),
    ("private/getAnyStore", Check::OtherStoresThing, "the operator sees every store"),
    ("private/updateAnyStore", Check::OtherStoresThing, "the operator may change every store"),
    ("private/getHealth", Check::EveryOtherScope, "any good key may ask for the heartbeat"),
    ("private/updateApiKey", Check::ItsScopeAlone, "nobody changes a key that may do more than their own"),
    ("private/rotateApiKey", Check::ItsScopeAlone, "nobody takes over a key that may do more than their own"),
    ("private/revokeApiKey", Check::ItsScopeAlone, "nobody ends a key that may do more than their own"),
    (
        "private/giveSigningSecret",
        Check::ItsScopeAlone,
        "nobody speaks for a key that may do more than theirs",
    ),
    ("private/takeSigningSecret", Check::ItsScopeAlone, "nobody bares a key that may do more than their own"),
    ("private/inviteStaff", Check::ItsScopeAlone, "nobody invites somebody who may do more than they"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_what_it_has_to_on_sqlite() {
    refuses_what_it_has_to(Shop::on_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_what_it_has_to_on_postgres() {
    refuses_what_it_has_to(Shop::open(TestDatabase::postgres().await).await).await;
}

async fn refuses_what_it_has_to(shop: Shop) {
    let mut guard = Guard::open(shop).await;
    let mut operations: Vec<_> = [Face::Public, Face::Private].into_iter().flat_map(of).collect();
    // The parts before the whole, and what takes something away last.
    operations.sort_by_key(|one| (Reverse(one.parameters().len()), one.method == Method::DELETE));
    assert!(operations.len() > 80, "the documents were read: {}", operations.len());
    let (mut failures, mut used) = (Vec::new(), BTreeSet::new());
    for check in Check::ALL {
        for operation in operations.iter().filter(|one| check.is_about(one)) {
            let name = operation.name();
            let excepted = EXCEPTIONS.iter().any(|(id, which, _)| *id == name && which == check);
            match (guard.hold(*check, operation).await, excepted) {
                (Err(fault), false) => failures.push(format!("{name}: {check:?}: {fault}")),
                (Ok(()), true) => {
                    failures.push(format!("{name}: {check:?}: no exception is needed any more"));
                }
                (Err(_), true) => {
                    used.insert((name, format!("{check:?}")));
                }
                (Ok(()), false) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(used.len(), EXCEPTIONS.len(), "an exception names no operation");
}
