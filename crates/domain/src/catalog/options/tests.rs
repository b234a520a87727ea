use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn option(name: &str, values: &[&str]) -> ProductOption {
    ProductOption { name: name.to_owned(), values: values.iter().map(ToString::to_string).collect() }
}

fn choices(pairs: &[(&str, &str)]) -> OptionValues {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

#[test]
fn every_combination_is_made_once_the_first_option_slowest() {
    let made = matrix(&[option("Size", &["S", "L"]), option("Colour", &["Red", "Blue"])]).unwrap();
    assert_eq!(
        made,
        [
            choices(&[("Size", "S"), ("Colour", "Red")]),
            choices(&[("Size", "S"), ("Colour", "Blue")]),
            choices(&[("Size", "L"), ("Colour", "Red")]),
            choices(&[("Size", "L"), ("Colour", "Blue")]),
        ]
    );
}

#[test]
fn without_options_there_is_the_one_variant_of_a_simple_product() {
    assert_eq!(matrix(&[]).unwrap(), [OptionValues::new()]);
}

#[test]
fn a_thousand_variants_are_possible_and_no_more() {
    let ten: Vec<String> = (0..10).map(|n| n.to_string()).collect();
    let wide = |name: &str| ProductOption { name: name.to_owned(), values: ten.clone() };
    let mut options = vec![wide("a"), wide("b"), wide("c")];
    assert_eq!(matrix(&options).unwrap().len(), 1000);
    options.push(option("d", &["1", "2"]));
    assert_eq!(matrix(&options), Err(OptionsError::TooManyVariants { count: 2000 }));
}

#[test]
fn a_matrix_too_large_to_count_is_refused() {
    let many: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    let options: Vec<_> =
        (0..5).map(|n| ProductOption { name: n.to_string(), values: many.clone() }).collect();
    assert!(matches!(matrix(&options), Err(OptionsError::TooManyVariants { .. })));
}

#[rstest]
#[case(&[option("Size", &["S"]), option("size ", &["L"])], OptionsError::DuplicateOption { name: "size ".to_owned() })]
#[case(&[option("Size", &["S", " s"])], OptionsError::DuplicateValue { option: "Size".to_owned(), value: " s".to_owned() })]
#[case(&[option("Size", &[])], OptionsError::NoValues { name: "Size".to_owned() })]
#[case(&[option("", &["S"])], OptionsError::Text(TextError::Blank))]
#[case(&[option("Size", &["a\0"])], OptionsError::Text(TextError::Nul))]
fn options_that_cannot_be_are_refused(#[case] options: &[ProductOption], #[case] expected: OptionsError) {
    assert_eq!(check(options), Err(expected));
}

#[test]
fn a_product_has_at_most_five_options() {
    let options: Vec<_> = (0..6).map(|n| option(&n.to_string(), &["x"])).collect();
    assert_eq!(check(&options), Err(OptionsError::TooManyOptions));
    assert_eq!(check(options.get(..5).unwrap()), Ok(()));
}

#[test]
fn a_choice_names_every_option_once_and_a_value_it_offers() {
    let options = [option("Size", &["S", "L"]), option("Colour", &["Red"])];
    assert!(chooses_from(&options, &choices(&[("colour", "red"), ("Size", "L")])));
    assert!(!chooses_from(&options, &choices(&[("Size", "L")])));
    assert!(!chooses_from(&options, &choices(&[("Size", "L"), ("Size", "S")])));
    assert!(!chooses_from(&options, &choices(&[("Size", "XL"), ("Colour", "Red")])));
}

#[test]
fn a_new_value_keeps_the_variants_there_are() {
    let existing =
        [(1, choices(&[("Size", "S")])), (2, choices(&[("Size", "M")])), (3, choices(&[("size", "s")]))];
    let wanted = matrix(&[option("Size", &["s", "L"])]).unwrap();
    let outcome = reconcile(&existing, wanted);
    assert_eq!(outcome.keep, [(1, choices(&[("Size", "s")]))]);
    assert_eq!(outcome.create, [choices(&[("Size", "L")])]);
    assert_eq!(outcome.remove, [2, 3]);
}

proptest! {
    #[test]
    fn after_reconciling_each_combination_has_one_variant(
        before in proptest::collection::vec((0_u8..4, 0_u8..4), 0..12),
        sizes in 1_usize..4,
        colours in 1_usize..4,
    ) {
        let pair = |a: u8, b: u8| choices(&[("Size", &a.to_string()), ("Colour", &b.to_string())]);
        let existing: Vec<(usize, OptionValues)> =
            before.iter().enumerate().map(|(n, (a, b))| (n, pair(*a, *b))).collect();
        let values = |count: usize| (0..count).map(|n| n.to_string()).collect();
        let options = [
            ProductOption { name: "Size".to_owned(), values: values(sizes) },
            ProductOption { name: "Colour".to_owned(), values: values(colours) },
        ];
        let outcome = reconcile(&existing, matrix(&options).unwrap());
        prop_assert_eq!(outcome.keep.len().checked_add(outcome.create.len()), sizes.checked_mul(colours));
        prop_assert_eq!(outcome.keep.len().checked_add(outcome.remove.len()), Some(existing.len()));
        for (variant, kept) in &outcome.keep {
            prop_assert!(option_key(&existing[*variant].1) == option_key(kept));
        }
    }
}
