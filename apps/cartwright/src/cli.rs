//! The commands: reading them, carrying them out, and telling what came of it.
//!
//! To add one: a variant of [`Command`], a file beside this one with its arguments and a `run` that
//! answers with an [`Outcome`], and its line in `dispatch`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use cartwright::{
    config::{Config, ConfigError, Flags},
    telemetry,
};
use clap::{Args, Parser, Subcommand};

use self::output::Outcome;

mod dev;
mod doctor;
mod export;
mod import;
mod key;
mod migrate;
mod openapi;
mod output;
mod seed;
mod session;
mod staff;
mod store;

/// A self-hosted commerce backend. Without a command, everything starts in one process.
#[derive(Debug, Parser)]
#[command(name = "cartwright", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    listen: Listen,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
struct Shared {
    /// Folder of the embedded database and the keys [env: CARTWRIGHT_DATA_DIR] [default: .cartwright]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    json: bool,
}

/// Where servers listen.
#[derive(Debug, Default, Args)]
struct Listen {
    /// Where the storefront surface listens; port 0 takes any free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    public_addr: Option<String>,
    /// Where the admin surface listens; port 0 takes any free one [default: 127.0.0.1:8081]
    #[arg(long, value_name = "ADDRESS")]
    private_addr: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run both surfaces and the worker in one process, with a demo store (what happens by default)
    Dev(Listen),
    /// Bring the database's schema up to date
    Migrate,
    /// Open stores
    #[command(subcommand)]
    Store(store::Command),
    /// Make, replace and list API keys
    #[command(subcommand)]
    Key(key::Command),
    /// Put people on the staff of stores, so that they can log in
    #[command(subcommand)]
    Staff(staff::Command),
    /// Bring goods in from a file
    #[command(subcommand)]
    Import(import::Command),
    /// Write goods out to a file
    #[command(subcommand)]
    Export(export::Command),
    /// Fill the database with something to look at
    #[command(subcommand)]
    Seed(seed::Command),
    /// Write the OpenAPI documents of both surfaces
    Openapi(openapi::Openapi),
    /// Look for what is wrong with this installation
    Doctor(doctor::Doctor),
}

/// Carries out what was asked for, and says how it went.
pub(crate) async fn run(arguments: Arguments) -> ExitCode {
    let json = arguments.shared.json;
    match dispatch(arguments).await {
        Ok(outcome) => outcome.tell(json),
        Err(error) => output::tell_failure(&error, json),
    }
}

async fn dispatch(arguments: Arguments) -> Result<Outcome> {
    let Arguments { shared, listen, command } = arguments;
    let command = match command {
        None => Command::Dev(listen),
        Some(Command::Dev(own)) => Command::Dev(own.or(listen)),
        Some(_) if listen.is_given() => bail!("--public-addr and --private-addr belong to `cartwright dev`"),
        Some(other) => other,
    };
    if let Command::Openapi(openapi) = command {
        // Made from the program alone, so that a broken configuration is no hindrance.
        return openapi::run(&openapi);
    }
    let config = match configuration(&shared, &command) {
        Err(error) if matches!(command, Command::Doctor(_)) => {
            return Ok(doctor::without_configuration(&error));
        }
        read => read?,
    };
    let telemetry = telemetry::init(&config)?;
    let outcome = carry_out(command, &config, shared.json).await;
    telemetry.finish().await;
    outcome
}

async fn carry_out(command: Command, config: &Config, json: bool) -> Result<Outcome> {
    match command {
        Command::Dev(_) => dev::run(config, json).await,
        Command::Migrate => migrate::run(config).await,
        Command::Store(command) => store::run(config, command).await,
        Command::Key(command) => key::run(config, command).await,
        Command::Staff(command) => staff::run(config, command).await,
        Command::Import(command) => import::run(config, command, json).await,
        Command::Export(command) => export::run(config, command).await,
        Command::Doctor(doctor) => doctor::run(config, doctor).await,
        Command::Seed(command) => seed::run(config, command).await,
        Command::Openapi(openapi) => openapi::run(&openapi),
    }
}

fn configuration(shared: &Shared, command: &Command) -> Result<Config, ConfigError> {
    let data_dir = shared.data_dir.as_ref().map(|folder| folder.display());
    let flags = Flags::default().with("data_dir", data_dir);
    let flags = match command {
        Command::Dev(Listen { public_addr, private_addr }) => {
            flags.with("public_addr", public_addr.as_ref()).with("private_addr", private_addr.as_ref())
        }
        _ => flags,
    };
    Config::load(flags)
}

impl Listen {
    fn is_given(&self) -> bool {
        self.public_addr.is_some() || self.private_addr.is_some()
    }

    fn or(self, other: Self) -> Self {
        Self {
            public_addr: self.public_addr.or(other.public_addr),
            private_addr: self.private_addr.or(other.private_addr),
        }
    }
}
