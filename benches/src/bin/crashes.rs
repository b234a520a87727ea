//! Kills the servers at random under a crowd of shoppers, and looks whether anything is lost.

#![expect(clippy::print_stdout, reason = "a harness speaks on its terminal")]

use std::{process::ExitCode, time::Duration};

use benches::world::World;
use clap::Parser;
use testkit::{database::TestDatabase, effort::Dice};

/// How long the books may take to come to rest after the last kill: a payment that was begun just before is
/// asked about after half a minute, and after a minute if the worker died over it.
const REST_AT_MOST: Duration = Duration::from_mins(2);

#[derive(Debug, Parser)]
struct Options {
    /// How many times a server is killed, on each engine
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// After how many kills the shoppers go home and the books are checked
    #[arg(long, default_value_t = 50)]
    batch: u32,
    /// How many shoppers buy at once
    #[arg(long, default_value_t = 32)]
    shoppers: u32,
    /// Decides who is killed, and when
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// sqlite or postgres; both when left out
    #[arg(long)]
    engine: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let mut sound = true;
    for engine in ["sqlite", "postgres"] {
        if options.engine.as_deref().is_some_and(|wanted| wanted != engine) {
            continue;
        }
        let database =
            if engine == "sqlite" { TestDatabase::sqlite().await } else { TestDatabase::postgres().await };
        sound &= crash(&options, engine, database).await;
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn crash(options: &Options, engine: &str, database: TestDatabase) -> bool {
    let mut world = World::open(database).await;
    let mut dice = Dice::new(options.seed);
    let (mut sound, mut done, mut round) = (true, 0, 0);
    println!("{engine}: {} kills under {} shoppers, seed {}", options.kills, options.shoppers, options.seed);
    while done < options.kills {
        round += 1;
        let crowd = world.crowd(options.shoppers, round);
        let batch = options.batch.min(options.kills.saturating_sub(done));
        let mut slowest = Duration::ZERO;
        for _ in 0..batch {
            tokio::time::sleep(Duration::from_millis(u64::from(100 + dice.below(900)))).await;
            let victim = if dice.below(2) == 0 { &mut world.public } else { &mut world.private };
            victim.kill();
            victim.launch();
            slowest = slowest.max(victim.wait_until_ready().await);
        }
        done += batch;
        let tally = crowd.send_home().await;
        let rest = world.comes_to_rest(REST_AT_MOST).await;
        let lost = world.lost(&tally.acknowledged).await;
        println!(
            "{engine}: {done} kills, {} orders acknowledged, {} lost, slowest start {} ms",
            tally.acknowledged.len(),
            lost.len(),
            slowest.as_millis()
        );
        println!("  met: {:?}", tally.met);
        match &rest {
            Ok(after) => println!("  the books are right {:.1} s after the last sale", after.as_secs_f32()),
            Err(breaches) => println!("  BREACHES: {breaches:#?}"),
        }
        let faults = tally.met.keys().filter(|word| word.starts_with("500") || word.contains("without"));
        let faults: Vec<_> = faults.collect();
        if !faults.is_empty() {
            println!("  FAULTS: {faults:?}\n{}", world.logs());
        }
        sound &= rest.is_ok() && lost.is_empty() && faults.is_empty();
    }
    sound
}
