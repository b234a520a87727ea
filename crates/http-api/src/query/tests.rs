use rstest::rstest;

use super::*;

#[derive(Debug, Default, PartialEq, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Filters {
    q: Option<String>,
    in_stock: Option<bool>,
    #[validate(range(max = 500))]
    max_price: Option<i64>,
    status: CommaList,
}

fn read(query: &str) -> Result<Filters, Error> {
    Pairs::parse(query).and_then(Pairs::read)
}

#[test]
fn parameters_are_read_by_type() {
    let filters = read("q=red+caf%C3%A9&inStock=true&maxPrice=100&status=draft,active").unwrap();
    assert_eq!(filters.q.as_deref(), Some("red café"));
    assert_eq!((filters.in_stock, filters.max_price), (Some(true), Some(100)));
    assert_eq!(filters.status.0, ["draft", "active"]);
    assert_eq!(read("").unwrap(), Filters::default());
    assert_eq!(read("q=&maxPrice=").unwrap(), Filters::default());
}

#[test]
fn brackets_and_commas_are_the_same_list() {
    for query in ["status[]=a&status[]=b", "status%5B%5D=a&status%5B%5D=b", "status=a,b", "status[]=a,b"] {
        assert_eq!(read(query).unwrap().status.0, ["a", "b"], "{query}");
    }
}

#[rstest]
#[case("colour=red", "colour", "is not a known field")]
#[case("maxPrice=1.5", "maxPrice", "must be a whole number from -9223372036854775808 to 9223372036854775807")]
#[case("maxPrice=501", "maxPrice", "must be at most 500")]
#[case("inStock=maybe", "inStock", "must be true or false")]
#[case("q=a&q=b", "q", "is given twice")]
#[case("q=a%00b", "q", "must not contain NUL characters")]
fn the_parameter_at_fault_is_named(#[case] query: &str, #[case] field: &str, #[case] message: &str) {
    let error = read(query).expect_err(query);
    assert_eq!(error.code, ErrorCode::ValidationFailed);
    assert_eq!(error.fields, [(field.to_owned(), vec![message.to_owned()])].into());
}

#[test]
fn what_is_no_utf8_is_malformed() {
    assert_eq!(read("q=%ff").unwrap_err().code, ErrorCode::MalformedRequest);
}
