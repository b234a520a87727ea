//! A server program that is started, killed and started again.

use std::{
    fs::File,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use reqwest::Client;

/// How long a server may take until it takes requests.
const START_AT_MOST: Duration = Duration::from_mins(1);
/// How long a probe may take.
const ANSWER_AT_MOST: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// How the servers of one shop are set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Address of the database.
    pub database_url: String,
    /// Folder for what the servers keep and log.
    pub folder: PathBuf,
    /// More of their configuration, as environment variables.
    pub environment: Vec<(&'static str, String)>,
}

/// One server; gone with this value.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    setup: Setup,
    addresses: [SocketAddr; 2],
    address: SocketAddr,
    /// Where it is reached.
    pub url: String,
    child: Option<Child>,
    launched: Instant,
}

impl Server {
    /// Both servers of a shop, public and private, not started yet.
    pub fn pair(setup: &Setup) -> [Self; 2] {
        let addresses = [free_address(), free_address()];
        [
            Self::named("public-server", 0, addresses, setup),
            Self::named("private-server", 1, addresses, setup),
        ]
    }

    /// Everything in one process, not started yet: what `cargo run` starts.
    pub fn whole(setup: &Setup) -> Self {
        Self::named("cartwright", 0, [free_address(), free_address()], setup)
    }

    fn named(name: &'static str, surface: usize, addresses: [SocketAddr; 2], setup: &Setup) -> Self {
        let address = addresses[surface];
        Self {
            name,
            setup: setup.clone(),
            addresses,
            address,
            url: format!("http://{address}"),
            child: None,
            launched: Instant::now(),
        }
    }

    /// Starts it; answers at once.
    pub fn launch(&mut self) {
        let log = File::options().append(true).create(true).open(self.log()).expect("the folder takes files");
        let error_log = log.try_clone().expect("a file can be opened twice");
        let mut command = Command::new(programs().join(self.name));
        command
            .env("CARTWRIGHT_DATABASE_URL", &self.setup.database_url)
            .env_remove("DATABASE_URL")
            .env("CARTWRIGHT_DATA_DIR", &self.setup.folder)
            .env("CARTWRIGHT_PUBLIC_ADDR", self.addresses[0].to_string())
            .env("CARTWRIGHT_PRIVATE_ADDR", self.addresses[1].to_string())
            .env("CARTWRIGHT_LOG", "warn")
            .env("CARTWRIGHT_WORKERS", "2")
            .envs(self.setup.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.setup.folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(error_log);
        self.launched = Instant::now();
        self.child = Some(command.spawn().expect("the servers are built (cargo build --workspace --bins)"));
    }

    /// Waits until it takes requests; how long that took since it was launched.
    pub async fn wait_until_ready(&mut self) -> Duration {
        let client = Client::builder().timeout(ANSWER_AT_MOST).build().expect("a client needs nothing");
        loop {
            let answer = client.get(format!("{}/readyz", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return self.launched.elapsed();
            }
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "{} ended: {ended:?}; see {}", self.name, self.log().display());
            assert!(self.launched.elapsed() < START_AT_MOST, "{} does not get ready", self.name);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Kills it as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the server runs");
            child.wait().expect("a killed process ends");
        }
    }

    /// Asks it to stop, and waits until it has; how it ended.
    pub async fn terminate(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("the server runs");
        let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal is sent");
        loop {
            if let Some(status) = child.try_wait().expect("the server can be waited for") {
                return status;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// The process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn log(&self) -> PathBuf {
        self.setup.folder.join(format!("{}.log", self.name))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The folder of this program, where cargo puts the others too.
pub fn programs() -> PathBuf {
    let this = std::env::current_exe().expect("a running program has a place");
    this.parent().map(Path::to_path_buf).expect("a program is in a folder")
}

fn free_address() -> SocketAddr {
    let free = TcpListener::bind("127.0.0.1:0").expect("the machine has a free port");
    free.local_addr().expect("a bound listener has an address")
}
