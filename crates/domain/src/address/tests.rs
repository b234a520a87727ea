use rstest::rstest;

use super::*;

fn address(country: &str) -> Address {
    Address {
        first_name: Some("Jane".to_owned()),
        last_name: Some("Doe".to_owned()),
        company: None,
        line1: "1 High Street".to_owned(),
        line2: None,
        city: "Town".to_owned(),
        state: None,
        postcode: None,
        country: CountryCode::parse(country).unwrap(),
        phone: None,
    }
}

fn fields(address: &Address) -> Vec<&'static str> {
    address.validate().into_iter().map(|fault| fault.field).collect()
}

#[rstest]
#[case("GB", None, Some("SW1A 1AA"), &[])]
#[case("GB", None, None, &["postcode"])]
#[case("GB", None, Some(" "), &["postcode"])]
#[case("GB", None, Some("90210"), &["postcode"])]
#[case("US", Some("CA"), Some("90210"), &[])]
#[case("US", Some("California"), Some("90210"), &[])]
#[case("US", None, Some("90210"), &["state"])]
#[case("US", Some("Ontario"), Some("90210"), &["state"])]
#[case("CA", Some("ON"), Some("K1A 0B1"), &[])]
#[case("AU", None, None, &["state", "postcode"])]
#[case("DE", Some("Bayern"), Some("80331"), &[])]
#[case("IT", Some("Toscana"), Some("50122"), &[])]
#[case("HK", None, None, &[])]
#[case("HK", None, Some("00000"), &[])]
#[case("IE", None, None, &[])]
#[case("IE", None, Some("12"), &["postcode"])]
fn the_country_says_what_an_address_needs(
    #[case] country: &str,
    #[case] state: Option<&str>,
    #[case] postcode: Option<&str>,
    #[case] faulty: &[&str],
) {
    let state = state.map(str::to_owned);
    let postcode = postcode.map(str::to_owned);
    assert_eq!(fields(&Address { state, postcode, ..address(country) }), faulty);
}

#[test]
fn every_fault_is_named_at_once() {
    let spoiled = Address {
        first_name: Some("a\0".to_owned()),
        last_name: Some("x".repeat(121)),
        company: Some("\u{7}".to_owned()),
        line1: String::new(),
        line2: Some("x".repeat(121)),
        city: " ".to_owned(),
        state: Some("x".repeat(121)),
        postcode: Some("1".repeat(17)),
        phone: Some("call me".to_owned()),
        ..address("DE")
    };
    assert_eq!(
        fields(&spoiled),
        ["line1", "city", "firstName", "lastName", "company", "line2", "state", "postcode", "phone"]
    );
}

#[rstest]
#[case("+44 20 7946 0958", true)]
#[case("(555) 010-1234 x12", true)]
#[case("1234", false)]
#[case("+44 20 7946 0958 0000 0000 0000 0000", false)]
#[case("555 CALL NOW", false)]
fn a_telephone_number_has_digits_and_little_else(#[case] phone: &str, #[case] fits: bool) {
    let given = Address { phone: Some(phone.to_owned()), ..address("HK") };
    assert_eq!(given.validate().is_empty(), fits);
}

#[test]
fn an_address_is_kept_tidy() {
    let given = Address {
        company: Some("  ".to_owned()),
        line1: " 1 High Street ".to_owned(),
        state: Some("us-ca".to_owned()),
        postcode: Some(" 90210 ".to_owned()),
        ..address("US")
    };
    let kept = given.normalized();
    assert_eq!(kept.company, None);
    assert_eq!(kept.line1, "1 High Street");
    assert_eq!(kept.state.as_deref(), Some("CA"));
    assert_eq!(kept.postcode.as_deref(), Some("90210"));
    assert_eq!(kept.clone().normalized(), kept);
    let british = Address { postcode: Some("sw1a 1aa".to_owned()), ..address("GB") }.normalized();
    assert_eq!(british.postcode.as_deref(), Some("SW1A 1AA"));
}

#[test]
fn a_name_is_what_was_given_of_it() {
    assert_eq!(address("GB").full_name().as_deref(), Some("Jane Doe"));
    let last_only = Address { first_name: None, ..address("GB") };
    assert_eq!(last_only.full_name().as_deref(), Some("Doe"));
    assert_eq!(Address { last_name: None, ..last_only }.full_name(), None);
}
