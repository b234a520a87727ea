//! Lets a crowd pay by card while the gateway is slow, fails, does things after the caller gave up, and tells of
//! them late, twice and out of order.

#![expect(clippy::print_stdout, reason = "a harness speaks on its terminal")]

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use adapters_system::SystemClock;
use benches::{
    engine::Engines,
    gateway::{Gateway, News},
    wire::Mood,
    world::World,
};
use clap::Parser;
use ports::Clock as _;
use reqwest::Client;

/// How long the gateway takes when it is slow.
const SLOW: Duration = Duration::from_secs(30);
/// How late it tells when it is late.
const LATE: Duration = Duration::from_secs(20);
/// How long an event may wait, whatever the gateway does: two rounds of the worker and a slow machine.
const EVENTS_WAIT_AT_MOST: Duration = Duration::from_secs(15);
/// Shoppers of another shop on the same servers.
const NEIGHBOURS: u32 = 2;
/// How long the crowd goes on buying afterwards: those who wait for a slow answer have to get it first.
const RECOVERY: Duration = Duration::from_secs(45);
/// How often somebody looks at the servers meanwhile.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Cards of shoppers, in turn: some are sent to their bank, some are declined.
const CARDS: &[&str] = &[
    "pm_card_visa",
    "pm_card_authenticationRequired",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_authenticationRequired",
    "pm_card_chargeDeclined",
];

#[derive(Debug, Parser)]
struct Options {
    /// How many shoppers buy at once
    #[arg(long, default_value_t = 32)]
    shoppers: u32,
    /// How long each trouble lasts, in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    #[command(flatten)]
    engines: Engines,
    /// Only troubles with this in their name
    #[arg(long, default_value = "")]
    only: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let mut sound = true;
    for engine in options.engines.each() {
        let (gateway, world) = Gateway::open(engine.database().await).await;
        let troubles = [
            ("nothing amiss", Mood::Fine, News::Prompt),
            ("answers after 30 s", Mood::AnswersLate(SLOW), News::Prompt),
            ("answers after 30 s and tells nothing", Mood::AnswersLate(SLOW), News::Never),
            ("works after the caller gave up", Mood::WorksLate(SLOW), News::Never),
            ("answers 500", Mood::Fails, News::Never),
            ("tells late, twice and out of order", Mood::Fine, News::Muddled(LATE)),
            ("fails, and tells late, twice and out of order", Mood::Fails, News::Muddled(LATE)),
        ];
        for (round, (name, mood, news)) in (1..).zip(troubles) {
            if name.contains(&options.only) {
                println!("{engine}: the gateway {name}");
                sound &= trouble(&options, &gateway, &world, round, mood, news).await;
            }
        }
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn trouble(
    options: &Options,
    gateway: &Gateway,
    world: &World,
    round: u32,
    mood: Mood,
    news: News,
) -> bool {
    gateway.tell(news);
    gateway.wire.set(mood);
    let calls = gateway.wire.calls();
    let crowd = world.crowd_with(options.shoppers, round, CARDS);
    // Their sales make events, which have nothing to do with this gateway.
    let next_door = gateway.next_door(NEIGHBOURS, round);
    let mut watch = Watch::new();
    watch.look_for(world, Duration::from_secs(options.seconds)).await;
    let during = crowd.acknowledged();
    gateway.wire.set(Mood::Fine);
    let well = watch.tell();
    tokio::time::sleep(RECOVERY).await;
    let recovered = crowd.acknowledged() > during;
    let mut tally = crowd.send_home().await;
    let others = next_door.send_home().await;
    println!(
        "  {during} orders acknowledged meanwhile, sells again: {recovered}, {} calls; {} orders next door",
        gateway.wire.calls() - calls,
        others.acknowledged.len(),
    );
    for (word, times) in others.met {
        *tally.met.entry(word).or_default() += times;
    }
    let sound = world.conclude(&tally).await;
    // Late news are on their way still.
    if let News::Muddled(pause) = news {
        tokio::time::sleep(pause).await;
    }
    sound & recovered & well & gateway.agrees(world).await
}

/// Somebody who looks whether the servers still do what has nothing to do with gateways.
struct Watch {
    client: Client,
    /// The longest that an event waited to be delivered.
    waited: Duration,
    /// Times that a server said it was not ready, or did not say anything.
    unready: u32,
}

impl Watch {
    fn new() -> Self {
        let client =
            Client::builder().timeout(Duration::from_secs(5)).build().expect("a client needs nothing");
        Self { client, waited: Duration::ZERO, unready: 0 }
    }

    async fn look_for(&mut self, world: &World, time: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < time {
            tokio::time::sleep(LOOK_EVERY).await;
            for server in [&world.public, &world.private] {
                let answer = self.client.get(format!("{}/readyz", server.url)).send().await;
                if !answer.is_ok_and(|answer| answer.status().is_success()) {
                    self.unready += 1;
                }
            }
            let backlog = world.core.db.outbox().backlog().await.expect("the database answers");
            let age = backlog
                .oldest
                .and_then(|oldest| SystemClock.now().signed_duration_since(oldest).to_std().ok());
            self.waited = self.waited.max(age.unwrap_or_default());
        }
    }

    fn tell(&self) -> bool {
        println!(
            "  meanwhile events waited {:.1} s at most, and servers were not ready {} times",
            self.waited.as_secs_f32(),
            self.unready
        );
        self.unready == 0 && self.waited <= EVENTS_WAIT_AT_MOST
    }
}
