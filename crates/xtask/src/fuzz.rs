//! Requests that nobody would think of, against a running shop: schemathesis makes them up from the two
//! OpenAPI documents and holds every answer to them. What it knows of the shop is in `tests/fuzz`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{Fault, cargo, exit_code_of, say};

const REQUIREMENTS: &str = include_str!("../../../tests/fuzz/requirements.txt");
/// Made-up requests for each operation, when the caller does not say.
const EXAMPLES: &str = "15";
const SEED: &str = "1";
/// A server may take this long to make its demo store.
const START_LIMIT: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Runs `EXAMPLES [SEED…]` against both surfaces, with a new shop for each seed. Without Python, or
/// without a way to fetch the tool, it says so and counts as done.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Fault> {
    let folder = root().join("target/fuzz");
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let tool = match tool(&folder.join("venv")) {
        Ok(tool) => tool,
        Err(reason) => {
            say(&format!("xtask: `fuzz` was NOT run: {reason}"));
            return Ok(ExitCode::SUCCESS);
        }
    };
    if exit_code_of(cargo().args(["build", "--quiet", "--package", "cartwright"]))? != ExitCode::SUCCESS {
        return Err("the shop does not build".to_owned());
    }
    let (examples, seeds) = match arguments {
        [] => (EXAMPLES, vec![SEED]),
        [examples] => (examples.as_str(), vec![SEED]),
        [examples, seeds @ ..] => (examples.as_str(), seeds.iter().map(String::as_str).collect()),
    };
    let mut outcome = ExitCode::SUCCESS;
    for seed in seeds {
        let shop = Shop::open(&folder)?;
        // The public surface first: the private one is free to take the shop apart.
        for surface in [Surface::Public, Surface::Private] {
            say(&format!("xtask: {examples} requests an operation with seed {seed}, {surface:?} surface"));
            let code = exit_code_of(&mut shop.fuzz(&tool, surface, examples, seed))?;
            outcome = if code == ExitCode::SUCCESS { outcome } else { code };
        }
    }
    Ok(outcome)
}

#[derive(Debug, Clone, Copy)]
enum Surface {
    Public,
    Private,
}

/// The tool, installed into a folder of its own unless it is there already.
fn tool(environment: &Path) -> Result<PathBuf, Fault> {
    let (tool, stamp) = (environment.join("bin/schemathesis"), environment.join("requirements.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == REQUIREMENTS) && tool.exists() {
        return Ok(tool);
    }
    let made = Command::new("python3").args(["-m", "venv", "--clear"]).arg(environment).output();
    if !made.is_ok_and(|output| output.status.success()) {
        return Err("it needs Python 3.10 or later with venv (apt-get install python3-venv)".to_owned());
    }
    let installed = Command::new(environment.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(root().join("tests/fuzz/requirements.txt"))
        .status();
    if !installed.is_ok_and(|status| status.success()) {
        return Err("schemathesis cannot be fetched from PyPI".to_owned());
    }
    fs::write(&stamp, REQUIREMENTS).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    Ok(tool)
}

/// A running shop with new data; it stops with this value.
struct Shop {
    server: Child,
    demo: String,
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to do.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

impl Shop {
    fn open(folder: &Path) -> Result<Self, Fault> {
        let (data, log) = (folder.join("data"), folder.join("server.log"));
        if data.exists() {
            fs::remove_dir_all(&data).map_err(|error| format!("cannot empty {}: {error}", data.display()))?;
        }
        let log = File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let errors = log.try_clone().map_err(|error| format!("cannot write the log twice: {error}"))?;
        let program = root().join("target/debug/cartwright");
        let server = Command::new(&program)
            .args(["dev", "--public-addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0", "--data-dir"])
            .arg(&data)
            .env("CARTWRIGHT_RATE_LIMITS", "off")
            .env("CARTWRIGHT_LOG", "error")
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("cannot run {}: {error}", program.display()))?;
        let mut shop = Self { server, demo: String::new() };
        let started = Instant::now();
        while member(&shop.demo, "testSecretKey").is_none() {
            if started.elapsed() > START_LIMIT {
                return Err("the shop does not start; see target/fuzz/server.log".to_owned());
            }
            sleep(LOOK_EVERY);
            shop.demo = fs::read_to_string(data.join("demo.json")).unwrap_or_default();
        }
        Ok(shop)
    }

    fn fuzz(&self, tool: &Path, surface: Surface, examples: &str, seed: &str) -> Command {
        let of = |name| member(&self.demo, name).unwrap_or_default();
        let (url, bearer) = match surface {
            Surface::Public => (of("publicUrl"), of("testPublishableKey")),
            Surface::Private => (of("privateUrl"), of("testSecretKey")),
        };
        let mut command = Command::new(tool);
        command
            .current_dir(root().join("tests/fuzz"))
            .args(["--config-file", "schemathesis.toml", "run", "--no-color"])
            .args(["--max-examples", examples, "--seed", seed])
            .arg(format!("{url}/openapi.json"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("CARTWRIGHT_BEARER", bearer)
            .env("CARTWRIGHT_CART_TOKEN", "made-up-by-the-fuzzer");
        for (variable, name) in [
            ("CARTWRIGHT_PUBLIC_URL", "publicUrl"),
            ("CARTWRIGHT_PRIVATE_URL", "privateUrl"),
            ("CARTWRIGHT_PUBLISHABLE_KEY", "testPublishableKey"),
            ("CARTWRIGHT_SECRET_KEY", "testSecretKey"),
            ("CARTWRIGHT_LIVE_KEY", "secretKey"),
        ] {
            command.env(variable, of(name));
        }
        command
    }
}

/// A text of a flat JSON object whose texts need no escapes, as `demo.json` is.
fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\""))?;
    let (_, rest) = rest.split_once('"')?;
    rest.split_once('"').map(|(value, _)| value)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shop_tells_of_itself_is_read_by_name() {
        let demo = "{\n  \"publicUrl\": \"http://127.0.0.1:1\",\n  \"secretKey\": \"sk_live_a\"\n}";
        assert_eq!(member(demo, "publicUrl"), Some("http://127.0.0.1:1"));
        assert_eq!(member(demo, "secretKey"), Some("sk_live_a"));
        assert_eq!(member(demo, "testSecretKey"), None);
        assert_eq!(member("", "publicUrl"), None);
    }

    #[test]
    fn the_tool_is_pinned() {
        assert!(REQUIREMENTS.lines().all(|line| line.contains("==")), "{REQUIREMENTS}");
    }
}
