//! Takes what the servers stand on away from them, under a crowd of shoppers, and gives it back: the
//! database restarted, its connections cut, the whole of it held still, its disk full. Also ends the public
//! server in order, as a deployment does.

#![expect(clippy::print_stdout, reason = "a harness speaks on its terminal")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

use benches::{cost::resident_kilobytes, world::World};
use clap::Parser;
use sqlx::{Connection as _, PgConnection};
use testkit::{cluster::Cluster, database::TestDatabase};

/// What a server may use at most, however long the database is away.
const MEMORY_AT_MOST_KB: u64 = 300_000;
/// The file system that is filled, and what is left for the database to begin with: room for what is sold until then,
/// and for [`LOG`].
const DISK: &str = "size=1g";
/// Left to itself Postgres would keep a log of the size of that disk.
const LOG: &str = "alter system set max_wal_size = '128MB'";

#[derive(Debug, Parser)]
struct Options {
    /// How many shoppers buy at once
    #[arg(long, default_value_t = 32)]
    shoppers: u32,
    /// How often each thing is done
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// How long the database is held still, in seconds
    #[arg(long, default_value_t = 10)]
    pause: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let disk = Disk::mount();
    if disk.is_none() {
        println!("SKIPPED: the full disk; it takes root and the right to mount a file system in memory");
    }
    let folder = disk.as_ref().map_or_else(std::env::temp_dir, |disk| disk.folder.clone());
    let cluster = Cluster::start_in(folder.join("cartwright-outages"));
    keep_log_short(&cluster.url()).await;
    let mut world = World::open(TestDatabase::at(&cluster.url()).await).await;
    let mut report = Report { options, sound: true, round: 0 };

    report
        .of(&world, "the database restarted", async || {
            cluster.stop();
            tokio::time::sleep(Duration::from_secs(3)).await;
            cluster.start();
        })
        .await;
    report.of(&world, "its connections cut", async || cut(&cluster.url()).await).await;
    let pause = Duration::from_secs(report.options.pause);
    report
        .of(&world, "the database held still", async || {
            cluster.signal("STOP");
            tokio::time::sleep(pause).await;
            cluster.signal("CONT");
        })
        .await;
    if let Some(disk) = &disk {
        report
            .of(&world, "the disk full", async || {
                let filler = disk.fill();
                tokio::time::sleep(Duration::from_secs(10)).await;
                fs::remove_file(filler).expect("the filler is there");
                // Postgres stops itself when it cannot write its log, and is started again by whoever watches it.
                cluster.revive();
            })
            .await;
    }
    report.deployments(&mut world).await;
    if report.sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn keep_log_short(url: &str) {
    let mut connection = superuser(url).await;
    for told in [LOG, "select pg_reload_conf()"] {
        sqlx::query(told).execute(&mut connection).await.expect("a superuser may do so");
    }
}

async fn superuser(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("the database answers")
}

/// Ends every connection of the servers.
async fn cut(url: &str) {
    let mut connection = superuser(url).await;
    let others =
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cartwright'";
    sqlx::query(others).execute(&mut connection).await.expect("a superuser may do so");
}

struct Report {
    options: Options,
    sound: bool,
    round: u32,
}

impl Report {
    /// Lets `outage` happen a few times under a crowd.
    async fn of(&mut self, world: &World, what: &str, outage: impl AsyncFn()) {
        for _ in 0..self.options.rounds {
            self.round += 1;
            let crowd = world.crowd(self.options.shoppers, self.round);
            tokio::time::sleep(Duration::from_secs(3)).await;
            outage().await;
            let before = crowd.acknowledged();
            tokio::time::sleep(Duration::from_secs(7)).await;
            let recovered = crowd.acknowledged() > before;
            let servers = [&world.public, &world.private];
            let memory = servers.iter().filter_map(|server| server.process()).map(resident_kilobytes);
            let memory = memory.max().unwrap_or_default();
            let tally = crowd.send_home().await;
            let within = memory <= MEMORY_AT_MOST_KB;
            println!("{what}: sells again: {recovered}, memory {memory} kB");
            self.sound &= recovered && within;
            self.sound &= world.conclude(&tally).await;
        }
    }

    /// Ends the public server in order and starts it again, under a crowd behind a load balancer. Without one,
    /// whoever connects in the moment in which the port is closed is turned away by the kernel.
    async fn deployments(&mut self, world: &mut World) {
        self.round += 1;
        let crowd = world.crowd(self.options.shoppers, self.round);
        let balancer = crowd.balance(&world.public.url);
        let mut clean = true;
        for _ in 0..self.options.rounds.saturating_mul(3) {
            tokio::time::sleep(Duration::from_secs(2)).await;
            clean &= world.public.terminate().await.success();
            world.public.launch();
            world.public.wait_until_ready().await;
        }
        let tally = crowd.send_home().await;
        balancer.abort();
        let broken = tally.met.iter().filter(|(word, _)| word.starts_with("broken off"));
        let broken: u32 = broken.map(|(_, times)| times).sum();
        println!("the server ended in order: {broken} requests were broken off, exit status good: {clean}");
        self.sound &= broken == 0 && clean;
        self.sound &= world.conclude(&tally).await;
    }
}

/// A small file system in memory; unmounted with this value.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    fn mount() -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("cartwright-disk-{}", std::process::id()));
        fs::create_dir_all(&folder).ok()?;
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(&folder).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self { folder });
        }
        fs::remove_dir(&folder).ok()?;
        None
    }

    /// Fills it to the last byte.
    fn fill(&self) -> PathBuf {
        let filler = self.folder.join("filler");
        let argument = format!("of={}", filler.display());
        // Ends in failure, because there is no more room.
        let _full = Command::new("dd").args(["if=/dev/zero", &argument, "bs=64k", "status=none"]).status();
        filler
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(&self.folder);
    }
}

fn unmount(folder: &Path) {
    // What cannot be unmounted now goes with the machine.
    let _unmounted = Command::new("umount").arg("-l").arg(folder).status();
    let _removed = fs::remove_dir(folder);
}
