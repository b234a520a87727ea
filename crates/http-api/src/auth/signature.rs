//! `X-Cartwright-Signature`: what a request shows to prove that it holds the key's signing secret.

use actix_web::{HttpMessage as _, HttpRequest};
use application::{
    Core, Error,
    access::{
        Principal,
        signature::{self, Signature, refusal},
    },
};
use hex::FromHex as _;

use super::X_CARTWRIGHT_SIGNATURE;
use crate::raw_body::RawBody;

/// Characters of a nonce.
const NONCE_LEN: std::ops::RangeInclusive<usize> = 8..=64;
/// What a signature has to look like.
const FORM: &str = "X-Cartwright-Signature must read t=<seconds since 1970>,sha256=<64 hexadecimal digits>, \
                    and may have a nonce=<8 to 64 letters, digits, - and _> between.";

/// Lets a request pass whose key signs nothing, or that carries a good signature of its body.
pub(super) async fn admit(request: &HttpRequest, core: &Core, principal: &Principal) -> Result<(), Error> {
    let signs = principal.key().filter(|key| key.sealed_signing_secret.is_some());
    let Some(key) = signs else { return Ok(()) };
    let mut sent = request.headers().get_all(X_CARTWRIGHT_SIGNATURE);
    let missing = || refusal("This key signs its requests: send X-Cartwright-Signature.");
    let text = sent.next().ok_or_else(missing)?.to_str().map_err(|_| refusal(FORM))?;
    let parsed = parse(text).filter(|_| sent.next().is_none()).ok_or_else(|| refusal(FORM))?;
    let body = request.extensions().get::<RawBody>().map(|body| body.0.clone());
    let body = body.ok_or_else(|| Error::internal("the body of a signed request was not kept"))?;
    signature::accept(core, key, &parsed, &body).await
}

/// Reads the header; `None` when an element is missing, unknown, there twice, or out of form.
fn parse(text: &str) -> Option<Signature<'_>> {
    let (mut time, mut nonce, mut code) = (None, None, None);
    for element in text.split(',') {
        let (name, value) = element.trim_matches([' ', '\t']).split_once('=')?;
        let before = match name {
            "t" => time.replace(seconds(value)?).is_some(),
            "nonce" => nonce.replace(Some(value).filter(|value| is_nonce(value))?).is_some(),
            "sha256" => code.replace(<[u8; 32]>::from_hex(value).ok()?).is_some(),
            _ => return None,
        };
        if before {
            return None;
        }
    }
    Some(Signature { time: time?, nonce, code: code? })
}

/// Digits in the one way that a number is written, as the code is over them.
fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().filter(|seconds: &i64| *seconds >= 0 && seconds.to_string() == text)
}

fn is_nonce(text: &str) -> bool {
    NONCE_LEN.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const CODE: &str = "00ff10203040506070809aabbccddeeff0112233445566778899aabbccddeeff";

    #[test]
    fn the_elements_stand_in_any_order_and_digits_in_either_case() {
        let code = <[u8; 32]>::from_hex(CODE).unwrap();
        assert_eq!(code[..3], [0, 255, 16]);
        let signature = Signature { time: 1_795_000_000, nonce: None, code };
        assert_eq!(parse(&format!("t=1795000000,sha256={CODE}")), Some(signature));
        assert_eq!(parse(&format!("sha256={}, t=1795000000", CODE.to_uppercase())), Some(signature));
        let with_nonce = Signature { nonce: Some("order-17_b"), ..signature };
        assert_eq!(parse(&format!("t=1795000000,nonce=order-17_b,sha256={CODE}")), Some(with_nonce));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::no_time("sha256=CODE")]
    #[case::no_code("t=1795000000")]
    #[case::an_unknown_element("t=1795000000,v1=x,sha256=CODE")]
    #[case::two_times("t=1795000000,t=1795000001,sha256=CODE")]
    #[case::two_codes("t=1795000000,sha256=CODE,sha256=CODE")]
    #[case::no_value("t,sha256=CODE")]
    #[case::a_time_in_words("t=now,sha256=CODE")]
    #[case::a_time_with_a_sign("t=+1795000000,sha256=CODE")]
    #[case::a_time_before_1970("t=-1795000000,sha256=CODE")]
    #[case::a_time_written_otherwise("t=01795000000,sha256=CODE")]
    #[case::a_time_beyond_all("t=99999999999999999999,sha256=CODE")]
    #[case::a_short_nonce("t=1795000000,nonce=1234567,sha256=CODE")]
    #[case::a_long_nonce(
        "t=1795000000,nonce=12345678901234567890123456789012345678901234567890123456789012345,sha256=CODE"
    )]
    #[case::a_nonce_that_could_begin_a_body("t=1795000000,nonce={\"a\":123,sha256=CODE")]
    #[case::a_nonce_with_the_separator("t=1795000000,nonce=1234.5678,sha256=CODE")]
    #[case::a_short_code("t=1795000000,sha256=00ff")]
    #[case::a_long_code("t=1795000000,sha256=CODE00")]
    #[case::no_hexadecimal(
        "t=1795000000,sha256=zzff10203040506070809aabbccddeeff0112233445566778899aabbccddeeff"
    )]
    #[case::signs_instead_of_digits(
        "t=1795000000,sha256=+1ff10203040506070809aabbccddeeff0112233445566778899aabbccddeeff"
    )]
    fn what_is_out_of_form_is_no_signature(#[case] text: &str) {
        assert_eq!(parse(&text.replace("CODE", CODE)), None, "{text}");
    }
}
