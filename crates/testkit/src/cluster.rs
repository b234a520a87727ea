//! A Postgres server that a test starts, stops and holds still as it likes.

use std::{
    fs,
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio, id},
};

/// A server of the test's own; gone with this value.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    /// Postgres refuses to run as root; user and group to run it as instead.
    account: Option<(u32, u32)>,
}

impl Cluster {
    /// Makes a server in the machine's temporary folder and starts it.
    pub fn start_new() -> Self {
        Self::start_in(std::env::temp_dir().join(format!("cartwright-cluster-{}", id())))
    }

    /// Makes a server in a folder of its own and starts it.
    pub fn start_in(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).expect("the machine has room for a cluster");
        let root = fs::metadata(&folder).expect("it was made just now").uid() == 0;
        let account = root.then(unprivileged);
        if let Some((user, group)) = account {
            chown(&folder, Some(user), Some(group)).expect("root may give folders away");
        }
        let free = TcpListener::bind("127.0.0.1:0").expect("the machine has a free port");
        let port = free.local_addr().expect("a bound listener has an address").port();
        drop(free);
        let cluster = Self { programs: programs(), folder, port, account };
        cluster.run("initdb", &["--auth=trust", "--username=cartwright", "--no-sync", "--encoding=UTF8"]);
        cluster.start();
        cluster
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("postgres://cartwright@127.0.0.1:{}/postgres", self.port)
    }

    /// What it writes down of itself.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Another program that belongs to it, if it is installed.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.programs.clone()).chain(std::env::split_paths(&path));
        folders.map(|folder| folder.join(name)).find(|program| program.exists())
    }

    /// Its address for programs on the same machine, which need no network: a file.
    pub fn socket_url(&self) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://cartwright@{folder}:{}/postgres", self.port)
    }

    /// Starts it again, and waits until it answers.
    pub fn start(&self) {
        let options = format!("-p {} -h 127.0.0.1 -k {}", self.port, self.folder.display());
        let log = self.log().display().to_string();
        self.run("pg_ctl", &["start", "--wait", "--log", &log, "-o", &options]);
    }

    /// Stops it at once, as a crash would.
    pub fn stop(&self) {
        self.run("pg_ctl", &["stop", "--wait", "--mode=immediate"]);
    }

    /// Starts it again if it has stopped by itself.
    pub fn revive(&self) {
        let status = self.command("pg_ctl", &["status"]).status().expect("the program runs");
        if !status.success() {
            self.start();
        }
    }

    /// Sends a signal to every process of the server: `STOP` holds it still, `CONT` lets it go on.
    pub fn signal(&self, signal: &str) {
        let file = fs::read_to_string(self.folder.join("data/postmaster.pid")).expect("the server runs");
        let main = file.lines().next().expect("its first line is a number").to_owned();
        let children = Command::new("pgrep").args(["-P", &main]).output().expect("pgrep is installed");
        let children = String::from_utf8(children.stdout).expect("numbers are text");
        for process in std::iter::once(main.as_str()).chain(children.lines()) {
            // A child may have ended meanwhile.
            let _sent = Command::new("kill").args([&format!("-{signal}"), process]).status();
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let ended = self.command(program, arguments).status().expect("the program runs");
        assert!(ended.success(), "{program} {arguments:?} failed");
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).arg("-D").arg(self.folder.join("data")).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Fails when it is stopped already, which is as good.
        let _stopped = self.command("pg_ctl", &["stop", "--wait", "--mode=immediate"]).status();
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

/// The folder with the newest `initdb` of the machine.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = installed.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let found = folders.into_iter().rev().chain(std::env::split_paths(&path)).find(|one| has_postgres(one));
    found.expect("this test needs the programs of a Postgres server (Debian: apt-get install postgresql)")
}

fn has_postgres(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).exists())
}

/// User and group of `postgres` or `nobody`.
fn unprivileged() -> (u32, u32) {
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let ids = |name: &str| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    ids("postgres").or_else(|| ids("nobody")).expect("a system has an account without privileges")
}
