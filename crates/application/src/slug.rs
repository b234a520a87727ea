//! Giving things a slug that no other has.

use domain::text::Slug;
use ports::RepoError;

use crate::{Error, ErrorCode, Result};

/// How many numbered variations of a slug are tried before giving up.
const ATTEMPTS: u32 = 20;

/// The slug for something new, and whether its owner chose it. A name without any letter that a slug
/// can hold (`!!!`) needs a chosen one.
pub(crate) fn for_new(name: &str, chosen: Option<&str>) -> Result<(Slug, bool)> {
    match chosen {
        Some(text) => Slug::parse(text)
            .map(|slug| (slug, true))
            .map_err(|error| Error::invalid("slug", error.to_string())),
        None if name.trim().is_empty() => Err(Error::invalid("name", "must not be empty")),
        None => Slug::from_name(name).map(|slug| (slug, false)).ok_or_else(|| {
            Error::invalid("slug", "cannot be made from this name; choose one of a-z, 0-9 and hyphens")
        }),
    }
}

/// One variation of a slug.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt(u32);

impl Attempt {
    /// The slug itself at first, then numbered from 2.
    pub(crate) fn of(self, base: &Slug) -> Slug {
        if self.0 == 1 { base.clone() } else { base.numbered(self.0) }
    }
}

/// The variations to try: a slug that its owner chose is taken as it is or not at all.
pub(crate) fn attempts(chosen: bool) -> impl Iterator<Item = Attempt> {
    (1..=if chosen { 1 } else { ATTEMPTS }).map(Attempt)
}

/// The slug is another's.
pub(crate) fn taken(slug: &Slug) -> Error {
    Error::new(ErrorCode::Duplicate, format!("The slug {slug} is taken.")).on_field("slug")
}

/// A storage error, told as a taken slug where it is one.
pub(crate) fn or_taken(error: RepoError, index: &str, slug: &Slug) -> Error {
    match error {
        RepoError::Conflict { constraint } if constraint == index => taken(slug),
        other => other.into(),
    }
}
