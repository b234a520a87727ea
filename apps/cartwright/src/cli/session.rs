//! What most commands begin with: the core over the configured database, and the store that is meant.

use anyhow::{Context as _, Result, bail};
use application::{Actor, Context, Core, store};
use cartwright::{config::Config, serve};
use clap::Args;
use domain::{access::Mode, id::StoreId, store::Store};
use ports::list::Window;

/// Where shoppers would come to; no command leads anybody there.
const NOWHERE: &str = "http://localhost:8080";
const STORES_PER_PAGE: u32 = 100;

/// Which store a command is about.
#[derive(Debug, Args)]
pub(crate) struct WhichStore {
    /// Id or name of the store; may be left out while there is only one
    #[arg(long, value_name = "STORE")]
    store: Option<String>,
}

/// The core over the configured database, brought up to date first.
pub(crate) async fn core(config: &Config) -> Result<Core> {
    let database = serve::open_database(config).await?;
    let public_url = config.public_url.as_deref().unwrap_or(NOWHERE);
    serve::core(config, database, public_url)
}

/// The operator's own circumstances in a store.
pub(crate) fn context(core: &Core, store: StoreId, mode: Mode) -> Context {
    Context::of_system(core, store, mode, Actor::Operator)
}

impl WhichStore {
    /// The store that is meant.
    pub(crate) async fn find(&self, core: &Core) -> Result<Store> {
        let mut stores = all(core).await?;
        let Some(wanted) = &self.store else {
            return match (stores.len(), stores.pop()) {
                (1, Some(only)) => Ok(only),
                (0, _) => bail!("there is no store yet; open one with `cartwright store create`"),
                _ => bail!("there are several stores; say which one with --store ID"),
            };
        };
        let id = wanted.parse::<StoreId>().ok();
        let mut named = stores.into_iter().filter(|store| Some(store.id) == id || store.name == *wanted);
        let found = named.next().with_context(|| format!("there is no store {wanted}"))?;
        if named.next().is_some() {
            bail!("several stores are called {wanted}; say which one by its id");
        }
        Ok(found)
    }
}

async fn all(core: &Core) -> Result<Vec<Store>> {
    let (mut stores, mut last) = (Vec::new(), None);
    loop {
        let slice = store::list(core, &Window::After { last, per_page: STORES_PER_PAGE }).await?;
        stores.extend(slice.items);
        last = slice.next;
        if last.is_none() {
            return Ok(stores);
        }
    }
}
