//! Kills the servers at random under a crowd of shoppers, and looks whether anything is lost.

#![expect(clippy::print_stdout, reason = "a harness speaks on its terminal")]

use std::{process::ExitCode, time::Duration};

use benches::{
    engine::{Engine, Engines},
    world::World,
};
use clap::Parser;
use testkit::effort::Dice;

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
    #[command(flatten)]
    engines: Engines,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let mut sound = true;
    for engine in options.engines.each() {
        sound &= crash(&options, engine).await;
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn crash(options: &Options, engine: Engine) -> bool {
    let mut world = World::open(engine.database().await).await;
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
        println!("{engine}: {done} kills, slowest start {} ms", slowest.as_millis());
        sound &= world.conclude(&tally).await;
    }
    sound
}
