//! Stores: opening, listing, reading and changing them.

use domain::{
    access::{ApiKey, KeyKind, Mode, Scope, ScopeSet},
    audit::Action,
    id::StoreId,
    settings::{CheckoutSettings, OrderSettings, ShippingSettings},
    store::{Branding, Store, StoreStatus},
    tax::TaxSettings,
    tier::Tier,
};
use ports::{
    UnitOfWork,
    list::{Slice, Window},
    stores::Settings,
};

use crate::{
    Change, Context, Core, Details, Error, ErrorCode, Result,
    access::Principal,
    api_key::{IssuedKey, issue},
    audit,
};

mod fields;

use fields::{apply, draft};

/// What is said of a new store; what is left out gets a default.
#[derive(Debug, Clone, Default)]
pub struct NewStore {
    /// What shoppers call it.
    pub name: String,
    /// ISO 4217 code of the currency prices are kept in; it stays for good.
    pub currency: String,
    /// Codes of the currencies prices can be shown in; the store's own when absent.
    pub supported_currencies: Option<Vec<String>>,
    /// Language where nothing else is asked for; English when absent.
    pub default_locale: Option<String>,
    /// Languages of the storefront; the default one when absent.
    pub supported_locales: Option<Vec<String>>,
    /// Time zone; UTC when absent.
    pub timezone: Option<String>,
    /// Plan; the installation's default when absent.
    pub tier: Option<Tier>,
    /// Where the operator and shoppers can write to.
    pub contact_email: Option<String>,
    /// Host name of its own website.
    pub domain: Option<String>,
    /// Host names whose pages may call the public surface; every page may when there are none.
    pub allowed_domains: Vec<String>,
    /// Colours and logo.
    pub branding: Branding,
}

