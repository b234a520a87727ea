//! Faults of `validator`, flattened to the paths of the API.

use std::borrow::Cow;

use application::Error;
use serde_json::Value;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

/// Runs the declared checks of a body.
pub(crate) fn check<T: validator::Validate>(value: &T) -> Result<(), Error> {
    match value.validate() {
        Ok(()) => Ok(()),
        Err(errors) => {
            let mut faults = Vec::new();
            flatten("", &errors, &mut faults);
            // The errors come from a hash map; answers should not change from run to run.
            faults.sort();
            Error::from_faults(faults).map_or(Ok(()), Err)
        }
    }
}

fn flatten(parent: &str, errors: &ValidationErrors, faults: &mut Vec<(String, String)>) {
    for (name, kind) in errors.errors() {
        let path = match (parent, camel_case(name)) {
            // `#[validate(schema(…))]` speaks about the whole object.
            (_, name) if name == "__all__" => parent.to_owned(),
            ("", name) => name,
            (parent, name) => format!("{parent}.{name}"),
        };
        match kind {
            ValidationErrorsKind::Struct(inner) => flatten(&path, inner, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    flatten(&format!("{path}.{index}"), inner, faults);
                }
            }
            ValidationErrorsKind::Field(list) => {
                faults.extend(list.iter().map(|error| (path.clone(), message(error).into_owned())));
            }
        }
    }
}

fn message(error: &ValidationError) -> Cow<'_, str> {
    if let Some(given) = &error.message {
        return Cow::Borrowed(given);
    }
    let param = |name: &str| error.params.get(name).map(plain);
    match (error.code.as_ref(), param("min"), param("max"), param("equal")) {
        ("length", _, _, Some(equal)) => Cow::Owned(format!("must have a length of {equal}")),
        ("length", Some(min), Some(max), _) => Cow::Owned(format!("must have a length from {min} to {max}")),
        ("length", Some(min), None, _) => Cow::Owned(format!("must have a length of at least {min}")),
        ("length", None, Some(max), _) => Cow::Owned(format!("must have a length of at most {max}")),
        ("range", Some(min), Some(max), _) => Cow::Owned(format!("must be from {min} to {max}")),
        ("range", Some(min), None, _) => Cow::Owned(format!("must be at least {min}")),
        ("range", None, Some(max), _) => Cow::Owned(format!("must be at most {max}")),
        ("email", ..) => Cow::Borrowed("must be an email address"),
        ("url", ..) => Cow::Borrowed("must be a URL"),
        ("required", ..) => Cow::Borrowed("is required"),
        (code, ..) => Cow::Owned(format!("is not valid ({code})")),
    }
}

/// Limits of whole numbers arrive as floats; nobody wants to read `1.0`.
fn plain(value: &Value) -> String {
    let text = value.to_string();
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// `compare_at_price` as the API spells it: `compareAtPrice`.
pub(crate) fn camel_case(name: &str) -> String {
    if name == "__all__" {
        return name.to_owned();
    }
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
