use rstest::rstest;

use super::*;
use crate::{
    address::{Address, Email},
    catalog::{
        product::{ORDER_QUANTITY_MAX, ProductStatus, tests::product},
        sellable::QuantityRefusal,
        variant::tests::variant,
    },
    order::tests::{address, line_id},
    payment::tests::{at, gbp},
};

/// Variant `n`, of which 20 are left.
pub(crate) fn sellable(n: u8) -> Sellable {
    let (product, variant) = (product(), variant(n));
    Sellable {
        product_id: ProductId::from_bytes([n; 16]),
        variant_id: VariantId::from_bytes([n; 16]),
        product_name: product.name.clone(),
        product_slug: product.slug.to_string(),
        variant_name: None,
        sku: Some("CANDLE".to_owned()),
        image: None,
        product_type: product.product_type,
        status: ProductStatus::Published,
        price: product.price,
        variant_price: variant.price,
        category_ids: Vec::new(),
        taxable: true,
        tax_class: product.tax_class,
        requires_shipping: true,
        weight_grams: 0,
        fixed_shipping: None,
        min_order_quantity: 1,
        max_order_quantity: None,
        track_inventory: true,
        available: 20,
    }
}

pub(crate) fn empty() -> Cart {
    Cart::open(CartId::from_bytes([2; 16]), Mode::Test, gbp(0).currency(), at(0))
}

/// A cart with 2 units of variant 1 in line 1.
fn filled() -> Cart {
    let mut cart = empty();
    cart.add(line_id(1), &sellable(1), 2, at(0)).unwrap();
    cart
}

fn cart_that_is(state: CartState) -> Cart {
    Cart { state, ..filled() }
}

#[test]
fn units_of_one_variant_share_a_line_and_its_stock() {
    let mut cart = filled();
    assert_eq!(cart.add(line_id(9), &sellable(1), 3, at(1)), Ok(line_id(1)));
    assert_eq!(cart.add(line_id(2), &sellable(2), 1, at(1)), Ok(line_id(2)));
    assert_eq!(cart.lines.iter().map(|line| line.quantity).collect::<Vec<_>>(), [5, 1]);
    let before = cart.clone();
    let refusal = QuantityRefusal::OutOfStock { left: 20 };
    let oversold = CartError::Quantity { variant: sellable(1).variant_id, refusal };
    assert_eq!(cart.add(line_id(9), &sellable(1), 16, at(2)), Err(oversold));
    assert_eq!(cart, before);
}

#[test]
fn a_quantity_is_set_and_none_removes_the_line() {
    let mut cart = filled();
    cart.set_quantity(line_id(1), &sellable(1), 20, at(1)).unwrap();
    assert_eq!(cart.quantity_of(sellable(1).variant_id), 20);
    assert!(matches!(
        cart.set_quantity(line_id(1), &sellable(1), 21, at(1)),
        Err(CartError::Quantity { .. })
    ));
    let other = cart.set_quantity(line_id(1), &sellable(2), 1, at(1));
    assert_eq!(other, Err(CartError::OtherVariant(line_id(1))));
    let unknown = cart.set_quantity(line_id(7), &sellable(1), 1, at(1));
    assert_eq!(unknown, Err(CartError::UnknownLine(line_id(7))));
    cart.set_quantity(line_id(1), &sellable(1), 0, at(2)).unwrap();
    assert_eq!(cart.lines, []);
    assert_eq!(cart.remove(line_id(1), at(3)), Err(CartError::UnknownLine(line_id(1))));
}

#[test]
fn no_line_and_no_cart_grows_without_end() {
    let endless = Sellable { track_inventory: false, ..sellable(1) };
    let mut cart = empty();
    assert_eq!(cart.add(line_id(1), &endless, 0, at(0)), Err(CartError::NoQuantity));
    cart.add(line_id(1), &endless, ORDER_QUANTITY_MAX, at(0)).unwrap();
    for more in [1, u32::MAX] {
        let refused = cart.add(line_id(1), &endless, more, at(0));
        let max = QuantityRefusal::AboveMaximum { max: ORDER_QUANTITY_MAX };
        assert_eq!(refused, Err(CartError::Quantity { variant: endless.variant_id, refusal: max }));
    }
    for n in 2..=100 {
        cart.add(line_id(n), &sellable(n), 1, at(0)).unwrap();
    }
    assert_eq!(cart.add(line_id(101), &sellable(101), 1, at(0)), Err(CartError::TooManyLines));
    assert_eq!(cart.add(line_id(101), &sellable(100), 1, at(0)), Ok(line_id(100)));
}

type Edit = fn(&mut Cart) -> Result<(), CartError>;

