//! Telling people and programs what came of a command.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use application::ErrorCode;
use cartwright::config::ConfigError;
use serde::Serialize;
use serde_json::{Value, json};

/// What came of a command, for eyes and for programs.
#[derive(Debug)]
pub(crate) struct Outcome {
    text: String,
    json: Value,
    success: bool,
    is_said: bool,
}

impl Outcome {
    /// It went well. `text` ends without a line break.
    pub(crate) fn success(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, success: true, is_said: false }
    }

    /// Whether it went well; what does not makes the process end with 1.
    pub(crate) fn with_success(self, success: bool) -> Self {
        Self { success, ..self }
    }

    /// All was said already.
    pub(crate) fn said() -> Self {
        Self { text: String::new(), json: Value::Null, success: true, is_said: true }
    }

    /// Tells it on standard output.
    pub(crate) fn tell(self, json: bool) -> ExitCode {
        match (self.is_said, json) {
            (true, _) => {}
            (false, true) => say_json(&self.json),
            (false, false) => say(&self.text),
        }
        if self.success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// A line or several to standard output.
pub(crate) fn say(text: &str) {
    // Whoever stopped listening does not want to know.
    drop(writeln!(io::stdout().lock(), "{text}"));
}

/// The same for programs.
pub(crate) fn say_json(value: &impl Serialize) {
    let text = serde_json::to_string_pretty(value).expect("what commands answer has text keys only");
    say(&text);
}

/// A line to standard error, which no program reads.
pub(crate) fn remark(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Tells why a command failed: programs on standard output, in the shape of the API's errors.
pub(crate) fn tell_failure(error: &anyhow::Error, json: bool) -> ExitCode {
    if json {
        say_json(&failure(error));
        return ExitCode::FAILURE;
    }
    let mut lines = vec![format!("error: {error:#}")];
    if let Some(refusal) = error.downcast_ref::<application::Error>() {
        let told =
            refusal.fields.iter().map(|(field, messages)| format!("  {field}: {}", messages.join("; ")));
        lines.extend(told);
    }
    remark(&lines.join("\n"));
    ExitCode::FAILURE
}

fn failure(error: &anyhow::Error) -> Value {
    let refusal = error.downcast_ref::<application::Error>();
    let code = match refusal {
        Some(refusal) => refusal.code.as_str(),
        None if error.is::<ConfigError>() => "invalid_configuration",
        None => ErrorCode::Internal.as_str(),
    };
    let mut body = json!({ "code": code, "message": format!("{error:#}") });
    if let Some(refusal) = refusal.filter(|refusal| !refusal.fields.is_empty()) {
        body["fields"] = json!(refusal.fields);
    }
    json!({ "error": body })
}
