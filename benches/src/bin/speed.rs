//! Measures what shoppers do most, beside the least that it could cost on the same machine in the same minute.

#![expect(clippy::print_stdout, reason = "a harness speaks on its terminal")]
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "figures for people to look at, of which three digits count"
)]

use std::{net::SocketAddr, time::Duration};

use benches::{
    cost::{Family, parent_of, resident_kilobytes},
    floor::{self, Floor},
    load::{Errand, Run, drive},
    market::Market,
    process::Server,
};
use clap::Parser;
use sqlx::{Connection as _, PgConnection};
use testkit::{cluster::Cluster, database::TestDatabase};

/// Threads that answer, of the server and of the floor.
const WORKERS: usize = 2;
/// How long a server is used before anything is measured.
const WARM_UP: Duration = Duration::from_secs(1);

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
    /// sqlite or postgres; both when left out
    #[arg(long)]
    engine: Option<String>,
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
        for engine in ["sqlite", "postgres"] {
            if options.engine.as_deref().is_none_or(|wanted| wanted == engine) {
                Speed::of(&options, engine).await;
            }
        }
    });
}

struct Speed<'a> {
    options: &'a Options,
    engine: &'static str,
    market: Market,
    /// Postgres, which does part of the work.
    postgres: Option<Family>,
}

impl<'a> Speed<'a> {
    async fn of(options: &'a Options, engine: &'static str) {
        // Postgres as it comes, so that what is committed is on the disk.
        let cluster = (engine == "postgres" && options.postgres_url.is_none()).then(Cluster::start_new);
        let url = cluster.as_ref().map(Cluster::url).or_else(|| options.postgres_url.clone());
        let url = url.filter(|_| engine == "postgres");
        let database = match &url {
            Some(url) => TestDatabase::at(url).await,
            None => TestDatabase::sqlite().await,
        };
        let market = Market::open(database, options.products).await;
        let server = market.public.process().expect("the server runs");
        println!("{engine}: {} kB resident, idle", resident_kilobytes(server));
        let postgres = match &url {
            Some(url) => Some(Family(postmaster(url).await)),
            None => None,
        };
        let speed = Self { options, engine, market, postgres };
        speed.reads("list of 20, warm", &speed.market.public, speed.market.list()).await;
        speed.reads("product by slug, warm", &speed.market.public, speed.market.by_slug()).await;
        let cold = speed.market.cold_server().await;
        speed.reads("list of 20, cold", &cold, speed.market.another_page()).await;
        speed.reads("product by slug, cold", &cold, speed.market.another_slug()).await;
        drop(cold);
        speed.writes("add to a new cart", speed.market.add_to_cart()).await;
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
            let least = self.measure(floor.address, Family(floor.process()), None, *callers, &errand).await;
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
        for callers in &self.options.callers {
            let ours = self.errands(&self.market.public, *callers, &errand).await;
            println!("{} {name}, {callers} callers: {ours}", self.engine);
        }
    }

    async fn errands(&self, server: &Server, callers: u32, errand: &Errand) -> Measure {
        let process = Family(server.process().expect("the server runs"));
        self.measure(server.address(), process, self.postgres, callers, errand).await
    }

    async fn measure(
        &self,
        address: SocketAddr,
        server: Family,
        postgres: Option<Family>,
        callers: u32,
        errand: &Errand,
    ) -> Measure {
        drive(address, callers, WARM_UP, errand).await;
        let spent =
            || [Some(server), postgres].map(|family| family.map_or(Duration::ZERO, Family::processor_time));
        let before = spent();
        let run = drive(address, callers, Duration::from_secs(self.options.seconds), errand).await;
        let [server, postgres] = spent();
        Measure {
            run,
            server: server.saturating_sub(before[0]),
            postgres: postgres.saturating_sub(before[1]),
        }
    }
}

/// The process that started all of Postgres' others.
async fn postmaster(url: &str) -> u32 {
    let mut connection = PgConnection::connect(url).await.expect("the database answers");
    let backend: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut connection)
        .await
        .expect("it has a number");
    let backend = u32::try_from(backend).expect("processes count from one");
    parent_of(backend).expect("the connection is open")
}

/// What an errand took, and what it cost.
struct Measure {
    run: Run,
    server: Duration,
    postgres: Duration,
}

impl Measure {
    fn cpu_per_errand(&self) -> f64 {
        self.per_errand(self.server + self.postgres)
    }

    fn per_errand(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1000.0 / self.run.count() as f64
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { run, server, postgres } = self;
        write!(f, "{:.0}/s, {:.3} ms CPU", run.rate(), self.cpu_per_errand())?;
        if !postgres.is_zero() {
            write!(f, " ({:.3} + {:.3} of Postgres)", self.per_errand(*server), self.per_errand(*postgres))?;
        }
        write!(f, ", p50 {:.2} ms, p99 {:.2} ms", run.percentile(50), run.percentile(99))
    }
}