#[rstest]
#[case(CartState::Open, None, Ok(CartState::Paying), Ok(CartState::Open), Ok(CartState::Superseded))]
#[case(
    CartState::Paying,
    Some(CartError::PaymentInProgress),
    Err(CartError::PaymentInProgress),
    Ok(CartState::Open),
    Err(CartError::PaymentInProgress)
)]
#[case(
    CartState::Completed,
    Some(CartError::Completed),
    Err(CartError::Completed),
    Err(CartError::Completed),
    Err(CartError::Completed)
)]
#[case(
    CartState::Superseded,
    Some(CartError::Superseded),
    Err(CartError::Superseded),
    Err(CartError::Superseded),
    Ok(CartState::Superseded)
)]
fn every_move_in_every_state_does_what_the_table_says(
    #[case] from: CartState,
    #[case] edit: Option<CartError>,
    #[case] begin: Result<CartState, CartError>,
    #[case] reopen: Result<CartState, CartError>,
    #[case] supersede: Result<CartState, CartError>,
) {
    let start = cart_that_is(from);
    let edits: [Edit; 8] = [
        |cart| cart.add(line_id(2), &sellable(2), 1, at(1)).map(|_| ()),
        |cart| cart.set_quantity(line_id(1), &sellable(1), 1, at(1)),
        |cart| cart.remove(line_id(1), at(1)),
        |cart| cart.apply_coupon(CouponCode::parse("SPRING").unwrap(), at(1)),
        |cart| cart.remove_coupon(at(1)),
        |cart| cart.set_contact(Checkout::default(), at(1)),
        |cart| cart.identify(None, at(1)),
        |cart| {
            cart.contact.shipping_address = Some(address());
            cart.choose_shipping(ShippingMethodId::from_bytes([5; 16]), at(1))
        },
    ];
    for (index, change) in edits.iter().enumerate() {
        let mut cart = start.clone();
        assert_eq!(change(&mut cart).err(), edit, "edit {index} while {from}");
        assert_eq!(cart.state, from);
    }
    let after = |change: &dyn Fn(&mut Cart) -> Result<(), CartError>| {
        let mut cart = start.clone();
        change(&mut cart).map(|()| cart.state)
    };
    assert_eq!(after(&|cart| cart.begin_payment(at(1))), begin, "begin payment while {from}");
    assert_eq!(after(&|cart| cart.reopen(at(1)).map(|_| ())), reopen, "reopen while {from}");
    assert_eq!(after(&|cart| cart.supersede(at(1)).map(|_| ())), supersede, "supersede while {from}");
    let mut cart = start;
    assert_eq!(cart.complete(at(1)), from != CartState::Completed);
    assert_eq!((cart.state, cart.complete(at(2))), (CartState::Completed, false));
}

#[test]
fn an_empty_cart_is_not_paid_for() {
    assert_eq!(empty().begin_payment(at(0)), Err(CartError::Empty));
}

#[test]
fn shipping_is_chosen_only_once_it_is_known_where_to() {
    let mut cart = filled();
    let method = ShippingMethodId::from_bytes([5; 16]);
    assert_eq!(cart.choose_shipping(method, at(1)), Err(CartError::AddressMissing));
    let contact = Checkout { shipping_address: Some(address()), ..Checkout::default() };
    cart.set_contact(contact, at(1)).unwrap();
    cart.choose_shipping(method, at(1)).unwrap();
    assert_eq!(cart.shipping_method, Some(method));
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

#[test]
fn personal_data_hides_after_two_quiet_hours_and_returns_with_a_change() {
    let mut cart = filled();
    assert!(cart.shows_contact(at(2 * HOUR - 1)));
    assert!(!cart.shows_contact(at(2 * HOUR)));
    cart.remove_coupon(at(3 * HOUR)).unwrap();
    assert!(cart.shows_contact(at(4 * HOUR)));
}

#[test]
fn a_cart_is_forgotten_thirty_days_after_its_last_change_unless_money_is_involved() {
    let mut cart = filled();
    cart.remove_coupon(at(DAY)).unwrap();
    assert!(!cart.is_expired(at(31 * DAY - 1)));
    assert!(cart.is_expired(at(31 * DAY)));
    assert_eq!(cart.remove_coupon(at(31 * DAY)), Err(CartError::Expired));
    assert_eq!((cart.supersede(at(31 * DAY)), cart.state), (Ok(true), CartState::Superseded));
    for state in [CartState::Paying, CartState::Completed] {
        assert!(!cart_that_is(state).is_expired(at(99 * DAY)), "{state}");
    }
}

#[test]
fn only_a_filled_open_cart_left_for_an_hour_is_abandoned() {
    assert!(!filled().is_abandoned(at(HOUR - 1)));
    assert!(filled().is_abandoned(at(HOUR)));
    assert!(!filled().is_abandoned(at(30 * DAY)));
    assert!(!empty().is_abandoned(at(HOUR)));
    assert!(!cart_that_is(CartState::Paying).is_abandoned(at(HOUR)));
}

#[test]
fn details_are_faulted_under_the_path_they_were_sent_by() {
    let nowhere = Address { city: String::new(), ..address() };
    let contact = Checkout {
        shipping_address: Some(nowhere.clone()),
        billing_address: Some(nowhere),
        notes: Some("x".repeat(11)),
        ..Checkout::default()
    };
    let fields: Vec<_> = contact.faults(10).into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["notes", "shippingAddress.city", "billingAddress.city"]);
}

#[test]
fn what_paying_needs_depends_on_whether_anything_travels() {
    let names = |contact: &Checkout, ships, phone| {
        contact.missing(ships, phone).into_iter().map(|fault| fault.field).collect::<Vec<_>>()
    };
    let unknown = Checkout::default();
    assert!(!unknown.is_personal());
    assert_eq!(names(&unknown, true, false), ["email", "shippingAddress"]);
    assert_eq!(names(&unknown, false, false), ["email"]);
    let known = Checkout {
        email: Email::parse("sam@example.com").ok(),
        shipping_address: Some(address()),
        same_as_shipping: true,
        ..Checkout::default()
    };
    assert!(known.is_personal());
    assert_eq!(known.billing(), Some(&address()));
    assert_eq!(names(&known, true, false), Vec::<String>::new());
    assert_eq!(names(&known, true, true), ["shippingAddress.phone"]);
}
