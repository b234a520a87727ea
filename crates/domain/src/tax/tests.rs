use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::money::{Currency, MoneyError};

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn percent(whole: u32) -> Rate {
    Rate::from_percent(whole.into()).unwrap()
}

/// A rate for a place written as `*`, `US`, `US/CA` or `US/CA/90210`; `US//90210` leaves the state out.
fn rate(id: u8, place: &str, rate: u32) -> TaxRate {
    let mut parts = place.split('/').map(|part| (!part.is_empty() && part != "*").then(|| part.to_owned()));
    let epoch = DateTime::from_timestamp(0, 0).unwrap();
    TaxRate {
        id: TaxRateId::from_bytes([id; 16]),
        name: "VAT".to_owned(),
        rate: percent(rate),
        country: parts.next().flatten().map(|code| CountryCode::parse(&code).unwrap()),
        state: parts.next().flatten(),
        postcode: parts.next().flatten().map(|pattern| PostcodePattern::parse(&pattern).unwrap()),
        class: TaxClass::standard(),
        enabled: true,
        version: 1,
        created_at: epoch,
        updated_at: epoch,
    }
}

fn beverly_hills() -> Destination {
    Destination {
        country: CountryCode::parse("US").unwrap(),
        state: Some("US-CA".to_owned()),
        postcode: Some("90210".to_owned()),
    }
}

fn chosen(rates: &[TaxRate], destination: Option<&Destination>) -> Option<String> {
    applicable(rates, &TaxClass::standard(), destination).map(TaxRate::jurisdiction)
}

#[rstest]
#[case::everywhere(&["*"], Some("*"))]
#[case::country(&["*", "US"], Some("US"))]
#[case::state(&["US/CA", "*", "US"], Some("US-CA"))]
#[case::range(&["US/CA", "US//90000-90999"], Some("US-90000-90999"))]
#[case::prefix_before_range(&["US//902*", "US/CA/90000-90999"], Some("US-902*"))]
#[case::longer_prefix(&["US//9*", "US//902*"], Some("US-902*"))]
#[case::exact(&["US/CA/902*", "US//90210"], Some("US-90210"))]
#[case::exact_with_state(&["US//90210", "US/CA/90210"], Some("US-CA-90210"))]
#[case::elsewhere(&["GB", "US/NY", "US/CA/94*"], None)]
fn the_narrowest_rate_wins(#[case] places: &[&str], #[case] winner: Option<&str>) {
    let mut rates: Vec<TaxRate> = (1..).zip(places).map(|(id, place)| rate(id, place, 10)).collect();
    assert_eq!(chosen(&rates, Some(&beverly_hills())).as_deref(), winner);
    rates.reverse();
    assert_eq!(chosen(&rates, Some(&beverly_hills())).as_deref(), winner, "in any order");
}

#[test]
fn of_equally_narrow_rates_the_oldest_wins() {
    for order in [[1, 2], [2, 1]] {
        let rates = order.map(|id| rate(id, "US", u32::from(id)));
        let found = applicable(&rates, &TaxClass::standard(), Some(&beverly_hills())).unwrap();
        assert_eq!(found.rate, percent(1));
    }
}

#[test]
fn an_unknown_destination_pays_only_what_is_due_everywhere() {
    assert_eq!(chosen(&[rate(1, "US", 10)], None), None);
    assert_eq!(chosen(&[rate(1, "US", 10), rate(2, "*", 5)], None).as_deref(), Some("*"));
}

#[test]
fn goods_are_taxed_by_their_own_class_and_by_rates_in_force() {
    let reduced = TaxRate { class: TaxClass::reduced(), ..rate(1, "US", 5) };
    let retired = TaxRate { enabled: false, ..rate(2, "US/CA", 9) };
    let rates = [reduced, retired, rate(3, "US", 20)];
    let find = |class: &TaxClass| applicable(&rates, class, Some(&beverly_hills())).map(|rate| rate.rate);
    assert_eq!(find(&TaxClass::standard()), Some(percent(20)));
    assert_eq!(find(&TaxClass::reduced()), Some(percent(5)));
    assert_eq!(find(&TaxClass::zero()), None);
}

#[rstest]
#[case(" Reduced ", Some("reduced"))]
#[case("books_2026-a", Some("books_2026-a"))]
#[case("", None)]
#[case("two words", None)]
fn a_class_is_a_plain_word(#[case] text: &str, #[case] class: Option<&str>) {
    assert_eq!(TaxClass::parse(text).ok().as_ref().map(TaxClass::as_str), class);
}

#[test]
fn a_rate_needs_a_name_and_the_country_of_its_state_and_postcode() {
    assert_eq!(rate(1, "US/CA/90210", 5).faults(), []);
    let homeless = TaxRate { country: None, name: " ".to_owned(), ..rate(1, "US/CA/90210", 5) };
    let faults =
        [TaxRateError::Name, TaxRateError::StateWithoutCountry, TaxRateError::PostcodeWithoutCountry];
    assert_eq!(homeless.faults(), faults);
    assert_eq!(
        TaxRate { state: Some(" ".to_owned()), ..rate(1, "US", 5) }.faults(),
        [TaxRateError::StateBlank]
    );
}

