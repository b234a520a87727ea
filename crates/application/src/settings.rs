//! What a store's owner decides about tax, shipping, orders and the checkout. A field that a change
//! leaves out stays as it is.

use domain::{
    access::Mode,
    audit::Action,
    geography::CountryCode,
    tax::{Rounding, TaxClass},
};
use ports::stores::Settings;

use crate::{
    Change, Context, Core, Error, Result, Work,
    audit::{self, Decided},
    store_config,
};

/// The settings, and the version of the store that they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionedSettings {
    /// All of them; the order number is the one that the next order of the caller's mode gets.
    pub settings: Settings,
    /// Grows with every change of the store or its settings.
    pub version: i32,
}

/// What is to be changed about tax.
#[derive(Debug, Clone, Default)]
pub struct TaxChanges {
    /// Whether tax is charged.
    pub enabled: Option<bool>,
    /// Whether prices hold the tax already.
    pub prices_include_tax: Option<bool>,
    /// Whether shipping is taxed.
    pub shipping_taxed: Option<bool>,
    /// When tax is rounded.
    pub rounding: Option<Rounding>,
    /// The tax class of shipping.
    pub shipping_tax_class: Option<String>,
}

/// What is to be changed about shipping.
#[derive(Debug, Clone, Default)]
pub struct ShippingChanges {
    /// Code of the country parcels leave from, or none.
    pub origin_country: Change<String>,
    /// Codes of the countries parcels go to; empty for everywhere.
    pub ships_to: Option<Vec<String>>,
    /// What to know for collecting an order, or nothing.
    pub local_pickup_instructions: Change<String>,
}

/// What is to be changed about orders.
#[derive(Debug, Clone, Default)]
pub struct OrderChanges {
    /// What order numbers begin with.
    pub number_prefix: Option<String>,
    /// The number of the next live order; refused when it was given already.
    pub next_order_number: Option<u64>,
    /// Units at or below which stock is low.
    pub low_stock_threshold: Option<u32>,
}

/// What is to be changed about the checkout.
#[derive(Debug, Clone, Default)]
pub struct CheckoutChanges {
    /// Whether an order needs a telephone number.
    pub require_phone: Option<bool>,
    /// Address of the terms, or none.
    pub terms_url: Change<String>,
    /// Minutes that stock stays reserved for a payment.
    pub reservation_minutes: Option<u32>,
    /// Whether somebody without an account can order.
    pub guest_checkout: Option<bool>,
    /// Characters of a shopper's notes.
    pub notes_max: Option<u32>,
}

/// All settings of the store. They are one for both modes, but for the number of the next order: each mode
/// counts its own.
pub async fn get(core: &Core, ctx: &Context) -> Result<VersionedSettings> {
    let config = store_config(core, ctx).await?;
    let mut settings = config.settings.clone();
    // Orders that were placed since have raised it.
    if let Some(next) = core.db.stores().next_order_number(ctx.store, ctx.mode).await? {
        settings.orders.next_order_number = next;
    }
    Ok(VersionedSettings { settings, version: config.store.version })
}

/// Changes how tax is charged.
pub async fn put_tax(
    core: &Core,
    ctx: &Context,
    changes: TaxChanges,
    if_version: Option<i32>,
) -> Result<VersionedSettings> {
    let class = changes.shipping_tax_class.as_deref().map(TaxClass::parse).transpose();
    let class = class.map_err(|error| Error::invalid("shippingTaxClass", error.to_string()))?;
    change(core, ctx, if_version, |settings| {
        let tax = &mut settings.tax;
        set(&mut tax.enabled, changes.enabled);
        set(&mut tax.prices_include_tax, changes.prices_include_tax);
        set(&mut tax.shipping_taxed, changes.shipping_taxed);
        set(&mut tax.rounding, changes.rounding);
        set(&mut tax.shipping_class, class);
        Ok(())
    })
    .await
}

/// Changes where parcels come from and go to.
pub async fn put_shipping(
    core: &Core,
    ctx: &Context,
    changes: ShippingChanges,
    if_version: Option<i32>,
) -> Result<VersionedSettings> {
    let origin = changes.origin_country.try_map(|code| country("originCountry", &code))?;
    let ships_to = changes.ships_to.map(|codes| countries(&codes)).transpose()?;
    change(core, ctx, if_version, |settings| {
        let shipping = &mut settings.shipping;
        origin.apply(&mut shipping.origin_country);
        set(&mut shipping.ships_to, ships_to);
        changes.local_pickup_instructions.apply(&mut shipping.local_pickup_instructions);
        Error::check(shipping.validate())
    })
    .await
}

