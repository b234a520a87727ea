use rstest::rstest;

use super::*;
use crate::money::Currency;

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn sale(price: i64, starts: Option<i64>, ends: Option<i64>) -> Sale {
    Sale {
        price: gbp(price),
        name: Some("Summer".to_owned()),
        starts_at: starts.map(at),
        ends_at: ends.map(at),
    }
}

fn on_sale(price: i64, reduced: i64) -> PriceTag {
    PriceTag { sale: Some(sale(reduced, None, None)), ..PriceTag::regular(gbp(price)) }
}

const PRODUCT: ProductId = ProductId::from_bytes([1; 16]);
const VARIANT: VariantId = VariantId::from_bytes([2; 16]);

fn price_of(
    tag: &PriceTag,
    variant_price: Option<&VariantPrice>,
    list: &[PriceListEntry],
    quantity: u32,
) -> EffectivePrice {
    let query =
        PriceQuery { product: PRODUCT, variant: VARIANT, tag, variant_price, list, quantity, now: at(100) };
    effective_price(&query).unwrap()
}

fn entry(variant: Option<VariantId>, min_quantity: u32, price: ListPrice) -> PriceListEntry {
    PriceListEntry { product: PRODUCT, variant, min_quantity, price }
}

#[test]
fn a_regular_price_is_not_reduced() {
    let price = price_of(&PriceTag::regular(gbp(2400)), None, &[], 1);
    let plain = EffectivePrice {
        unit: gbp(2400),
        original: gbp(2400),
        on_sale: false,
        sale_name: None,
        discount_percentage: None,
    };
    assert_eq!(price, plain);
}

#[rstest]
#[case::not_begun(Some(101), None, false)]
#[case::begins_now(Some(100), None, true)]
#[case::ends_now(None, Some(100), false)]
#[case::last_second(None, Some(101), true)]
#[case::unbounded(None, None, true)]
fn a_sale_holds_from_its_start_until_its_end(
    #[case] starts: Option<i64>,
    #[case] ends: Option<i64>,
    #[case] runs: bool,
) {
    let tag = PriceTag { sale: Some(sale(1600, starts, ends)), ..PriceTag::regular(gbp(2400)) };
    let price = price_of(&tag, None, &[], 1);
    assert_eq!(price.unit, gbp(if runs { 1600 } else { 2400 }));
    assert_eq!(price.on_sale, runs);
    assert_eq!(price.sale_name.is_some(), runs);
    assert_eq!(price.discount_percentage, runs.then_some(33));
}

#[test]
fn a_compare_at_price_shows_as_reduced_without_changing_what_is_paid() {
    let tag = PriceTag { compare_at: Some(gbp(3500)), ..PriceTag::regular(gbp(2800)) };
    let price = price_of(&tag, None, &[], 1);
    assert_eq!((price.unit, price.original), (gbp(2800), gbp(3500)));
    assert!(price.on_sale);
    assert_eq!(price.discount_percentage, Some(20));
}

#[test]
fn a_sale_is_measured_against_the_price_before_it_not_the_compare_at_price() {
    let tag = PriceTag { compare_at: Some(gbp(9900)), ..on_sale(2000, 1500) };
    assert_eq!(price_of(&tag, None, &[], 1).original, gbp(2000));
}

#[test]
fn a_variant_with_its_own_price_leaves_the_sale_of_the_product_behind() {
    let own = VariantPrice { price: Some(gbp(2500)), ..VariantPrice::default() };
    assert_eq!(price_of(&on_sale(2000, 1500), Some(&own), &[], 1).unit, gbp(2500));
}

#[test]
fn a_variant_without_its_own_price_costs_what_the_product_costs() {
    let inherits = VariantPrice::default();
    assert_eq!(price_of(&on_sale(2000, 1500), Some(&inherits), &[], 1).unit, gbp(1500));
    let own_sale = VariantPrice { sale: Some(sale(1000, None, None)), ..VariantPrice::default() };
    let price = price_of(&on_sale(2000, 1500), Some(&own_sale), &[], 1);
    assert_eq!((price.unit, price.original), (gbp(1000), gbp(2000)));
}

