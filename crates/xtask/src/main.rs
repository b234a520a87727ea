//! The commands of the project, run as `cargo xtask COMMAND`.
//!
//! Standard library only, so that it builds in a second and a newcomer's first `cargo xtask test`
//! starts at once. A check of the project is a row of [`checks::CHECKS`]; `.ci/run` calls the same
//! names, so what passes here passes there.

mod checks;
mod fuzz;
mod postgres;

use std::{
    env,
    process::{Command, ExitCode},
};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test [-- FILTER…]       run every test, with a Postgres provided for them
  postgres -- COMMAND…    run a command with such a Postgres (DATABASE_URL and the PG… variables)
  fuzz [EXAMPLES [SEED…]] made-up requests from the OpenAPI documents, against a running shop
  ci                      what the gate runs: every check below, then test and fuzz
  fmt | clippy | deny | advisories
                          one check alone
";

/// What went wrong, in words for the person at the terminal.
type Fault = String;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(fault) => {
            say(&format!("error: {fault}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode, Fault> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(USAGE.to_owned());
    };
    let rest = without_separator(rest);
    match command.as_str() {
        "test" => test(rest),
        "postgres" => with_postgres(rest),
        "fuzz" => fuzz::run(rest),
        "ci" => {
            for check in checks::CHECKS {
                let code = checks::run(check)?;
                if code != ExitCode::SUCCESS {
                    return Ok(code);
                }
            }
            let code = test(rest)?;
            if code == ExitCode::SUCCESS { fuzz::run(&[]) } else { Ok(code) }
        }
        name => match checks::CHECKS.iter().find(|check| check.name == name) {
            Some(check) => checks::run(check),
            None => Err(format!("there is no command `{name}`\n{USAGE}")),
        },
    }
}

/// `cargo xtask test -- filter` and `cargo xtask test filter` mean the same.
fn without_separator(arguments: &[String]) -> &[String] {
    match arguments.split_first() {
        Some((first, rest)) if first == "--" => rest,
        _ => arguments,
    }
}

fn test(arguments: &[String]) -> Result<ExitCode, Fault> {
    let postgres = postgres::provide()?;
    let mut command = cargo();
    command
        .args(["test", "--workspace"])
        .args(arguments)
        .env("CARTWRIGHT_TEST_DATABASE_URL", postgres.url())
        // Tests that start a server decide on its database themselves.
        .env_remove("DATABASE_URL");
    exit_code_of(&mut command)
}

fn with_postgres(arguments: &[String]) -> Result<ExitCode, Fault> {
    let Some((program, rest)) = arguments.split_first() else {
        return Err(format!("which command should run with Postgres?\n{USAGE}"));
    };
    let postgres = postgres::provide()?;
    let mut command = Command::new(program);
    command
        .args(rest)
        .env("CARTWRIGHT_TEST_DATABASE_URL", postgres.url())
        .env("DATABASE_URL", postgres.url())
        .envs(postgres.client_environment());
    exit_code_of(&mut command)
}

/// The cargo that runs us, so that a toolchain chosen by the caller holds for everything.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn exit_code_of(command: &mut Command) -> Result<ExitCode, Fault> {
    let status = command
        .status()
        .map_err(|error| format!("cannot run `{}`: {error}", command.get_program().display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    // Ended by a signal: no code of its own, yet not a success.
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[expect(clippy::print_stderr, reason = "a command line speaks on its terminal")]
fn say(message: &str) {
    eprintln!("{message}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn only_the_first_separator_is_ours() {
        assert_eq!(without_separator(&words("-- cart -- --nocapture")), words("cart -- --nocapture"));
        assert_eq!(without_separator(&words("cart -- --nocapture")), words("cart -- --nocapture"));
    }

    #[test]
    fn an_unknown_command_is_refused_with_the_usage() {
        let fault = run(&words("tset")).expect_err("there is no such command");
        assert!(fault.contains("`tset`") && fault.contains("usage: cargo xtask"), "{fault}");
    }

    #[test]
    fn the_failure_of_a_command_is_passed_on() {
        let code = exit_code_of(Command::new("sh").args(["-c", "exit 7"])).expect("sh runs");
        assert_eq!(code, ExitCode::from(7));
        let code = exit_code_of(Command::new("sh").args(["-c", "kill -9 $$"])).expect("sh runs");
        assert_eq!(code, ExitCode::FAILURE);
    }
}
