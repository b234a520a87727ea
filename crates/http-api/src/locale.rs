//! Which language to phrase and format an answer for.

use actix_web::{HttpRequest, http::header::ACCEPT_LANGUAGE};
use icu_locale_core::{LanguageIdentifier, subtags::Variants};

/// Languages that money can be formatted in with their own conventions. Asking for another one gives
/// the store's default.
const LANGUAGES: &[&str] = &[
    "af", "am", "ar", "as", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es",
    "et", "eu", "fa", "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it",
    "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "nb",
    "ne", "nl", "nn", "no", "or", "pa", "pl", "ps", "pt", "ro", "ru", "sd", "si", "sk", "sl", "sq", "sr",
    "sv", "sw", "ta", "te", "th", "tk", "tr", "uk", "ur", "uz", "vi", "yo", "zh", "zu",
];
/// Longer headers are not a person's preferences.
const HEADER_MAX: usize = 500;

/// The caller's first choice that we can serve, as a canonical language tag; `default` otherwise.
pub fn of_request(request: &HttpRequest, default: &str) -> String {
    request
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(negotiate)
        .unwrap_or_else(|| default.to_owned())
}

/// The best of an `Accept-Language` header.
fn negotiate(header: &str) -> Option<String> {
    if header.len() > HEADER_MAX {
        return None;
    }
    accept_language::parse_with_quality(header)
        .into_iter()
        .filter(|(_, quality)| *quality > 0.0)
        .find_map(|(tag, _)| canonical(&tag))
}

fn canonical(tag: &str) -> Option<String> {
    let mut known = LanguageIdentifier::try_from_str(tag).ok()?;
    known.variants = Variants::new();
    LANGUAGES.contains(&known.language.as_str()).then(|| known.to_string())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("fr", Some("fr"))]
    #[case("fr-ca", Some("fr-CA"))]
    #[case("en;q=0.3, de-CH;q=0.9, fr;q=0.5", Some("de-CH"))]
    #[case("tlh, de;q=0.5", Some("de"))]
    #[case("zh-hant-tw", Some("zh-Hant-TW"))]
    #[case("en;q=0, fr;q=0.1", Some("fr"))]
    #[case("de-1996", Some("de"))]
    #[case("*", None)]
    #[case("", None)]
    #[case("tlh", None)]
    #[case("en-", None)]
    #[case("../../etc", None)]
    fn the_best_served_choice_wins(#[case] header: &str, #[case] expected: Option<&str>) {
        assert_eq!(negotiate(header).as_deref(), expected);
    }

    #[test]
    fn a_header_without_end_is_not_read() {
        assert_eq!(negotiate(&"fr,".repeat(1000)), None);
    }
}
