//! JSON columns by what they hold.

use sea_orm::{
    ColumnType, TryGetableFromJson,
    sea_query::{ArrayType, Nullable, Value, ValueType, ValueTypeErr},
    sqlx::{
        self, Decode, Postgres, Type,
        error::BoxDynError,
        postgres::{PgTypeInfo, PgValueRef},
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a JSON column holds. A row with another shape in it cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Document<T>(pub(crate) T);

impl<T: DeserializeOwned> TryGetableFromJson for Document<T> {}

impl<T> Type<Postgres> for Document<T> {
    fn type_info() -> PgTypeInfo {
        <sqlx::types::Json<T> as Type<Postgres>>::type_info()
    }

    fn compatible(known: &PgTypeInfo) -> bool {
        <sqlx::types::Json<T> as Type<Postgres>>::compatible(known)
    }
}

impl<'r, T: Deserialize<'r> + 'r> Decode<'r, Postgres> for Document<T> {
    fn decode(stored: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <sqlx::types::Json<T> as Decode<'r, Postgres>>::decode(stored)
            .map(|sqlx::types::Json(read)| Self(read))
    }
}

impl<T: Serialize> From<Document<T>> for Value {
    fn from(Document(content): Document<T>) -> Self {
        // Only maps whose keys are no texts cannot be written, and columns with null in them cannot be read.
        Self::Json(Some(Box::new(serde_json::to_value(content).unwrap_or_default())))
    }
}

impl<T: DeserializeOwned> ValueType for Document<T> {
    fn try_from(parameter: Value) -> Result<Self, ValueTypeErr> {
        match parameter {
            Value::Json(Some(content)) => serde_json::from_value(*content).map_err(|_| ValueTypeErr),
            _ => Err(ValueTypeErr),
        }
    }

    fn type_name() -> String {
        "Document".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::Json
    }

    fn column_type() -> ColumnType {
        ColumnType::JsonBinary
    }
}

impl<T> Nullable for Document<T> {
    fn null() -> Value {
        Value::Json(None)
    }
}

/// What a JSON column holds in rows that are written with every sale: made into the text that is sent, not into a tree of
/// values first. Only [`Text`](crate::rows::Text) tells Postgres that it is JSON; other statements would be refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Spelled<T>(pub(crate) T);

impl<T: Serialize> Spelled<T> {
    pub(crate) fn text(&self) -> String {
        // As above.
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

impl<T: DeserializeOwned> TryGetableFromJson for Spelled<T> {}

impl<T: Serialize> From<Spelled<T>> for Value {
    fn from(spelled: Spelled<T>) -> Self {
        Self::String(Some(spelled.text()))
    }
}

impl<T: DeserializeOwned> ValueType for Spelled<T> {
    fn try_from(parameter: Value) -> Result<Self, ValueTypeErr> {
        match parameter {
            Value::String(Some(content)) => serde_json::from_str(&content).map_err(|_| ValueTypeErr),
            _ => Err(ValueTypeErr),
        }
    }

    fn type_name() -> String {
        "Spelled".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::Json
    }

    fn column_type() -> ColumnType {
        ColumnType::JsonBinary
    }
}
