//! Configuration, read once at the start and checked as a whole.
//!
//! Later layers win: built-in defaults, `cartwright.toml` in the working folder, `DATABASE_URL`,
//! `CARTWRIGHT_*` in the environment, flags of the command line. To add a setting: a field of
//! [`Config`], and a line with its name, its reading and its default in `Config::read`.

use std::{
    fmt,
    net::SocketAddr,
    num::NonZeroUsize,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use adapters_smtp::SmtpConfig;
use adapters_stripe::StripeConfig;
use adapters_system::MasterKey;
use domain::tier::Tier;
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

mod layers;

pub use layers::Flags;
use layers::Layers;

/// How an installation runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the embedded database and the master key, `data_dir`.
    pub data_dir: PathBuf,
    /// `postgres://…` or `sqlite://…`, `database_url`; a SQLite file in the data folder by default.
    /// It may hold a password.
    pub database_url: SecretString,
    /// Connections to the database, `pool_size`; two for each processor when absent, and at least four.
    pub pool_size: u32,
    /// Where the public surface listens, `public_addr`. Port 0 takes any free one.
    pub public_addr: SocketAddr,
    /// Where the private surface listens, `private_addr`.
    pub private_addr: SocketAddr,
    /// Where shoppers reach the public surface, `public_url`, when that is not where it listens.
    pub public_url: Option<String>,
    /// Where merchants reach the private surface, `private_url`, when that is not where it listens.
    pub private_url: Option<String>,
    /// Origins whose pages may call the private surface, `cors_origins`; separated by commas.
    pub cors_origins: Vec<String>,
    /// Proxies that requests come over, `trusted_proxies`; so many entries of `X-Forwarded-For` are believed.
    pub trusted_proxies: u8,
    /// Threads of each server, `workers`; one for each processor when absent.
    pub workers: Option<usize>,
    /// Megabytes of answers that shoppers asked for lately and are kept in memory, `answer_cache_mb`; 0 keeps none.
    pub answer_cache_mb: u32,
    /// Seals stored secrets, `master_key`: 32 bytes in base64 or hex. Kept in the data folder when absent.
    pub master_key: Option<SecretString>,
    /// The server that sends mail, `smtp_url`; without one no mail is sent.
    pub smtp_url: Option<SecretString>,
    /// In whose name mail is sent, `mail_from`; needed with `smtp_url`.
    pub mail_from: Option<String>,
    /// Where the dashboard is, `dashboard_url`, for the links in mails.
    pub dashboard_url: Option<String>,
    /// Where Stripe is, `stripe_api_base`.
    pub stripe_api_base: String,
    /// Whether requests are counted and limited, and together with whom, `rate_limits`: on, off, memory or
    /// shared. On is shared over Postgres, and memory over SQLite.
    pub rate_limits: RateLimits,
    /// The plan that new stores start on, `default_tier`.
    pub default_tier: Tier,
    /// Days that entries of the audit log are kept, `audit_retention_days`.
    pub audit_retention_days: u32,
    /// Whether numbers are kept and shown on the private surface's `/metrics`, `metrics`: on or off.
    pub metrics: bool,
    /// What whoever fetches them has to send, `metrics_token`; nothing when absent.
    pub metrics_token: Option<SecretString>,
    /// The collector that traces are sent to by OTLP over HTTP, `otlp_endpoint`; none are made when absent.
    pub otlp_endpoint: Option<String>,
    /// Which part of the requests is traced, `trace_ratio`: from 0 to 1.
    pub trace_ratio: f64,
    /// How long the process says that it is about to stop before it takes no more requests,
    /// `drain_seconds`: the time a load balancer needs to notice.
    pub drain: Duration,
    /// What is logged, `log`: a filter as of `RUST_LOG`.
    pub log: String,
    /// How it is written, `log_format`: pretty or json.
    pub log_format: LogFormat,
}

domain::text_enum! {
    /// Who counts requests.
    pub enum RateLimits {
        /// Nobody.
        Off = "off",
        /// Each server by itself.
        Memory = "memory",
        /// All servers over one database together; Postgres only.
        Shared = "shared",
    }
}

