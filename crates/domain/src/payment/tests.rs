use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::money::Currency;

pub(crate) fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + minute * 60, 0).unwrap()
}

pub(crate) fn start(provider: Provider) -> PaymentStart {
    PaymentStart {
        id: PaymentId::from_bytes([1; 16]),
        order_id: OrderId::from_bytes([2; 16]),
        mode: Mode::Test,
        provider,
        method: "pm_card_visa".to_owned(),
        amount: gbp(1000),
        attempt: 1,
        idempotency_key: "attempt-1".to_owned(),
        return_url: None,
    }
}

fn begun() -> Payment {
    Payment::begin(start(Provider::Sandbox), at(0)).unwrap()
}

pub(crate) fn declined() -> Failure {
    Failure { code: "card_declined".to_owned(), message: "Your card was declined.".to_owned() }
}

fn saying(state: PaymentState) -> GatewayStatus {
    match state {
        PaymentState::RequiresAction => GatewayStatus::RequiresAction { url: "https://bank/3ds".to_owned() },
        PaymentState::Processing => GatewayStatus::Processing,
        PaymentState::Authorized => GatewayStatus::Authorized,
        PaymentState::Captured => GatewayStatus::Captured { amount: gbp(1000) },
        PaymentState::Failed => GatewayStatus::Failed(declined()),
        PaymentState::Cancelled => GatewayStatus::Cancelled,
        PaymentState::Initiated => unreachable!("no gateway says so"),
    }
}

fn report(status: GatewayStatus) -> GatewayReport {
    GatewayReport { provider_ref: None, status }
}

fn payment_that_is(state: PaymentState) -> Payment {
    let mut payment = begun();
    if state != PaymentState::Initiated {
        payment.apply(&report(saying(state)), at(1)).unwrap();
    }
    payment
}

/// What a report does: nothing, a change, or a change that comes too late.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Does {
    Nothing,
    Moves,
    Late,
}

const REPORTED: [PaymentState; 6] = [
    PaymentState::RequiresAction,
    PaymentState::Processing,
    PaymentState::Failed,
    PaymentState::Authorized,
    PaymentState::Cancelled,
    PaymentState::Captured,
];

#[rstest]
#[case(PaymentState::Initiated, [Does::Moves, Does::Moves, Does::Moves, Does::Moves, Does::Moves, Does::Moves])]
#[case(PaymentState::RequiresAction, [Does::Nothing, Does::Moves, Does::Moves, Does::Moves, Does::Moves, Does::Moves])]
#[case(PaymentState::Processing, [Does::Nothing, Does::Nothing, Does::Moves, Does::Moves, Does::Moves, Does::Moves])]
#[case(PaymentState::Failed, [Does::Nothing, Does::Nothing, Does::Nothing, Does::Late, Does::Moves, Does::Late])]
#[case(PaymentState::Authorized, [Does::Nothing, Does::Nothing, Does::Nothing, Does::Nothing, Does::Moves, Does::Moves])]
#[case(PaymentState::Cancelled, [Does::Nothing, Does::Nothing, Does::Nothing, Does::Nothing, Does::Nothing, Does::Late])]
#[case(PaymentState::Captured, [Does::Nothing, Does::Nothing, Does::Nothing, Does::Nothing, Does::Nothing, Does::Nothing])]
fn every_report_in_every_state_does_what_the_table_says(#[case] from: PaymentState, #[case] row: [Does; 6]) {
    for (to, expected) in REPORTED.into_iter().zip(row) {
        let before = payment_that_is(from);
        let mut after = before.clone();
        let transition = after.apply(&report(saying(to)), at(2)).unwrap();
        if expected == Does::Nothing {
            assert_eq!(transition, Transition::Unchanged, "{from} told {to}");
            assert_eq!(after, before, "{from} told {to}");
        } else {
            let needs_settlement = expected == Does::Late;
            assert_eq!(transition, Transition::Changed { from, to, needs_settlement }, "{from} told {to}");
            assert_eq!((after.state, after.updated_at), (to, at(2)), "{from} told {to}");
            assert_eq!(after.captured, if to == PaymentState::Captured { gbp(1000) } else { gbp(0) });
        }
    }
}

fn any_report() -> impl Strategy<Value = GatewayReport> {
    let status = prop_oneof![
        Just(saying(PaymentState::RequiresAction)),
        Just(GatewayStatus::Processing),
        Just(GatewayStatus::Authorized),
        Just(saying(PaymentState::Failed)),
        Just(GatewayStatus::Cancelled),
        (1_i64..=1000).prop_map(|minor| GatewayStatus::Captured { amount: gbp(minor) }),
    ];
    (proptest::option::of(Just("pi_1".to_owned())), status)
        .prop_map(|(provider_ref, status)| GatewayReport { provider_ref, status })
}

