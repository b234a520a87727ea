//! Making the core from its configuration, and serving it until told to stop.

use std::{
    fs,
    io::{Write as _, stderr},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    os::unix::fs::DirBuilderExt as _,
    process::ExitCode,
    sync::Arc,
};

use adapters_postgres::{DatabaseConfig, SqlDatabase};
use adapters_sandbox::{SandboxConfig, SandboxGateway};
use adapters_smtp::{SmtpConfig, SmtpMailer};
use adapters_stripe::{StripeConfig, StripeGateway};
use adapters_system::{
    Argon2Passwords, JwtSigner, MasterKey, PasswordCost, SystemClock, SystemIds, XChaChaSealer,
};
use anyhow::{Context as _, Result};
use application::{Core, Gateways, Logins, Post};
use domain::tier::TierTable;
use http_api::{
    list::cursor::CursorKey,
    server::{ServerConfig, Surface, serve},
};
use ports::mail::Mailer;
use secrecy::ExposeSecret as _;

use crate::{
    config::{Config, Flags},
    telemetry,
};

mod limits;
mod running;

use limits::Counting;
pub use running::Running;

/// What of the installation a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The storefront surface.
    pub public: bool,
    /// The admin surface.
    pub private: bool,
    /// The background worker.
    pub worker: bool,
}

impl Parts {
    /// Everything in one process.
    pub const ALL: Self = Self { public: true, private: true, worker: true };
    /// The storefront surface alone.
    pub const PUBLIC: Self = Self { public: true, private: false, worker: false };
    /// The admin surface with the worker.
    pub const PRIVATE: Self = Self { public: false, private: true, worker: true };
}

/// Opens the configured database and brings its schema up to date, making the data folder for an
/// embedded one. Processes that start together wait for each other.
pub async fn open_database(config: &Config) -> Result<SqlDatabase> {
    let guard = config.is_embedded().then(|| lock_data_dir(config)).transpose()?;
    let url = config.database_url.expose_secret().to_owned();
    let settings = DatabaseConfig { url, connections: config.pool_size };
    let database = SqlDatabase::open(&settings)?;
    database.migrate().await?;
    drop(guard);
    Ok(database)
}

/// The core over an open database. `public_url` is where shoppers reach the public surface.
pub fn core(config: &Config, database: SqlDatabase, public_url: &str) -> Result<Core> {
    core_with(config, database, public_url, &master_key(config)?)
}

/// Starts `parts` and answers once they take requests. Addresses are bound first, so that a port in use
/// is told before anything is touched.
pub async fn start(config: &Config, parts: Parts) -> Result<Running> {
    let public = parts.public.then(|| listen(config.public_addr)).transpose()?;
    let private = parts.private.then(|| listen(config.private_addr)).transpose()?;
    let public_url = match &public {
        Some(listener) => address_of(config.public_url.as_ref(), listener.local_addr()?),
        None => address_of(config.public_url.as_ref(), config.public_addr),
    };
    let master = master_key(config)?;
    telemetry::record(config)?;
    let database = open_database(config).await?;
    let counting = Counting::of(config, &database);
    let metrics = telemetry::page(config, &database);
    let core = Arc::new(core_with(config, database, &public_url, &master)?);
    let mut running = Running::new(core.clone(), config.drain);
    if parts.worker {
        running.add_worker();
    }
    let monitor = running.watch(config);
    let cursors = CursorKey::new(master.derive(b"cursors"));
    let settings = |url: String| ServerConfig {
        workers: config.workers,
        cors_origins: config.cors_origins.clone(),
        trusted_proxies: config.trusted_proxies,
        kept_answers: u64::from(config.answer_cache_mb) << 20,
        metrics: metrics.clone(),
        monitor: Some(monitor.clone()),
        limiter: counting.as_ref().map(Counting::limiter),
        ..ServerConfig::new(url, cursors.clone())
    };
    if let Some(listener) = public {
        let server = serve(Surface::Public, core.clone(), settings(public_url.clone()), listener)?;
        running.add_server(Surface::Public, public_url, server);
    }
    if let Some(listener) = private {
        let url = address_of(config.private_url.as_ref(), listener.local_addr()?);
        let server = serve(Surface::Private, core.clone(), settings(url.clone()), listener)?;
        running.add_server(Surface::Private, url, server);
    }
    running.add_key_uses();
    if let Some(counting) = counting {
        running.add_counting(counting);
    }
    Ok(running)
}

