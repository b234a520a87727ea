//! What callers show: keys and tokens as they stand in a request, before anybody asks whose they are.

use actix_web::{
    HttpRequest,
    http::header::{AUTHORIZATION, HeaderName, HeaderValue},
};
use application::{Error, ErrorCode};

/// Another place for a secret key, for clients that cannot set `Authorization`.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// The capability to a cart.
const X_CART_TOKEN: HeaderName = HeaderName::from_static("x-cart-token");
/// Characters a cart token may have.
const CART_TOKEN_LEN: std::ops::RangeInclusive<usize> = 8..=200;

/// The one header of this name. Sent twice, it could mean one thing to a proxy and another one here.
pub(crate) fn only<'a>(
    request: &'a HttpRequest,
    name: &HeaderName,
    refusal: fn(&str) -> Error,
) -> Result<Option<&'a HeaderValue>, Error> {
    let mut sent = request.headers().get_all(name);
    let first = sent.next();
    if sent.next().is_some() {
        return Err(refusal(&format!("The header {name} was sent more than once.")));
    }
    Ok(first)
}

/// The secret key of a request; sending two different ones is refused rather than guessed about.
pub(super) fn secret_key(request: &HttpRequest) -> Result<Option<&str>, Error> {
    let header = match only(request, &X_API_KEY, invalid_key)? {
        Some(value) => Some(value.to_str().map_err(|_| invalid_key("The API key is not valid."))?),
        None => None,
    };
    match (bearer(request)?, header) {
        (Some(bearer), Some(header)) if bearer != header => {
            Err(invalid_key("Authorization and x-api-key carry different keys."))
        }
        (bearer, header) => Ok(bearer.or(header)),
    }
}

/// What `Authorization` bears.
pub(super) fn bearer(request: &HttpRequest) -> Result<Option<&str>, Error> {
    let Some(value) = only(request, &AUTHORIZATION, invalid_key)? else { return Ok(None) };
    let expected = || invalid_key("Authorization must read Bearer and the key.");
    let (scheme, key) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(expected)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(key.trim())) } else { Err(expected()) }
}

pub(crate) fn malformed(message: &str) -> Error {
    Error::new(ErrorCode::MalformedRequest, message)
}

pub(super) fn invalid_key(message: &str) -> Error {
    Error::new(ErrorCode::InvalidApiKey, message)
}

pub(super) fn cart_token(request: &HttpRequest) -> Result<&str, Error> {
    cart_token_if_sent(request)?.ok_or_else(|| token_refusal("Send the cart's token as X-Cart-Token."))
}

/// The cart token of a request that can do without; one that is sent has to be in its form.
pub(crate) fn cart_token_if_sent(request: &HttpRequest) -> Result<Option<&str>, Error> {
    let Some(value) = only(request, &X_CART_TOKEN, token_refusal)? else { return Ok(None) };
    let token = value
        .to_str()
        .ok()
        .filter(|token| CART_TOKEN_LEN.contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic()));
    token
        .map(Some)
        .ok_or_else(|| token_refusal("X-Cart-Token must be 8 to 200 visible characters without spaces."))
}

fn token_refusal(message: &str) -> Error {
    Error::new(ErrorCode::CartTokenRequired, message)
}
