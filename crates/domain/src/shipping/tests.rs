use rstest::rstest;

use super::*;
use crate::money::Currency;

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn to(country: &str, state: Option<&str>, postcode: Option<&str>) -> Destination {
    Destination {
        country: CountryCode::parse(country).unwrap(),
        state: state.map(str::to_owned),
        postcode: postcode.map(str::to_owned),
    }
}

fn method(kind: ShippingKind) -> ShippingMethod {
    let epoch = DateTime::from_timestamp(0, 0).unwrap();
    ShippingMethod {
        id: ShippingMethodId::from_bytes([0; 16]),
        name: "Courier".to_owned(),
        description: None,
        kind,
        free_from: None,
        zones: Vec::new(),
        min_days: Some(1),
        max_days: Some(3),
        enabled: true,
        sort_order: 0,
        version: 1,
        created_at: epoch,
        updated_at: epoch,
    }
}

fn flat(rate: i64) -> ShippingMethod {
    method(ShippingKind::FlatRate { rate: gbp(rate) })
}

fn item(quantity: u32, weight_grams: u32, fixed: Option<i64>) -> ShippedItem {
    ShippedItem { quantity, weight_grams, fixed: fixed.map(gbp) }
}

fn price(method: &ShippingMethod, subtotal: i64, items: &[ShippedItem]) -> Option<i64> {
    let basket = ShippingBasket { subtotal: gbp(subtotal), items: items.to_vec() };
    method.quote(&basket, None).unwrap().map(Money::minor)
}

#[test]
fn a_flat_rate_does_not_depend_on_the_basket() {
    assert_eq!(price(&flat(499), 1, &[item(1, 5, None)]), Some(499));
    assert_eq!(price(&flat(499), 9_999, &[item(80, 5_000, Some(7))]), Some(499));
}

#[rstest]
#[case::every_unit(None, &[item(2, 0, None), item(1, 0, None)], 300)]
#[case::first_unit_differs(Some(500), &[item(2, 0, None), item(1, 0, None)], 700)]
#[case::own_price_of_a_product(None, &[item(1, 0, None), item(3, 0, Some(20))], 160)]
#[case::own_prices_are_never_the_first(Some(500), &[item(3, 0, Some(20))], 60)]
#[case::own_price_of_nothing(Some(500), &[item(3, 0, Some(0)), item(1, 0, None)], 500)]
fn per_item_charges_each_unit(#[case] first: Option<i64>, #[case] items: &[ShippedItem], #[case] total: i64) {
    let kind = ShippingKind::PerItem { rate: gbp(100), first: first.map(gbp) };
    assert_eq!(price(&method(kind), 1_000, items), Some(total));
}

#[rstest]
#[case(999, None)]
#[case(1_000, Some(700))]
#[case(4_999, Some(700))]
#[case(5_000, Some(300))]
#[case(90_000, Some(300))]
fn a_tier_holds_from_its_subtotal_on(#[case] subtotal: i64, #[case] charged: Option<i64>) {
    let tiers = vec![(gbp(1_000), gbp(700)), (gbp(5_000), gbp(300))];
    assert_eq!(price(&method(ShippingKind::Tiered { tiers }), subtotal, &[item(1, 0, None)]), charged);
}

#[rstest]
#[case::light(&[item(1, 500, None)], Some(300))]
#[case::at_the_limit(&[item(2, 500, None)], Some(300))]
#[case::above_the_limit(&[item(2, 500, None), item(1, 1, None)], Some(900))]
#[case::too_heavy(&[item(1, 5_001, None)], None)]
#[case::beyond_any_scale(&[item(u32::MAX, u32::MAX, None)], None)]
fn a_weight_tier_holds_up_to_its_grams(#[case] items: &[ShippedItem], #[case] charged: Option<i64>) {
    let tiers = vec![(1_000, gbp(300)), (5_000, gbp(900))];
    assert_eq!(price(&method(ShippingKind::Weight { tiers }), 100, items), charged);
}

#[test]
fn free_shipping_and_pickup_cost_nothing() {
    assert_eq!(price(&method(ShippingKind::Free), 100, &[item(1, 0, None)]), Some(0));
    let pickup = ShippingKind::LocalPickup { instructions: Some("9 to 5".to_owned()) };
    assert_eq!(price(&method(pickup), 100, &[item(1, 0, None)]), Some(0));
}

