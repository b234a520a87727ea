//! Entity tags: what a client holds, compared with what there is.
//!
//! A tag is `"{id}.{version}.{digest}"`. Conditional writes compare id and version, so that it does not
//! matter in which language or with which fields the client read; conditional reads compare all of it.

use std::{
    fmt::{self, Display},
    future::{Ready, ready},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    str::FromStr,
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH},
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

    /// The tag in a header of ours.
    pub(crate) fn read(header: &HeaderValue) -> Option<Self> {
        let tag = header.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?;
        Some(Self(tag.to_owned()))
    }

    /// Whether a caller who sent this `If-None-Match` holds this representation already.
    pub(crate) fn is_held(&self, request: &HttpRequest) -> bool {
        self.is_among(&listed(request, &IF_NONE_MATCH))
    }

    /// The same of what was read off that header.
    pub(crate) fn is_among(&self, held: &[String]) -> bool {
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
pub struct IfMatch {
    /// The tags; `None` when the header was not sent.
    tags: Option<Vec<String>>,
    /// Ids that stand in the path.
    named: Vec<String>,
}

impl IfMatch {
    /// The version that the write must find, to be handed to the use case; `None` when any will do. Versions only
    /// rise, so of several that are named the highest is the only one that can still be found.
    ///
    /// # Errors
    /// `stale_version` when the header names no version of the thing that the path names, `malformed_request` when
    /// it is empty.
    pub fn version<V: FromStr + Ord>(&self) -> Result<Option<V>, ApiError> {
        let Some(tags) = &self.tags else { return Ok(None) };
        if tags.is_empty() {
            return Err(Error::new(ErrorCode::MalformedRequest, "If-Match must name a tag.").into());
        }
        if tags.iter().any(|tag| tag == "*") {
            return Ok(None);
        }
        let meant = tags.iter().filter_map(|tag| parts(tag)).filter(|(id, _)| self.may_mean(id));
        let version = meant.filter_map(|(_, version)| version.parse().ok()).max();
        version.map(Some).ok_or_else(stale)
    }

    /// Of things of one kind only the one in the path is meant. What is named otherwise, by a slug or as the only
    /// one, is known by its version alone.
    fn may_mean(&self, id: &str) -> bool {
        let kind = |id: &str| id.split_once('_').map(|(kind, _)| kind.to_owned());
        let mut of_kind = self.named.iter().filter(|named| kind(named) == kind(id)).peekable();
        of_kind.peek().is_none() || of_kind.any(|named| named == id)
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sent = request.headers().contains_key(IF_MATCH);
        let named = request.match_info().iter().map(|(_, value)| value).filter(|value| is_id(value));
        ready(Ok(Self {
            tags: sent.then(|| listed(request, &IF_MATCH)),
            named: named.map(str::to_owned).collect(),
        }))
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

/// Whether a part of a path is an id, such as `prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E`, rather than a name.
fn is_id(text: &str) -> bool {
    let ulid =
        |text: &str| text.len() == 26 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    text.split_once('_').is_some_and(|(_, rest)| ulid(rest))
}

fn parts(tag: &str) -> Option<(&str, &str)> {
    let (id, rest) = tag.split_once('.')?;
    Some((id, rest.split_once('.').map_or(rest, |(version, _)| version)))
}

/// The tags of a header without quotes, weakness and what proxies append when they compress.
pub(crate) fn listed(request: &HttpRequest, name: &HeaderName) -> Vec<String> {
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
        let request = TestRequest::default()
            .param("product", "prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E")
            .insert_header((IF_MATCH, header.replace("prod_1", "prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E")))
            .to_http_request();
        IfMatch::from_request(&request, &mut Payload::None).into_inner().unwrap()
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
    #[case("\"prod_1.12.abcdef01\"", Ok(12))]
    #[case("W/\"prod_1.12.ffffffff-gzip\"", Ok(12))]
    #[case("\"x\", \"prod_1.12.a\"", Ok(12))]
    #[case("\"prod_1.12.a\", \"prod_1.11.a\"", Ok(12))]
    #[case("*", Err("any"))]
    #[case("\"prod_2.12.abcdef01\"", Err("stale_version"))]
    #[case("\"cart_1.12.abcdef01\"", Ok(12))]
    #[case("\"garbage\"", Err("stale_version"))]
    #[case("", Err("malformed_request"))]
    fn a_write_needs_the_version_it_names(#[case] header: &str, #[case] version: Result<u64, &str>) {
        let found = if_match(header).version::<u64>().map_err(|refusal| refusal.code().as_str());
        assert_eq!(found.and_then(|version| version.ok_or("any")), version);
    }

    #[test]
    fn what_goes_by_a_name_is_known_by_its_version() {
        let named = TestRequest::default()
            .param("product", "mug")
            .insert_header((IF_MATCH, "\"prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E.12.abcdef01\""))
            .to_http_request();
        let condition = IfMatch::from_request(&named, &mut Payload::None).into_inner().unwrap();
        assert_eq!(condition.version::<u64>().unwrap(), Some(12));
        assert_eq!(IfMatch::default().version::<u64>().unwrap(), None);
        assert_eq!(if_match("\"garbage\"").version::<u64>().unwrap_err().code(), ErrorCode::Stale);
    }
}
