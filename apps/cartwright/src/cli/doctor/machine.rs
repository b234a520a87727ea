//! What the installation has of the machine: a folder, a key, two ports, a clock.

use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    os::unix::fs::MetadataExt as _,
    path::Path,
    time::Duration,
};

use adapters_system::{Folder, MasterKey};
use cartwright::config::Config;
use ports::health::Condition;
use serde_json::Value;

use super::finding::Finding;

/// How long somebody who listens may take to say who they are.
const PATIENCE: Duration = Duration::from_secs(3);
/// Permission bits of the group and of others.
const FOREIGN_BITS: u32 = 0o077;

pub(super) fn data_folder(config: &Config) -> Finding {
    let name = "data folder";
    let folder = Folder::at(&config.data_dir);
    let shown = folder.path().display();
    if !folder.path().exists() {
        return match folder.path().ancestors().find(|above| above.exists()).map(try_to_write) {
            Some(Err(error)) => Finding::fail(
                name,
                format!("{shown} is not there and cannot be made: {error}; choose another with --data-dir"),
            ),
            _ => Finding::ok(name, format!("{shown} is not there yet; the first start makes it")),
        };
    }
    // What the permissions promise, a full or read-only disk may not keep.
    if let Err(error) = try_to_write(folder.path()) {
        let advice = "give this user the right to, make room, or choose another with --data-dir";
        return Finding::fail(name, format!("{shown} cannot be written to: {error}; {advice}"));
    }
    let free = match folder.free_bytes() {
        Ok(free) => free,
        Err(error) => return Finding::fail(name, format!("{shown} cannot be looked at: {error}")),
    };
    let mode = fs::metadata(folder.path()).map(|data| data.mode() & 0o777).unwrap_or_default();
    let room = format!("{shown} can be written to, {} MB free", free >> 20);
    match Folder::judge(free) {
        Condition::Unavailable => Finding::fail(name, format!("{room}; make room before writes fail")),
        Condition::Degraded => Finding::warn(name, format!("{room}; make room soon")),
        Condition::Ok if mode & FOREIGN_BITS != 0 => Finding::warn(
            name,
            format!("{room}, but others may look into it (mode {mode:o}); set its mode to 700"),
        ),
        Condition::Ok => Finding::ok(name, room),
    }
}

fn try_to_write(folder: &Path) -> io::Result<()> {
    // A relative path has the working folder above it.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let probe = folder.join(format!("doctor.{}", std::process::id()));
    fs::write(&probe, b"doctor").and_then(|()| fs::remove_file(&probe))
}

/// The key, if there is one that can be used.
pub(super) fn master_key(config: &Config) -> (Option<MasterKey>, Finding) {
    let name = "master key";
    if let Some(key) = config.given_master_key() {
        return (Some(key), Finding::ok(name, "configured"));
    }
    let path = config.data_dir.join("master.key");
    let shown = path.display();
    if !path.exists() {
        return (None, Finding::ok(name, format!("{shown} is not there yet; the first start makes it")));
    }
    match MasterKey::load_or_create(&path) {
        Ok(key) => {
            let message = format!("{shown}, for its owner alone; keep a copy of it beside your backups");
            (Some(key), Finding::ok(name, message))
        }
        Err(error) => {
            let advice = "without it, the stores' Stripe keys cannot be opened; restore it from a backup";
            (None, Finding::fail(name, format!("{error}; {advice}")))
        }
    }
}

/// Whether a server could listen there, or one of ours does already.
pub(super) async fn port(name: &'static str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok(name, format!("{address} is free")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => match who_listens(address).await {
            Some(version) => Finding::ok(name, format!("{address} is served by Cartwright {version}")),
            None => Finding::fail(
                name,
                format!("{address} is taken by another program; stop that, or choose another address"),
            ),
        },
        Err(error) => Finding::fail(name, format!("{address} cannot be listened on: {error}")),
    }
}

/// The version of a Cartwright at the address.
async fn who_listens(mut address: SocketAddr) -> Option<String> {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().ok()?;
    let answer = client.get(format!("http://{address}/healthz")).send().await.ok()?;
    let health: Value = serde_json::from_slice(&answer.bytes().await.ok()?).ok()?;
    health["checks"].as_object()?;
    Some(health["version"].as_str()?.to_owned())
}