proptest! {
    #[test]
    fn the_order_and_repetition_of_reports_do_not_matter(
        (reports, shuffled) in proptest::collection::vec(any_report(), 1..8)
            .prop_flat_map(|reports| {
                let mut repeated = reports.clone();
                repeated.extend(reports.clone());
                (Just(reports), Just(repeated).prop_shuffle())
            })
    ) {
        let (mut one, mut other) = (begun(), begun());
        for told in &reports {
            one.apply(told, at(1)).unwrap();
        }
        for told in &shuffled {
            other.apply(told, at(1)).unwrap();
        }
        prop_assert_eq!(one.state, other.state);
        prop_assert_eq!(one.captured, other.captured);
        prop_assert_eq!(one.provider_ref, other.provider_ref);
        let most = reports.iter().filter_map(|told| match told.status {
            GatewayStatus::Captured { amount } => Some(amount.minor()),
            _ => None,
        }).max();
        prop_assert_eq!(one.captured.minor(), most.unwrap_or(0));
        prop_assert_eq!(one.state == PaymentState::Captured, most.is_some());
    }

    #[test]
    fn refunds_never_exceed_what_was_captured(captured in 1_i64..=1000, asks in proptest::collection::vec(-5_i64..=700, 0..12)) {
        let mut payment = begun();
        payment.apply(&report(GatewayStatus::Captured { amount: gbp(captured) }), at(1)).unwrap();
        let mut given = 0;
        for ask in asks {
            let allowed = ask > 0 && given + ask <= captured;
            let before = payment.clone();
            let outcome = payment.reserve_refund(gbp(ask), at(2));
            prop_assert_eq!(outcome.is_ok(), allowed);
            if allowed { given += ask } else { prop_assert_eq!(&before, &payment) }
            prop_assert_eq!(payment.refundable().unwrap(), gbp(captured - given));
            prop_assert_eq!(payment.is_fully_refunded(), given == captured);
        }
    }
}

#[test]
fn a_decline_after_the_capture_webhook_leaves_the_sale_alone() {
    let mut payment = payment_that_is(PaymentState::Captured);
    let transition = payment.apply(&report(saying(PaymentState::Failed)), at(5));
    assert_eq!(transition, Ok(Transition::Unchanged));
    assert_eq!(payment.failure, None);
}

#[test]
fn money_after_a_decline_asks_to_be_settled_once() {
    let mut payment = payment_that_is(PaymentState::Failed);
    assert_eq!(payment.failure, Some(declined()));
    let captured = report(saying(PaymentState::Captured));
    let first = payment.apply(&captured, at(2)).unwrap();
    assert!(matches!(first, Transition::Changed { needs_settlement: true, .. }));
    assert_eq!(payment.apply(&captured, at(3)), Ok(Transition::Unchanged));
    assert_eq!(payment.failure, None);
}

#[test]
fn a_cancelled_attempt_remembers_why_it_was_declined() {
    let mut payment = payment_that_is(PaymentState::Failed);
    payment.apply(&report(GatewayStatus::Cancelled), at(2)).unwrap();
    assert_eq!((payment.state, payment.failure), (PaymentState::Cancelled, Some(declined())));
}

#[test]
fn the_next_action_is_offered_only_while_it_is_due() {
    let mut payment = payment_that_is(PaymentState::RequiresAction);
    assert_eq!(payment.next_action_url.as_deref(), Some("https://bank/3ds"));
    payment.apply(&report(GatewayStatus::Processing), at(2)).unwrap();
    assert_eq!(payment.next_action_url, None);
}

#[test]
fn a_reference_is_learnt_from_any_report_and_never_replaced() {
    let mut payment = payment_that_is(PaymentState::Captured);
    let named =
        |name: &str| GatewayReport { provider_ref: Some(name.to_owned()), status: GatewayStatus::Processing };
    let learnt = payment.apply(&named("pi_1"), at(2)).unwrap();
    let captured = PaymentState::Captured;
    assert_eq!(learnt, Transition::Changed { from: captured, to: captured, needs_settlement: false });
    assert_eq!(payment.provider_ref.as_deref(), Some("pi_1"));
    let before = payment.clone();
    assert_eq!(payment.apply(&named("pi_2"), at(3)), Err(PaymentError::ForeignReference));
    assert_eq!(payment, before);
}

