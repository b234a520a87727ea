//! Text the shop handles: enumerations with a written form, slugs, and limits on free text.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// Declares an enumeration whose variants have one written form, the same in the API and in storage.
///
/// Generates `ALL` (every variant in order of declaration), `as_str`, `parse` and `Display`.
///
/// ```
/// domain::text_enum! {
///     /// Where a parcel is.
///     pub enum Whereabouts {
///         /// Still in the shop.
///         InShop = "in_shop",
///         /// Handed to a carrier.
///         OnTheWay = "on_the_way",
///     }
/// }
/// assert_eq!(Whereabouts::parse("on_the_way"), Some(Whereabouts::OnTheWay));
/// assert_eq!(Whereabouts::InShop.to_string(), "in_shop");
/// ```
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every variant, in order of declaration.
            $vis const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The written form.
            $vis const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The variant with exactly this written form.
            $vis fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// Characters a slug may have at most.
pub const SLUG_MAX: usize = 100;

/// The readable part of an address: `linen-tote-bag`. Never empty; lower-case ASCII letters, digits
/// and single hyphens between them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// The text does not have the shape of a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be 1 to {SLUG_MAX} lower-case letters, digits and single hyphens between them")]
pub struct InvalidSlug;

impl Slug {
    /// Reads a slug exactly as written; nothing is trimmed or folded.
    pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let hyphens_join = !text.split('-').any(str::is_empty);
        if text.len() <= SLUG_MAX && plain && hyphens_join {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug)
        }
    }

    /// Makes a slug of a name: letters of other scripts are written in ASCII, everything else parts
    /// words. `None` when nothing of the name is left, as for a name of symbols only.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut folded = slug::slugify(name);
        folded.truncate(SLUG_MAX);
        Self::parse(folded.trim_matches('-')).ok()
    }

    /// The slug with `-number` at its end, shortened before it where needed. For finding a free slug.
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let room = SLUG_MAX.saturating_sub(suffix.len());
        let stem: String = self.0.chars().take(room).collect();
        Self(format!("{}{suffix}", stem.trim_end_matches('-')))
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        Self::parse(text)
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text cannot be kept. The messages complete the sentence "the field …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// Only white space, or nothing, where something is needed.
    #[error("must not be empty")]
    Blank,
    /// More characters than the field holds.
    #[error("must be at most {max} characters")]
    TooLong {
        /// The most characters (not bytes) allowed.
        max: usize,
    },
    /// A NUL character, which no database text can hold.
    #[error("must not contain NUL characters")]
    Nul,
    /// A control character other than a line break or a tab.
    #[error("must not contain control characters")]
    Control,
}

/// Checks a text that may be empty: at most `max` characters, no NUL, no control characters except
/// line breaks and tabs.
pub fn check_optional_text(text: &str, max: usize) -> Result<(), TextError> {
    if text.contains('\0') {
        return Err(TextError::Nul);
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(TextError::Control);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    Ok(())
}

/// Checks a text that must say something; otherwise as [`check_optional_text`].
pub fn check_text(text: &str, max: usize) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Blank);
    }
    check_optional_text(text, max)
}

/// One thing wrong with one field of something a caller wants to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field as the API spells it, `options.0.name`.
    pub field: String,
    /// What is wrong, for a person: "must not be empty".
    pub message: String,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, message: impl fmt::Display) -> Self {
        Self { field: field.into(), message: message.to_string() }
    }
}

/// Gathers faults, so that a caller learns of all of them at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault of `field`.
    pub fn add(&mut self, field: impl Into<String>, message: impl fmt::Display) {
        self.0.push(Fault::new(field, message));
    }

    /// Adds a fault of `field` unless `holds`.
    pub fn require(&mut self, holds: bool, field: &str, message: impl fmt::Display) {
        if !holds {
            self.add(field, message);
        }
    }

    /// Adds the error of a check, if it failed.
    pub fn check<E: fmt::Display>(&mut self, field: &str, outcome: Result<(), E>) {
        if let Err(error) = outcome {
            self.add(field, error);
        }
    }

    /// Checks a text that must say something.
    pub fn text(&mut self, field: &str, text: &str, max: usize) {
        self.check(field, check_text(text, max));
    }

    /// Checks a text that may be missing or empty.
    pub fn optional_text(&mut self, field: &str, text: Option<&str>, max: usize) {
        self.check(field, text.map_or(Ok(()), |given| check_optional_text(given, max)));
    }

    /// What was gathered, in the order it was found.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }
}

#[cfg(test)]
mod tests;
