use super::*;

const SECRET: &str = "sks_4242424242424242424242424242424242424242424242424242424242424242";
const BODY: &[u8] = br#"{"name":"Acme"}"#;
const NOW: i64 = 1_795_000_000;

fn right(nonce: Option<&str>, code: &str, body: &[u8]) -> bool {
    let code = hex::decode(code).unwrap().try_into().unwrap();
    is_right(&SECRET.into(), &Signature { time: NOW, nonce, code }, body)
}

/// The codes are those of `printf 'TIME.BODY' | openssl dgst -sha256 -hmac SECRET`.
#[test]
fn the_code_is_the_one_that_openssl_makes() {
    let of_body = "b3dbe35e0bcc555325bfd5d3c30cdc89081cead65900ee87733ae2164009f24a";
    let of_nothing = "b294e7caa5225875d0824b45d94ab665ca9c2ae0de283bcb2b16f7ec0798fab9";
    let with_nonce = "9b4bcf8d3390e715eab9f26c0ce36864ac8903fd44d0682a8a97afe4e9f872d2";
    assert!(right(None, of_body, BODY));
    assert!(right(None, of_nothing, b""));
    assert!(right(Some("order-17_b"), with_nonce, BODY));
    assert!(!right(None, of_body, br#"{"name":"acme"}"#));
    assert!(!right(None, with_nonce, BODY), "the nonce is part of what is signed");
    assert!(!right(Some("order-17_b"), of_body, BODY));
}

#[test]
fn every_bit_of_the_code_counts() {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(b"1795000000.");
    let code: [u8; 32] = mac.finalize().into_bytes().into();
    for bit in 0..256 {
        let mut code = code;
        code[bit / 8] ^= 1 << (bit % 8);
        assert!(!is_right(&SECRET.into(), &Signature { time: NOW, nonce: None, code }, b""), "bit {bit}");
    }
}

#[test]
fn a_signature_is_good_for_five_minutes_around_its_time() {
    let made = DateTime::from_timestamp(NOW, 0).unwrap();
    let after = |by: TimeDelta| is_fresh(made, made + by);
    assert!(after(TimeDelta::zero()) && after(TOLERANCE) && after(-TOLERANCE));
    assert!(!after(TOLERANCE + TimeDelta::microseconds(1)));
    assert!(!after(-TOLERANCE - TimeDelta::microseconds(1)));
    assert!(!is_fresh(DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC), "no time overflows");
}
