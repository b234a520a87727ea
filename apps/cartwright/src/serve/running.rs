//! What runs in this process, and how it stops.

use std::{io, sync::Arc, time::Duration};

use actix_web::dev::{Server, ServerHandle};
use adapters_system::{Folder, keep_in_step};
use anyhow::{Context as _, Result};
use application::{
    Core,
    access::usage,
    health::{Monitor, Pulse},
    worker,
};
use http_api::server::Surface;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    task::JoinSet,
};

use super::limits::Counting;
use crate::config::Config;

/// Servers and worker of this process. Dropping it breaks them off; [`Running::until_stopped`] and
/// [`Running::stop`] end them in order.
pub struct Running {
    /// What they serve.
    pub core: Arc<Core>,
    /// Where the public surface is reached, if it runs here.
    pub public_url: Option<String>,
    /// Where the private surface is reached, if it runs here.
    pub private_url: Option<String>,
    handles: Vec<ServerHandle>,
    /// Dropped to stop what goes on in the background.
    background: Vec<oneshot::Sender<()>>,
    /// The worker's sign of life, if it runs here.
    pulse: Option<Pulse>,
    /// What the probes ask.
    monitor: Option<Arc<Monitor>>,
    drain: Duration,
    tasks: JoinSet<io::Result<()>>,
}

impl Running {
    /// Nothing yet. Once told to stop, it says so for as long as `drain` before it takes no more requests.
    pub(super) fn new(core: Arc<Core>, drain: Duration) -> Self {
        Self {
            core,
            public_url: None,
            private_url: None,
            handles: Vec::new(),
            background: Vec::new(),
            pulse: None,
            monitor: None,
            drain,
            tasks: JoinSet::new(),
        }
    }

    pub(super) fn add_server(&mut self, surface: Surface, url: String, server: Server) {
        tracing::info!(?surface, url, "listening");
        match surface {
            Surface::Public => self.public_url = Some(url),
            Surface::Private => self.private_url = Some(url),
        }
        self.handles.push(server.handle());
        self.tasks.spawn(server);
    }

    pub(super) fn add_worker(&mut self) {
        let (core, stopped) = self.background();
        let pulse = Pulse::starting(core.clock.now());
        self.pulse = Some(pulse.clone());
        self.tasks.spawn(async move {
            worker::run(&core, &pulse, stopped).await;
            Ok(())
        });
    }

    /// Keeps the counts of requests in step with those of other servers, if there may be any.
    pub(super) fn add_counting(&mut self, counting: Counting) {
        let Counting { limiter, together: Some(counts) } = counting else { return };
        let (core, stopped) = self.background();
        self.tasks.spawn(async move {
            keep_in_step(&limiter, &*counts, &*core.clock, stopped).await;
            Ok(())
        });
    }

    /// Writes now and then, and at the end, when keys were used.
    pub(super) fn add_key_uses(&mut self) {
        let (core, stopped) = self.background();
        self.tasks.spawn(async move {
            usage::run(&core, stopped).await;
            Ok(())
        });
    }

    /// What something in the background works on, and what tells it to stop.
    fn background(&mut self) -> (Arc<Core>, impl Future<Output = ()> + use<>) {
        let (working, stopped) = oneshot::channel::<()>();
        self.background.push(working);
        // The sender never sends; that it is gone is the signal.
        (self.core.clone(), async { drop(stopped.await) })
    }

    /// What probes of this process ask: what every process depends on, and the disk of an embedded database.
    pub(super) fn watch(&mut self, config: &Config) -> Arc<Monitor> {
        let mut monitor = Monitor::of(&self.core, self.pulse.clone());
        if config.is_embedded() {
            monitor = monitor.and(Arc::new(Folder::at(&config.data_dir)));
        }
        let monitor = Arc::new(monitor);
        self.monitor = Some(monitor.clone());
        monitor
    }

    /// Serves until SIGTERM or SIGINT, or until a part fails; then lets what runs finish.
    pub async fn until_stopped(mut self) -> Result<()> {
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
        let ended = tokio::select! {
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
            Some(ended) = self.tasks.join_next() => ended.context("a part of the server broke down")?.context("a part of the server failed"),
        };
        if let Some(monitor) = &self.monitor {
            monitor.stop();
        }
        if !self.drain.is_zero() {
            tracing::info!(
                seconds = self.drain.as_secs(),
                "told to stop: not ready any more, still answering"
            );
            tokio::select! {
                () = tokio::time::sleep(self.drain) => {}
                // Whoever insists need not wait.
                _ = interrupt.recv() => {}
            }
        }
        tracing::info!("stopping: no new requests, what runs may finish");
        self.stop().await;
        ended
    }

    /// Ends everything: servers finish their requests, then the worker its round, and what is remembered of
    /// the requests is written.
    pub async fn stop(mut self) {
        for handle in &self.handles {
            handle.stop(true).await;
        }
        self.background.clear();
        while self.tasks.join_next().await.is_some() {}
    }
}
