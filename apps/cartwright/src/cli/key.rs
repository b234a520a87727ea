//! `cartwright key`.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use application::{
    Core,
    api_key::{self, Grantor, IssuedKey, NewKey},
};
use cartwright::config::Config;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand, ValueEnum};
use domain::{
    access::{ApiKey, KeyKind, Mode, Scope},
    id::ApiKeyId,
};
use ports::{keys::KeyRow, list::Window};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{
    output::Outcome,
    session::{self, WhichStore},
};

const KEYS_PER_PAGE: u32 = 100;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a key, and show it once
    Create(Create),
    /// Give a key a new text; the old one stops working at once
    Rotate(Rotate),
    /// Show the keys of a store, without secrets
    List(WhichStore),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    store: WhichStore,
    /// What to call it
    #[arg(long)]
    name: String,
    /// For servers or for browsers
    #[arg(long, value_enum, default_value = "secret")]
    kind: Kind,
    /// For sales or for trying things out
    #[arg(long, value_enum, default_value = "live")]
    mode: Purpose,
    /// What a secret key may do, such as read:catalog; may be repeated [default: admin:*]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// When it stops working, as 2027-01-31T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    expires_at: Option<DateTime<Utc>>,
    /// Give it a signing secret, so that its requests have to be signed
    #[arg(long)]
    signing: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// Id of the key
    #[arg(value_name = "KEY")]
    id: String,
    #[command(flatten)]
    store: WhichStore,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Secret,
    Publishable,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Purpose {
    Live,
    Test,
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|error| error.to_string())?;
    Ok(time.with_timezone(&Utc))
}

pub(super) async fn run(config: &Config, command: Command) -> Result<Outcome> {
    let core = session::core(config).await?;
    match command {
        Command::Create(create) => self::create(&core, create).await,
        Command::Rotate(rotate) => self::rotate(&core, rotate).await,
        Command::List(store) => list(&core, &store).await,
    }
}

async fn create(core: &Core, create: Create) -> Result<Outcome> {
    let store = create.store.find(core).await?;
    let mode = match create.mode {
        Purpose::Live => Mode::Live,
        Purpose::Test => Mode::Test,
    };
    let (kind, scopes) = match create.kind {
        Kind::Secret if create.scopes.is_empty() => (KeyKind::Secret, vec![Scope::Admin.to_string()]),
        Kind::Secret => (KeyKind::Secret, create.scopes),
        Kind::Publishable => (KeyKind::Publishable, create.scopes),
    };
    let new = NewKey {
        name: create.name,
        kind,
        mode: Some(mode),
        scopes,
        ip_allowlist: Vec::new(),
        rate_limit_per_minute: None,
        expires_at: create.expires_at,
        signing: create.signing,
    };
    let ctx = session::context(core, store.id, mode);
    Ok(shown("Made", &api_key::create(core, &ctx, Grantor::Operator, new).await?))
}

async fn rotate(core: &Core, rotate: Rotate) -> Result<Outcome> {
    let id: ApiKeyId = rotate.id.parse().with_context(|| format!("{} is not the id of a key", rotate.id))?;
    let store = rotate.store.find(core).await?;
    let ctx = session::context(core, store.id, Mode::Live);
    Ok(shown("Replaced", &api_key::rotate(core, &ctx, Grantor::Operator, id).await?))
}

async fn list(core: &Core, store: &WhichStore) -> Result<Outcome> {
    let store = store.find(core).await?;
    let ctx = session::context(core, store.id, Mode::Live);
    let (mut text, mut data, mut last) = (format!("Keys of {} ({})", store.name, store.id), Vec::new(), None);
    loop {
        let window = Window::After { last, per_page: KEYS_PER_PAGE };
        let slice = api_key::list(core, &ctx, &window).await?;
        for KeyRow { key, token } in &slice.items {
            let state = if key.usable(ctx.now).is_ok() { "" } else { "  (no longer works)" };
            let shown = token.clone().unwrap_or_else(|| format!("…{}", key.hint));
            let (id, kind, mode, name) = (key.id, key.kind.as_str(), key.mode.as_str(), &key.name);
            write!(text, "\n  {id}  {kind:<11} {mode:<4}  {shown}  {name}{state}")?;
            data.push(described(key, token.as_deref()));
        }
        last = slice.next;
        if last.is_none() {
            return Ok(Outcome::success(text, json!({ "data": data })));
        }
    }
}

fn shown(done: &str, IssuedKey { key, text, signing_secret }: &IssuedKey) -> Outcome {
    let text = text.expose_secret();
    let mut said = format!("{done} {} ({}, {} {}):\n\n  {text}", key.name, key.id, key.mode, key.kind);
    let mut data = described(key, Some(text));
    if let Some(secret) = signing_secret {
        let secret = secret.expose_secret();
        said = format!("{said}\n\nIts requests are to be signed with\n\n  {secret}");
        data["signingSecret"] = json!(secret);
    }
    let once = if key.kind == KeyKind::Secret { "\n\nIt is shown this once." } else { "" };
    Outcome::success(said + once, json!({ "data": data }))
}

fn described(key: &ApiKey, text: Option<&str>) -> Value {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({
        "id": key.id.to_string(),
        "name": key.name,
        "kind": key.kind.as_str(),
        "mode": key.mode.as_str(),
        "key": text,
        "hint": key.hint,
        "signing": key.sealed_signing_secret.is_some(),
        "scopes": key.scopes.iter().map(|scope| scope.to_string()).collect::<Vec<_>>(),
        "expiresAt": key.expires_at.map(time),
        "revokedAt": key.revoked_at.map(time),
        "lastUsedAt": key.last_used_at.map(time),
        "createdAt": time(key.created_at),
    })
}
