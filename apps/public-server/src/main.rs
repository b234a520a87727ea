//! The storefront surface in a process of its own.

use cartwright::{
    config::{Config, Flags},
    serve::{Parts, run},
    telemetry,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::load(Flags::default())?;
    telemetry::init(&config);
    run(&config, Parts::PUBLIC).await
}