/// What is to be changed about a store.
#[derive(Debug, Clone, Default)]
pub struct StoreChanges {
    /// A new name.
    pub name: Option<String>,
    /// Other currencies to show prices in.
    pub supported_currencies: Option<Vec<String>>,
    /// Another default language.
    pub default_locale: Option<String>,
    /// Other languages.
    pub supported_locales: Option<Vec<String>>,
    /// Another time zone.
    pub timezone: Option<String>,
    /// Another address to write to, or none.
    pub contact_email: Change<String>,
    /// Another website, or none.
    pub domain: Change<String>,
    /// Other host names whose pages may call.
    pub allowed_domains: Option<Vec<String>>,
    /// Another main colour, or none.
    pub primary_color: Change<String>,
    /// Another logo, or none.
    pub logo_url: Change<String>,
    /// Another plan; the operator's to change.
    pub tier: Option<Tier>,
    /// Open or suspended; the operator's to change.
    pub status: Option<StoreStatus>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// The keys that a store starts with. The secret ones may do everything.
#[derive(Debug, Clone)]
pub struct FirstKeys {
    /// For browsers, live.
    pub live_publishable: IssuedKey,
    /// For servers, live.
    pub live_secret: IssuedKey,
    /// For browsers, to try things out.
    pub test_publishable: IssuedKey,
    /// For servers, to try things out.
    pub test_secret: IssuedKey,
}

/// Opens a store with its settings, counters and first keys. `ctx` says who opens it; the store that it
/// names is not touched.
pub async fn create(core: &Core, ctx: &Context, new: NewStore) -> Result<(Store, FirstKeys)> {
    let store = draft(core, new)?;
    let settings = Settings {
        tax: TaxSettings::default(),
        shipping: ShippingSettings::default(),
        orders: OrderSettings::for_store(&store.name),
        checkout: CheckoutSettings::default(),
    };
    let mut work = core.begin(&Context { store: store.id, ..ctx.clone() }).await?;
    work.stores().insert(&store, &settings).await?;
    for mode in Mode::ALL {
        work.counters().start(*mode, settings.orders.next_order_number).await?;
    }
    let work_ref: &mut dyn UnitOfWork = &mut *work;
    let keys = FirstKeys {
        live_publishable: first_key(core, work_ref, &store, KeyKind::Publishable, Mode::Live).await?,
        live_secret: first_key(core, work_ref, &store, KeyKind::Secret, Mode::Live).await?,
        test_publishable: first_key(core, work_ref, &store, KeyKind::Publishable, Mode::Test).await?,
        test_secret: first_key(core, work_ref, &store, KeyKind::Secret, Mode::Test).await?,
    };
    work.audit(Action::StoreCreated, audit::created(&store));
    let FirstKeys { live_publishable, live_secret, test_publishable, test_secret } = &keys;
    for issued in [live_publishable, live_secret, test_publishable, test_secret] {
        work.audit(Action::ApiKeyCreated, audit::created(&issued.key));
    }
    work.commit().await?;
    Ok((store, keys))
}

/// Refuses everybody but the operator: a live key with all scopes, or an owner in live mode, of the
/// installation's oldest store. That store is the operator's own, made when the installation was set up.
pub async fn require_operator(core: &Core, principal: &Principal) -> Result<()> {
    let first = core.db.stores().stores(&Window::After { last: None, per_page: 1 }).await?;
    let oldest = first.items.first().is_some_and(|store| store.id == principal.store());
    if oldest && principal.mode().is_live() && principal.scopes().allows(Scope::Admin) {
        return Ok(());
    }
    let message =
        "Only the operator may do this: an owner of the oldest store, or a live key of it that has admin:*.";
    Err(Error::new(ErrorCode::InsufficientScope, message)
        .with_details(Details::Scope { required: Scope::Admin.to_string() }))
}

/// All stores of the installation, oldest first; for the operator.
pub async fn list(core: &Core, window: &Window) -> Result<Slice<Store>> {
    Ok(core.db.stores().stores(window).await?)
}

/// Any store of the installation; for the operator.
pub async fn get(core: &Core, store: StoreId) -> Result<Store> {
    let config = core.db.stores().config(store).await?;
    config.map(|config| config.store.clone()).ok_or_else(|| Error::not_found("store"))
}

/// Changes any store of the installation; for the operator, whose own store stays open.
pub async fn update_any(core: &Core, ctx: &Context, store: StoreId, changes: StoreChanges) -> Result<Store> {
    if store == ctx.store && changes.status == Some(StoreStatus::Suspended) {
        let message = "The operator's own store cannot be suspended: nobody could open it again.";
        return Err(Error::new(ErrorCode::InvalidState, message));
    }
    update(core, &Context { store, ..ctx.clone() }, changes).await
}

/// Changes the store of the request.
pub async fn update(core: &Core, ctx: &Context, changes: StoreChanges) -> Result<Store> {
    let mut work = core.begin(ctx).await?;
    let (mut store, settings) = work.stores().find().await?.ok_or_else(|| Error::not_found("store"))?;
    Error::check_version(changes.if_version, store.version)?;
    let before = store.clone();
    apply(changes, &mut store)?;
    store.updated_at = ctx.now;
    work.stores().update(&mut store, &settings).await?;
    work.audit(Action::StoreUpdated, audit::changed(&before, &store));
    work.commit().await?;
    Ok(store)
}

async fn first_key(
    core: &Core,
    work: &mut dyn UnitOfWork,
    store: &Store,
    kind: KeyKind,
    mode: Mode,
) -> Result<IssuedKey> {
    let key = ApiKey {
        id: core.ids.id(),
        store: store.id,
        name: format!("First {mode} {kind} key"),
        kind,
        mode,
        hint: String::new(),
        scopes: if kind == KeyKind::Secret { ScopeSet::admin() } else { ScopeSet::default() },
        ip_allowlist: Vec::new(),
        rate_limit_per_minute: None,
        sealed_signing_secret: None,
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
        version: 1,
        created_at: store.created_at,
        updated_at: store.created_at,
    };
    issue(core, work, key).await
}
