//! E-mail addresses.

use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use thiserror::Error;

/// Characters an e-mail address may have at most (RFC 5321).
const EMAIL_MAX: usize = 254;
/// Characters the part before the `@` may have at most (RFC 5321).
const LOCAL_MAX: usize = 64;

/// An e-mail address, trimmed, the domain in lower case and the local part as it was written. Two
/// addresses that differ only in case are the same address.
#[derive(Debug, Clone)]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a valid e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// Reads an address of the plain form `name@domain.tld`. Quoted local parts and bare IP addresses
    /// are refused: no shopper has one, and much that looks like one is an attack.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let local_fits = !local.is_empty()
            && local.len() <= LOCAL_MAX
            && !local.split('.').any(str::is_empty)
            && local.chars().all(is_local_char);
        if text.len() > EMAIL_MAX || !local_fits || !is_domain(domain) {
            return Err(InvalidEmail);
        }
        Ok(Self(format!("{local}@{}", domain.to_lowercase())))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in lower case: what to look customers up by.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

fn is_local_char(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

/// Whether the text is a host name of at least two labels, the last one not a number.
pub(crate) fn is_domain(text: &str) -> bool {
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let last_is_name = text
        .rsplit('.')
        .next()
        .is_some_and(|last| last.chars().count() >= 2 && !last.chars().all(|c| c.is_ascii_digit()));
    text.contains('.') && text.split('.').all(label_fits) && last_is_name
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Email {}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        Self::parse(text)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(" Jane.Doe+shop@Example.COM ", "Jane.Doe+shop@example.com")]
    #[case("o'neil@mail.example.co.uk", "o'neil@mail.example.co.uk")]
    #[case("jürgen@straße.example", "jürgen@straße.example")]
    fn the_domain_is_folded_and_the_name_kept(#[case] text: &str, #[case] kept: &str) {
        assert_eq!(Email::parse(text).unwrap().as_str(), kept);
    }

    #[rstest]
    #[case("")]
    #[case("jane")]
    #[case("@example.com")]
    #[case("jane@")]
    #[case("jane@example")]
    #[case("jane@example.c")]
    #[case("jane@127.0.0.1")]
    #[case("jane@-example.com")]
    #[case("jane@example..com")]
    #[case(".jane@example.com")]
    #[case("ja..ne@example.com")]
    #[case("ja ne@example.com")]
    #[case("jane@evil@example.com")]
    #[case("jane@example.com\r\nBcc: all@example.com")]
    #[case("<jane@example.com>")]
    #[case("jane@exa\0mple.com")]
    fn what_is_no_address_is_refused(#[case] text: &str) {
        assert_eq!(Email::parse(text), Err(InvalidEmail));
    }

    #[test]
    fn addresses_have_a_greatest_length() {
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(64))).is_ok());
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(65))).is_err());
        let long = format!("a@{}com", "abcdefgh.".repeat(28));
        assert!(long.len() > EMAIL_MAX && Email::parse(&long).is_err());
    }

    #[test]
    fn case_does_not_make_another_customer() {
        let (one, other) =
            (Email::parse("Jane@example.com").unwrap(), Email::parse("jane@EXAMPLE.com").unwrap());
        assert_eq!(one, other);
        assert_eq!(one.key(), "jane@example.com");
        assert_ne!(one, Email::parse("june@example.com").unwrap());
    }
}
