//! The demo store's keys: kept in a file, because the database knows secret ones by their hash only.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use application::{
    Actor, Context, Core, ErrorCode, access,
    api_key::{self, Grantor, IssuedKey, NewKey},
    store::FirstKeys,
};
use domain::{
    access::{KeyKind, Mode, Scope},
    id::StoreId,
};
use ports::{keys::KeyRow, list::Window};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::owner::DemoStaff;

const FILE: &str = "demo-keys.json";
/// Keys looked at in search of one to rotate; the first ones of a demo store are among its newest.
const KEYS_PER_PAGE: u32 = 100;

/// The demo store's id and the texts of its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoKeys {
    /// The store.
    pub store_id: String,
    /// For browsers, live.
    pub publishable_key: String,
    /// For browsers, to try things out.
    pub test_publishable_key: String,
    /// For servers, live.
    pub secret_key: String,
    /// For servers, to try things out.
    pub test_secret_key: String,
    /// The owner as they were made; announced only while one can log in so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) staff: Option<DemoStaff>,
}

impl DemoKeys {
    pub(super) fn of(store: StoreId, first: &FirstKeys) -> Self {
        let text = |key: &IssuedKey| key.text.expose_secret().to_owned();
        Self {
            store_id: store.to_string(),
            publishable_key: text(&first.live_publishable),
            test_publishable_key: text(&first.test_publishable),
            secret_key: text(&first.live_secret),
            test_secret_key: text(&first.test_secret),
            staff: None,
        }
    }

    /// The store's id.
    pub fn store(&self) -> Result<StoreId> {
        self.store_id.parse().context("the kept id of the demo store is damaged")
    }
}

/// Where the keys are kept between starts.
pub(super) struct Kept(PathBuf);

impl Kept {
    pub(super) fn in_folder(data_dir: &Path) -> Self {
        Self(data_dir.join(FILE))
    }

    /// The keys of the last start; none when the file is missing or cannot be understood.
    pub(super) fn load(&self) -> Result<Option<DemoKeys>> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(error).with_context(|| format!("the demo keys in {} cannot be read", self.0.display()))
            }
        }
    }

    pub(super) fn save(&self, keys: &DemoKeys) -> Result<()> {
        write_private(&self.0, keys)
    }
}

/// Writes a file that its owner alone may read, in one step: a reader sees the old text or the new one.
pub fn write_private(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    })();
    written.with_context(|| format!("{} cannot be written", path.display()))
}

/// The keys that work: those that were kept as far as they do, new ones for the rest. Tells whether any
/// is new.
pub(super) async fn recover(
    core: &Core,
    store: StoreId,
    known: Option<DemoKeys>,
) -> Result<(DemoKeys, bool)> {
    let mut replaced = false;
    let mut recover = async |kind, mode, text: Option<String>| -> Result<String> {
        if let Some(text) = text
            && opens(core, store, kind, mode, &text).await?
        {
            return Ok(text);
        }
        let (text, new) = replacement(core, store, kind, mode).await?;
        replaced |= new;
        Ok(text)
    };
    let known = known.as_ref();
    let (publishable, secret) = (KeyKind::Publishable, KeyKind::Secret);
    let keys = DemoKeys {
        store_id: store.to_string(),
        publishable_key: recover(publishable, Mode::Live, known.map(|keys| keys.publishable_key.clone()))
            .await?,
        test_publishable_key: recover(
            publishable,
            Mode::Test,
            known.map(|keys| keys.test_publishable_key.clone()),
        )
        .await?,
        secret_key: recover(secret, Mode::Live, known.map(|keys| keys.secret_key.clone())).await?,
        test_secret_key: recover(secret, Mode::Test, known.map(|keys| keys.test_secret_key.clone())).await?,
        staff: known.and_then(|keys| keys.staff.clone()),
    };
    // Publishable keys are in the database as they are, so finding one again is no news but worth saving.
    Ok((keys.clone(), replaced || known != Some(&keys)))
}

async fn opens(core: &Core, store: StoreId, kind: KeyKind, mode: Mode, text: &str) -> Result<bool> {
    let found = match kind {
        KeyKind::Secret => access::resolve_secret_key(core, text).await,
        KeyKind::Publishable => access::resolve_publishable_key(core, text).await,
    };
    match found {
        Ok(principal) => Ok(principal.store() == store && principal.mode() == mode),
        Err(error) if error.code == ErrorCode::InvalidApiKey => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A key instead of one that was lost, and whether it is new: a publishable one is found again; a secret
/// one is rotated, so that the lost text opens nothing any more.
async fn replacement(core: &Core, store: StoreId, kind: KeyKind, mode: Mode) -> Result<(String, bool)> {
    let ctx = Context::of_system(core, store, mode, Actor::Operator);
    let window = Window::Page { page: 1, per_page: KEYS_PER_PAGE };
    let usable =
        |row: &KeyRow| row.key.kind == kind && row.key.mode == mode && row.key.usable(ctx.now).is_ok();
    let own = |row: &KeyRow| kind == KeyKind::Publishable || row.key.scopes.allows(Scope::Admin);
    let keys = api_key::list(core, &ctx, &window).await?.items;
    // The oldest is the one that the store began with; newer ones may be somebody's.
    match keys.into_iter().rfind(|row| usable(row) && own(row)) {
        Some(KeyRow { token: Some(token), .. }) => Ok((token, false)),
        Some(KeyRow { key, token: None }) => {
            let issued = api_key::rotate(core, &ctx, Grantor::Operator, key.id).await?;
            Ok((issued.text.expose_secret().to_owned(), true))
        }
        None => {
            let scopes = if kind == KeyKind::Secret { vec![Scope::Admin.to_string()] } else { Vec::new() };
            let new = NewKey {
                name: format!("Demo {mode} {kind} key"),
                kind,
                mode: Some(mode),
                scopes,
                ip_allowlist: Vec::new(),
                rate_limit_per_minute: None,
                expires_at: None,
                signing: false,
            };
            let issued = api_key::create(core, &ctx, Grantor::Operator, new).await?;
            Ok((issued.text.expose_secret().to_owned(), true))
        }
    }
}
