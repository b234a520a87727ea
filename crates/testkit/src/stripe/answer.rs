//! Answers in Stripe's form.

use serde_json::{Value, json};

/// An answer to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

pub(super) fn done(body: Value) -> Answer {
    Answer { status: 200, body }
}

pub(super) fn refused(status: u16, code: &str, message: &str, param: &str) -> Answer {
    let error = json!({"type": "invalid_request_error", "code": code, "message": message, "param": param});
    Answer { status, body: json!({"error": error}) }
}

pub(super) fn missing(param: &str) -> Answer {
    refused(400, "parameter_missing", &format!("Missing required param: {param}."), param)
}

pub(super) fn no_such(kind: &str, id: &str) -> Answer {
    refused(404, "resource_missing", &format!("No such {kind}: '{id}'"), "id")
}
