use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    catalog::product::ProductType,
    geography::CountryCode,
    id::{ProductId, ShippingMethodId, VariantId},
    payment::tests::{at, gbp},
    refund::{RefundLine, RefundPlan},
};

mod drafting;

pub(crate) fn line_id(n: u8) -> LineId {
    LineId::from_bytes([n; 16])
}

/// A line whose units were sold for `total` in all.
pub(crate) fn line(n: u8, total: i64, quantity: u32) -> OrderLine {
    OrderLine {
        id: line_id(n),
        product_id: ProductId::from_bytes([n; 16]),
        variant_id: VariantId::from_bytes([n; 16]),
        product_name: "Hand-poured candle".to_owned(),
        product_slug: "hand-poured-candle".to_owned(),
        variant_name: None,
        sku: None,
        image: None,
        product_type: ProductType::Physical,
        requires_shipping: true,
        tracked: true,
        quantity,
        unit_price: gbp(total / i64::from(quantity)),
        original_unit_price: gbp(total / i64::from(quantity)),
        subtotal: gbp(total),
        discount: gbp(0),
        tax: gbp(0),
        taxes: Vec::new(),
        total: gbp(total),
        fulfilled: 0,
        refunded: 0,
        restocked: 0,
        refunded_amount: gbp(0),
    }
}

pub(crate) fn address() -> Address {
    Address {
        first_name: None,
        last_name: None,
        company: None,
        line1: "221B Baker Street".to_owned(),
        line2: None,
        city: "London".to_owned(),
        state: None,
        postcode: Some("NW1 6XE".to_owned()),
        country: CountryCode::parse("GB").unwrap(),
        phone: None,
    }
}

/// A placed and paid order of `lines` that travel for `shipping`.
pub(crate) fn sold(lines: Vec<OrderLine>, shipping: i64) -> Order {
    let subtotal: i64 = lines.iter().map(|line| line.total.minor()).sum();
    let totals = Totals {
        subtotal: gbp(subtotal),
        discount: gbp(0),
        shipping: gbp(shipping),
        tax: gbp(0),
        total: gbp(subtotal + shipping),
    };
    Order {
        id: OrderId::from_bytes([2; 16]),
        mode: Mode::Test,
        number: Some(OrderNumber { prefix: "MYS".to_owned(), n: 1001 }),
        email: Email::parse("sam@example.com").unwrap(),
        customer_id: None,
        currency: gbp(0).currency(),
        lines,
        totals,
        tax_inclusive: false,
        tax_breakdown: Vec::new(),
        shipping: Some(OrderShipping {
            method_id: ShippingMethodId::from_bytes([5; 16]),
            name: "Standard".to_owned(),
            price: gbp(shipping),
            discount: gbp(0),
            tax: gbp(0),
            taxes: Vec::new(),
            total: gbp(shipping),
            refunded: gbp(0),
        }),
        coupon: None,
        shipping_address: Some(address()),
        billing_address: None,
        notes: None,
        internal_notes: None,
        metadata: BTreeMap::new(),
        payment_status: PaymentStatus::Paid,
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        refunded: gbp(0),
        version: 1,
        created_at: at(0),
        updated_at: at(0),
        placed_at: Some(at(0)),
        paid_at: Some(at(0)),
        fulfilled_at: None,
        cancelled_at: None,
        cancel_reason: None,
    }
}

fn number() -> OrderNumber {
    OrderNumber { prefix: "MYS".to_owned(), n: 1002 }
}

fn units(n: u8, quantity: u32, amount: i64) -> RefundPlan {
    RefundPlan {
        amount: gbp(amount),
        lines: vec![RefundLine { line: line_id(n), quantity, amount: gbp(amount) }],
        shipping: gbp(0),
        restock: vec![Restock { line: line_id(n), variant: VariantId::from_bytes([n; 16]), quantity }],
    }
}

