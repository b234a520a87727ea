//! Entity tags: what a client holds, compared with what there is.
//!
//! A tag is `"{id}.{version}.{digest}"`. Conditional writes compare id and version, so that it does not
//! matter in which language or with which fields the client read; conditional reads compare all of it.

use std::{
    fmt::{self, Display},
    future::{Ready, ready},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH},
};
use application::{Error, ErrorCode};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{error::ApiError, openapi::parameter};

/// The tag of one representation of one version of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// The tag of `body`, the encoded answer that shows `version` of the thing `id`.
    pub fn new(id: impl Display, version: impl Display, body: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Self(format!("{id}.{version}.{:08x}", hasher.finish() & 0xffff_ffff))
    }

    /// Whether a caller who sent this `If-None-Match` holds this representation already.
    pub(crate) fn is_held(&self, request: &HttpRequest) -> bool {
        let held = listed(request, &IF_NONE_MATCH);
        held.iter().any(|tag| tag == "*" || *tag == self.0)
    }
}

/// As in the header, with its quotes.
impl Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// The condition of a PUT, PATCH or DELETE: which version the caller means to change. Without the header
/// anything goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IfMatch(Vec<String>);

impl IfMatch {
    /// The version that the write must find, to be handed to the use case; `None` when any will do.
    ///
    /// # Errors
    /// `stale_version` when the header names no version of any single thing.
    pub fn version<V: std::str::FromStr>(&self) -> Result<Option<V>, ApiError> {
        match self.0.as_slice() {
            [] => Ok(None),
            [any] if any == "*" => Ok(None),
            [tag] => parts(tag).and_then(|(_, version)| version.parse().ok()).map(Some).ok_or_else(stale),
            _ => Err(stale()),
        }
    }

    /// Compares with a thing that was just read.
    pub fn check(&self, id: impl Display, version: impl Display) -> Result<(), ApiError> {
        let (id, version) = (id.to_string(), version.to_string());
        let current = |tag: &String| tag == "*" || parts(tag) == Some((id.as_str(), version.as_str()));
        if self.0.is_empty() || self.0.iter().any(current) { Ok(()) } else { Err(stale()) }
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(listed(request, &IF_MATCH))))
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![parameter::header("If-Match", "Only if the thing is still as the `ETag` given here says.")]
    }
}

fn stale() -> ApiError {
    Error::new(ErrorCode::Stale, "This was changed since you read it; read it again.").into()
}

fn parts(tag: &str) -> Option<(&str, &str)> {
    let (id, rest) = tag.split_once('.')?;
    Some((id, rest.split_once('.').map_or(rest, |(version, _)| version)))
}

/// The tags of a header without quotes, weakness and what proxies append when they compress.
fn listed(request: &HttpRequest, name: &HeaderName) -> Vec<String> {
    request
        .headers()
        .get_all(name)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| {
            let tag = tag.trim();
            let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
            ["-gzip", "-br", "--gzip"].iter().find_map(|end| tag.strip_suffix(end)).unwrap_or(tag).to_owned()
        })
        .filter(|tag| !tag.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;

    use super::*;

    fn if_match(header: &str) -> IfMatch {
        IfMatch(listed(
            &TestRequest::default().insert_header((IF_MATCH, header)).to_http_request(),
            &IF_MATCH,
        ))
    }

    #[rstest]
    #[case("\"prod_1.12.{d}\"", true)]
    #[case("W/\"prod_1.12.{d}\"", true)]
    #[case("\"prod_1.12.{d}-gzip\"", true)]
    #[case("\"other\", \"prod_1.12.{d}\"", true)]
    #[case("*", true)]
    #[case("\"prod_1.12.00000000\"", false)]
    #[case("\"prod_1.11.{d}\"", false)]
    #[case("\"\"", false)]
    fn only_the_same_representation_is_held(#[case] header: &str, #[case] expected: bool) {
        let tag = ETag::new("prod_1", 12, b"body");
        let digest = tag.0.rsplit('.').next().unwrap().to_owned();
        let request = TestRequest::default().insert_header((IF_NONE_MATCH, header.replace("{d}", &digest)));
        assert_eq!(tag.is_held(&request.to_http_request()), expected);
    }

    #[rstest]
    #[case("\"prod_1.12.abcdef01\"", true)]
    #[case("W/\"prod_1.12.ffffffff-gzip\"", true)]
    #[case("\"prod_1.11.abcdef01\"", false)]
    #[case("\"prod_2.12.abcdef01\"", false)]
    #[case("\"garbage\"", false)]
    #[case("*", true)]
    #[case("\"x\", \"prod_1.12.a\"", true)]
    fn a_write_needs_the_version_it_names(#[case] header: &str, #[case] passes: bool) {
        assert_eq!(if_match(header).check("prod_1", 12).is_ok(), passes);
    }

    #[test]
    fn the_version_is_read_for_the_use_case() {
        assert_eq!(if_match("\"prod_1.12.abcdef01\"").version::<u64>().unwrap(), Some(12));
        assert_eq!(if_match("*").version::<u64>().unwrap(), None);
        assert_eq!(IfMatch::default().version::<u64>().unwrap(), None);
        assert_eq!(if_match("\"garbage\"").version::<u64>().unwrap_err().code(), ErrorCode::Stale);
    }
}
