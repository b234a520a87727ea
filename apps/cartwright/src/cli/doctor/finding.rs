//! What the doctor found, and how it is told.

use anyhow::Result;
use serde::Serialize;
use serde_json::json;

use crate::cli::output::Outcome;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    Ok,
    /// Works for now.
    Warn,
    /// Does not work.
    Fail,
}

/// One thing that was looked at. `message` says how it is and, unless it is well, what to do about it.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) name: &'static str,
    pub(super) status: Severity,
    pub(super) message: String,
}

impl Finding {
    pub(super) fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, status: Severity::Ok, message: message.into() }
    }

    pub(super) fn warn(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, status: Severity::Warn, message: message.into() }
    }

    pub(super) fn fail(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, status: Severity::Fail, message: message.into() }
    }

    /// Well, or an error that says what to do.
    pub(super) fn of(name: &'static str, found: Result<String>) -> Self {
        match found {
            Ok(message) => Self::ok(name, message),
            Err(error) => Self::fail(name, format!("{error:#}")),
        }
    }
}

/// Tells all of it; whatever fails makes the command fail.
pub(super) fn told(findings: &[Finding]) -> Outcome {
    let line = |finding: &Finding| {
        let mark = match finding.status {
            Severity::Ok => "ok  ",
            Severity::Warn => "WARN",
            Severity::Fail => "FAIL",
        };
        format!("{mark}  {:<14} {}", finding.name, finding.message)
    };
    let healthy = findings.iter().all(|finding| finding.status < Severity::Fail);
    let text: Vec<String> = findings.iter().map(line).collect();
    let data = json!({ "data": { "healthy": healthy, "findings": findings } });
    Outcome::success(text.join("\n"), data).with_success(healthy)
}