#[rstest]
#[case::below_every_break(1, 1000)]
#[case::first_break(10, 900)]
#[case::between(49, 900)]
#[case::best_break(50, 800)]
fn the_highest_quantity_reached_sets_the_list_price(#[case] quantity: u32, #[case] unit: i64) {
    let list = [
        entry(None, 50, ListPrice::Fixed(gbp(800))),
        entry(None, 10, ListPrice::Fixed(gbp(900))),
        PriceListEntry {
            product: ProductId::from_bytes([9; 16]),
            ..entry(None, 1, ListPrice::Fixed(gbp(1)))
        },
        entry(Some(VariantId::from_bytes([9; 16])), 1, ListPrice::Fixed(gbp(2))),
    ];
    assert_eq!(price_of(&PriceTag::regular(gbp(1000)), None, &list, quantity).unit, gbp(unit));
}

#[test]
fn a_list_price_for_the_variant_beats_a_deeper_break_of_the_product() {
    let list =
        [entry(Some(VARIANT), 1, ListPrice::Fixed(gbp(950))), entry(None, 10, ListPrice::Fixed(gbp(500)))];
    assert_eq!(price_of(&PriceTag::regular(gbp(1000)), None, &list, 20).unit, gbp(950));
}

#[test]
fn a_percentage_off_the_regular_price_is_rounded_down() {
    let rate = Rate::from_millionths(200_000).unwrap();
    let list = [entry(None, 1, ListPrice::PercentOff(rate))];
    let price = price_of(&PriceTag::regular(gbp(4999)), None, &list, 1);
    assert_eq!((price.unit, price.original), (gbp(4000), gbp(4999)));
    assert!(!price.on_sale, "an agreed price is no sale");
}

#[test]
fn a_sale_applies_to_a_list_price_only_where_it_is_lower() {
    let list = |price| [entry(None, 1, ListPrice::Fixed(gbp(price)))];
    let tag = on_sale(2000, 1500);
    assert_eq!(price_of(&tag, None, &list(1400), 1).unit, gbp(1400));
    assert!(!price_of(&tag, None, &list(1400), 1).on_sale);
    assert_eq!(price_of(&tag, None, &list(1600), 1).unit, gbp(1500));
    assert!(price_of(&tag, None, &list(1600), 1).on_sale);
}

#[test]
fn a_list_price_in_another_currency_is_an_error_not_a_guess() {
    let eur = Money::new(900, Currency::from_code("EUR").unwrap());
    let list = [entry(None, 1, ListPrice::Fixed(eur))];
    let tag = PriceTag::regular(gbp(1000));
    let query = PriceQuery {
        product: PRODUCT,
        variant: VARIANT,
        tag: &tag,
        variant_price: None,
        list: &list,
        quantity: 1,
        now: at(0),
    };
    assert!(matches!(effective_price(&query), Err(MoneyError::CurrencyMismatch { .. })));
}

#[rstest]
#[case::regular(PriceTag::regular(gbp(0)), &[])]
#[case::negative(PriceTag::regular(gbp(-1)), &[PriceError::Negative])]
#[case::too_high(PriceTag::regular(gbp(MAX_PRICE_MINOR + 1)), &[PriceError::TooHigh])]
#[case::equal_compare_at(PriceTag { compare_at: Some(gbp(100)), ..PriceTag::regular(gbp(100)) },
    &[PriceError::CompareAtNotHigher])]
#[case::equal_sale(on_sale(100, 100), &[PriceError::SaleNotLower])]
#[case::negative_sale(on_sale(100, -1), &[PriceError::SaleNegative])]
#[case::backwards(PriceTag { sale: Some(sale(50, Some(9), Some(9))), ..PriceTag::regular(gbp(100)) },
    &[PriceError::SaleEndsBeforeStart])]
#[case::two_faults(PriceTag { compare_at: Some(gbp(90)), ..on_sale(100, 200) },
    &[PriceError::CompareAtNotHigher, PriceError::SaleNotLower])]
fn a_tag_that_makes_no_sense_is_refused(#[case] tag: PriceTag, #[case] faults: &[PriceError]) {
    assert_eq!(tag.faults(), faults);
}

#[test]
fn a_tag_in_two_currencies_is_refused() {
    let yen = Money::new(5000, Currency::from_code("JPY").unwrap());
    let tag = PriceTag { compare_at: Some(yen), ..PriceTag::regular(gbp(100)) };
    assert_eq!(tag.faults(), [PriceError::MixedCurrencies]);
}
