//! The admin surface and the background worker in a process of its own.

use cartwright::{
    config::{Config, Flags},
    serve::{Parts, run},
    telemetry,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::load(Flags::default())?;
    telemetry::init(&config);
    run(&config, Parts::PRIVATE).await
}
