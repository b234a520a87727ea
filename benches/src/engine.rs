//! The engines that a harness runs on.

use std::fmt;

use clap::{Args, ValueEnum};
use testkit::database::TestDatabase;

/// A database that the product keeps everything in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// What the command line says of engines.
#[derive(Debug, Clone, Copy, Args)]
// Else what is said above would stand over the help of every program.
#[command(about = None, long_about = None)]
pub struct Engines {
    /// The only engine to run on; both when left out
    #[arg(long)]
    engine: Option<Engine>,
}

impl Engines {
    /// Those to run on, one after the other.
    pub fn each(self) -> impl Iterator<Item = Engine> {
        [Engine::Sqlite, Engine::Postgres]
            .into_iter()
            .filter(move |engine| self.engine.is_none_or(|only| only == *engine))
    }
}

impl Engine {
    /// A migrated database of its own; of Postgres, on the server that tests use.
    pub async fn database(self) -> TestDatabase {
        match self {
            Self::Sqlite => TestDatabase::sqlite().await,
            Self::Postgres => TestDatabase::postgres().await,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}
