//! `cartwright dev`: everything in one process, with a demo store to try things on.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use cartwright::{
    config::Config,
    demo::{self, Demo, DemoStaff, News, write_private},
    serve::{self, Parts, Running},
};
use serde::Serialize;

use super::output::{Outcome, say, say_json};

/// What a script needs to know of a running installation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DemoFile<'a> {
    public_url: &'a str,
    private_url: &'a str,
    store_id: &'a str,
    publishable_key: &'a str,
    test_publishable_key: &'a str,
    secret_key: &'a str,
    test_secret_key: &'a str,
    /// Whom to log in as; nobody once the owner has chosen a password of their own.
    staff: Option<&'a DemoStaff>,
}

/// `demo.json`: there while the servers take requests, so that a script can wait for it; gone otherwise.
struct Announcement(PathBuf);

pub(super) async fn run(config: &Config, json: bool) -> Result<Outcome> {
    let running = serve::start(config, Parts::ALL).await.map_err(|error| explained(error, config))?;
    let announcement = Announcement::in_folder(&config.data_dir)?;
    let demo = demo::prepare(&running.core, &config.data_dir).await?;
    let file = DemoFile::of(&running, &demo)?;
    announcement.publish(&file)?;
    if json {
        say_json(&file);
    } else {
        say(&welcome(&file, demo.news, &announcement.0));
    }
    let ended = running.until_stopped().await;
    announcement.withdraw()?;
    ended.map(|()| Outcome::said())
}

/// Says what to do about a port that somebody else has.
fn explained(error: anyhow::Error, config: &Config) -> anyhow::Error {
    let in_use = |cause: &io::Error| cause.kind() == io::ErrorKind::AddrInUse;
    if !error.chain().filter_map(|cause| cause.downcast_ref()).any(in_use) {
        return error;
    }
    let (public, private) = (config.public_addr, config.private_addr);
    error.context(format!(
        "a port is taken. Is Cartwright running already? Otherwise choose other addresses than {public} and \
         {private} with --public-addr and --private-addr; port 0 takes any free one"
    ))
}

impl<'a> DemoFile<'a> {
    fn of(running: &'a Running, demo: &'a Demo) -> Result<Self> {
        let public_url = running.public_url.as_deref().context("the public surface does not run")?;
        let private_url = running.private_url.as_deref().context("the private surface does not run")?;
        Ok(Self {
            public_url,
            private_url,
            store_id: &demo.keys.store_id,
            publishable_key: &demo.keys.publishable_key,
            test_publishable_key: &demo.keys.test_publishable_key,
            secret_key: &demo.keys.secret_key,
            test_secret_key: &demo.keys.test_secret_key,
            staff: demo.staff.as_ref(),
        })
    }
}

impl Announcement {
    /// Takes down what a process left that was killed, so that nobody calls where nobody is yet.
    fn in_folder(data_dir: &Path) -> Result<Self> {
        fs::create_dir_all(data_dir).with_context(|| format!("{} cannot be made", data_dir.display()))?;
        let announcement = Self(data_dir.join("demo.json"));
        announcement.withdraw()?;
        Ok(announcement)
    }

    fn withdraw(&self) -> Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{} cannot be removed", self.0.display()))
            }
            _ => Ok(()),
        }
    }

    fn publish(&self, file: &DemoFile<'_>) -> Result<()> {
        write_private(&self.0, file)
    }
}

fn welcome(file: &DemoFile<'_>, news: News, path: &Path) -> String {
    let DemoFile {
        public_url,
        private_url,
        store_id,
        publishable_key,
        test_publishable_key,
        secret_key,
        test_secret_key,
        staff,
    } = file;
    let owner = match staff {
        Some(DemoStaff { email, password }) => format!("{email}, password {password}"),
        None => "with the password they chose".to_owned(),
    };
    let news = match news {
        News::Opened => "a demo store, opened just now",
        News::Known => "the demo store of the last start",
        News::KeysReplaced => "the demo store; its keys were lost, so they were replaced",
    };
    let shop = format!("{public_url}/v1/public/{test_publishable_key}");
    format!(
        "
Cartwright is running, with {news}.

  storefront API         {public_url}   (docs: {public_url}/docs)
  admin API              {private_url}   (docs: {private_url}/docs)

  store                  {store_id}
  publishable key        {publishable_key}
  publishable key, test  {test_publishable_key}
  secret key             {secret_key}
  secret key, test       {test_secret_key}
  owner                  {owner}

All of this is also in {path}

Look around:

  curl '{shop}/products?perPage=3'
  curl -H 'Authorization: Bearer {test_secret_key}' {private_url}/v1/private/store

Sell something, in test mode and paid in the sandbox:

  SHOP={shop}
  set -- -H \"X-Cart-Token: try-$(date +%s)\" -H 'Content-Type: application/json'
  curl \"$@\" $SHOP/cart/items -d '{{\"productId\":\"the-campfire-cook\",\"quantity\":1}}'
  curl \"$@\" -X PUT $SHOP/cart/checkout-data -d '{{\"email\":\"ada@example.com\"}}'
  curl \"$@\" $SHOP/cart/checkout -d '{{\"paymentMethod\":\"pm_card_visa\"}}'

Stop with Ctrl-C.
",
        path = path.display(),
    )
}
