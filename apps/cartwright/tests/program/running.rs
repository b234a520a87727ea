//! The program as its users run it: a process with a folder of its own.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_mins(1);

/// The running program; it is stopped with this value.
pub(crate) struct Running {
    process: Child,
    pub(crate) demo: Value,
}

impl Running {
    pub(crate) async fn start(folder: &Path) -> Self {
        Self::start_as(folder, &mut command(folder)).await
    }

    /// Starts it by a command with more to it.
    pub(crate) async fn start_as(folder: &Path, command: &mut Command) -> Self {
        let process = command.stdout(Stdio::null()).spawn().unwrap();
        let mut running = Self { process, demo: Value::Null };
        let began = Instant::now();
        while running.demo.is_null() {
            assert!(began.elapsed() < PATIENCE, "demo.json was never written");
            assert!(running.process.try_wait().unwrap().is_none(), "the program ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
            let written = fs::read(folder.join("demo.json")).unwrap_or_default();
            running.demo = serde_json::from_slice(&written).unwrap_or_default();
        }
        running
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        self.demo[field].as_str().unwrap_or_else(|| panic!("{field} in {}", self.demo))
    }

    /// An address of the storefront surface in test mode.
    pub(crate) fn shop(&self, path: &str) -> String {
        format!("{}/v1/public/{}{path}", self.text("publicUrl"), self.text("testPublishableKey"))
    }

    pub(crate) fn keys(&self) -> [&str; 5] {
        ["storeId", "publishableKey", "testPublishableKey", "secretKey", "testSecretKey"]
            .map(|key| self.text(key))
    }

    /// Asks it to stop, as a terminal would, and waits for the end.
    pub(crate) fn stop(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cartwright"));
    let anywhere = "127.0.0.1:0";
    command.args(["--public-addr", anywhere, "--private-addr", anywhere, "--data-dir"]).arg(folder);
    command.current_dir(folder).env_remove("DATABASE_URL");
    command
}

pub(crate) fn client() -> Client {
    Client::builder().timeout(PATIENCE).build().unwrap()
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}
