use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    allocation::allocate,
    order::{
        Order, PaymentStatus,
        tests::{line, line_id, sold},
    },
    payment::{
        GatewayReport, GatewayStatus, Payment, PaymentStart, Provider,
        tests::{at, declined, gbp, start},
    },
};

fn paid_in_full(order: &Order) -> Payment {
    let amount = order.totals.total;
    let mut payment = Payment::begin(PaymentStart { amount, ..start(Provider::Sandbox) }, at(0)).unwrap();
    let captured = GatewayReport { provider_ref: None, status: GatewayStatus::Captured { amount } };
    payment.apply(&captured, at(0)).unwrap();
    payment
}

fn all() -> RefundRequest {
    RefundRequest { amount: None, lines: Vec::new(), include_shipping: false, restock: true }
}

fn of_lines(lines: &[(u8, u32)]) -> RefundRequest {
    let lines = lines.iter().map(|(n, quantity)| (line_id(*n), *quantity)).collect();
    RefundRequest { lines, ..all() }
}

fn of_amount(minor: i64) -> RefundRequest {
    RefundRequest { amount: Some(gbp(minor)), ..all() }
}

/// Plans a refund and notes it on both.
fn give(
    order: &mut Order,
    payment: &mut Payment,
    request: &RefundRequest,
) -> Result<RefundPlan, RefundError> {
    let plan = plan(order, payment, request)?;
    payment.reserve_refund(plan.amount, at(1))?;
    order.refund(&plan, payment.is_fully_refunded(), at(1))?;
    Ok(plan)
}

