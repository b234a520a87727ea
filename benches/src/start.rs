//! How long the programs take to start, on a database that has its schema already.

use std::time::Duration;

use tempfile::TempDir;

use crate::{
    cost::resident_kilobytes,
    engine::Engine,
    process::{Server, Setup},
};

/// How often each program is started, after the first time, in which schema and demo store are made.
const STARTS: usize = 11;
/// When its memory is looked at.
const LATER: Duration = Duration::from_secs(3);

/// Starts the programs one after the other, over and over, and says how long that took.
pub async fn starts(engine: Engine, database_url: &str) {
    let folder = TempDir::new().expect("the machine has room for a temporary folder");
    let setup = Setup {
        database_url: database_url.to_owned(),
        folder: folder.path().to_path_buf(),
        environment: Vec::new(),
    };
    let [public, _] = Server::pair(&setup);
    for (name, mut server) in [("cartwright", Server::whole(&setup)), ("public-server", public)] {
        server.launch();
        let first = server.wait_until_ready().await;
        let mut took = Vec::new();
        for _ in 0..STARTS {
            server.terminate().await;
            server.launch();
            took.push(server.wait_until_ready().await);
        }
        took.sort_unstable();
        tokio::time::sleep(LATER).await;
        let process = server.process().expect("the server runs");
        println!(
            "{engine} start of {name} to ready: {} ms, {} to {} of {STARTS}; the first {} ms; {} kB resident {} s later",
            took[STARTS / 2].as_millis(),
            took[0].as_millis(),
            took[STARTS - 1].as_millis(),
            first.as_millis(),
            resident_kilobytes(process),
            LATER.as_secs(),
        );
        server.terminate().await;
    }
}
