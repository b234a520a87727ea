//! What serde says about a body, in the caller's words and the caller's field names.

use application::{Error, ErrorCode};
use serde_path_to_error::{Path, Segment};

/// A complaint of serde about the value at `path`, as a refusal that names the field.
pub(crate) fn refuse(path: &Path, complaint: &str) -> Error {
    let (field, message) = explain(path, complaint);
    Error::invalid(field, message)
}

/// Reads a deserializer with paths; whatever is wrong becomes a refusal that names the field.
pub(crate) fn read<'de, T, D>(deserializer: D) -> Result<T, (Path, D::Error)>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().clone();
        (path, error.into_inner())
    })
}

/// A refusal of something that is not JSON at all.
pub(crate) fn malformed(cause: &serde_json::Error) -> Error {
    Error::new(
        ErrorCode::MalformedRequest,
        format!("The body is not valid JSON (line {}, column {}).", cause.line(), cause.column()),
    )
}

/// The dotted path, without parts that name no field of the caller's.
pub(crate) fn dotted(path: &Path) -> String {
    let parts: Vec<String> = path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    parts.join(".")
}

fn explain(path: &Path, complaint: &str) -> (String, String) {
    let here = dotted(path);
    // serde_json appends where in the text it stood, which the path says better.
    let complaint = complaint.rsplit_once(" at line ").map_or(complaint, |(text, _)| text);
    if let Some(name) = quoted_after(complaint, "missing field `") {
        return (join(&here, name), "is required".to_owned());
    }
    if let Some(name) = quoted_after(complaint, "unknown field `") {
        return (join_once(&here, name), "is not a known field".to_owned());
    }
    if let Some(name) = quoted_after(complaint, "duplicate field `") {
        return (join_once(&here, name), "is given twice".to_owned());
    }
    (here, phrase(complaint))
}

fn quoted_after<'a>(complaint: &'a str, start: &str) -> Option<&'a str> {
    complaint.strip_prefix(start)?.split_once('`').map(|(name, _)| name)
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// As [`join`], for complaints that come with the field or with its parent, depending on the format.
fn join_once(path: &str, name: &str) -> String {
    let already = path == name || path.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
    if already { path.to_owned() } else { join(path, name) }
}

fn phrase(complaint: &str) -> String {
    if let Some((_, expected)) = complaint.split_once(", expected ") {
        if complaint.starts_with("unknown variant") {
            return format!("must be one of {}", expected.trim_start_matches("one of ").replace('`', ""));
        }
        return format!("must be {}", kind(expected));
    }
    if complaint.contains("digit found in string") || complaint.contains("cannot parse integer") {
        return "must be a whole number".to_owned();
    }
    if complaint.contains("provided string was not `true` or `false`") {
        return "must be true or false".to_owned();
    }
    // What serde_json says of null, a list or a number where a choice by name is expected.
    if complaint == "expected value" {
        return "is of another type than expected".to_owned();
    }
    if complaint.starts_with("number too") {
        return "is out of range".to_owned();
    }
    complaint.to_owned()
}

/// What serde calls a type, in the words of JSON.
fn kind(expected: &str) -> String {
    let range = |least: i128, most: i128| format!("a whole number from {least} to {most}");
    match expected {
        "u8" => range(0, u8::MAX.into()),
        "u16" => range(0, u16::MAX.into()),
        "u32" => range(0, u32::MAX.into()),
        "u64" => range(0, u64::MAX.into()),
        "i8" => range(i8::MIN.into(), i8::MAX.into()),
        "i16" => range(i16::MIN.into(), i16::MAX.into()),
        "i32" => range(i32::MIN.into(), i32::MAX.into()),
        "i64" => range(i64::MIN.into(), i64::MAX.into()),
        "a string" | "a borrowed string" => "a string".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        other => other.replace('`', ""),
    }
}
