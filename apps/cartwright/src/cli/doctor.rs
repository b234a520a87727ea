//! `cartwright doctor`: what is wrong with this installation, and what to do about it. It changes
//! nothing.

use std::fs;

use adapters_postgres::{DatabaseConfig, SqlDatabase};
use adapters_system::MasterKey;
use anyhow::{Context as _, Result, bail};
use application::{Core, store};
use cartwright::{config::Config, serve};
use domain::store::Store;
use ports::{
    Database as _,
    gateway::{Account, GatewayError},
    list::Window,
};
use serde::Serialize;
use serde_json::json;

use super::output::Outcome;

const STORES_PER_PAGE: u32 = 100;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    name: &'static str,
    ok: bool,
    message: String,
}

pub(super) async fn run(config: &Config) -> Outcome {
    let mut findings = vec![Finding {
        name: "configuration",
        ok: true,
        message: format!("read; the plan of new stores is {}", config.default_tier),
    }];
    findings.push(Finding::of("data folder", data_dir(config)));
    findings.push(Finding::of("master key", master_key(config)));
    let database = database(config).await;
    let open = database.as_ref().ok().and_then(|(open, _)| open.clone());
    findings.push(Finding::of("database", database.map(|(_, message)| message)));
    if let Some(open) = open {
        findings.push(Finding::of("Stripe", stripe(config, open).await));
    }
    told(&findings)
}

impl Finding {
    fn of(name: &'static str, found: Result<String>) -> Self {
        match found {
            Ok(message) => Self { name, ok: true, message },
            Err(error) => Self { name, ok: false, message: format!("{error:#}") },
        }
    }
}

fn told(findings: &[Finding]) -> Outcome {
    let line = |finding: &Finding| {
        let mark = if finding.ok { "ok " } else { "BAD" };
        format!("{mark}  {:<14} {}", finding.name, finding.message)
    };
    let healthy = findings.iter().all(|finding| finding.ok);
    let text: Vec<String> = findings.iter().map(line).collect();
    let data = json!({ "data": { "healthy": healthy, "findings": findings } });
    Outcome::success(text.join("\n"), data).with_success(healthy)
}

fn data_dir(config: &Config) -> Result<String> {
    let folder = &config.data_dir;
    if !folder.exists() {
        return Ok(format!("{} is not there yet; the first start makes it", folder.display()));
    }
    let probe = folder.join(format!("doctor.{}", std::process::id()));
    fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)).with_context(|| {
        let folder = folder.display();
        format!(
            "{folder} cannot be written to; give this user the right to, or choose another with --data-dir"
        )
    })?;
    Ok(format!("{} can be written to", folder.display()))
}

fn master_key(config: &Config) -> Result<String> {
    if config.given_master_key().is_some() {
        return Ok("configured".to_owned());
    }
    let path = config.data_dir.join("master.key");
    if !path.exists() {
        return Ok(format!("{} is not there yet; the first start makes it", path.display()));
    }
    MasterKey::load_or_create(&path)
        .context("restore it from a backup: without it, the stores' Stripe keys cannot be opened")?;
    Ok(format!("{}; keep a copy of it beside your backups", path.display()))
}

/// The database if it can be used, and how it stands.
async fn database(config: &Config) -> Result<(Option<SqlDatabase>, String)> {
    let file = config.data_dir.join("cartwright.db");
    if config.is_embedded() && config.database_url.ends_with("cartwright.db") && !file.exists() {
        return Ok((None, format!("{} is not there yet; the first start makes it", file.display())));
    }
    let settings = DatabaseConfig { url: config.database_url.clone(), connections: 1 };
    let open = SqlDatabase::open(&settings)?;
    open.ping().await.context("it does not answer; check DATABASE_URL, and that the server runs")?;
    let pending = open.pending_migrations().await?;
    if !pending.is_empty() {
        bail!("{} migrations are missing; run `cartwright migrate`", pending.len());
    }
    Ok((Some(open), "answers, and its schema is up to date".to_owned()))
}

/// Whether Stripe accepts the keys that stores have given.
async fn stripe(config: &Config, database: SqlDatabase) -> Result<String> {
    let core = serve::core(config, database, "http://localhost")?;
    let (mut asked, mut last) = (0_usize, None);
    loop {
        let slice = store::list(&core, &Window::After { last, per_page: STORES_PER_PAGE }).await?;
        for store in &slice.items {
            asked = asked.saturating_add(ask(&core, store).await?);
        }
        last = slice.next;
        if last.is_none() {
            break;
        }
    }
    Ok(match asked {
        0 => "no store has keys; cards are taken by the sandbox, in test mode only".to_owned(),
        asked => format!("accepts all {asked} keys"),
    })
}

async fn ask(core: &Core, store: &Store) -> Result<usize> {
    let config = core.db.stores().config(store.id).await?.context("a store is gone")?;
    let mut asked = 0_usize;
    for method in &config.payment_methods {
        let sealed = [&method.live_keys.sealed_secret_key, &method.test_keys.sealed_secret_key];
        for sealed in sealed.into_iter().flatten() {
            let name = &store.name;
            let secret = core.sealer.open(store.id, sealed).ok().with_context(|| {
                format!(
                    "the keys of {name} were sealed with another master key; restore it, or enter them again"
                )
            })?;
            let account = Account { store: store.id, secret_key: Some(secret), webhook_secret: None };
            core.gateways.stripe.verify_account(&account).await.map_err(|error| advice(&error, name))?;
            asked = asked.saturating_add(1);
        }
    }
    Ok(asked)
}

fn advice(error: &GatewayError, store: &str) -> anyhow::Error {
    match error {
        GatewayError::Unauthorized | GatewayError::InvalidKeys => anyhow::anyhow!(
            "does not accept the keys of {store}; enter them again with PATCH /v1/private/payment-methods/{{id}}"
        ),
        other => {
            anyhow::anyhow!("cannot be asked about {store}: {other}; is the internet reachable from here?")
        }
    }
}
