//! `cartwright seed`.

use anyhow::Result;
use cartwright::{
    config::Config,
    demo::{self, News},
};
use clap::Subcommand;
use serde_json::json;

use super::{output::Outcome, session};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Open the demo store, unless it is there already
    Demo,
}

pub(super) async fn run(config: &Config, command: Command) -> Result<Outcome> {
    let Command::Demo = command;
    let core = session::core(config).await?;
    let demo = demo::prepare(&core, &config.data_dir).await?;
    let keys = &demo.keys;
    let said = match demo.news {
        News::Opened => "Opened the demo store.",
        News::Known => "The demo store is there already.",
        News::KeysReplaced => "The demo store is there already. Keys that were lost were replaced:",
    };
    let owner = demo.staff.as_ref().map(|staff| format!("{}, password {}", staff.email, staff.password));
    let owner = owner.unwrap_or_else(|| "with the password they chose".to_owned());
    let rows = [
        ("store", &keys.store_id),
        ("publishable", &keys.publishable_key),
        ("publishable, test", &keys.test_publishable_key),
        ("secret", &keys.secret_key),
        ("secret, test", &keys.test_secret_key),
        ("owner", &owner),
    ];
    let rows: Vec<_> = rows.iter().map(|(label, value)| format!("  {label:<18} {value}")).collect();
    let mut data = json!(keys);
    data["staff"] = json!(demo.staff);
    data["opened"] = json!(demo.news == News::Opened);
    Ok(Outcome::success(format!("{said}\n\n{}", rows.join("\n")), json!({ "data": data })))
}
