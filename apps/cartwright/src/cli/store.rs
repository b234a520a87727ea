//! `cartwright store`.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use application::{
    Context,
    store::{self, NewStore},
};
use cartwright::config::Config;
use clap::{Args, Subcommand};
use domain::tier::Tier;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{output::Outcome, session};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Open a store, and show its first keys once
    Create(Create),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What shoppers call it
    #[arg(long)]
    name: String,
    /// The currency its prices are kept in, for good
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// Language tag such as en-GB
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    /// Time zone such as Europe/London
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Where shoppers and the operator can write to
    #[arg(long, value_name = "EMAIL")]
    contact_email: Option<String>,
    /// Plan: free, standard, pro or expert; the installation's default when left out
    #[arg(long, value_name = "PLAN")]
    tier: Option<String>,
}

pub(super) async fn run(config: &Config, command: Command) -> Result<Outcome> {
    let Command::Create(create) = command;
    let tier = create.tier.as_deref().map(read_tier).transpose()?;
    let core = session::core(config).await?;
    let new = NewStore {
        name: create.name,
        currency: create.currency,
        default_locale: create.locale,
        timezone: create.timezone,
        contact_email: create.contact_email,
        tier,
        ..NewStore::default()
    };
    let (store, keys) = store::create(&core, &Context::of_operator(&core), new).await?;
    let rows = [
        ("publishableKey", "publishable", &keys.live_publishable),
        ("testPublishableKey", "publishable, test", &keys.test_publishable),
        ("secretKey", "secret", &keys.live_secret),
        ("testSecretKey", "secret, test", &keys.test_secret),
    ];
    let mut text = format!("Opened {} ({}). Its keys, shown this once:\n", store.name, store.id);
    let mut data = json!({ "storeId": store.id.to_string(), "name": store.name });
    for (field, label, key) in rows {
        write!(text, "\n  {label:<18} {}", key.text.expose_secret())?;
        data[field] = json!(key.text.expose_secret());
    }
    Ok(Outcome::success(text, json!({ "data": data })))
}

fn read_tier(text: &str) -> Result<Tier> {
    Tier::parse(text).context("--tier must be free, standard, pro or expert")
}
