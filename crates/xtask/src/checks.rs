//! The checks that need no database, in the order in which they are cheapest to fail.

use std::process::{Command, ExitCode, Stdio};

use crate::{Fault, cargo, exit_code_of, say};

/// One check: its name on our command line, and what cargo is asked.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    cargo: &'static [&'static str],
    /// A cargo subcommand that has to be installed; without it the check is announced as not run.
    needs: Option<&'static str>,
    /// What has to be reached over the network first; when it is not, that too is announced.
    fetches: &'static [&'static str],
}

/// To add a check, add a row here and its line in `.ci/run`.
pub(crate) const CHECKS: &[Check] = &[
    Check { name: "fmt", cargo: &["fmt", "--all", "--check"], needs: None, fetches: &[] },
    Check {
        name: "clippy",
        cargo: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        needs: None,
        fetches: &[],
    },
    Check {
        name: "openapi",
        cargo: &["run", "--quiet", "--package", "cartwright", "--", "openapi", "--check"],
        needs: None,
        fetches: &[],
    },
    Check {
        name: "deny",
        cargo: &["deny", "--workspace", "check", "licenses", "bans", "sources"],
        needs: Some("deny"),
        fetches: &[],
    },
    Check {
        name: "advisories",
        cargo: &["deny", "--workspace", "check", "advisories"],
        needs: Some("deny"),
        fetches: &["deny", "fetch", "db"],
    },
];

/// Runs the check and gives back its exit code.
pub(crate) fn run(check: &Check) -> Result<ExitCode, Fault> {
    if let Some(tool) = check.needs
        && !is_installed(tool)
    {
        return Ok(not_run(check, &format!("cargo-{tool} is not installed (cargo install cargo-{tool})")));
    }
    if !check.fetches.is_empty() && exit_code_of(cargo().args(check.fetches))? != ExitCode::SUCCESS {
        return Ok(not_run(check, "what it checks against is out of reach"));
    }
    exit_code_of(cargo().args(check.cargo))
}

fn not_run(check: &Check, reason: &str) -> ExitCode {
    say(&format!("xtask: `{}` was NOT checked: {reason}", check.name));
    ExitCode::SUCCESS
}

fn is_installed(tool: &str) -> bool {
    Command::new(format!("cargo-{tool}"))
        .args([tool, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_runs_every_check_and_then_the_tests_and_the_fuzzer() {
        let gate = include_str!("../../../.ci/run");
        let called: Vec<&str> =
            gate.lines().filter_map(|line| line.trim().strip_prefix("cargo xtask ")).collect();
        let mut expected: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        expected.extend(["test", "fuzz"]);
        assert_eq!(called, expected);
    }

    #[test]
    fn a_missing_tool_is_not_taken_for_installed() {
        assert!(!is_installed("no-such-subcommand"));
    }
}
