//! Sparse answers: `fields=id,name` leaves the rest out, `expand[]=variants` puts something in.

use application::Error;
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{RefOr, schema::Schema},
};

use crate::query::Pairs;

/// A body that answers with one thing of a store.
pub trait Resource: Serialize + ToSchema {
    /// What `expand` can add to it. The handler looks with `expands(…)` and fills the field.
    const EXPAND: &'static [&'static str] = &[];
}

/// What a caller wants to see of a resource.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    fields: Option<Vec<String>>,
    expand: Vec<String>,
}

impl Selection {
    /// Takes `fields` and `expand` out of a query and checks them against what `B` has.
    pub(crate) fn take<B: Resource>(pairs: &mut Pairs) -> Result<Self, Error> {
        let fields = pairs.take("fields")?.map(|text| listed(&text));
        if let Some(fields) = &fields {
            let known = names::<B>();
            if let Some(unknown) = fields.iter().find(|name| !known.contains(name)) {
                return Err(Error::invalid(
                    "fields",
                    format!("{unknown:?} is not one of {}", known.join(", ")),
                ));
            }
        }
        let expand = pairs.take("expand")?.map(|text| listed(&text)).unwrap_or_default();
        match expand.iter().find(|name| !B::EXPAND.contains(&name.as_str())) {
            None => Ok(Self { fields, expand }),
            Some(unknown) if B::EXPAND.is_empty() => {
                Err(Error::invalid("expand", format!("{unknown:?} cannot be expanded here, nothing can")))
            }
            Some(unknown) => {
                Err(Error::invalid("expand", format!("{unknown:?} is not one of {}", B::EXPAND.join(", "))))
            }
        }
    }

    /// Whether the caller wants `name` expanded.
    pub fn expands(&self, name: &str) -> bool {
        self.expand.iter().any(|wanted| wanted == name)
    }

    /// The body with only the fields asked for, always with its `id`.
    pub(crate) fn apply<B: Serialize>(&self, body: &B) -> serde_json::Result<Value> {
        let mut value = serde_json::to_value(body)?;
        if let (Some(fields), Value::Object(entries)) = (&self.fields, &mut value) {
            entries.retain(|name, _| name == "id" || fields.contains(name) || self.expands(name));
        }
        Ok(value)
    }

    /// Whether bodies are answered as they are.
    pub(crate) const fn is_everything(&self) -> bool {
        self.fields.is_none()
    }
}

/// The names in a list; between two commas there has to be one.
fn listed(text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    text.split(',').map(|name| name.trim().to_owned()).collect()
}

/// The names of the fields that `B` answers with.
pub(crate) fn names<B: Resource>() -> Vec<String> {
    properties(&B::schema())
}

/// The names of a schema's top-level properties, in order of declaration or of the alphabet.
fn properties(schema: &RefOr<Schema>) -> Vec<String> {
    match schema {
        RefOr::T(Schema::Object(object)) => object.properties.keys().cloned().collect(),
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter().flat_map(properties).collect(),
        RefOr::T(_) | RefOr::Ref(_) => Vec::new(),
    }
}