fn perform(order: &mut Order, action: OrderAction) -> Result<(), OrderError> {
    let amount_only = RefundPlan { amount: gbp(100), lines: vec![], shipping: gbp(0), restock: vec![] };
    match action {
        OrderAction::Place => order.place(number(), at(1)),
        OrderAction::MarkPaid => order.mark_paid(at(1)),
        OrderAction::Fail => order.fail(at(1)),
        OrderAction::Cancel => order.cancel(None, at(1)).map(|_| ()),
        OrderAction::Fulfill => order.fulfill(&[(line_id(1), 1)], at(1)),
        OrderAction::Refund => order.refund(&amount_only, false, at(1)),
        OrderAction::Readdress => order.readdress(address(), at(1)),
        OrderAction::Redraft => sold(vec![line(1, 900, 3)], 0).replacing(order).map(|_| ()),
    }
}

/// The table of the module once more, as the actions legal for a draft and for a placed order, by
/// what has left.
fn legal(payment: PaymentStatus, goods: FulfillmentStatus, placed: bool) -> Vec<OrderAction> {
    use OrderAction::{Cancel, Fail, Fulfill, MarkPaid, Place, Readdress, Redraft, Refund};
    let mut actions = match (payment, placed) {
        (PaymentStatus::Pending, false) => vec![Place, MarkPaid, Fail, Redraft],
        (PaymentStatus::Paid, false) => vec![Place, Refund],
        (PaymentStatus::Paid | PaymentStatus::PartiallyRefunded, true) => vec![Fulfill, Refund],
        (PaymentStatus::PartiallyRefunded, false) | (PaymentStatus::Cancelled, _) => vec![Refund],
        (PaymentStatus::Failed, false) => vec![MarkPaid, Redraft],
        (PaymentStatus::Pending | PaymentStatus::Failed, true) => vec![MarkPaid],
        (PaymentStatus::Refunded, _) => vec![],
    };
    let final_states = [PaymentStatus::Refunded, PaymentStatus::Cancelled];
    if goods == FulfillmentStatus::Unfulfilled && !final_states.contains(&payment) {
        actions.extend([Cancel, Readdress]);
    }
    if goods == FulfillmentStatus::Fulfilled {
        actions.retain(|action| *action != Fulfill);
    }
    actions
}

#[test]
fn every_action_in_every_state_is_allowed_or_refused_as_the_table_says() {
    for (payment, goods) in
        PaymentStatus::ALL.iter().flat_map(|p| FulfillmentStatus::ALL.iter().map(move |f| (*p, *f)))
    {
        for placed in [false, true] {
            for action in OrderAction::ALL {
                let mut order = sold(vec![line(1, 900, 3)], 100);
                order.payment_status = payment;
                order.fulfillment_status = goods;
                order.lines[0].fulfilled = match goods {
                    FulfillmentStatus::Unfulfilled => 0,
                    FulfillmentStatus::Partial => 1,
                    FulfillmentStatus::Fulfilled => 3,
                };
                if !placed {
                    order.number = None;
                }
                let before = order.clone();
                let outcome = perform(&mut order, *action);
                let expected = legal(payment, goods, placed).contains(action);
                assert_eq!(outcome.is_ok(), expected, "{action} while {payment}, {goods}, placed {placed}");
                if !expected {
                    let refusal = OrderError::InvalidState {
                        action: *action,
                        payment_status: payment,
                        fulfillment_status: goods,
                    };
                    assert_eq!(outcome, Err(refusal));
                    assert_eq!(order, before, "a refused {action} changes nothing");
                }
            }
        }
    }
}

#[test]
fn a_cancelled_sale_returns_each_unit_to_stock_once() {
    let mut untracked = line(3, 500, 5);
    untracked.tracked = false;
    let mut order = sold(vec![line(1, 900, 3), line(2, 400, 2), untracked], 0);
    order.refund(&units(1, 1, 300), false, at(1)).unwrap();
    let restock = order.cancel(Some("out of stock".to_owned()), at(2)).unwrap();
    let by_line: Vec<_> = restock.iter().map(|units| (units.line, units.quantity)).collect();
    assert_eq!(by_line, [(line_id(1), 2), (line_id(2), 2)]);
    assert_eq!((order.payment_status, order.cancelled_at), (PaymentStatus::Cancelled, Some(at(2))));
    assert!(order.cancel(None, at(3)).is_err());
}

