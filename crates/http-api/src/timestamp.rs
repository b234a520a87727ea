//! Points in time as answers show them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
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
