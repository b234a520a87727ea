//! What is written down of a thing: its fields, by the names the API gives them.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{
    id::{Entity, Id},
    money::Money,
};

/// How a secret is written that is there.
const SET: &str = "set";
/// How a secret is written that took the place of another one.
const CHANGED: &str = "changed";

/// The value of a field.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing there.
    Nothing,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Int(i64),
    /// Words, an id, a time, a written enumeration.
    Text(String),
    /// Several values.
    List(Vec<Value>),
    /// Several named values: an amount with its currency, an item of a list.
    Group(Vec<(String, Value)>),
    /// A secret, kept only until [`differences`] has told whether it changed; it is never written.
    Secret(String),
}

/// Secrets stay out of messages too.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Bool(flag) => flag.fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Group(fields) => {
                f.debug_map().entries(fields.iter().map(|(name, value)| (name, value))).finish()
            }
            Self::Secret(_) => f.write_str("secret"),
        }
    }
}

impl Value {
    /// Several values, in their order.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// A secret, known by anything that differs when the secret does: its sealed form, its hash.
    pub fn secret(fingerprint: Option<&str>) -> Self {
        fingerprint.map_or(Self::Nothing, |text| Self::Secret(text.to_owned()))
    }

    /// The same with a mark in place of a secret.
    fn masked(self, mark: &str) -> Self {
        if matches!(self, Self::Secret(_)) { Self::from(mark) } else { self }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u64> for Value {
    /// A number beyond what an integer of JSON can hold stands as text.
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self::Text(number.to_string()), Self::Int)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Text(at.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl From<Money> for Value {
    fn from(amount: Money) -> Self {
        Self::Group(vec![
            ("amount".to_owned(), amount.minor().into()),
            ("currency".to_owned(), amount.currency().code().into()),
        ])
    }
}

impl<T: Entity> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Self::Text(id.to_string())
    }
}

impl From<Facts> for Value {
    fn from(facts: Facts) -> Self {
        Self::Group(facts.0)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

/// The fields of a thing, each under its path in the API: `name`, `sale.price`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts(Vec<(String, Value)>);

impl Facts {
    /// Adds a field.
    #[must_use]
    pub fn with(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.0.push((path.to_owned(), value.into()));
        self
    }

    /// Adds the fields of a part under its name: `sale` and `price` become `sale.price`.
    #[must_use]
    pub fn with_part(mut self, name: &str, part: Self) -> Self {
        self.0.extend(part.0.into_iter().map(|(path, value)| (format!("{name}.{path}"), value)));
        self
    }

    /// Adds the entries of a map under its name.
    #[must_use]
    pub fn with_map(self, name: &str, map: &BTreeMap<String, String>) -> Self {
        self.with_part(name, Self(map.iter().map(|(key, value)| (key.clone(), value.into())).collect()))
    }

    /// Every field with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(path, value)| (path.as_str(), value))
    }

    /// The value of a field; nothing where there is no such field.
    pub fn get(&self, path: &str) -> &Value {
        self.0.iter().find(|(known, _)| known == path).map_or(&Value::Nothing, |(_, value)| value)
    }
}

impl FromIterator<(String, Value)> for Facts {
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(fields: T) -> Self {
        Self(fields.into_iter().collect())
    }
}

/// What to write down of a change: the fields that differ, and of something that was made or is gone
/// those that hold anything. Secrets are masked: where there is one, `set` stands for it, or `changed`
/// where it took the place of another.
pub fn differences(before: Option<Facts>, after: Option<Facts>) -> (Option<Facts>, Option<Facts>) {
    match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = between(&before, &after);
            (Some(before), Some(after))
        }
        (before, after) => (before.map(whole), after.map(whole)),
    }
}

fn whole(facts: Facts) -> Facts {
    facts
        .0
        .into_iter()
        .filter(|(_, value)| *value != Value::Nothing)
        .map(|(path, value)| (path, value.masked(SET)))
        .collect()
}

fn between(before: &Facts, after: &Facts) -> (Facts, Facts) {
    let gone = before.0.iter().filter(|(path, _)| !after.0.iter().any(|(known, _)| known == path));
    let mut earlier = Facts::default();
    let mut later = Facts::default();
    for (path, _) in after.0.iter().chain(gone) {
        let (was, is) = (before.get(path), after.get(path));
        if was == is {
            continue;
        }
        let replaced = matches!((was, is), (Value::Secret(_), Value::Secret(_)));
        earlier = earlier.with(path, was.clone().masked(SET));
        later = later.with(path, is.clone().masked(if replaced { CHANGED } else { SET }));
    }
    (earlier, later)
}
