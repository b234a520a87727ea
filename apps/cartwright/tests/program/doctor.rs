//! What the doctor finds, and that it finds nothing where nothing is wrong.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use testkit::smtp::FakeSmtp;

use crate::running::{Running, client};

/// Nobody answers there, and nothing goes out.
const NOBODY: &str = "http://127.0.0.1:9";

fn cartwright(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cartwright"));
    command.current_dir(folder).env_remove("DATABASE_URL").env("CARTWRIGHT_STRIPE_API_BASE", NOBODY);
    command.env("CARTWRIGHT_DATA_DIR", folder.join("data"));
    command.env("CARTWRIGHT_PUBLIC_ADDR", "127.0.0.1:0").env("CARTWRIGHT_PRIVATE_ADDR", "127.0.0.1:0");
    command
}

/// What the doctor says: whether it went well, and each finding's status and message by its name.
struct Report {
    well: bool,
    said: Value,
}

impl Report {
    fn of(command: &mut Command) -> Self {
        let output: Output = command.args(["doctor", "--json"]).output().unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(said["data"]["healthy"], json!(output.status.success()), "{said}");
        Self { well: output.status.success(), said }
    }

    fn status(&self, name: &str) -> &str {
        self.finding(name)["status"].as_str().unwrap()
    }

    fn message(&self, name: &str) -> &str {
        self.finding(name)["message"].as_str().unwrap()
    }

    fn finding(&self, name: &str) -> &Value {
        let mut all = self.said["data"]["findings"].as_array().unwrap().iter();
        all.find(|finding| finding["name"] == name).unwrap_or_else(|| panic!("no {name}: {}", self.said))
    }
}

#[test]
fn before_the_first_start_nothing_is_wrong_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let report = Report::of(&mut cartwright(folder.path()));
    assert!(report.well, "{}", report.said);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(report.status("Stripe"), "warn", "a shop without cards still works");
}

#[test]
fn a_missing_schema_is_told_and_a_newer_one_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/cartwright.db"), b"").unwrap();
    let report = Report::of(&mut cartwright(folder.path()));
    assert!(!report.well && report.message("schema").contains("cartwright migrate"), "{}", report.said);
    assert!(cartwright(folder.path()).arg("migrate").output().unwrap().status.success());
    let report = Report::of(&mut cartwright(folder.path()));
    assert!(report.well, "{}", report.said);
    for name in ["database", "schema", "file", "writing", "queue"] {
        assert_eq!(report.status(name), "ok", "{}", report.said);
    }
    assert!(report.message("database").starts_with("SQLite 3."), "{}", report.said);
}

#[tokio::test]
async fn a_damaged_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    assert!(cartwright(folder.path()).arg("migrate").output().unwrap().status.success());
    let path = folder.path().join("data/cartwright.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let mut bytes = fs::read(&path).unwrap();
    // The first page stays, so that the file still opens; the pages of the tables are gone.
    let page = 4096;
    assert!(bytes.len() > 4 * page, "the schema takes some pages");
    bytes[page..].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let report = Report::of(&mut cartwright(folder.path()));
    assert!(!report.well, "{}", report.said);
}

#[test]
fn every_fault_of_the_configuration_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = cartwright(folder.path());
    let report = Report::of(broken.env("CARTWRIGHT_POOL_SIZE", "0").env("CARTWRIGHT_MASTER_KEY", "hunter2"));
    let said = report.said.to_string();
    assert!(!report.well && said.contains("pool_size") && said.contains("master_key"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    let shown = cartwright(folder.path()).arg("doctor").env("CARTWRIGHT_POOL_SIZE", "0").output().unwrap();
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(text.starts_with("FAIL  configuration"), "{text}");
}

#[tokio::test]
async fn servers_of_ours_are_known_and_others_are_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path()).await;
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = |url: &str| url.trim_start_matches("http://").to_owned();
    let mut doctor = cartwright(folder.path());
    doctor.env("CARTWRIGHT_DATA_DIR", folder.path());
    doctor.env("CARTWRIGHT_PUBLIC_ADDR", address(running.text("publicUrl")));
    doctor.env("CARTWRIGHT_PRIVATE_ADDR", stranger.local_addr().unwrap().to_string());
    drop(stranger.set_nonblocking(true));
    let report = Report::of(&mut doctor);
    assert_eq!(report.status("public port"), "ok", "{}", report.said);
    assert!(report.message("public port").contains(env!("CARGO_PKG_VERSION")), "{}", report.said);
    assert_eq!(report.status("private port"), "fail", "{}", report.said);
    running.stop();
}

#[tokio::test]
async fn a_lost_master_key_is_noticed_by_what_it_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path()).await;
    let url = format!("{}/v1/private/payment-methods", running.text("privateUrl"));
    let method = json!({"code": "stripe_card", "provider": "stripe", "label": "Card",
        "publishableKey": "pk_live_51Cartwright", "secretKey": "sk_live_51Cartwright"});
    let made =
        client().post(url).bearer_auth(running.text("testSecretKey")).json(&method).send().await.unwrap();
    assert_eq!(made.status(), 201, "{}", made.text().await.unwrap());
    running.stop();
    let mut doctor = cartwright(folder.path());
    let report = Report::of(doctor.env("CARTWRIGHT_DATA_DIR", folder.path()));
    assert!(
        report.status("store keys") == "ok" && report.message("store keys").contains("all 1"),
        "{}",
        report.said
    );
    assert!(!report.said.to_string().contains("sk_live_51"), "{}", report.said);

    let key = folder.path().join("master.key");
    fs::write(&key, "A".repeat(43)).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let mut doctor = cartwright(folder.path());
    let report = Report::of(doctor.env("CARTWRIGHT_DATA_DIR", folder.path()));
    assert_eq!(report.status("store keys"), "fail", "{}", report.said);

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let mut doctor = cartwright(folder.path());
    let report = Report::of(doctor.env("CARTWRIGHT_DATA_DIR", folder.path()));
    assert!(report.message("master key").contains("600"), "{}", report.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_server_is_asked_whether_it_lets_us_in() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Report::of(&mut cartwright(folder.path())).message("mail").contains("by hand"));
    let with = |url: &str| {
        let mut command = cartwright(folder.path());
        command.env("CARTWRIGHT_SMTP_URL", url).env("CARTWRIGHT_MAIL_FROM", "no-reply@acme.example");
        Report::of(&mut command)
    };
    let server = FakeSmtp::start().await;
    assert_eq!(with(&server.url()).status("mail"), "ok");
    let nobody = with("smtp://shop:hush-hush@127.0.0.1:9");
    assert!(!nobody.well && nobody.status("mail") == "fail", "{}", nobody.said);
    assert!(nobody.message("mail").contains("smtp_url") && !nobody.said.to_string().contains("hush-hush"));
}