fn due_on(settings: &TaxSettings, rates: &[TaxRate], amounts: &[i64]) -> Vec<Option<i64>> {
    let class = TaxClass::standard();
    let bases: Vec<TaxBase<'_>> =
        amounts.iter().map(|amount| TaxBase { amount: gbp(*amount), class: Some(&class) }).collect();
    let entries = assess(settings, rates, None, &bases).unwrap();
    entries.into_iter().map(|entry| entry.map(|entry| entry.amount.minor())).collect()
}

fn settings(rounding: Rounding, prices_include_tax: bool) -> TaxSettings {
    TaxSettings { prices_include_tax, rounding, ..TaxSettings::default() }
}

#[test]
fn rounding_per_line_and_per_total_differ_only_in_the_pennies() {
    let rates = [rate(1, "*", 5)];
    // Each line owes half a penny; all three together a penny and a half.
    assert_eq!(due_on(&settings(Rounding::PerLine, false), &rates, &[10, 10, 10]), [Some(1); 3]);
    let total = due_on(&settings(Rounding::PerTotal, false), &rates, &[10, 10, 10]);
    assert_eq!(total, [Some(1), Some(1), Some(0)]);
}

#[test]
fn the_tax_on_three_units_is_not_three_times_the_tax_on_one() {
    // 3 × 1.08 at 19 %: 3.24 owes 0.6156. One unit owes 0.2052, which would make 0.63.
    let line = due_on(&settings(Rounding::PerLine, false), &[rate(1, "*", 19)], &[324]);
    assert_eq!(line, [Some(62)]);
}

#[test]
fn a_rate_of_nothing_is_listed_and_no_rate_is_not() {
    assert_eq!(due_on(&TaxSettings::default(), &[rate(1, "*", 0)], &[500]), [Some(0)]);
    assert_eq!(due_on(&TaxSettings::default(), &[rate(1, "GB", 20)], &[500]), [None]);
}

#[test]
fn a_store_without_tax_charges_none() {
    let off = TaxSettings { enabled: false, ..TaxSettings::default() };
    assert_eq!(due_on(&off, &[rate(1, "*", 20)], &[500]), [None]);
}

#[test]
fn what_is_not_taxable_takes_no_part_in_a_shared_rounding() {
    let class = TaxClass::standard();
    let bases = [TaxBase { amount: gbp(10), class: None }, TaxBase { amount: gbp(10), class: Some(&class) }];
    let entries = assess(&settings(Rounding::PerTotal, false), &[rate(1, "*", 50)], None, &bases).unwrap();
    assert_eq!(entries.first(), Some(&None));
    assert_eq!(entries.last().unwrap().as_ref().unwrap().amount, gbp(5));
}

#[test]
fn the_breakdown_keeps_taxes_of_different_name_rate_or_place_apart() {
    let entry = |name: &str, rate, jurisdiction: &str, amount| TaxAmount {
        name: name.to_owned(),
        rate: percent(rate),
        jurisdiction: jurisdiction.to_owned(),
        amount: gbp(amount),
    };
    let entries = [
        entry("VAT", 20, "GB", 4),
        entry("VAT", 5, "GB", 1),
        entry("VAT", 20, "GB", 6),
        entry("VAT", 20, "FR", 2),
        entry("Levy", 20, "GB", 3),
    ];
    let sums: Vec<i64> = breakdown(&entries).unwrap().iter().map(|sum| sum.amount.minor()).collect();
    assert_eq!(sums, [10, 1, 2, 3]);
    let too_much = [entry("VAT", 20, "GB", i64::MAX), entry("VAT", 20, "GB", 1)];
    assert_eq!(breakdown(&too_much), Err(MoneyError::Overflow));
}

proptest! {
    #[test]
    fn tax_rounded_once_sums_to_the_tax_on_the_sum_and_never_exceeds_a_line(
        amounts in proptest::collection::vec(0_i64..1_000_000, 1..30),
        whole in 0_u32..=100,
        inclusive: bool,
    ) {
        let rates = [rate(1, "*", whole)];
        let parts = due_on(&settings(Rounding::PerTotal, inclusive), &rates, &amounts);
        let sum = gbp(amounts.iter().sum());
        let tax = if inclusive { percent(whole).contained_in(sum) } else { percent(whole).of(sum) };
        prop_assert_eq!(parts.iter().flatten().sum::<i64>(), tax.unwrap().minor());
        for (part, amount) in parts.iter().zip(&amounts) {
            prop_assert!((0..=*amount).contains(&part.unwrap()));
        }
    }
}
