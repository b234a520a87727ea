//! Measures what shoppers and merchants do in shops of growing size: nothing may cost more than half as much
//! again for being done in a large one.

#![expect(clippy::print_stdout, reason = "a harness speaks on its terminal")]
#![expect(clippy::float_arithmetic, reason = "figures for people to look at, of which three digits count")]

use std::time::{Duration, Instant};

use benches::{
    engine::{Engine, Engines},
    gauge::{Measure, postmaster},
    growth::{Growth, Size},
};
use clap::Parser;
use testkit::{cluster::Cluster, database::TestDatabase};

#[derive(Debug, Parser)]
struct Options {
    /// Products of the store and as many orders, growing
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,1000000")]
    sizes: Vec<u32>,
    /// Other stores in the database at the second measurement and after, with 100 products each
    #[arg(long, default_value_t = 1000)]
    stores: u32,
    /// For how many seconds each figure is taken
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    #[command(flatten)]
    engines: Engines,
    /// Only questions with this in their name
    #[arg(long, default_value = "")]
    only: String,
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    for engine in options.engines.each() {
        grow(&options, engine).await;
    }
}

async fn grow(options: &Options, engine: Engine) {
    let cluster = (engine == Engine::Postgres).then(Cluster::start_new);
    let (database, postgres) = match &cluster {
        Some(cluster) => {
            let url = cluster.url();
            (TestDatabase::at(&url).await, Some(postmaster(&url).await))
        }
        None => (TestDatabase::sqlite().await, None),
    };
    let mut growth = Growth::open(database, postgres).await;
    let mut smallest: Vec<(&str, Measure)> = Vec::new();
    for size in sizes(options) {
        let begun = Instant::now();
        growth.to(size).await;
        println!("{engine}, {size}: filled in {:.0} s", begun.elapsed().as_secs_f64());
        let measured = growth.measure(&options.only, Duration::from_secs(options.seconds)).await;
        for (name, now) in &measured {
            let before = smallest.iter().find(|(known, _)| known == name);
            let ratio = before.map(|(_, before)| now.cpu_per_errand() / before.cpu_per_errand());
            let ratio = ratio.map(|ratio| format!(", {ratio:.2} times the smallest")).unwrap_or_default();
            println!("{engine}, {size}: {name}: {now}{ratio}");
        }
        if "export".contains(&options.only) || options.only.is_empty() {
            let (took, peak) = growth.export().await;
            println!("{engine}, {size}: export: {:.1} s, {peak} kB at most", took.as_secs_f64());
        }
        if smallest.is_empty() {
            smallest = measured;
        }
    }
}

/// The smallest alone, then beside other stores, then growing there.
fn sizes(options: &Options) -> Vec<Size> {
    let with = |other_stores| move |rows: &u32| Size { other_stores, rows: *rows };
    let alone = options.sizes.iter().take(1).map(with(0));
    let beside = options.sizes.iter().skip(usize::from(options.stores == 0)).map(with(options.stores));
    alone.chain(beside).collect()
}
