//! Points in time as answers show them.

use std::fmt;

use chrono::{DateTime, Datelike as _, SecondsFormat, SubsecRound as _, Utc};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Unexpected, Visitor},
};
use utoipa::{
    __dev::ComposeSchema,
    ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, SchemaFormat, schema::Schema, schema::Type},
};

/// A point in time: ISO 8601, UTC, whole seconds, `2026-04-20T13:24:11Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp(pub DateTime<Utc>);

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(time: Timestamp) -> Self {
        time.0
    }
}

/// Taken with any offset and any fraction of a second, from 1970 to 9999; kept to the microsecond, as
/// databases do.
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TimestampVisitor)
    }
}

struct TimestampVisitor;

impl Visitor<'_> for TimestampVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as 2026-04-20T13:24:11Z")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        let time = DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
        time.filter(|time| (1970..=9999).contains(&time.year()))
            .map(|time| Timestamp(time.trunc_subsecs(6)))
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

// Written out so that documents show a string where it stands instead of a type of its own.
impl ComposeSchema for Timestamp {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-04-20T13:24:11Z"])
            .into()
    }
}

impl ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-12-31T23:59:59Z", "2026-12-31T23:59:59Z")]
    #[case("2026-12-31T23:59:59+02:00", "2026-12-31T21:59:59Z")]
    #[case("2300-01-01T00:00:00.123456789Z", "2300-01-01T00:00:00Z")]
    fn times_are_read_with_their_offset(#[case] written: &str, #[case] expected: &str) {
        let time: Timestamp = serde_json::from_value(written.into()).expect(written);
        assert_eq!(serde_json::to_value(time).unwrap(), expected);
    }

    #[rstest]
    #[case("2026-12-31")]
    #[case("2026-02-30T00:00:00Z")]
    #[case("2026-12-31T23:59:59")]
    #[case("0000-01-01T00:00:00Z")]
    #[case("tomorrow")]
    fn what_is_no_time_is_refused(#[case] written: &str) {
        let error = serde_json::from_value::<Timestamp>(written.into()).unwrap_err();
        assert!(error.to_string().contains("expected a time such as"), "{error}");
    }
}
