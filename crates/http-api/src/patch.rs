//! A field of a PATCH: left alone, emptied, or set.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    __dev::ComposeSchema,
    ToSchema,
    openapi::{RefOr, schema::Schema},
};
use validator::{Validate, ValidateLength, ValidateRange, ValidationErrors};

/// What a partial change says about one field. Needs `#[serde(default)]` on the field.
///
/// ```
/// use http_api::patch::Patch;
///
/// #[derive(serde::Deserialize)]
/// struct Change {
///     #[serde(default)]
///     description: Patch<String>,
/// }
///
/// let read = |text| serde_json::from_str::<Change>(text).unwrap().description;
/// assert_eq!(read("{}"), Patch::Absent);
/// assert_eq!(read(r#"{"description":null}"#), Patch::Null);
/// assert_eq!(read(r#"{"description":"Soy wax"}"#), Patch::Value("Soy wax".to_owned()));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Not mentioned: stays as it is.
    #[default]
    Absent,
    /// `null`: emptied.
    Null,
    /// Set to this.
    Value(T),
}

impl<T> Patch<T> {
    /// The value, if one is set.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The same with the value, if one is set, turned into something else.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(turn(value)),
        }
    }
}

/// For fields of a PATCH that can be changed but not emptied, where `null` is refused:
/// `#[serde(default, deserialize_with = "not_null")]` on an `Option<T>`.
pub fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T> From<Patch<T>> for application::Change<T> {
    fn from(patch: Patch<T>) -> Self {
        match patch {
            Patch::Absent => Self::Keep,
            Patch::Null => Self::Clear,
            Patch::Value(value) => Self::Set(value),
        }
    }
}

// Only so that faults can carry the value at fault; nothing answers with a `Patch`.
impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

// The hook of utoipa's derive for generic types: in a document this is an optional `T`.
impl<T: ComposeSchema> ComposeSchema for Patch<T> {
    fn compose(schemas: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        Option::<T>::compose(schemas)
    }
}

impl<T: ToSchema + ComposeSchema> ToSchema for Patch<T> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

// Limits hold for a value that is set; leaving alone and emptying have nothing to measure.

impl<T: Validate> Validate for Patch<T> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        self.value().map_or(Ok(()), Validate::validate)
    }
}

impl<T: ValidateLength<u64>> ValidateLength<u64> for Patch<T> {
    fn length(&self) -> Option<u64> {
        self.value().and_then(ValidateLength::length)
    }
}

impl<T: PartialOrd> ValidateRange<T> for Patch<T> {
    fn greater_than(&self, max: T) -> Option<bool> {
        self.value().map(|value| *value > max)
    }

    fn less_than(&self, min: T) -> Option<bool> {
        self.value().map(|value| *value < min)
    }
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;

    use super::*;
    use crate::body;

    #[derive(Debug, Default, Deserialize, Validate, ToSchema)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    struct Change {
        #[serde(default)]
        #[validate(length(min = 1, max = 5))]
        name: Patch<String>,
        #[serde(default)]
        #[validate(range(min = 1, max = 9))]
        weight: Patch<u32>,
    }

    #[test]
    fn limits_hold_for_values_only() {
        for fine in ["{}", r#"{"name":null,"weight":null}"#, r#"{"name":"abc","weight":9}"#] {
            assert!(body::parse::<Change>(fine.as_bytes()).is_ok(), "{fine}");
        }
        let error = body::parse::<Change>(br#"{"name":"","weight":10}"#).unwrap_err();
        assert_eq!(error.fields.keys().collect::<Vec<_>>(), ["name", "weight"]);
    }

    #[test]
    fn no_field_of_a_change_is_required() {
        let schema = serde_json::to_value(Change::schema()).unwrap();
        assert_eq!(schema["required"], serde_json::Value::Null);
    }
}