#[test]
fn a_failed_draft_has_no_stock_left_to_return() {
    let mut order = sold(vec![line(1, 900, 3)], 0);
    order.number = None;
    order.payment_status = PaymentStatus::Pending;
    order.fail(at(1)).unwrap();
    assert_eq!(order.cancel(None, at(2)), Ok(Vec::new()));
}

#[test]
fn a_cancelled_order_stays_cancelled_while_its_money_goes_back() {
    let mut order = sold(vec![line(1, 900, 3)], 0);
    order.cancel(None, at(1)).unwrap();
    let all = RefundPlan { restock: vec![], ..units(1, 3, 900) };
    order.refund(&all, true, at(2)).unwrap();
    assert_eq!((order.payment_status, order.refunded), (PaymentStatus::Cancelled, gbp(900)));
}

#[test]
fn sending_in_parts_ends_fulfilled_and_never_sends_too_much() {
    let mut order = sold(vec![line(1, 900, 3), line(2, 400, 2)], 0);
    order.fulfill(&[(line_id(1), 2)], at(1)).unwrap();
    assert_eq!((order.fulfillment_status, order.fulfilled_at), (FulfillmentStatus::Partial, None));
    let before = order.clone();
    let too_many = order.fulfill(&[(line_id(2), 1), (line_id(1), 2)], at(2));
    assert_eq!(too_many, Err(OrderError::NoSuchUnits(line_id(1))));
    assert_eq!(order, before);
    order.fulfill(&[(line_id(1), 1), (line_id(2), 2)], at(3)).unwrap();
    assert_eq!((order.fulfillment_status, order.fulfilled_at), (FulfillmentStatus::Fulfilled, Some(at(3))));
}

#[test]
fn refunding_what_was_still_owed_completes_the_fulfilment() {
    let mut order = sold(vec![line(1, 900, 3)], 0);
    order.fulfill(&[(line_id(1), 2)], at(1)).unwrap();
    order.refund(&units(1, 1, 300), false, at(2)).unwrap();
    assert_eq!(order.fulfillment_status, FulfillmentStatus::Fulfilled);
    assert_eq!(order.payment_status, PaymentStatus::PartiallyRefunded);
    order.revert_refund(&units(1, 1, 300), at(3)).unwrap();
    assert_eq!((order.fulfillment_status, order.fulfilled_at), (FulfillmentStatus::Partial, None));
    assert_eq!((order.payment_status, order.lines[0].restocked), (PaymentStatus::Paid, 0));
}

#[test]
fn a_refund_of_more_units_than_were_sold_changes_nothing() {
    let mut order = sold(vec![line(1, 900, 3)], 0);
    let before = order.clone();
    assert_eq!(order.refund(&units(1, 4, 900), true, at(1)), Err(OrderError::NoSuchUnits(line_id(1))));
    assert_eq!(order.revert_refund(&units(1, 1, 300), at(1)), Err(OrderError::NoSuchUnits(line_id(1))));
    assert_eq!(order, before);
}

#[rstest]
#[case("MYS-1001", Some(("MYS", 1001)))]
#[case("A-B-7", Some(("A-B", 7)))]
#[case("1024", Some(("", 1024)))]
#[case("-7", None)]
#[case("MYS-", None)]
#[case("MYS-01", None)]
#[case("MYS-+1", None)]
#[case("", None)]
#[case("MYS-99999999999999999999", None)]
fn a_number_is_read_as_it_is_written(#[case] text: &str, #[case] expected: Option<(&str, u64)>) {
    let read = OrderNumber::parse(text);
    assert_eq!(read, expected.map(|(prefix, n)| OrderNumber { prefix: prefix.to_owned(), n }));
}

proptest! {
    #[test]
    fn a_written_number_is_read_back(prefix in "[A-Z0-9-]{0,8}[A-Z]|", n in 1_u64..) {
        let number = OrderNumber { prefix, n };
        prop_assert_eq!(OrderNumber::parse(&number.to_string()), Some(number));
    }
}
