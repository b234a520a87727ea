//! What the process tells of itself: numbers for Prometheus, traces for a collector, and logs. Logs go to
//! standard error, so that standard output is what a command was asked for.

use std::{
    io::{IsTerminal as _, stderr},
    sync::Arc,
};

use anyhow::Result;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, filter::Targets, fmt, layer::SubscriberExt as _, registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use self::traces::Traces;
use crate::config::{Config, LogFormat};

mod numbers;
mod traces;

pub(crate) use numbers::{page, record};

/// What was started here and wants to be ended in order.
#[derive(Debug)]
#[must_use = "the last traces are sent when this is finished"]
pub struct Telemetry {
    traces: Option<Arc<Traces>>,
}

/// Starts logging and tracing as configured; `RUST_LOG` wins over the configured filter of the log. A second
/// call changes nothing.
///
/// # Errors
/// When traces are wanted and cannot be sent in the way that is configured.
pub fn init(config: &Config) -> Result<Telemetry> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(&config.log));
    let traces = Traces::start(config)?.map(Arc::new);
    let registry = tracing_subscriber::registry();
    let started = match &traces {
        // What is logged does not decide what is traced.
        Some(traces) => {
            registry.with(traces.layer()).with(lines(config.log_format).with_filter(filter)).try_init()
        }
        None => match filter.to_string().parse::<Targets>() {
            Ok(targets) => registry.with(targets).with(lines(config.log_format)).try_init(),
            // One that names spans has to look at each that is entered, which is often.
            Err(_) => registry.with(filter).with(lines(config.log_format)).try_init(),
        },
    };
    if let Err(error) = started {
        tracing::debug!(%error, "logging was started before");
    }
    Ok(Telemetry { traces })
}

fn lines<S: Subscriber + for<'a> LookupSpan<'a>>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync> {
    match format {
        LogFormat::Pretty => fmt::layer().with_ansi(stderr().is_terminal()).with_writer(stderr).boxed(),
        LogFormat::Json => fmt::layer().json().with_writer(stderr).boxed(),
    }
}

impl Telemetry {
    /// Sends what still waits to be sent; the last thing that a process does.
    pub async fn finish(self) {
        if let Some(traces) = self.traces {
            let finished = tokio::task::spawn_blocking(move || traces.finish()).await;
            if let Err(error) = finished {
                tracing::warn!(%error, "the last traces were not sent");
            }
        }
    }
}
