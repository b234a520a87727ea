use super::*;
use crate::{
    order::tests::{line, line_id, sold},
    payment::tests::at,
};

fn order() -> Order {
    sold(vec![line(1, 900, 3), line(2, 400, 2)], 0)
}

#[test]
fn all_that_is_owed_leaves_unless_told_otherwise() {
    let mut order = order();
    order.fulfill(&[(line_id(1), 3)], at(1)).unwrap();
    let rest = plan(&order, None).unwrap();
    assert_eq!(rest, [(line_id(2), 2)]);
    order.fulfill(&rest, at(2)).unwrap();
    assert!(matches!(plan(&order, None), Err(FulfillmentError::Order(OrderError::InvalidState { .. }))));
}

#[test]
fn a_line_named_twice_leaves_once_with_the_sum() {
    let order = order();
    let twice = [(line_id(1), 1), (line_id(2), 1), (line_id(1), 2)];
    assert_eq!(plan(&order, Some(&twice)), Ok(vec![(line_id(1), 3), (line_id(2), 1)]));
    let too_often = [(line_id(1), 2), (line_id(1), 2)];
    let refusal = FulfillmentError::WrongQuantity { line: line_id(1), remaining: 3 };
    assert_eq!(plan(&order, Some(&too_often)), Err(refusal));
}

#[test]
fn what_is_not_owed_does_not_leave() {
    let mut order = order();
    assert_eq!(plan(&order, Some(&[])), Err(FulfillmentError::NothingToFulfill));
    assert_eq!(plan(&order, Some(&[(line_id(9), 1)])), Err(FulfillmentError::UnknownLine(line_id(9))));
    let none = FulfillmentError::WrongQuantity { line: line_id(1), remaining: 3 };
    assert_eq!(plan(&order, Some(&[(line_id(1), 0)])), Err(none));
    order.lines[0].refunded = 2;
    order.lines[1].refunded = 2;
    assert_eq!(plan(&order, None), Ok(vec![(line_id(1), 1)]));
    order.lines[0].refunded = 3;
    assert_eq!(plan(&order, None), Err(FulfillmentError::NothingToFulfill));
}

#[test]
fn a_tracking_address_is_one_that_opens_and_does_not_run() {
    let parcel = |url: &str| Fulfillment {
        id: FulfillmentId::from_bytes([1; 16]),
        order_id: order().id,
        lines: vec![(line_id(1), 1)],
        carrier: Some("Royal Mail".to_owned()),
        tracking_number: Some("JD0002123456".to_owned()),
        tracking_url: Some(url.to_owned()),
        created_at: at(1),
    };
    for good in ["https://royalmail.com/track/JD1", "HTTP://dpd.example"] {
        assert_eq!(parcel(good).faults(), [], "{good}");
    }
    for bad in ["javascript:alert(1)", "https://", "", "ftp://x", "royalmail.com"] {
        let faults = parcel(bad).faults();
        assert!(faults.iter().any(|fault| fault.field == "trackingUrl"), "{bad}");
    }
}
