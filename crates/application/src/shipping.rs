//! Shipping methods: adding, reading, changing and removing them. What they charge is asked of
//! [`crate::pricing`].

use domain::{
    audit::Action,
    geography::CountryCode,
    id::ShippingMethodId,
    shipping::{ShippingKind, ShippingMethod},
    tier::Feature,
};
use ports::{
    UnitOfWork,
    list::{Slice, Sort, Window},
    stores::StoreConfig,
    terms::MethodSort,
};

pub use self::{
    command::{NewShippingMethod, ShippingMethodChanges},
    rates::{Rates, Tier},
    zones::ZoneInput,
};
use crate::{Context, Core, Error, Result, audit};

mod command;
mod rates;
pub(crate) mod zones;

/// Adds a shipping method of a kind that the store's plan has.
pub async fn create(core: &Core, ctx: &Context, new: NewShippingMethod) -> Result<ShippingMethod> {
    let config = crate::store_config(core, ctx).await?;
    let method = new.build(core.ids.id(), config.store.currency, ctx.now)?;
    check(&method)?;
    let mut work = core.begin(ctx).await?;
    check_plan(core, &mut *work, &method.kind).await?;
    work.shipping_methods().insert(&method).await?;
    work.audit(Action::ShippingMethodCreated, audit::created(&method));
    work.commit().await?;
    Ok(method)
}

/// One shipping method.
pub async fn get(core: &Core, ctx: &Context, id: ShippingMethodId) -> Result<ShippingMethod> {
    core.db.terms().shipping_method(ctx.store, id).await?.ok_or_else(not_found)
}

/// The store's shipping methods, disabled ones too.
pub async fn list(
    core: &Core,
    ctx: &Context,
    sort: Sort<MethodSort>,
    window: &Window,
) -> Result<Slice<ShippingMethod>> {
    Ok(core.db.terms().shipping_methods(ctx.store, sort, window).await?)
}

/// Changes a shipping method. Orders placed with it keep what they paid.
pub async fn update(
    core: &Core,
    ctx: &Context,
    id: ShippingMethodId,
    changes: ShippingMethodChanges,
) -> Result<ShippingMethod> {
    let config = crate::store_config(core, ctx).await?;
    let mut work = core.begin(ctx).await?;
    let mut method = work.shipping_methods().find(id).await?.ok_or_else(not_found)?;
    Error::check_version(changes.if_version, method.version)?;
    let before = method.clone();
    changes.apply(&mut method, config.store.currency)?;
    method.updated_at = ctx.now;
    check(&method)?;
    // What a plan no longer has may be switched off and renamed, but not brought back.
    if method.kind.code() != before.kind.code() || (method.enabled && !before.enabled) {
        check_plan(core, &mut *work, &method.kind).await?;
    }
    work.shipping_methods().update(&mut method).await?;
    work.audit(Action::ShippingMethodUpdated, audit::changed(&before, &method));
    work.commit().await?;
    Ok(method)
}

/// Removes a shipping method. Carts that chose it have to choose again.
pub async fn delete(core: &Core, ctx: &Context, id: ShippingMethodId, if_version: Option<i32>) -> Result<()> {
    let mut work = core.begin(ctx).await?;
    let method = work.shipping_methods().find(id).await?.ok_or_else(not_found)?;
    Error::check_version(if_version, method.version)?;
    work.shipping_methods().delete(id).await?;
    work.audit(Action::ShippingMethodDeleted, audit::deleted(&method));
    work.commit().await
}

/// The countries that a store sends to, by code: those of its settings that an enabled method goes to at
/// least in part. A store without methods that send anything (it sells downloads, or people come for
/// their goods) takes addresses in all countries of its settings.
pub fn destinations(config: &StoreConfig) -> Vec<CountryCode> {
    let sends =
        |method: &&ShippingMethod| method.enabled && !matches!(method.kind, ShippingKind::LocalPickup { .. });
    let methods: Vec<_> = config.shipping_methods.iter().filter(sends).collect();
    let reached = |country: &CountryCode| {
        methods.is_empty()
            || methods.iter().any(|method| {
                method.zones.is_empty() || method.zones.iter().any(|zone| zone.country == *country)
            })
    };
    CountryCode::all()
        .filter(|country| config.settings.shipping.covers(*country) && reached(country))
        .collect()
}

fn not_found() -> Error {
    Error::not_found("shipping method")
}

fn check(method: &ShippingMethod) -> Result<()> {
    let faults = method.faults().into_iter().map(|fault| (fault.field().to_owned(), fault.to_string()));
    Error::from_faults(faults).map_or(Ok(()), Err)
}

/// Asks the plan that the store is on now, not the one it was on when its configuration was read.
async fn check_plan(core: &Core, work: &mut dyn UnitOfWork, kind: &ShippingKind) -> Result<()> {
    let (store, _) = work.stores().find().await?.ok_or_else(|| Error::not_found("store"))?;
    match kind {
        ShippingKind::LocalPickup { .. } => core.tiers.check_feature(store.tier, Feature::LocalPickup)?,
        other => core.tiers.check_shipping(store.tier, other.code())?,
    }
    Ok(())
}
