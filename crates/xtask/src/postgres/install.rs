//! Installing Debian's package, for a bare container or a fresh machine of a build farm.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::Fault;

const INSTALL: &str = include_str!("install.sh");
const ROOT_SHELLS: [&[&str]; 2] = [&["sh"], &["sudo", "-n", "sh"]];

/// Debian or a child of it, and we are root or may become root without a password.
pub(super) fn is_possible() -> bool {
    Path::new("/etc/debian_version").exists() && root_shell().is_some()
}

pub(super) fn run() -> Result<(), Fault> {
    let shell = root_shell().ok_or("installing needs root")?;
    let status = Command::new(shell[0])
        .args(&shell[1..])
        .args(["-c", INSTALL])
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cannot run {}: {error}", shell[0]))?;
    if status.success() { Ok(()) } else { Err("installing Debian's package `postgresql` failed".to_owned()) }
}

fn root_shell() -> Option<&'static [&'static str]> {
    ROOT_SHELLS.into_iter().find(|shell| {
        Command::new(shell[0])
            .args(&shell[1..])
            .args(["-c", r#"test "$(id -u)" = 0 && command -v apt-get"#])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    })
}