#[test]
fn the_threshold_makes_any_kind_free() {
    let generous = ShippingMethod { free_from: Some(gbp(5_000)), ..flat(499) };
    assert_eq!(price(&generous, 4_999, &[item(1, 0, None)]), Some(499));
    assert_eq!(price(&generous, 5_000, &[item(1, 0, None)]), Some(0));
}

#[test]
fn the_threshold_does_not_ship_what_no_tier_fits() {
    let light = ShippingKind::Weight { tiers: vec![(1_000, gbp(300))] };
    let generous = ShippingMethod { free_from: Some(gbp(1)), ..method(light) };
    assert_eq!(price(&generous, 100, &[item(1, 1_001, None)]), None);
}

#[test]
fn where_nothing_needs_shipping_nothing_is_charged() {
    assert_eq!(price(&flat(499), 100, &[]), Some(0));
}

#[test]
fn a_method_switched_off_or_in_another_currency_does_not_serve() {
    assert_eq!(price(&ShippingMethod { enabled: false, ..flat(499) }, 100, &[item(1, 0, None)]), None);
    let yen = Money::new(500, Currency::from_code("JPY").unwrap());
    let foreign = method(ShippingKind::FlatRate { rate: yen });
    assert_eq!(price(&foreign, 100, &[item(1, 0, None)]), None);
}

#[rstest]
#[case::country("GB", None, None, true)]
#[case::other_country("FR", None, None, false)]
#[case::state("US", Some("CA"), Some("90210"), true)]
#[case::state_with_its_country("US", Some("us-ca"), Some("90210"), true)]
#[case::other_state("US", Some("NY"), Some("90210"), false)]
#[case::other_postcode("US", Some("CA"), Some("10001"), false)]
#[case::postcode_unknown("US", Some("CA"), None, false)]
fn a_zone_takes_what_lies_in_it(
    #[case] country: &str,
    #[case] state: Option<&str>,
    #[case] postcode: Option<&str>,
    #[case] goes: bool,
) {
    let zone = |country, states: &[&str], postcodes: &[&str]| Zone {
        country: CountryCode::parse(country).unwrap(),
        states: states.iter().map(|state| (*state).to_owned()).collect(),
        postcodes: postcodes.iter().map(|pattern| PostcodePattern::parse(pattern).unwrap()).collect(),
    };
    let zones = vec![zone("GB", &[], &[]), zone("US", &["CA", "NV"], &["90000-90999", "89*"])];
    let limited = ShippingMethod { zones, ..flat(499) };
    assert_eq!(limited.goes_to(Some(&to(country, state, postcode))), goes);
    assert!(!limited.goes_to(None), "nobody knows yet");
}

#[rstest]
#[case::sound(flat(499), &[])]
#[case::nameless(ShippingMethod { name: "  ".to_owned(), ..flat(0) }, &[ShippingError::Name])]
#[case::described_with_nul(ShippingMethod { description: Some("a\0".to_owned()), ..flat(0) },
    &[ShippingError::Description])]
#[case::negative(flat(-1), &[ShippingError::Amount])]
#[case::negative_threshold(ShippingMethod { free_from: Some(gbp(-1)), ..flat(0) }, &[ShippingError::FreeFrom])]
#[case::days_cross(ShippingMethod { min_days: Some(4), ..flat(0) }, &[ShippingError::Days])]
#[case::no_tiers(method(ShippingKind::Weight { tiers: vec![] }), &[ShippingError::TierCount])]
#[case::tiers_fall(method(ShippingKind::Tiered { tiers: vec![(gbp(9), gbp(1)), (gbp(9), gbp(2))] }),
    &[ShippingError::TierOrder])]
fn a_method_that_makes_no_sense_is_refused(#[case] method: ShippingMethod, #[case] faults: &[ShippingError]) {
    assert_eq!(method.faults(), faults);
}

#[test]
fn a_method_in_two_currencies_is_refused() {
    let yen = Money::new(500, Currency::from_code("JPY").unwrap());
    assert_eq!(ShippingMethod { free_from: Some(yen), ..flat(1) }.faults(), [ShippingError::MixedCurrencies]);
}
