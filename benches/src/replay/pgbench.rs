//! pgbench, started, watched and asked what came of it.

use std::{fs, path::PathBuf, process::Stdio, time::Duration};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::Command,
};

use crate::cost::Family;

/// What pgbench did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    /// Transactions a second, once it was warm.
    pub(super) rate: f64,
    /// Postgres' processor time for one of them.
    pub(super) postgres: Duration,
    /// All transactions, those before it was warm too.
    pub(super) transactions: u64,
}

/// The program, and what it is told of the database.
#[derive(Debug)]
pub(super) struct Pgbench {
    pub(super) program: PathBuf,
    pub(super) url: String,
    pub(super) postgres: Family,
}

impl Pgbench {
    /// Runs a script with so many clients for so many seconds, after some that do not count.
    pub(super) async fn run(
        &self,
        script: &str,
        same: &[(String, String)],
        clients: u32,
        [warm_up, seconds]: [usize; 2],
    ) -> Result<Done, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let file = folder.path().join("errand.sql");
        fs::write(&file, script).map_err(|error| error.to_string())?;
        let mut command = Command::new(&self.program);
        command.args(["-n", "-M", "prepared", "-P", "1", "-j", "2", "-c", &clients.to_string()]);
        // One second more, since the last line of progress is not always written.
        command.args(["-T", &(warm_up + seconds + 1).to_string(), "-f"]).arg(&file);
        command.args(same.iter().map(|(name, value)| format!("-D{name}={value}"))).arg(&self.url);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let told = child.stderr.take().ok_or("it has no standard error")?;
        let mut answer = child.stdout.take().ok_or("it has no standard output")?;
        let mut lines = BufReader::new(told).lines();
        let (mut words, mut rates) = (String::new(), Vec::new());
        let (mut before, mut after) = (Duration::ZERO, Duration::ZERO);
        while let Ok(Some(line)) = lines.next_line().await {
            let Some(rate) = rate(&line) else {
                words.push_str(&line);
                words.push('\n');
                continue;
            };
            rates.push(rate);
            if rates.len() == warm_up {
                before = self.postgres.processor_time();
            } else if rates.len() == warm_up + seconds {
                after = self.postgres.processor_time();
            }
        }
        let mut report = String::new();
        answer.read_to_string(&mut report).await.map_err(|error| error.to_string())?;
        let status = child.wait().await.map_err(|error| error.to_string())?;
        let number = |name: &str| {
            let line = report.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        let transactions = number("number of transactions actually processed: ");
        let (Some(transactions), Some(0)) = (transactions, number("number of failed transactions: ")) else {
            return Err(format!("pgbench failed: {words}{report}"));
        };
        let counted = rates.get(warm_up..warm_up + seconds).unwrap_or_default();
        if !status.success() || counted.is_empty() {
            return Err(format!("pgbench broke off: {words}{report}"));
        }
        let counted: f64 = counted.iter().sum();
        let postgres = after.saturating_sub(before).div_f64(counted.max(1.0));
        let rate = counted / seconds as f64;
        Ok(Done { rate, postgres, transactions })
    }
}

/// Reads `progress: 1.0 s, 532.1 tps, …`.
fn rate(line: &str) -> Option<f64> {
    let (_, rest) = line.strip_prefix("progress: ")?.split_once(" s, ")?;
    rest.split_once(" tps")?.0.parse().ok()
}