domain::text_enum! {
    /// How log lines look.
    pub enum LogFormat {
        /// For eyes.
        Pretty = "pretty",
        /// For programs: one JSON object a line.
        Json = "json",
    }
}

/// Everything that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ConfigError(Vec<String>);

impl ConfigError {
    /// The faults, one sentence each.
    pub fn faults(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration has faults:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

impl Config {
    /// Reads the configuration of this process, with the flags of the command line on top.
    ///
    /// # Errors
    /// All faults at once.
    pub fn load(flags: Flags) -> Result<Self, ConfigError> {
        Self::read(Layers::of_process(flags))
    }

    fn read(mut layers: Layers) -> Result<Self, ConfigError> {
        let port = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let data_dir = layers.text("data_dir").map_or_else(|| PathBuf::from(".cartwright"), PathBuf::from);
        let database_url = layers
            .read("database_url", database, "postgres://… or sqlite://…")
            .unwrap_or_else(|| embedded_in(&data_dir));
        let embedded = is_embedded(&database_url);
        let config = Self {
            database_url: database_url.into(),
            data_dir,
            pool_size: layers
                .read("pool_size", |text| within(text, 1..=1000), "from 1 to 1000")
                .unwrap_or_else(connections),
            public_addr: layers.read("public_addr", parsed, ADDRESS).unwrap_or_else(|| port(8080)),
            private_addr: layers.read("private_addr", parsed, ADDRESS).unwrap_or_else(|| port(8081)),
            public_url: layers.read("public_url", base_url, BASE_URL),
            private_url: layers.read("private_url", base_url, BASE_URL),
            cors_origins: layers
                .read("cors_origins", origins, "origins, separated by commas")
                .unwrap_or_default(),
            trusted_proxies: layers
                .read("trusted_proxies", |text| within(text, 0..=16), "from 0 to 16")
                .unwrap_or(0),
            workers: layers.read("workers", |text| within(text, 1..=1024), "from 1 to 1024"),
            answer_cache_mb: layers
                .read("answer_cache_mb", |text| within(text, 0..=65_536), "from 0 to 65536")
                .unwrap_or(16),
            master_key: layers.read("master_key", master_key, "32 bytes in base64 or hex"),
            smtp_url: layers.read("smtp_url", smtp_url, "smtp://… or smtps://…"),
            mail_from: layers.read("mail_from", mail_from, "an address such as Acme <no-reply@example.com>"),
            dashboard_url: layers.read(
                "dashboard_url",
                web_address,
                "an address such as https://admin.example.com",
            ),
            stripe_api_base: layers
                .read("stripe_api_base", base_url, BASE_URL)
                .unwrap_or_else(|| StripeConfig::default().api_base),
            rate_limits: layers
                .read("rate_limits", |text| rate_limits(text, embedded), RATE_LIMITS)
                .unwrap_or_else(|| default_limits(embedded)),
            default_tier: layers
                .read("default_tier", Tier::parse, "free, standard, pro or expert")
                .unwrap_or(Tier::Expert),
            audit_retention_days: layers
                .read("audit_retention_days", |text| within(text, 1..=36_500), "from 1 to 36500")
                .unwrap_or(400),
            metrics: layers.read("metrics", switch, "on or off").unwrap_or(true),
            metrics_token: layers.read("metrics_token", token, "16 or more visible characters"),
            otlp_endpoint: layers.read(
                "otlp_endpoint",
                web_address,
                "an address such as http://localhost:4318",
            ),
            trace_ratio: layers
                .read("trace_ratio", |text| within(text, 0.0..=1.0), "from 0 to 1")
                .unwrap_or(1.0),
            drain: layers
                .read("drain_seconds", |text| within(text, 0..=300), "from 0 to 300")
                .map_or(Duration::ZERO, Duration::from_secs),
            log: layers
                .read("log", filter, "a filter such as info,sqlx=warn")
                .unwrap_or_else(|| LOG.to_owned()),
            log_format: layers
                .read("log_format", LogFormat::parse, "pretty or json")
                .unwrap_or(LogFormat::Pretty),
        };
        if config.smtp_url.is_some() && config.mail_from.is_none() {
            layers.add_fault("smtp_url needs mail_from: in whose name is mail to be sent?");
        }
        if config.public_addr == config.private_addr && config.public_addr.port() != 0 {
            layers.add_fault("public_addr and private_addr are the same: each surface listens by itself");
        }
        match layers.into_faults() {
            faults if faults.is_empty() => Ok(config),
            faults => Err(ConfigError(faults)),
        }
    }

    /// The master key that was configured, if one was.
    pub fn given_master_key(&self) -> Option<MasterKey> {
        self.master_key.as_ref().and_then(|text| text.expose_secret().parse().ok())
    }

    /// Whether the database is a SQLite file.
    pub fn is_embedded(&self) -> bool {
        is_embedded(self.database_url.expose_secret())
    }
}

const ADDRESS: &str = "an address and port such as 127.0.0.1:8080";
const BASE_URL: &str = "an address such as https://shop.example.com, without a path";
const RATE_LIMITS: &str = "on, off, memory or, with Postgres, shared";
const LOG: &str = "info,sqlx=warn,sea_orm=warn,actix_server=warn";

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn within<T: FromStr + PartialOrd>(text: &str, range: RangeInclusive<T>) -> Option<T> {
    parsed(text).filter(|number| range.contains(number))
}

fn database(text: &str) -> Option<String> {
    let known = ["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| text.starts_with(scheme));
    known.then(|| text.to_owned())
}

/// Scheme, host and port; a slash at the end is forgiven.
fn base_url(text: &str) -> Option<String> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let odd = |c: char| matches!(c, '/' | '?' | '#' | '@') || c.is_whitespace();
    (!host.is_empty() && !host.contains(odd)).then(|| text.to_owned())
}

fn origins(text: &str) -> Option<Vec<String>> {
    text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(base_url).collect()
}

fn master_key(text: &str) -> Option<SecretString> {
    text.parse::<MasterKey>().is_ok().then(|| text.into())
}

fn smtp_url(text: &str) -> Option<SecretString> {
    let config = SmtpConfig { url: text.into(), from: "anybody@example.com".to_owned() };
    config.check().is_ok().then(|| text.into())
}

fn mail_from(text: &str) -> Option<String> {
    let config = SmtpConfig { url: "smtp://localhost".into(), from: text.to_owned() };
    config.check().is_ok().then(|| text.to_owned())
}

/// A page or a collector on the web: it may have a path, and nothing that could be a password.
fn web_address(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let odd = |c: char| matches!(c, '?' | '#' | '@') || c.is_whitespace();
    (!rest.is_empty() && !rest.starts_with('/') && !rest.contains(odd)).then(|| text.to_owned())
}

/// Text that can stand in a header and not be guessed.
fn token(text: &str) -> Option<SecretString> {
    (text.len() >= 16 && text.bytes().all(|b| b.is_ascii_graphic())).then(|| text.into())
}

fn filter(text: &str) -> Option<String> {
    tracing_subscriber::EnvFilter::try_new(text).is_ok().then(|| text.to_owned())
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" | "true" | "1" => Some(true),
        "off" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn is_embedded(database_url: &str) -> bool {
    database_url.starts_with("sqlite:")
}

fn rate_limits(text: &str, embedded: bool) -> Option<RateLimits> {
    match switch(text) {
        Some(true) => Some(default_limits(embedded)),
        Some(false) => Some(RateLimits::Off),
        None => RateLimits::parse(text).filter(|limits| *limits != RateLimits::Shared || !embedded),
    }
}

/// As many connections as keep the processors busy. More only wait for each other, each with caches of its own in a
/// process of Postgres.
fn connections() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    u32::try_from(processors).unwrap_or(u32::MAX).saturating_mul(2).clamp(4, 1000)
}

const fn default_limits(embedded: bool) -> RateLimits {
    if embedded { RateLimits::Memory } else { RateLimits::Shared }
}

/// The address of the SQLite file in a folder; characters that mean something in an address are escaped.
fn embedded_in(folder: &Path) -> String {
    let path = folder.join("cartwright.db").display().to_string();
    format!("sqlite://{}", path.replace('%', "%25").replace('?', "%3F").replace('#', "%23"))
}

#[cfg(test)]
mod tests;
