//! The README's own commands, run as it prints them.

use std::{fs, process::Command};

use crate::running::Running;

const README: &str = include_str!("../../../../README.md");
/// The sections whose commands go on from each other, in this order.
const SECTIONS: [&str; 2] = ["## A first sale", "## Calling the API"];

/// Stands in front of the commands: each `curl` has to be answered with the status that is expected.
const PRELUDE: &str = r#"
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
curl() {
  local head status
  head=$(mktemp -p "$scratch")
  command curl -sS --dump-header "$head" "$@"
  status=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$head" | tail -1)
  case $status in
    $expected) ;;
    *) echo "$status instead of $expected: curl $*" >&2; exit 1 ;;
  esac
}
"#;

/// The commands of the sections; a comment such as `# Too late. (412)` says what is expected until the next
/// comment or the end of the block.
fn script() -> String {
    let mut script = PRELUDE.to_owned();
    for section in SECTIONS {
        let (_, text) = README.split_once(&format!("\n{section}\n")).unwrap();
        let text = text.split("\n## ").next().unwrap();
        for block in text.split("```sh\n").skip(1) {
            script += "expected='2??'\n";
            for line in block.split("```").next().unwrap().lines() {
                if line.starts_with('#') {
                    script += &["expected='", status_of(line).unwrap_or("2??"), "'\n"].concat();
                }
                script += line;
                script += "\n";
            }
        }
    }
    script
}

fn status_of(comment: &str) -> Option<&str> {
    let status = comment.strip_suffix(')')?.rsplit_once('(')?.1;
    (status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())).then_some(status)
}

fn run(script: &str, running: &Running, folder: &std::path::Path) -> std::process::Output {
    let script = script
        .replace("http://localhost:8080", running.text("publicUrl"))
        .replace("http://localhost:8081", running.text("privateUrl"));
    Command::new("bash").args(["-c", &script]).current_dir(folder).output().unwrap()
}

#[tokio::test]
async fn every_command_of_the_readme_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join(".cartwright");
    fs::create_dir(&data).unwrap();
    let running = Running::start(&data).await;
    let script = script();
    assert!(script.matches("curl ").count() > 20, "{script}");
    let output = run(&script, &running, folder.path());
    assert!(
        output.status.success(),
        "{}\nlast answers: {}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
            .chars()
            .rev()
            .take(2000)
            .collect::<Vec<_>>()
            .iter()
            .rev()
            .collect::<String>(),
    );
}

#[tokio::test]
async fn a_command_with_another_status_than_expected_fails_the_readme() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path()).await;
    for (command, holds) in [
        ("expected='2??'\ncurl http://localhost:8081/healthz", true),
        ("expected='2??'\ncurl http://localhost:8081/v1/private/orders", false),
        ("expected='401'\ncurl http://localhost:8081/v1/private/orders", true),
        ("expected='2??'\nORDERS=$(curl http://localhost:8081/v1/private/orders | tr a b)\ntrue", false),
    ] {
        let output = run(&format!("{PRELUDE}{command}"), &running, folder.path());
        assert_eq!(output.status.success(), holds, "{command}");
    }
    assert_eq!((status_of("# Too late. (412)"), status_of("# Pay (or not).")), (Some("412"), None));
}
