//! What every implementation of the sandbox's books must keep.

use chrono::{DateTime, Utc};
use domain::{
    id::{PaymentId, RefundId, StoreId},
    money::{Currency, Money},
};
use futures::future::join_all;
use ports::sandbox::{IntentRefund, IntentState, NewIntent, SandboxLedger};

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").expect("a currency of ISO 4217"))
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 123_456_000).expect("within chrono's range")
}

fn intent(store: StoreId, provider_ref: &str, key: &str) -> NewIntent {
    NewIntent {
        store,
        provider_ref: provider_ref.to_owned(),
        idempotency_key: key.to_owned(),
        payment: PaymentId::from_bytes([7; 16]),
        amount: gbp(1_000),
        method: "pm_card_visa".to_owned(),
        state: IntentState::Captured,
        ready_at: Some(moment(3)),
        created_at: moment(0),
    }
}

fn refund(store: StoreId, provider_ref: &str, key: &str, intent_ref: &str, amount: Money) -> IntentRefund {
    IntentRefund {
        store,
        provider_ref: provider_ref.to_owned(),
        idempotency_key: key.to_owned(),
        refund: RefundId::from_bytes([8; 16]),
        intent_ref: intent_ref.to_owned(),
        amount,
        created_at: moment(1),
    }
}

/// Asserts the whole contract for two stores that exist and have no intents yet.
pub async fn holds(ledger: &dyn SandboxLedger, stores: [StoreId; 2]) {
    opening_twice_under_a_key_is_opening_once(ledger, stores).await;
    only_one_of_many_moves_wins(ledger, stores).await;
    refunds_never_exceed_the_amount(ledger, stores).await;
    only_captured_money_of_one_currency_is_refunded(ledger, stores).await;
    stores_do_not_see_each_other(ledger, stores).await;
}

async fn opening_twice_under_a_key_is_opening_once(ledger: &dyn SandboxLedger, [store, _]: [StoreId; 2]) {
    let names: Vec<_> = (0..6).map(|n| format!("pi_same_{n}")).collect();
    let opened = join_all(names.iter().map(|name| ledger.open(intent(store, name, "same")))).await;
    let opened: Vec<_> = opened.into_iter().map(|answer| answer.expect("opens")).collect();
    assert!(opened.iter().all(|one| *one == opened[0]), "one key, one intent: {opened:?}");
    let expected = intent(store, &opened[0].provider_ref, "same").into();
    assert_eq!(opened[0], expected, "nothing is lost in storage");
    assert_eq!(ledger.find(store, &opened[0].provider_ref).await.expect("finds"), Some(expected.clone()));
    assert_eq!(ledger.find_by_key(store, "same").await.expect("finds"), Some(expected));
    assert_eq!(ledger.find_by_key(store, "another").await.expect("finds"), None);

    let other = NewIntent { amount: gbp(5), ..intent(store, "pi_same_other", "same") };
    assert_eq!(ledger.open(other).await.expect("opens"), opened[0], "the first word stays");
    assert_eq!(ledger.find(store, "pi_same_other").await.expect("finds"), None);
}

async fn only_one_of_many_moves_wins(ledger: &dyn SandboxLedger, [store, _]: [StoreId; 2]) {
    let open = NewIntent { state: IntentState::RequiresAction, ..intent(store, "pi_race", "race") };
    ledger.open(open).await.expect("opens");
    let waiting = [IntentState::RequiresAction, IntentState::Processing];
    let targets = [IntentState::Captured, IntentState::Failed, IntentState::Cancelled];
    let moved = join_all(targets.map(|to| ledger.advance(store, "pi_race", &waiting, to))).await;
    let moved: Vec<_> = moved.into_iter().filter_map(|answer| answer.expect("answers")).collect();
    assert_eq!(moved.len(), 1, "three moves out of one state: {moved:?}");
    assert_eq!(ledger.find(store, "pi_race").await.expect("finds"), moved.first().cloned());
    let missing = ledger.advance(store, "pi_none", &waiting, IntentState::Failed).await;
    assert_eq!(missing.expect("answers"), None);
}

async fn refunds_never_exceed_the_amount(ledger: &dyn SandboxLedger, [store, _]: [StoreId; 2]) {
    ledger.open(intent(store, "pi_refund", "refund")).await.expect("opens");
    let asked: Vec<_> = (0..5)
        .map(|n| refund(store, &format!("re_{n}"), &format!("refund-{n}"), "pi_refund", gbp(300)))
        .collect();
    let answers = join_all(asked.iter().map(|one| ledger.refund(one.clone()))).await;
    let granted: Vec<_> = answers.into_iter().filter_map(|answer| answer.expect("answers")).collect();
    assert_eq!(granted.len(), 3, "1000 hold three times 300: {granted:?}");
    let left = ledger.find(store, "pi_refund").await.expect("finds").expect("is there");
    assert_eq!(left.refunded, gbp(900));

    let first = granted[0].clone();
    assert!(asked.contains(&first), "nothing is lost in storage");
    assert_eq!(ledger.find_refund(store, &first.provider_ref).await.expect("finds"), Some(first.clone()));
    let by_key = ledger.find_refund_by_key(store, &first.idempotency_key).await;
    assert_eq!(by_key.expect("finds"), Some(first.clone()));
    let again = refund(store, "re_again", &first.idempotency_key, "pi_refund", gbp(100));
    assert_eq!(ledger.refund(again).await.expect("answers"), Some(first), "one key, one refund");
    let left = ledger.find(store, "pi_refund").await.expect("finds").expect("is there");
    assert_eq!(left.refunded, gbp(900), "a repeated refund moves nothing");
    let rest = refund(store, "re_rest", "refund-rest", "pi_refund", gbp(100));
    assert!(ledger.refund(rest).await.expect("answers").is_some(), "the rest can be refunded");
}

async fn only_captured_money_of_one_currency_is_refunded(
    ledger: &dyn SandboxLedger,
    [store, _]: [StoreId; 2],
) {
    let waiting = NewIntent { state: IntentState::Processing, ..intent(store, "pi_waiting", "waiting") };
    ledger.open(waiting).await.expect("opens");
    ledger.open(intent(store, "pi_pounds", "pounds")).await.expect("opens");
    let yen = Money::new(10, Currency::from_code("JPY").expect("a currency of ISO 4217"));
    for (target, amount) in [("pi_waiting", gbp(10)), ("pi_none", gbp(10)), ("pi_pounds", yen)] {
        let name = format!("re_{target}");
        let answer = ledger.refund(refund(store, &name, &name, target, amount)).await.expect("answers");
        assert_eq!(answer, None, "{target}");
    }
}

async fn stores_do_not_see_each_other(ledger: &dyn SandboxLedger, [store, other]: [StoreId; 2]) {
    ledger.open(intent(store, "pi_shared", "shared")).await.expect("opens");
    assert_eq!(ledger.find(other, "pi_shared").await.expect("finds"), None);
    assert_eq!(ledger.find_by_key(other, "shared").await.expect("finds"), None);
    let moved = ledger.advance(other, "pi_shared", IntentState::ALL, IntentState::Failed).await;
    assert_eq!(moved.expect("answers"), None);
    let taken = ledger.refund(refund(other, "re_shared", "shared", "pi_shared", gbp(1))).await;
    assert_eq!(taken.expect("answers"), None);
    let own = ledger.open(intent(other, "pi_shared", "shared")).await.expect("names and keys are per store");
    assert_eq!(own.store, other);
}
