use super::*;
use crate::money::{Currency, Money};

fn facts(name: &str, price: i64) -> Facts {
    let currency = Currency::from_code("GBP").unwrap();
    Facts::default()
        .with("name", name)
        .with("price", Money::new(price, currency))
        .with("summary", None::<String>)
}

#[test]
fn of_a_change_only_the_fields_that_differ_are_kept() {
    let (before, after) = differences(Some(facts("Mug", 900)), Some(facts("Cup", 900)));
    assert_eq!(before, Some(Facts::default().with("name", "Mug")));
    assert_eq!(after, Some(Facts::default().with("name", "Cup")));
}

#[test]
fn a_field_that_comes_or_goes_stands_as_nothing_on_the_other_side() {
    let with = || facts("Mug", 900).with("metadata.color", "red");
    let (before, after) = differences(Some(facts("Mug", 900)), Some(with()));
    assert_eq!(before, Some(Facts::default().with("metadata.color", Value::Nothing)));
    assert_eq!(after, Some(Facts::default().with("metadata.color", "red")));
    let (before, after) = differences(Some(with()), Some(facts("Mug", 900)));
    assert_eq!(before, Some(Facts::default().with("metadata.color", "red")));
    assert_eq!(after, Some(Facts::default().with("metadata.color", Value::Nothing)));
}

#[test]
fn of_a_new_thing_everything_is_kept_that_it_has() {
    let (before, after) = differences(None, Some(facts("Mug", 900)));
    assert_eq!(before, None);
    let after = after.unwrap();
    assert_eq!(after.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["name", "price"]);
}

#[test]
fn secrets_are_never_written() {
    let key = |text: Option<&str>| Some(Facts::default().with("secretKey", Value::secret(text)));
    let mark = |text: &str| Some(Facts::default().with("secretKey", text));
    assert_eq!(differences(None, key(Some("sk_1"))), (None, mark("set")));
    assert_eq!(differences(key(Some("sk_1")), None), (mark("set"), None));
    assert_eq!(differences(key(Some("sk_1")), key(Some("sk_2"))), (mark("set"), mark("changed")));
    let none = Some(Facts::default().with("secretKey", Value::Nothing));
    assert_eq!(differences(key(None), key(Some("sk_2"))), (none.clone(), mark("set")));
    assert_eq!(differences(key(Some("sk_1")), key(None)), (mark("set"), none));
    let unchanged = Some(Facts::default());
    assert_eq!(differences(key(Some("sk_1")), key(Some("sk_1"))), (unchanged.clone(), unchanged));
    assert_eq!(format!("{:?}", Value::secret(Some("sk_1"))), "secret");
}
