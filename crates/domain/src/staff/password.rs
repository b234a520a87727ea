//! What a password must be.

use crate::{address::Email, text::Fault};

/// Fewest characters of a password.
pub const MIN: usize = 10;
/// Most characters of a password: enough for any phrase, and little work to hash.
pub const MAX: usize = 128;

/// What is wrong with `password` as the password of whoever has `email`, as the API's field `field`.
pub fn check(field: &str, password: &str, email: &Email) -> Option<Fault> {
    let length = password.chars().count();
    let address = email.key();
    let local = address.split('@').next().unwrap_or_default();
    let folded = password.to_lowercase();
    if !(MIN..=MAX).contains(&length) {
        return Some(Fault::new(field, format_args!("must have {MIN} to {MAX} characters")));
    }
    if folded == address || folded == local {
        return Some(Fault::new(field, "must not be the e-mail address"));
    }
    let mut characters = password.chars();
    let first = characters.next();
    if characters.all(|next| Some(next) == first) {
        return Some(Fault::new(field, "must not be one character repeated"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(password: &str) -> Option<String> {
        let email = Email::parse("Josephine@example.com").unwrap();
        check("password", password, &email).map(|fault| fault.message)
    }

    #[test]
    fn length_counts_characters_and_has_both_ends() {
        assert!(fault("ninechars").is_some());
        assert!(fault("ten chars!").is_none());
        assert!(fault("pässwörter").is_none());
        assert!(fault(&"ab".repeat(64)).is_none());
        assert!(fault(&format!("{}c", "ab".repeat(64))).is_some());
        assert!(fault("").is_some());
    }

    #[test]
    fn the_address_and_a_single_character_are_no_passwords() {
        assert!(fault("josephine@EXAMPLE.com").is_some());
        assert!(
            Email::parse("josephine.b@example.com")
                .is_ok_and(|email| { check("password", "Josephine.B", &email).is_some() })
        );
        assert!(fault("aaaaaaaaaaaa").is_some());
        assert!(fault("correct horse").is_none());
    }
}
