use super::*;

fn secret(text: &str) -> KeyChanges {
    KeyChanges { secret_key: Change::Set(text.to_owned().into()), ..KeyChanges::default() }
}

#[test]
fn keys_in_the_wrong_place_are_named_by_their_field() {
    let swapped = check_keys(Provider::Stripe, &secret("sk_test_1"), &secret("sk_live_1")).unwrap_err();
    assert_eq!(swapped.code, ErrorCode::StripeInvalidKeys);
    assert_eq!(swapped.fields.keys().collect::<Vec<_>>(), ["secretKey", "testSecretKey"]);
    assert!(!swapped.message.contains("sk_test_1"), "a secret must not be told back");
    assert!(check_keys(Provider::Stripe, &secret("sk_live_1"), &secret("rk_test_1")).is_ok());
}

#[test]
fn only_stripe_takes_keys() {
    let error = check_keys(Provider::Invoice, &secret("sk_live_1"), &KeyChanges::default()).unwrap_err();
    assert_eq!((error.code, error.fields.len()), (ErrorCode::ValidationFailed, 1));
    assert!(check_keys(Provider::Invoice, &KeyChanges::default(), &KeyChanges::default()).is_ok());
}