#[test]
fn everything_goes_back_to_the_last_penny_with_all_goods() {
    let mut order = sold(vec![line(1, 1000, 3), line(2, 400, 2)], 495);
    let mut payment = paid_in_full(&order);
    let plan = give(&mut order, &mut payment, &all()).unwrap();
    assert_eq!((plan.amount, plan.shipping), (gbp(1895), gbp(495)));
    assert_eq!(plan.restock.iter().map(|units| units.quantity).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(order.payment_status, PaymentStatus::Refunded);
    assert_eq!(order.lines[0].refunded_amount, gbp(1000));
    assert_eq!(plan_again(&order, &payment), RefundError::NothingLeft);
}

fn plan_again(order: &Order, payment: &Payment) -> RefundError {
    let mut still_open = order.clone();
    still_open.payment_status = PaymentStatus::PartiallyRefunded;
    plan(&still_open, payment, &all()).unwrap_err()
}

#[test]
fn an_amount_alone_touches_no_line_and_no_stock() {
    let mut order = sold(vec![line(1, 1000, 2)], 0);
    let mut payment = paid_in_full(&order);
    let plan = give(&mut order, &mut payment, &of_amount(250)).unwrap();
    assert_eq!((plan.lines, plan.restock), (vec![], vec![]));
    assert_eq!((order.payment_status, order.refunded), (PaymentStatus::PartiallyRefunded, gbp(250)));
    assert_eq!(order.lines[0].refunded, 0);
}

#[test]
fn the_amount_that_completes_a_refund_brings_the_goods_back() {
    let mut order = sold(vec![line(1, 1000, 2)], 0);
    let mut payment = paid_in_full(&order);
    give(&mut order, &mut payment, &of_amount(250)).unwrap();
    let plan = give(&mut order, &mut payment, &of_amount(750)).unwrap();
    assert_eq!((plan.lines[0].quantity, plan.lines[0].amount), (2, gbp(750)));
    assert_eq!(plan.restock[0].quantity, 2);
    assert_eq!(order.payment_status, PaymentStatus::Refunded);
}

#[test]
fn goods_stay_away_when_staff_says_so() {
    let order = sold(vec![line(1, 1000, 2)], 0);
    let payment = paid_in_full(&order);
    for request in [all(), of_lines(&[(1, 1)])] {
        let kept = RefundRequest { restock: false, ..request };
        assert_eq!(plan(&order, &payment, &kept).unwrap().restock, []);
    }
}

#[test]
fn untracked_goods_have_no_stock_to_return_to() {
    let mut order = sold(vec![line(1, 1000, 2)], 0);
    order.lines[0].tracked = false;
    let payment = paid_in_full(&order);
    assert_eq!(plan(&order, &payment, &all()).unwrap().restock, []);
    assert_eq!(plan(&order, &payment, &of_lines(&[(1, 2)])).unwrap().restock, []);
}

#[test]
fn a_reduced_amount_for_named_units_is_spread_over_them() {
    let mut order = sold(vec![line(1, 1000, 1), line(2, 500, 1)], 0);
    let mut payment = paid_in_full(&order);
    let request = RefundRequest { amount: Some(gbp(300)), ..of_lines(&[(1, 1), (2, 1)]) };
    let plan = give(&mut order, &mut payment, &request).unwrap();
    assert_eq!([plan.lines[0].amount, plan.lines[1].amount], [gbp(200), gbp(100)]);
    let rest = give(&mut order, &mut payment, &all()).unwrap();
    assert_eq!((rest.amount, rest.lines), (gbp(1200), vec![]));
    assert_eq!(order.payment_status, PaymentStatus::Refunded);
}

#[test]
fn shipping_is_given_back_once() {
    let mut order = sold(vec![line(1, 1000, 1)], 495);
    let mut payment = paid_in_full(&order);
    let shipping = RefundRequest { include_shipping: true, ..all() };
    assert_eq!(give(&mut order, &mut payment, &shipping).unwrap().amount, gbp(495));
    assert_eq!(give(&mut order, &mut payment, &shipping), Err(RefundError::NotPositive));
    assert_eq!(give(&mut order, &mut payment, &all()).unwrap().shipping, gbp(0));
}

#[rstest]
#[case(of_amount(0), RefundError::NotPositive)]
#[case(of_amount(-1), RefundError::NotPositive)]
#[case(of_amount(1001), RefundError::AboveRefundable { available: gbp(1000) })]
#[case(of_lines(&[(9, 1)]), RefundError::UnknownLine(line_id(9)))]
#[case(of_lines(&[(1, 0)]), RefundError::WrongQuantity { line: line_id(1), remaining: 2 })]
#[case(of_lines(&[(1, 2), (1, 1)]), RefundError::WrongQuantity { line: line_id(1), remaining: 2 })]
#[case(RefundRequest { amount: Some(gbp(501)), ..of_lines(&[(1, 1)]) }, RefundError::AboveWorth { worth: gbp(500) })]
fn what_cannot_be_given_back_is_refused(#[case] request: RefundRequest, #[case] expected: RefundError) {
    let order = sold(vec![line(1, 1000, 2)], 0);
    assert_eq!(plan(&order, &paid_in_full(&order), &request), Err(expected));
}

#[test]
fn units_worth_more_than_is_left_are_refused_with_what_is_left() {
    let mut order = sold(vec![line(1, 1000, 2)], 0);
    let mut payment = paid_in_full(&order);
    give(&mut order, &mut payment, &of_amount(800)).unwrap();
    let refused = plan(&order, &payment, &of_lines(&[(1, 1)]));
    assert_eq!(refused, Err(RefundError::AboveRefundable { available: gbp(200) }));
}

#[test]
fn another_orders_payment_is_refused() {
    let order = sold(vec![line(1, 1000, 2)], 0);
    let foreign = Payment { order_id: OrderId::from_bytes([77; 16]), ..paid_in_full(&order) };
    assert_eq!(plan(&order, &foreign, &all()), Err(RefundError::ForeignPayment));
}

fn refund_in(state: RefundState) -> Refund {
    let order = sold(vec![line(1, 1000, 2)], 0);
    Refund {
        id: RefundId::from_bytes([1; 16]),
        order_id: order.id,
        payment_id: PaymentId::from_bytes([1; 16]),
        plan: plan(&order, &paid_in_full(&order), &all()).unwrap(),
        reason: RefundReason::Other,
        surplus: false,
        state,
        provider_ref: None,
        idempotency_key: "refund-1".to_owned(),
        failure: None,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

#[test]
fn every_report_in_every_state_of_a_refund_has_one_effect() {
    use RefundTransition::{Failed, Succeeded, Unchanged};
    let failed = RefundReport::Failed(declined());
    let table = [
        (RefundState::Pending, RefundReport::Pending, Unchanged, RefundState::Pending),
        (RefundState::Pending, RefundReport::Succeeded, Succeeded, RefundState::Succeeded),
        (RefundState::Pending, failed.clone(), Failed { after_success: false }, RefundState::Failed),
        (RefundState::Succeeded, RefundReport::Pending, Unchanged, RefundState::Succeeded),
        (RefundState::Succeeded, RefundReport::Succeeded, Unchanged, RefundState::Succeeded),
        (RefundState::Succeeded, failed.clone(), Failed { after_success: true }, RefundState::Failed),
        (RefundState::Failed, RefundReport::Pending, Unchanged, RefundState::Failed),
        (RefundState::Failed, RefundReport::Succeeded, Unchanged, RefundState::Failed),
        (RefundState::Failed, failed, Unchanged, RefundState::Failed),
    ];
    for (from, report, transition, to) in table {
        let mut refund = refund_in(from);
        assert_eq!(refund.apply(&report, at(4)), transition, "{from} told {report:?}");
        assert_eq!(refund.state, to, "{from} told {report:?}");
        assert_eq!(refund.updated_at == at(4), transition != Unchanged, "{from} told {report:?}");
    }
}

/// Lines of an order, shipping, and refunds asked for in some order: units of lines, or an amount.
fn sale() -> impl Strategy<Value = (Vec<(i64, u32)>, i64, Vec<RefundRequest>)> {
    let lines = proptest::collection::vec((0_i64..10_000, 1_u32..8), 1..4);
    let ask = prop_oneof![
        (1_u8..4, 1_u32..4).prop_map(|(n, quantity)| of_lines(&[(n, quantity)])),
        (1_i64..3000).prop_map(of_amount),
        Just(RefundRequest { include_shipping: true, ..all() }),
    ];
    (lines, 0_i64..1000, proptest::collection::vec(ask, 0..10))
}

fn order_of(lines: &[(i64, u32)], shipping: i64) -> Order {
    let lines = (1..).zip(lines).map(|(n, (total, quantity))| line(n, *total, *quantity)).collect();
    sold(lines, shipping)
}

proptest! {
    #[test]
    fn units_are_worth_what_an_even_split_gives_them(total in 0_i64..1_000_000, quantity in 1_u32..50) {
        let split = allocate(gbp(total), &vec![1; usize::try_from(quantity).unwrap()]).unwrap();
        for (k, share) in (0..).zip(split) {
            prop_assert_eq!(unit_share(gbp(total), quantity, k, 1).unwrap(), share);
        }
        prop_assert!(unit_share(gbp(total), quantity, quantity, 1).is_err());
    }

    #[test]
    fn lines_refunded_in_any_order_and_split_give_back_exactly_their_totals(
        lines in proptest::collection::vec((1_i64..10_000, 1_u32..8), 1..4),
        picks in proptest::collection::vec((0_usize..4, 1_u32..4), 0..40),
    ) {
        let mut order = order_of(&lines, 0);
        let mut payment = paid_in_full(&order);
        // Random pieces first, then whatever is left of each line.
        let leftovers = (0..lines.len()).map(|at| (at, u32::MAX));
        for (pick, quantity) in picks.into_iter().chain(leftovers) {
            let at = pick % lines.len();
            let quantity = quantity.min(order.lines[at].unrefunded());
            let id = order.lines[at].id;
            let request = RefundRequest { lines: vec![(id, quantity)], ..all() };
            match give(&mut order, &mut payment, &request) {
                Ok(_) => {}
                Err(RefundError::WrongQuantity { .. }) => prop_assert_eq!(quantity, 0),
                // Units that an even split leaves without a penny.
                Err(RefundError::NotPositive) => prop_assert!(lines[at].0 < i64::from(lines[at].1)),
                Err(RefundError::Order(_)) => prop_assert_eq!(order.payment_status, PaymentStatus::Refunded),
                Err(other) => prop_assert!(false, "{}", other),
            }
            prop_assert!(order.lines[at].refunded_amount.minor() <= lines[at].0);
        }
        for (line, (total, _)) in order.lines.iter().zip(&lines) {
            prop_assert_eq!(line.refunded_amount, gbp(*total));
        }
        prop_assert_eq!(order.payment_status, PaymentStatus::Refunded);
        prop_assert!(payment.is_fully_refunded());
    }

    #[test]
    fn whatever_was_refunded_before_the_rest_sweeps_exactly((lines, shipping, asks) in sale()) {
        let mut order = order_of(&lines, shipping);
        prop_assume!(order.totals.total.minor() > 0);
        let mut payment = paid_in_full(&order);
        for request in asks {
            let before = (order.clone(), payment.clone());
            if give(&mut order, &mut payment, &request).is_err() {
                prop_assert_eq!(&before, &(order.clone(), payment.clone()));
            }
            prop_assert_eq!(order.refunded, payment.refunded);
            prop_assert!(payment.refunded.minor() <= payment.captured.minor());
        }
        if order.payment_status != PaymentStatus::Refunded {
            let plan = give(&mut order, &mut payment, &all()).unwrap();
            let parts: i64 = plan.lines.iter().map(|part| part.amount.minor()).sum();
            prop_assert!(parts + plan.shipping.minor() <= plan.amount.minor());
        }
        prop_assert_eq!(order.refunded, order.totals.total);
        for (line, (total, _)) in order.lines.iter().zip(&lines) {
            prop_assert!(line.refunded_amount.minor() <= *total);
            prop_assert!(line.restocked <= line.quantity);
        }
    }

    #[test]
    fn a_refund_the_gateway_refuses_leaves_no_trace((lines, shipping, asks) in sale()) {
        let mut order = order_of(&lines, shipping);
        prop_assume!(order.totals.total.minor() > 0);
        let mut payment = paid_in_full(&order);
        for request in asks {
            let before = (order.clone(), payment.clone());
            if let Ok(plan) = give(&mut order, &mut payment, &request) {
                payment.release_refund(plan.amount, false, at(1)).unwrap();
                order.revert_refund(&plan, at(0)).unwrap();
                payment.updated_at = at(0);
                prop_assert_eq!(before, (order.clone(), payment.clone()));
            }
        }
    }
}
