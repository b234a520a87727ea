//! The demo store: a small shop for home and hills, so that there is something to look at from the
//! first start.
//!
//! Everything is made through the use cases, one piece after the other, and a piece that is there
//! already is left alone: a start that was cut short is finished by the next one. The last product of
//! the catalogue is the last piece made, so once it is there nothing is added any more, and what its
//! owner deletes stays deleted.

use std::path::Path;

use anyhow::{Context as _, Result};
use application::{
    Actor, Context, Core,
    catalog::product::{self, Include},
    store::{self, NewStore},
};
use domain::{access::Mode, id::StoreId, store::Branding};
use ports::list::Window;

use self::{catalog::Catalog, keys::Kept};
pub use self::{
    keys::{DemoKeys, write_private},
    owner::DemoStaff,
};
use crate::present;

mod catalog;
mod keys;
mod owner;
mod shelves;
mod terms;

const NAME: &str = "Fernhill Supply Co.";
/// Tells the demo store from every other: names under `.example` belong to nobody.
const DOMAIN: &str = "fernhill.example";
/// Stores read at once while looking for the demo store.
const STORES_PER_PAGE: u32 = 100;

/// The demo store, and how its keys came about.
#[derive(Debug)]
pub struct Demo {
    /// The store and its keys.
    pub keys: DemoKeys,
    /// Whom to log in as; nobody once the owner has chosen a password of their own.
    pub staff: Option<DemoStaff>,
    /// What is worth telling about them.
    pub news: News,
}

/// What happened to the demo store's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The store was opened just now.
    Opened,
    /// The store and its keys are those of the last start.
    Known,
    /// Keys were lost, for only their hashes are in the database; there are new ones instead.
    KeysReplaced,
}

/// Opens the demo store if there is none, and finishes what an earlier start left undone. Its keys are
/// kept in `data_dir`, readable by their owner alone.
pub async fn prepare(core: &Core, data_dir: &Path) -> Result<Demo> {
    let kept = Kept::in_folder(data_dir);
    let known = kept.load()?;
    let (mut keys, news) = match find(core, known.as_ref()).await? {
        Some(store) => {
            let (keys, replaced) = keys::recover(core, store, known).await?;
            (keys, if replaced { News::KeysReplaced } else { News::Known })
        }
        None => (open(core).await?, News::Opened),
    };
    if news != News::Known {
        kept.save(&keys)?;
    }
    let store = keys.store()?;
    let is_new = keys.staff.is_none();
    let staff = owner::recover(core, store, keys.staff.take()).await?;
    let works = is_new || staff.works(core).await?;
    keys.staff = Some(staff.clone());
    if is_new {
        kept.save(&keys)?;
    }
    furnish(core, store).await.context("the demo store could not be filled")?;
    Ok(Demo { keys, staff: works.then_some(staff), news })
}

async fn open(core: &Core) -> Result<DemoKeys> {
    let new = NewStore {
        name: NAME.to_owned(),
        currency: "GBP".to_owned(),
        supported_currencies: Some(["GBP", "EUR", "USD"].map(str::to_owned).to_vec()),
        default_locale: Some("en-GB".to_owned()),
        supported_locales: Some(["en-GB", "en-US", "de-DE", "fr-FR"].map(str::to_owned).to_vec()),
        timezone: Some("Europe/London".to_owned()),
        contact_email: Some(format!("hello@{DOMAIN}")),
        domain: Some(DOMAIN.to_owned()),
        branding: Branding { primary_color: Some("#2F4F3E".to_owned()), logo_url: None },
        ..NewStore::default()
    };
    let (store, first) = store::create(core, &Context::of_operator(core), new).await?;
    Ok(DemoKeys::of(store.id, &first))
}

/// The demo store of this database: the one whose keys were kept, else the one with the demo's domain.
async fn find(core: &Core, known: Option<&DemoKeys>) -> Result<Option<StoreId>> {
    if let Some(store) = known.and_then(|known| known.store().ok())
        && core.db.stores().config(store).await?.is_some()
    {
        return Ok(Some(store));
    }
    let mut last = None;
    loop {
        let window = Window::After { last, per_page: STORES_PER_PAGE };
        let slice = store::list(core, &window).await?;
        if let Some(demo) = slice.items.iter().find(|store| store.domain.as_deref() == Some(DOMAIN)) {
            return Ok(Some(demo.id));
        }
        last = slice.next;
        if last.is_none() {
            return Ok(None);
        }
    }
}

async fn furnish(core: &Core, store: StoreId) -> Result<()> {
    let catalog = Catalog::built_in()?;
    let ctx = Context::of_system(core, store, Mode::Live, Actor::Operator);
    if is_complete(core, &ctx, &catalog).await? {
        return Ok(());
    }
    terms::furnish(core, &ctx).await?;
    shelves::furnish(core, &ctx, catalog).await
}

async fn is_complete(core: &Core, ctx: &Context, catalog: &Catalog) -> Result<bool> {
    let Some(last) = catalog.products.last() else { return Ok(true) };
    let found = product::get(core, ctx, &last.slug.as_str().into(), Include::default()).await;
    Ok(present(found)?.is_some())
}
