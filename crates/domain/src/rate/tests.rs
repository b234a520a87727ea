use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::money::Currency;

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn percent(text: &str) -> Rate {
    Rate::from_percent(text.parse().unwrap()).unwrap()
}

#[rstest]
#[case("20", "0.2", 200_000)]
#[case("0", "0", 0)]
#[case("100.00", "1", 1_000_000)]
#[case("8.875", "0.08875", 88_750)]
#[case("0.0001", "0.000001", 1)]
fn a_percentage_is_a_hundred_times_the_fraction(
    #[case] percent: &str,
    #[case] fraction: &str,
    #[case] millionths: u32,
) {
    let rate = Rate::from_percent(percent.parse().unwrap()).unwrap();
    assert_eq!(rate.fraction().to_string(), fraction);
    assert_eq!(rate.millionths(), millionths);
    assert_eq!(Rate::from_fraction(fraction.parse().unwrap()), Ok(rate));
    assert_eq!(Rate::from_percent(rate.as_percent()), Ok(rate));
}

#[rstest]
#[case("-0.000001", RateError::OutOfRange)]
#[case("1.000001", RateError::OutOfRange)]
#[case("79228162514264337593543950335", RateError::OutOfRange)]
#[case("0.0000001", RateError::TooPrecise)]
#[case("0.3333333333333333333333333333", RateError::TooPrecise)]
fn what_is_no_share_of_a_whole_is_refused(#[case] fraction: &str, #[case] error: RateError) {
    assert_eq!(Rate::from_fraction(fraction.parse().unwrap()), Err(error));
}

#[test]
fn more_millionths_than_a_whole_are_refused() {
    assert_eq!(Rate::from_millionths(1_000_001), Err(RateError::OutOfRange));
    assert_eq!(Rate::from_millionths(1_000_000), Ok(percent("100")));
}

#[test]
fn a_tax_is_rounded_half_up() {
    assert_eq!(percent("19").of(gbp(324)), Ok(gbp(62)), "61.56 pence");
    assert_eq!(percent("5").of(gbp(10)), Ok(gbp(1)), "exactly half a penny");
    assert_eq!(percent("4").of(gbp(12)), Ok(gbp(0)), "0.48 pence");
    assert_eq!(percent("5").of(gbp(-10)), Ok(gbp(-1)), "a credit mirrors the charge");
}

#[test]
fn a_percentage_off_is_rounded_down() {
    assert_eq!(percent("20").of_rounded_down(gbp(4999)), Ok(gbp(999)));
    assert_eq!(percent("20").of_rounded_down(gbp(5000)), Ok(gbp(1000)));
}

#[test]
fn the_tax_inside_a_price_is_rounded_and_the_net_is_the_rest() {
    // 2.99 with 4 % inside holds 0.115 of tax.
    assert_eq!(percent("4").contained_in(gbp(299)), Ok(gbp(12)));
    assert_eq!(percent("20").contained_in(gbp(2400)), Ok(gbp(400)));
}

#[test]
fn the_largest_amount_does_not_wrap() {
    let most = gbp(i64::MAX);
    assert_eq!(percent("100").of(most), Ok(most));
    assert!(percent("100").contained_in(most).is_ok());
}

#[test]
fn the_share_of_parts_stays_between_nothing_and_the_whole() {
    assert_eq!(
        Rate::of_parts(gbp(1), gbp(3)),
        Rate::from_millionths(333_333).map_err(|_| MoneyError::Overflow)
    );
    assert_eq!(Rate::of_parts(gbp(2), gbp(3)).unwrap().millionths(), 666_667);
    assert_eq!(Rate::of_parts(gbp(i64::MAX / 2), gbp(1)).unwrap(), percent("100"));
    assert_eq!(Rate::of_parts(gbp(5), gbp(0)), Ok(Rate::ZERO));
    assert_eq!(Rate::of_parts(gbp(-5), gbp(10)), Ok(Rate::ZERO));
}

proptest! {
    #[test]
    fn tax_added_to_a_net_price_is_the_tax_found_inside_the_gross(
        net in 0_i64..1_000_000_000,
        millionths in 0_u32..=1_000_000,
    ) {
        let rate = Rate::from_millionths(millionths).unwrap();
        let tax = rate.of(gbp(net)).unwrap();
        prop_assert_eq!(rate.contained_in(gbp(net).checked_add(tax).unwrap()), Ok(tax));
    }

    #[test]
    fn a_share_is_never_more_than_the_whole(minor in 0_i64..=i64::MAX, millionths in 0_u32..=1_000_000) {
        let rate = Rate::from_millionths(millionths).unwrap();
        for share in [rate.of(gbp(minor)), rate.of_rounded_down(gbp(minor)), rate.contained_in(gbp(minor))] {
            let share = share.unwrap().minor();
            prop_assert!((0..=minor).contains(&share));
        }
    }
}