/// Changes how orders are numbered and when stock is low.
pub async fn put_orders(
    core: &Core,
    ctx: &Context,
    changes: OrderChanges,
    if_version: Option<i32>,
) -> Result<VersionedSettings> {
    // Orders that were placed since have raised it; the log is to show what it was just now.
    let given = match changes.next_order_number {
        Some(_) => core.db.stores().next_order_number(ctx.store, Mode::Live).await?,
        None => None,
    };
    let mut work = core.begin(ctx).await?;
    change_in(&mut work, ctx, if_version, given, |settings| {
        let orders = &mut settings.orders;
        set(&mut orders.number_prefix, changes.number_prefix);
        set(&mut orders.next_order_number, changes.next_order_number);
        set(&mut orders.low_stock_threshold, changes.low_stock_threshold);
        Error::check(orders.validate())
    })
    .await?;
    if let Some(next) = changes.next_order_number
        && !work.counters().raise_order_number(ctx.mode, next).await?
    {
        let message = "must not be lower than the number that is next now: numbers are given once";
        return Err(Error::invalid("nextOrderNumber", message));
    }
    work.commit().await?;
    get(core, ctx).await
}

/// Changes what is asked at the checkout.
pub async fn put_checkout(
    core: &Core,
    ctx: &Context,
    changes: CheckoutChanges,
    if_version: Option<i32>,
) -> Result<VersionedSettings> {
    change(core, ctx, if_version, |settings| {
        let checkout = &mut settings.checkout;
        set(&mut checkout.require_phone, changes.require_phone);
        changes.terms_url.apply(&mut checkout.terms_url);
        set(&mut checkout.reservation_minutes, changes.reservation_minutes);
        set(&mut checkout.guest_checkout, changes.guest_checkout);
        set(&mut checkout.notes_max, changes.notes_max);
        Error::check(checkout.validate())
    })
    .await
}

async fn change(
    core: &Core,
    ctx: &Context,
    if_version: Option<i32>,
    edit: impl FnOnce(&mut Settings) -> Result<()> + Send,
) -> Result<VersionedSettings> {
    let mut work = core.begin(ctx).await?;
    change_in(&mut work, ctx, if_version, None, edit).await?;
    work.commit().await?;
    get(core, ctx).await
}

async fn change_in(
    work: &mut Work,
    ctx: &Context,
    if_version: Option<i32>,
    next_order_number: Option<u64>,
    edit: impl FnOnce(&mut Settings) -> Result<()> + Send,
) -> Result<()> {
    let found = work.stores().find().await?;
    let (mut store, mut settings) = found.ok_or_else(|| Error::not_found("store"))?;
    Error::check_version(if_version, store.version)?;
    set(&mut settings.orders.next_order_number, next_order_number);
    let (before, version) = (settings.clone(), store.version);
    edit(&mut settings)?;
    store.updated_at = ctx.now;
    work.stores().update(&mut store, &settings).await?;
    let before = Decided { store: store.id, settings: &before, version };
    let after = Decided { store: store.id, settings: &settings, version: store.version };
    work.audit(Action::SettingsUpdated, audit::changed(&before, &after));
    Ok(())
}

fn set<T>(target: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *target = value;
    }
}

fn country(field: &str, code: &str) -> Result<CountryCode> {
    CountryCode::parse(code).map_err(|error| Error::invalid(field, error.to_string()))
}

fn countries(codes: &[String]) -> Result<Vec<CountryCode>> {
    let read = |(index, code): (usize, &String)| {
        CountryCode::parse(code).map_err(|error| (format!("shipsTo.{index}"), error.to_string()))
    };
    let (known, unknown): (Vec<_>, Vec<_>) = codes.iter().enumerate().map(read).partition(Result::is_ok);
    match Error::from_faults(unknown.into_iter().filter_map(Result::err)) {
        Some(error) => Err(error),
        None => Ok(known.into_iter().filter_map(Result::ok).collect()),
    }
}
