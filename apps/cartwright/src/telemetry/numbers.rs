//! The numbers of this process: one recorder for all crates, shown on `GET /metrics`.

use std::{sync::OnceLock, time::Duration};

use adapters_postgres::SqlDatabase;
use adapters_system::SystemClock;
use anyhow::{Context as _, Result};
use application::worker;
use http_api::metrics_page::MetricsPage;
use metrics::{Unit, describe_gauge, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use ports::Clock as _;

use crate::config::Config;

/// Seconds that separate quick from slow: statements take less than the first, gateways the last ones.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// How often what was recorded is put into its buckets, so that it does not pile up between two visits.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
const START_TIME: &str = "process_start_time_seconds";
const BUILD: &str = "cartwright_build_info";

/// A process has one recorder, whatever it serves and however often.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to record, if that is wanted. A second call changes nothing.
pub(crate) fn record(config: &Config) -> Result<()> {
    if !config.metrics || RECORDER.get().is_some() {
        return Ok(());
    }
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
        .context("the buckets of the metrics are not usable")?;
    let handle = builder.install_recorder().context("somebody else records the metrics")?;
    describe();
    if RECORDER.set(handle).is_ok() {
        tokio::spawn(async {
            while let Some(handle) = RECORDER.get() {
                tokio::time::sleep(UPKEEP_EVERY).await;
                handle.run_upkeep();
            }
        });
    }
    Ok(())
}

fn describe() {
    http_api::describe_metrics();
    adapters_postgres::describe_metrics();
    adapters_stripe::describe_metrics();
    worker::describe_metrics();
    describe_gauge!(START_TIME, Unit::Seconds, "When the process began to record, in seconds since 1970.");
    describe_gauge!(BUILD, Unit::Count, "Always 1; the label says which version runs.");
    let started = u32::try_from(SystemClock.now().timestamp()).unwrap_or_default();
    gauge!(START_TIME).set(started);
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1);
}

/// The page for Prometheus, if numbers are kept.
pub(crate) fn page(config: &Config, database: &SqlDatabase) -> Option<MetricsPage> {
    let handle = RECORDER.get().filter(|_| config.metrics)?.clone();
    let database = database.clone();
    let render = move || {
        database.measure_pools();
        handle.render()
    };
    Some(MetricsPage::new(render, config.metrics_token.clone()))
}
