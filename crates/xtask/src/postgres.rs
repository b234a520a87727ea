//! A Postgres for the tests, wherever they run.
//!
//! In order: the server that `DATABASE_URL` names; a throw-away cluster from the installed binaries;
//! the same after installing Debian's package, where we may. Otherwise a failure that says what to
//! do: tests that need Postgres are never skipped in silence.

mod account;
mod binaries;
mod cluster;
mod install;
mod server;

use std::env;

use crate::{Fault, say};
use binaries::Binaries;
use cluster::Cluster;

const ADVICE: &str = "\
the tests need Postgres 13 or later, and none was found. Do one of these:
  - install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql);
    no server has to be running, `cargo xtask` starts a private one
  - set CARTWRIGHT_POSTGRES_BIN to the folder with `initdb`, `pg_ctl` and `postgres`
  - set DATABASE_URL to a running server, as postgres://user:password@host/database, with a user
    that may create databases";

/// A Postgres server that is ready; a private one stops when this is dropped.
pub(crate) enum Postgres {
    Given { url: String },
    Private(Cluster),
}

impl Postgres {
    /// The URL of a database from which others can be created.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Given { url } => url,
            Self::Private(cluster) => cluster.url(),
        }
    }

    /// What libpq programs such as `psql` read when no database is named to them.
    pub(crate) fn client_environment(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Given { .. } => Vec::new(),
            Self::Private(cluster) => cluster.client_environment(),
        }
    }
}

/// Finds, starts or installs Postgres.
pub(crate) fn provide() -> Result<Postgres, Fault> {
    if let Ok(url) = env::var("DATABASE_URL") {
        server::check(&url)?;
        say("xtask: using the Postgres of DATABASE_URL");
        return Ok(Postgres::Given { url });
    }
    let binaries = find_or_install()?;
    let cluster = Cluster::start(&binaries)?;
    say(&format!("xtask: started a private Postgres from {}", binaries.folder().display()));
    Ok(Postgres::Private(cluster))
}

fn find_or_install() -> Result<Binaries, Fault> {
    if let Some(folder) = env::var_os("CARTWRIGHT_POSTGRES_BIN") {
        return Binaries::in_folder(folder.as_ref())
            .ok_or_else(|| format!("CARTWRIGHT_POSTGRES_BIN holds no Postgres\n{ADVICE}"));
    }
    if let Some(found) = Binaries::find() {
        return Ok(found);
    }
    if !install::is_possible() {
        return Err(ADVICE.to_owned());
    }
    say("xtask: no Postgres here, installing Debian's package for the tests");
    install::run().map_err(|fault| format!("{fault}\n{ADVICE}"))?;
    Binaries::find().ok_or_else(|| ADVICE.to_owned())
}
