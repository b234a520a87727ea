//! A private Postgres cluster that lives no longer than this process.
//!
//! The server belongs to a small shell script, the keeper, which waits at the end of a pipe from us.
//! However we end (done, panicked, Ctrl-C, even killed outright) the pipe closes, and the keeper
//! stops the server and removes its folder. It is in a process group of its own, so that a Ctrl-C
//! at the terminal does not reach it first.

use std::{
    env, fs,
    io::{BufRead, BufReader, ErrorKind, Read},
    net::TcpListener,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{self, Child, ChildStdin, Command, Stdio},
};

use super::{account::Account, binaries::Binaries};
use crate::Fault;

const KEEPER: &str = include_str!("keeper.sh");
const USER: &str = "cartwright";
const DATABASE: &str = "postgres";
/// Another program may take the free port between our finding it and the server's binding it.
const ATTEMPTS: usize = 3;
/// Longer paths do not fit into a Unix socket's address.
const LONGEST_SOCKET_FOLDER: usize = 80;

/// A running private cluster.
pub(crate) struct Cluster {
    url: String,
    port: u16,
    password: String,
    keeper: Child,
    /// The pipe whose closing ends the cluster.
    lifeline: Option<ChildStdin>,
    folder: PrivateFolder,
}

impl Cluster {
    pub(super) fn start(binaries: &Binaries) -> Result<Self, Fault> {
        let mut attempt = 1;
        loop {
            match Self::try_start(binaries) {
                Err(fault) if attempt < ATTEMPTS && fault.contains("Address already in use") => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn client_environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("PGHOST", "127.0.0.1".to_owned()),
            ("PGPORT", self.port.to_string()),
            ("PGUSER", USER.to_owned()),
            ("PGPASSWORD", self.password.clone()),
            ("PGDATABASE", DATABASE.to_owned()),
        ]
    }

    fn try_start(binaries: &Binaries) -> Result<Self, Fault> {
        let folder = PrivateFolder::create().map_err(said("make a folder for Postgres"))?;
        let password = password().map_err(said("read random bytes for a password"))?;
        write_secret(&folder.path().join("password"), &password).map_err(said("write the password"))?;
        let account = if folder.owner().map_err(said("look at the folder for Postgres"))? == 0 {
            let account = Account::unprivileged()?;
            folder.give_to(account).map_err(said("give the folder to another account"))?;
            Some(account)
        } else {
            None
        };
        let port = free_port().map_err(said("find a free port"))?;
        let mut keeper =
            keeper(binaries, &folder, port, account).spawn().map_err(said("start the keeper of Postgres"))?;
        let lifeline = keeper.stdin.take();
        let report = keeper.stdout.take();
        let url = format!("postgres://{USER}:{password}@127.0.0.1:{port}/{DATABASE}");
        // From here on, leaving drops the cluster, which ends the keeper.
        let cluster = Self { url, port, password, keeper, lifeline, folder };
        let mut report = BufReader::new(report.ok_or("the keeper of Postgres cannot report")?);
        let mut line = String::new();
        report.read_line(&mut line).map_err(said("hear from the keeper of Postgres"))?;
        if line.trim() == "ready" {
            return Ok(cluster);
        }
        report.read_to_string(&mut line).map_err(said("hear from the keeper of Postgres"))?;
        Err(format!("Postgres from {} did not start:\n{line}", binaries.folder().display()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.lifeline.take();
        // The keeper reports nothing any more; all that is left to know is that it has ended.
        let _ended = self.keeper.wait();
        // It removed the folder, unless it was killed.
        self.folder.remove();
    }
}

fn keeper(binaries: &Binaries, folder: &PrivateFolder, port: u16, account: Option<Account>) -> Command {
    let path = folder.path();
    let socket_folder = if path.as_os_str().len() <= LONGEST_SOCKET_FOLDER { path } else { Path::new("") };
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", KEEPER, "keeper"])
        .args([binaries.folder(), path, Path::new(&port.to_string()), socket_folder])
        .args([USER, if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" }])
        .current_dir(path)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    // Settings for the caller's own server must not steer this one.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    command
}

/// Says what failed, for `map_err`.
fn said(doing: &'static str) -> impl Fn(std::io::Error) -> Fault {
    move |error| format!("cannot {doing}: {error}")
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Other users of the machine reach the port too; a superuser without a password would let them in.
fn password() -> std::io::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn write_secret(file: &Path, secret: &str) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    std::io::Write::write_all(&mut file, secret.as_bytes())
}

/// A new folder that only its owner can enter, removed when dropped.
pub(crate) struct PrivateFolder(PathBuf);

impl PrivateFolder {
    pub(crate) fn create() -> std::io::Result<Self> {
        let parent = env::temp_dir();
        for number in 0_u32.. {
            let path = parent.join(format!("cartwright-postgres-{}-{number}", process::id()));
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                outcome => return outcome.map(|()| Self(path)),
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The owner of a folder just made is the user we are.
    fn owner(&self) -> std::io::Result<u32> {
        Ok(fs::metadata(&self.0)?.uid())
    }

    fn give_to(&self, account: Account) -> std::io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            chown(entry?.path(), Some(account.user), Some(account.group))?;
        }
        chown(&self.0, Some(account.user), Some(account.group))
    }

    fn remove(&self) {
        // Already gone is as good as removed, and a leftover in a temporary folder harms nobody.
        let _gone = fs::remove_dir_all(&self.0);
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests;
