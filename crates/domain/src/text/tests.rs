use proptest::prelude::*;
use rstest::rstest;

use super::*;

text_enum! {
    /// A colour for the tests.
    enum Colour {
        /// Red.
        Red = "red",
        /// Dark blue.
        DarkBlue = "dark_blue",
    }
}

#[test]
fn an_enumeration_reads_what_it_writes_and_nothing_else() {
    for colour in Colour::ALL {
        assert_eq!(Colour::parse(colour.as_str()), Some(*colour));
        assert_eq!(colour.to_string(), colour.as_str());
    }
    assert_eq!(Colour::ALL, [Colour::Red, Colour::DarkBlue]);
    for other in ["", "Red", "darkblue", "red "] {
        assert_eq!(Colour::parse(other), None, "{other}");
    }
}

#[rstest]
#[case("Linen Tote Bag", "linen-tote-bag")]
#[case("  Crème brûlée — 100 % ", "creme-brulee-100")]
#[case("Straße & Öl", "strasse-ol")]
#[case("北京", "bei-jing")]
#[case("a--b__c", "a-b-c")]
fn a_name_becomes_a_slug(#[case] name: &str, #[case] expected: &str) {
    assert_eq!(Slug::from_name(name).unwrap().as_str(), expected);
}

#[test]
fn a_name_without_letters_has_no_slug() {
    for name in ["", "   ", "-—-", "!!!"] {
        assert_eq!(Slug::from_name(name), None, "{name}");
    }
}

#[rstest]
#[case("")]
#[case("-a")]
#[case("a-")]
#[case("a--b")]
#[case("A")]
#[case("a b")]
#[case("é")]
#[case("a/b")]
fn a_slug_of_another_shape_is_refused(#[case] text: &str) {
    assert_eq!(Slug::parse(text), Err(InvalidSlug));
}

#[test]
fn a_slug_has_at_most_a_hundred_characters() {
    assert!(Slug::parse(&"a".repeat(100)).is_ok());
    assert!(Slug::parse(&"a".repeat(101)).is_err());
}

#[test]
fn a_numbered_slug_keeps_within_the_limit() {
    assert_eq!(Slug::parse("mug").unwrap().numbered(2).as_str(), "mug-2");
    let long = Slug::parse(&format!("{}-{}", "a".repeat(96), "b".repeat(3))).unwrap();
    let numbered = long.numbered(12);
    assert_eq!(numbered.as_str(), format!("{}-12", "a".repeat(96)));
    assert!(Slug::parse(numbered.as_str()).is_ok());
}

#[rstest]
#[case("", Err(TextError::Blank))]
#[case(" \n", Err(TextError::Blank))]
#[case("a\0b", Err(TextError::Nul))]
#[case("a\u{7}b", Err(TextError::Control))]
#[case("four!", Err(TextError::TooLong { max: 4 }))]
#[case("ünïç", Ok(()))]
#[case("a\n\tb", Ok(()))]
fn free_text_is_limited(#[case] text: &str, #[case] expected: Result<(), TextError>) {
    assert_eq!(check_text(text, 4), expected);
}

#[test]
fn optional_text_may_be_blank_but_not_broken() {
    assert_eq!(check_optional_text("", 4), Ok(()));
    assert_eq!(check_optional_text("\0", 4), Err(TextError::Nul));
}

#[test]
fn every_fault_is_gathered_in_order() {
    let mut faults = Faults::default();
    faults.text("name", "", 10);
    faults.optional_text("note", None, 10);
    faults.optional_text("phone", Some("\0"), 10);
    faults.require(true, "kept", "never");
    faults.require(false, "stock", "must not be negative");
    let faults = faults.into_vec();
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "phone", "stock"]);
    assert_eq!(faults.first().unwrap().message, "must not be empty");
}

proptest! {
    #[test]
    fn whatever_a_name_becomes_is_a_valid_slug(name in "\\PC{0,300}") {
        if let Some(slug) = Slug::from_name(&name) {
            prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug));
        }
    }

    #[test]
    fn a_numbered_slug_is_a_valid_slug(name in "[a-z0-9 ]{1,200}", number: u32) {
        if let Some(slug) = Slug::from_name(&name) {
            let numbered = slug.numbered(number);
            prop_assert_eq!(Slug::parse(numbered.as_str()), Ok(numbered));
        }
    }
}
