//! Measures what shoppers do most, beside the least that it could cost on the same machine in the same minute.

#![expect(clippy::print_stdout, reason = "a harness speaks on its terminal")]
#![expect(clippy::float_arithmetic, reason = "figures for people to look at, of which three digits count")]

use std::{net::SocketAddr, time::Duration};

use benches::{
    cost::{Family, resident_kilobytes},
    engine::{Engine, Engines},
    floor::{self, Floor},
    gauge::{Gauge, Measure, postmaster},
    load::{Errand, drive},
    market::Market,
    process::Server,
    replay::Replay,
    start::starts,
};
use clap::Parser;
use testkit::{cluster::Cluster, database::TestDatabase};

/// Threads that answer, of the server and of the floor.
const WORKERS: usize = 2;
/// What starting is called among the errands.
const START: &str = "start";
/// Errands that write, before anything about them is measured.
const FIRST_ERRANDS: u64 = 1000;
/// Callers who run those.
const FIRST_CALLERS: u32 = 16;

#[derive(Debug, Parser)]
struct Options {
    /// How many callers there are at once
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    callers: Vec<u32>,
    /// For how many seconds each figure is taken
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many products the shop has
    #[arg(long, default_value_t = 2000)]
    products: u32,
    #[command(flatten)]
    engines: Engines,
    /// A Postgres to measure with, instead of one of its own with nothing configured
    #[arg(long)]
    postgres_url: Option<String>,
    /// Only errands with this in their name
    #[arg(long, default_value = "")]
    only: String,
    /// Serve as a floor: what the program starts itself for
    #[arg(long, hide = true)]
    floor: Option<SocketAddr>,
    /// Bytes of the floor's answers
    #[arg(long, hide = true, default_value_t = 0)]
    bytes: usize,
}

fn main() {
    let options = Options::parse();
    if let Some(address) = options.floor {
        return floor::serve(address, options.bytes, WORKERS).expect("the floor's address is free");
    }
    let runtime = tokio::runtime::Runtime::new().expect("the machine has threads");
    runtime.block_on(async {
        for engine in options.engines.each() {
            Speed::of(&options, engine).await;
        }
    });
}

struct Speed<'a> {
    options: &'a Options,
    engine: Engine,
    market: Market,
    /// Postgres, which does part of the work.
    postgres: Option<Family>,
    /// The same, if it was started for this.
    cluster: Option<Cluster>,
}

impl<'a> Speed<'a> {
    async fn of(options: &'a Options, engine: Engine) {
        // Postgres as it comes, so that what is committed is on the disk.
        let cluster = (engine == Engine::Postgres && options.postgres_url.is_none()).then(Cluster::start_new);
        let url = cluster.as_ref().map(Cluster::socket_url).or_else(|| options.postgres_url.clone());
        let url = url.filter(|_| engine == Engine::Postgres);
        let database = match &url {
            Some(url) => TestDatabase::at(url).await,
            None => TestDatabase::sqlite().await,
        };
        if START.contains(&options.only) {
            starts(engine, &database.url).await;
        }
        if options.only == START {
            return;
        }
        let market = Market::open(database, options.products).await;
        let server = market.public.process().expect("the server runs");
        println!("{engine}: {} kB resident, idle", resident_kilobytes(server));
        let postgres = match &url {
            Some(url) => Some(postmaster(url).await),
            None => None,
        };
        let speed = Self { options, engine, market, postgres, cluster };
        speed.reads("list of 20, warm", &speed.market.public, speed.market.list()).await;
        speed.reads("product by slug, warm", &speed.market.public, speed.market.by_slug()).await;
        let cold = speed.market.cold_server().await;
        speed.reads("list of 20, cold", &cold, speed.market.list()).await;
        speed.reads("any page of 20, cold", &cold, speed.market.another_page()).await;
        speed.reads("product by slug, cold", &cold, speed.market.another_slug()).await;
        drop(cold);
        speed.writes("add to a new cart", speed.market.add_to_cart()).await;
        speed.writes("cart filled for the checkout", speed.market.filled_cart()).await;
        speed.writes("whole guest sale", speed.market.sale()).await;
        println!("{engine}: {} kB resident, after the load", resident_kilobytes(server));
    }

    fn skips(&self, name: &str) -> bool {
        !name.contains(&self.options.only)
    }

    /// Measures an errand that reads, beside a floor that answers with as many bytes.
    async fn reads(&self, name: &str, server: &Server, errand: Errand) {
        if self.skips(name) {
            return;
        }
        let one = drive(server.address(), 1, Duration::ZERO, &errand).await;
        let floor = Floor::start(one.bytes());
        for callers in &self.options.callers {
            let gauge = Gauge { server: Family(floor.process()), postgres: None };
            let least = gauge.measure(floor.address, *callers, self.time(), &errand).await;
            let ours = self.errands(server, *callers, &errand).await;
            println!(
                "{} {name} ({} bytes), {callers} callers: {ours}; of the floor: {:.2} of its rate, {:.2} of its CPU ({least})",
                self.engine,
                one.bytes(),
                ours.run.rate() / least.run.rate(),
                least.cpu_per_errand() / ours.cpu_per_errand(),
            );
        }
    }

    async fn writes(&self, name: &str, errand: Errand) {
        if self.skips(name) {
            return;
        }
        self.settle(&errand).await;
        let mut replay = match self.record(&errand).await {
            Ok(replay) => replay,
            Err(why) => {
                println!("{} {name}: no comparison with pgbench (R2): {why}", self.engine);
                None
            }
        };
        for callers in &self.options.callers {
            let ours = self.errands(&self.market.public, *callers, &errand).await;
            println!("{} {name}, {callers} callers: {ours}", self.engine);
            if let Some(replay) = &mut replay {
                let run = replay.run(*callers, ours.run.rate(), self.options.seconds).await;
                let theirs = run.unwrap_or_else(|fault| panic!("{fault}"));
                println!(
                    "{} {name}, {callers} callers: R2 {:.2}: {theirs}, {} statements",
                    self.engine,
                    ours.run.rate() / theirs.rate,
                    replay.statements,
                );
            }
        }
    }

    /// Lets Postgres get to know what is in its tables. A statement that was first planned while a table was empty
    /// reads all of it, and goes on doing so while it fills, until somebody analyzes it. Postgres does that by itself
    /// within a minute, which is longer than anything here takes: without this, the figures would be those of
    /// a shop's first minute.
    async fn settle(&self, errand: &Errand) {
        if self.postgres.is_none() {
            return;
        }
        let mut done = 0;
        while done < FIRST_ERRANDS {
            done += drive(self.market.public.address(), FIRST_CALLERS, Duration::ZERO, errand).await.count();
        }
        self.market.core.database.execute("analyze", []).await;
    }

    /// What pgbench needs to do the same; nothing where there is no Postgres.
    async fn record(&self, errand: &Errand) -> Result<Option<Replay>, String> {
        let Some(postgres) = self.postgres else { return Ok(None) };
        let cluster = self.cluster.as_ref().ok_or("Postgres was not started by this program")?;
        Replay::record(cluster, postgres, self.market.public.address(), errand).await.map(Some)
    }

    async fn errands(&self, server: &Server, callers: u32, errand: &Errand) -> Measure {
        let process = Family(server.process().expect("the server runs"));
        let gauge = Gauge { server: process, postgres: self.postgres };
        gauge.measure(server.address(), callers, self.time(), errand).await
    }

    /// For how long each figure is taken.
    const fn time(&self) -> Duration {
        Duration::from_secs(self.options.seconds)
    }
}
