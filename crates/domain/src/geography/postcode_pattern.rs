//! Postcodes a rule applies to: one, all that begin alike, or a range of numbers.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// Characters a pattern may have at most, once folded.
const PATTERN_MAX: usize = 40;

/// The postcodes a tax rate or a shipping zone covers. Blanks, hyphens inside a postcode and the case
/// of letters make no difference, neither in the pattern nor in the postcode it is held against.
///
/// Three forms are understood: `SW1A 1AA` is that postcode alone, `SW1*` all that begin so, and
/// `90000-90999` all numbers from the first to the last, both included. A range compares the digits in
/// front, so that the ZIP+4 `90210-1234` lies in `90000-90999`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PostcodePattern(Form);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Form {
    Exact(String),
    Prefix(String),
    Range { first: String, last: String },
}

/// The text is no postcode, prefix or range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a postcode, a beginning such as SW1*, or a range such as 90000-90999")]
pub struct InvalidPostcodePattern;

impl PostcodePattern {
    /// Reads one of the three forms. A range needs two numbers of equally many digits, the smaller
    /// first; `12345-6789` is therefore one ZIP+4 code. A `*` stands only at the end, after something.
    pub fn parse(text: &str) -> Result<Self, InvalidPostcodePattern> {
        if text.chars().count() > PATTERN_MAX {
            return Err(InvalidPostcodePattern);
        }
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (first.trim(), last.trim());
            if is_number(first) && is_number(last) && first.len() == last.len() {
                let form = Form::Range { first: first.to_owned(), last: last.to_owned() };
                return if first <= last { Ok(Self(form)) } else { Err(InvalidPostcodePattern) };
            }
        }
        let (body, form): (_, fn(String) -> Form) = match text.trim().strip_suffix('*') {
            Some(beginning) => (beginning, Form::Prefix),
            None => (text, Form::Exact),
        };
        let folded = fold(body);
        if folded.is_empty() || !folded.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(InvalidPostcodePattern);
        }
        Ok(Self(form(folded)))
    }

    /// Whether the postcode is covered.
    pub fn matches(&self, postcode: &str) -> bool {
        let postcode = fold(postcode);
        match &self.0 {
            Form::Exact(one) => postcode == *one,
            Form::Prefix(beginning) => postcode.starts_with(beginning.as_str()),
            Form::Range { first, last } => postcode
                .get(..first.len())
                // Numbers of equal length compare as their digits do.
                .is_some_and(|front| is_number(front) && (first.as_str()..=last.as_str()).contains(&front)),
        }
    }

    /// How narrow the pattern is: an exact postcode before a longer beginning before a shorter one
    /// before a range. Larger is narrower.
    pub fn specificity(&self) -> usize {
        match &self.0 {
            Form::Exact(_) => usize::MAX,
            Form::Prefix(beginning) => beginning.len().saturating_add(1),
            Form::Range { .. } => 1,
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

impl FromStr for PostcodePattern {
    type Err = InvalidPostcodePattern;

    fn from_str(text: &str) -> Result<Self, InvalidPostcodePattern> {
        Self::parse(text)
    }
}

impl fmt::Display for PostcodePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Exact(one) => f.write_str(one),
            Form::Prefix(beginning) => write!(f, "{beginning}*"),
            Form::Range { first, last } => write!(f, "{first}-{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("SW1A 1AA", "sw1a1aa", true)]
    #[case("SW1A 1AA", "SW1A 1AB", false)]
    #[case("sw1*", "SW1A 1AA", true)]
    #[case("SW1*", "SW2 1AA", false)]
    #[case("90000-90999", "90000", true)]
    #[case("90000-90999", "90999", true)]
    #[case("90000-90999", "91000", false)]
    #[case("90000-90999", "89999", false)]
    #[case("90000-90999", "90210-1234", true)]
    #[case("90000-90999", "9021", false)]
    #[case("90000-90999", "9O210", false)]
    #[case("00100 - 00199", "00120", true)]
    #[case("12345-6789", "123456789", true)]
    #[case("12345-6789", "12345", false)]
    #[case("100-0001", "1000001", true)]
    #[case("1*", "ä", false)]
    fn a_pattern_covers_what_it_says(#[case] pattern: &str, #[case] postcode: &str, #[case] covered: bool) {
        assert_eq!(PostcodePattern::parse(pattern).unwrap().matches(postcode), covered);
    }

    #[rstest]
    #[case("")]
    #[case("*")]
    #[case(" * ")]
    #[case("S*1")]
    #[case("SW1**")]
    #[case("90999-90000")]
    #[case("É1")]
    #[case("1,2")]
    #[case("11111111111111111111111111111111111111111")]
    fn what_is_no_pattern_is_refused(#[case] text: &str) {
        assert_eq!(PostcodePattern::parse(text), Err(InvalidPostcodePattern));
    }

    #[test]
    fn the_written_form_reads_back_the_same() {
        for text in ["sw1a 1aa", "sw1*", "90000-90999", "12345-6789"] {
            let pattern = PostcodePattern::parse(text).unwrap();
            assert_eq!(PostcodePattern::parse(&pattern.to_string()), Ok(pattern), "{text}");
        }
    }

    #[test]
    fn narrower_patterns_are_more_specific() {
        let rank = |text: &str| PostcodePattern::parse(text).unwrap().specificity();
        assert!(rank("90210") > rank("9021*"));
        assert!(rank("9021*") > rank("9*"));
        assert!(rank("9*") > rank("90000-90999"));
    }
}