#[test]
fn captures_add_up_to_the_amount_at_most() {
    let mut payment = begun();
    let capture = |minor| report(GatewayStatus::Captured { amount: gbp(minor) });
    payment.apply(&capture(400), at(1)).unwrap();
    assert_eq!(payment.apply(&capture(300), at(2)), Ok(Transition::Unchanged));
    payment.apply(&capture(1000), at(3)).unwrap();
    assert_eq!(payment.captured, gbp(1000));
    let before = payment.clone();
    assert_eq!(payment.apply(&capture(1001), at(4)), Err(PaymentError::AboveAmount { limit: gbp(1000) }));
    assert_eq!(payment.apply(&capture(0), at(4)), Err(PaymentError::NotPositive));
    let yen = Money::new(1000, Currency::from_code("JPY").unwrap());
    let foreign = payment.apply(&report(GatewayStatus::Captured { amount: yen }), at(4));
    assert!(matches!(foreign, Err(PaymentError::Money(_))));
    assert_eq!(payment, before);
}

#[test]
fn only_offline_payments_that_are_awaited_are_marked_by_hand() {
    for provider in Provider::ALL {
        let mut payment = Payment::begin(start(*provider), at(0)).unwrap();
        let outcome = payment.mark_received(at(1));
        assert_eq!(outcome.is_ok(), provider.is_offline(), "{provider}");
        assert_eq!(payment.captured == gbp(1000), provider.is_offline(), "{provider}");
    }
    let mut invoice = Payment::begin(start(Provider::Invoice), at(0)).unwrap();
    invoice.apply(&report(GatewayStatus::Cancelled), at(1)).unwrap();
    assert!(matches!(invoice.mark_received(at(2)), Err(PaymentError::InvalidState { .. })));
}

#[test]
fn only_a_hold_is_captured_and_only_untaken_money_is_cancelled() {
    for state in PaymentState::ALL {
        let payment = payment_that_is(*state);
        assert_eq!(payment.capturable().is_ok(), *state == PaymentState::Authorized, "{state}");
        let untaken = state.is_open() || *state == PaymentState::Authorized;
        assert_eq!(payment.can_cancel(), untaken, "{state}");
        let refundable = payment.clone().reserve_refund(gbp(1), at(9)).is_ok();
        assert_eq!(refundable, *state == PaymentState::Captured, "{state}");
    }
}

#[test]
fn a_refused_refund_is_available_again() {
    let mut payment = payment_that_is(PaymentState::Captured);
    payment.reserve_refund(gbp(600), at(1)).unwrap();
    let above = payment.reserve_refund(gbp(500), at(1));
    assert_eq!(above, Err(PaymentError::AboveRefundable { available: gbp(400) }));
    payment.release_refund(gbp(600), false, at(2)).unwrap();
    assert_eq!(payment.refundable(), Ok(gbp(1000)));
    assert!(payment.release_refund(gbp(1), false, at(3)).is_err());
}

#[test]
fn what_went_back_elsewhere_is_known_once_our_own_refunds_are() {
    let mut payment = payment_that_is(PaymentState::Captured);
    payment.reserve_refund(gbp(600), at(1)).unwrap();
    payment.hear_refunded(gbp(700)).unwrap();
    payment.hear_refunded(gbp(100)).unwrap();
    assert_eq!(payment.refunded_elsewhere(), Ok(Some(gbp(100))));
    let mut made = payment.clone();
    payment.release_refund(gbp(600), false, at(2)).unwrap();
    assert_eq!(payment.refunded_elsewhere(), Ok(Some(gbp(700))), "ours is not in it");
    made.reserve_refund(gbp(100), at(2)).unwrap();
    made.release_refund(gbp(600), true, at(3)).unwrap();
    assert_eq!(made.refunded_elsewhere(), Ok(None), "ours was in it");
}

#[test]
fn nothing_is_not_asked_for() {
    for minor in [0, -1] {
        let nothing = PaymentStart { amount: gbp(minor), ..start(Provider::Sandbox) };
        assert_eq!(Payment::begin(nothing, at(0)), Err(PaymentError::NotPositive));
    }
}

#[test]
fn the_sandbox_never_touches_real_money() {
    for provider in Provider::ALL {
        assert!(Payment::provider_fits(*provider, Mode::Test));
        let live = Payment::provider_fits(*provider, Mode::Live);
        assert_eq!(live, *provider != Provider::Sandbox, "{provider}");
    }
}
