//! Requests against the parameters that Stripe publishes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::form::{Field, Form};

/// Made by `fixtures/derive_stripe_schema.py` from Stripe's OpenAPI document.
const FIXTURE: &str = include_str!("../../fixtures/stripe-schema.json");

/// Every operation that is known, by verb and path with placeholders.
pub(super) struct Schema(BTreeMap<String, Node>);

/// What a parameter may hold.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Node {
    Any {
        #[serde(rename = "anyOf")]
        any_of: Vec<Node>,
    },
    Typed(Box<Typed>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    r#type: String,
    r#enum: Option<Vec<String>>,
    #[serde(rename = "maxLength")]
    max_length: Option<usize>,
    items: Option<Node>,
    #[serde(default)]
    properties: BTreeMap<String, Node>,
    #[serde(default)]
    required: Vec<String>,
    additional: Option<Node>,
}

/// A parameter that Stripe would not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) param: String,
    pub(super) code: &'static str,
}

impl Schema {
    pub(super) fn published() -> Self {
        Self(serde_json::from_str(FIXTURE).expect("the fixture is what the script beside it writes"))
    }

    /// The first fault of a request; `None` when Stripe would read it.
    pub(super) fn fault(&self, operation: &str, form: &Form) -> Option<Fault> {
        let node = self.0.get(operation).unwrap_or_else(|| panic!("{operation} is not in the fixture"));
        check(node, &Field::Nested(form.clone()), "").err()
    }
}

fn check(node: &Node, field: &Field, at: &str) -> Result<(), Fault> {
    match node {
        Node::Any { any_of } => {
            let first = Err(fault(at, "parameter_invalid"));
            any_of.iter().map(|choice| check(choice, field, at)).find(Result::is_ok).unwrap_or(first)
        }
        Node::Typed(typed) => match (typed.r#type.as_str(), field) {
            ("object", Field::Nested(inner)) => check_object(typed, inner, at),
            ("array", Field::Nested(inner)) => {
                let items = typed.items.as_ref().expect("a list says of what");
                inner.iter().try_for_each(|(index, item)| check(items, item, &within(at, index)))
            }
            (_, Field::Text(text)) => check_text(typed, text, at),
            _ => Err(fault(at, "parameter_invalid_type")),
        },
    }
}

fn check_object(typed: &Typed, inner: &Form, at: &str) -> Result<(), Fault> {
    if let Some(missing) = typed.required.iter().find(|name| !inner.contains_key(*name)) {
        return Err(fault(&within(at, missing), "parameter_missing"));
    }
    inner.iter().try_for_each(|(name, field)| {
        let known = typed.properties.get(name).or(typed.additional.as_ref());
        let known = known.ok_or_else(|| fault(&within(at, name), "parameter_unknown"))?;
        check(known, field, &within(at, name))
    })
}

fn check_text(typed: &Typed, text: &str, at: &str) -> Result<(), Fault> {
    let (held, code) = match typed.r#type.as_str() {
        "integer" => (text.parse::<i64>().is_ok(), "parameter_invalid_integer"),
        "boolean" => (matches!(text, "true" | "false"), "parameter_invalid_boolean"),
        "string" => (true, ""),
        _ => (false, "parameter_invalid_type"),
    };
    if !held {
        return Err(fault(at, code));
    }
    if typed.r#enum.as_ref().is_some_and(|known| !known.iter().any(|value| value == text)) {
        return Err(fault(at, "parameter_invalid_enum"));
    }
    if typed.max_length.is_some_and(|most| text.chars().count() > most) {
        return Err(fault(at, "parameter_invalid_string_length"));
    }
    Ok(())
}

fn within(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}[{name}]") }
}

fn fault(param: &str, code: &'static str) -> Fault {
    Fault { param: param.to_owned(), code }
}

#[cfg(test)]
mod tests {
    use super::{super::form::parse, *};

    fn code(operation: &str, body: &str) -> Option<(String, &'static str)> {
        let form = parse(body.as_bytes()).unwrap();
        Schema::published().fault(operation, &form).map(|fault| (fault.param, fault.code))
    }

    #[test]
    fn faults_are_found_at_any_depth() {
        let create = "POST /v1/payment_intents";
        let base = "amount=100&currency=gbp";
        assert_eq!(
            code(create, &format!("{base}&confirm=true&metadata[a]=b&payment_method_types[]=card")),
            None
        );
        for (extra, param, expected) in [
            ("colour=red", "colour", "parameter_unknown"),
            ("confirm=yes", "confirm", "parameter_invalid_boolean"),
            ("confirm[x]=true", "confirm", "parameter_invalid_type"),
            ("metadata=x", "metadata", "parameter_invalid_type"),
            ("metadata[a][b]=x", "metadata[a]", "parameter_invalid_type"),
            ("capture_method=later", "capture_method", "parameter_invalid_enum"),
            ("automatic_payment_methods[x]=1", "automatic_payment_methods[enabled]", "parameter_missing"),
            (
                "automatic_payment_methods[enabled]=true&automatic_payment_methods[x]=1",
                "automatic_payment_methods[x]",
                "parameter_unknown",
            ),
            (
                "statement_descriptor=12345678901234567890123",
                "statement_descriptor",
                "parameter_invalid_string_length",
            ),
            ("off_session=sometimes", "off_session", "parameter_invalid"),
        ] {
            let found = code(create, &format!("{base}&{extra}"));
            assert_eq!(found, Some((param.to_owned(), expected)), "{extra}");
        }
        assert_eq!(code(create, "currency=gbp"), Some(("amount".to_owned(), "parameter_missing")));
        assert_eq!(
            code(create, "currency=gbp&amount=1.5"),
            Some(("amount".to_owned(), "parameter_invalid_integer"))
        );
        assert_eq!(code(create, &format!("{base}&off_session=one_off")), None);
    }
}
