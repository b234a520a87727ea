//! The database goes away and comes back, under servers that stay.

use std::{
    fs,
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio, id},
    sync::Arc,
    time::{Duration, Instant},
};

use adapters_postgres::{DatabaseConfig, SqlDatabase};
use application::Core;
use journeys::{Answer, Caller, Shop};
use reqwest::Method;
use serde_json::json;
use testkit::{TestCore, goods::download};

/// How long the servers may take to notice that the database is back.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Postgres server that this test starts and stops as it likes.
struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    /// Postgres refuses to run as root; user and group to run it as instead.
    account: Option<(u32, u32)>,
}

impl Cluster {
    fn make() -> Self {
        let folder = std::env::temp_dir().join(format!("cartwright-outage-{}", id()));
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

    fn url(&self) -> String {
        format!("postgres://cartwright@127.0.0.1:{}/postgres", self.port)
    }

    fn start(&self) {
        let options = format!("-p {} -h 127.0.0.1 -k {}", self.port, self.folder.display());
        let log = self.folder.join("log").display().to_string();
        self.run("pg_ctl", &["start", "--wait", "--log", &log, "-o", &options]);
    }

    fn stop(&self) {
        self.run("pg_ctl", &["stop", "--wait", "--mode=immediate"]);
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

async fn shop_on(cluster: &Cluster) -> Shop {
    let config = DatabaseConfig { url: cluster.url(), connections: 8 };
    let database = SqlDatabase::open(&config).expect("the address is sound");
    database.migrate().await.expect("the migrations run");
    // Only the shape of the core is taken from here; its database is the cluster.
    let pattern = TestCore::start().await;
    Shop::over(Core::clone(&pattern.core), Arc::new(database)).await
}

fn away(answer: &Answer) {
    answer.refused(503, "service_unavailable");
    let seconds: u32 = answer.header("retry-after").parse().expect("Retry-After is a number of seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
}

/// What a probe is told. Its 503 is a report, not a refusal.
async fn readiness(caller: &Caller) -> u16 {
    let answer = caller.request(Method::GET, "/readyz").send().await.expect("the server answers");
    answer.status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_requests_are_told_to_come_back_and_then_all_goes_on() {
    let cluster = Cluster::make();
    let shop = shop_on(&cluster).await;
    let (merchant, shopper) = (shop.merchant(), shop.shopper("sam-00001"));
    let servers = [shop.at_public(), shop.at_private()];
    download(&shop.core, &shop.store, "Pattern", 700, 5).await;
    shopper.post("/cart/items", json!({"productId": "pattern"})).await.data();
    for server in &servers {
        assert_eq!(readiness(server).await, 200);
    }

    cluster.stop();
    for _ in 0..2 {
        away(&merchant.get("/orders").await);
        away(&merchant.post("/brands", json!({"name": "North Wick"})).await);
        away(&shopper.get("/cart").await);
        away(&shopper.post("/cart/items", json!({"productId": "pattern"})).await);
        away(&shopper.post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"})).await);
        for server in &servers {
            assert_eq!(server.get("/healthz").await.status, 200, "the process itself is well");
            assert_eq!(readiness(server).await, 503);
        }
    }

    cluster.start();
    let back = Instant::now();
    while readiness(&servers[0]).await != 200 || readiness(&servers[1]).await != 200 {
        assert!(back.elapsed() < PATIENCE, "the servers do not find the database again");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let cart = shopper.get("/cart").await.data();
    assert_eq!(cart["items"][0]["quantity"], 1, "nothing was added while it was away");
    assert_eq!(merchant.get("/brands").await.json["data"], json!([]));
    merchant.post("/brands", json!({"name": "North Wick"})).await.data();
    let contact = json!({"email": "sam@example.com", "billingAddress": {
        "line1": "1 High Street", "city": "London", "postcode": "NW1 6XE", "countryCode": "GB",
    }});
    shopper.put("/cart/checkout-data", contact).await.data();
    let sold = shopper.post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"})).await.data();
    assert_eq!(sold["status"], "paid");
}