/// Starts `parts` and serves until the process is told to stop.
pub async fn run(config: &Config, parts: Parts) -> Result<()> {
    start(config, parts).await?.until_stopped().await
}

/// The whole of a server program: reads the configuration of the process, logs and serves. What went
/// wrong is told on standard error, in words for the operator.
pub async fn main(parts: Parts) -> ExitCode {
    let served = async {
        let config = Config::load(Flags::default())?;
        let telemetry = telemetry::init(&config)?;
        let served = run(&config, parts).await;
        telemetry.finish().await;
        served
    };
    match served.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            let _told = writeln!(stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn core_with(config: &Config, database: SqlDatabase, public_url: &str, master: &MasterKey) -> Result<Core> {
    let database = Arc::new(database);
    let sandbox = Arc::new(SandboxGateway::new(
        database.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemIds),
        SandboxConfig::new(public_url),
    ));
    let stripe = StripeGateway::new(StripeConfig {
        api_base: config.stripe_api_base.clone(),
        ..StripeConfig::default()
    })?;
    Ok(Core {
        db: database,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        sealer: Arc::new(XChaChaSealer::new(master)),
        logins: Logins {
            passwords: Arc::new(Argon2Passwords::new(PasswordCost::OWASP)),
            tokens: Arc::new(JwtSigner::new(master)),
        },
        post: post(config)?,
        gateways: Gateways {
            sandbox: sandbox.clone(),
            sandbox_desk: sandbox,
            stripe: Arc::new(stripe),
            way_back: Some(public_url.to_owned()),
        },
        tiers: Arc::new(TierTable::default()),
        key_uses: Arc::default(),
        default_tier: config.default_tier,
        audit_retention_days: config.audit_retention_days,
    })
}

/// The mail server, if one is configured.
///
/// # Errors
/// When the configuration of mail cannot be read.
pub fn post(config: &Config) -> Result<Post> {
    let mailer = match (&config.smtp_url, &config.mail_from) {
        (Some(url), Some(from)) => {
            let mailer: Arc<dyn Mailer> =
                Arc::new(SmtpMailer::new(&SmtpConfig { url: url.clone(), from: from.clone() })?);
            Some(mailer)
        }
        _ => None,
    };
    Ok(Post { mailer, dashboard_url: config.dashboard_url.clone() })
}

/// The configured key, or the one that the data folder keeps.
fn master_key(config: &Config) -> Result<MasterKey> {
    if let Some(key) = config.given_master_key() {
        return Ok(key);
    }
    make_data_dir(config)?;
    Ok(MasterKey::load_or_create(&config.data_dir.join("master.key"))?)
}

fn make_data_dir(config: &Config) -> Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data_dir);
    made.with_context(|| format!("the data folder {} cannot be made", config.data_dir.display()))
}

/// Held while a SQLite schema is changed; Postgres has locks of its own for that.
fn lock_data_dir(config: &Config) -> Result<fs::File> {
    make_data_dir(config)?;
    let path = config.data_dir.join("migrate.lock");
    let lock = fs::File::create(&path).and_then(|file| file.lock().map(|()| file));
    lock.with_context(|| format!("{} cannot be locked", path.display()))
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))
}

/// What to call a server by: as configured, or by the address it listens on. Nobody can call `0.0.0.0`.
fn address_of(configured: Option<&String>, mut listening: SocketAddr) -> String {
    if let Some(url) = configured {
        return url.clone();
    }
    if listening.ip().is_unspecified() {
        let local = if listening.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
        listening.set_ip(local);
    }
    format!("http://{listening}")
}
