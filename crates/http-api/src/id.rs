//! Ids inside bodies and queries.

use std::marker::PhantomData;

use domain::id::{Entity, Id};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use validator::{Validate, ValidationErrors};

/// The id of a thing, `cat_01HXY…`; the id of another kind of thing is refused. Documented as a text:
/// `#[schema(value_type = Option<String>, examples("cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]`.
///
/// ```
/// use domain::id::kind::CategoryId;
/// use http_api::id::IdText;
///
/// assert!(serde_json::from_str::<IdText<CategoryId>>(r#""cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E""#).is_ok());
/// assert!(serde_json::from_str::<IdText<CategoryId>>(r#""prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E""#).is_err());
/// ```
#[derive(Debug)]
pub struct IdText<T: Entity> {
    /// The id.
    pub id: Id<T>,
    kind: PhantomData<fn() -> T>,
}

// Written out because a derive would ask the same of `T`, which is only a marker.
impl<T: Entity> Clone for IdText<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Entity> Copy for IdText<T> {}

impl<'de, T: Entity> Deserialize<'de> for IdText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let id = text
            .parse()
            .map_err(|_| D::Error::custom(format_args!("must be an id that begins with {}_", T::PREFIX)))?;
        Ok(Self { id, kind: PhantomData })
    }
}

// Only so that faults can carry the value at fault.
impl<T: Entity> Serialize for IdText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.id)
    }
}

impl<T: Entity> Validate for IdText<T> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        // What was read is an id; whether there is such a thing is for the use case to say.
        Ok(())
    }
}
