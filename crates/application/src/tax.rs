//! Tax rates: adding, reading, changing and removing them; and what tax a basket would owe.

use chrono::{DateTime, Utc};
use domain::{
    audit::Action,
    geography::{CountryCode, PostcodePattern},
    id::TaxRateId,
    rate::{Rate, RateError},
    tax::{TaxClass, TaxRate},
};
use ports::{
    list::{Slice, Sort, Window},
    terms::TaxRateSort,
};
use rust_decimal::Decimal;

pub use self::calculation::{TaxQuestion, WantedItem, calculate};
use crate::{
    Change, Context, Core, Error, Result, audit,
    shipping::zones::{state_code, unknown_state},
};

mod calculation;

/// What a merchant says of a new tax rate.
#[derive(Debug, Clone, Default)]
pub struct NewTaxRate {
    /// What the tax is called on receipts.
    pub name: String,
    /// A fraction, 0.2 for 20 %.
    pub rate: Decimal,
    /// Code of the country it is due in; everywhere when absent.
    pub country: Option<String>,
    /// Code or name of the state.
    pub state: Option<String>,
    /// Pattern of the postcodes.
    pub postcode: Option<String>,
    /// The class of goods; standard when absent.
    pub tax_class: Option<String>,
    /// Whether it is charged.
    pub enabled: bool,
}

/// What a merchant wants changed about a tax rate.
#[derive(Debug, Clone, Default)]
pub struct TaxRateChanges {
    /// A new name.
    pub name: Option<String>,
    /// Another rate.
    pub rate: Option<Decimal>,
    /// Another country, or none.
    pub country: Change<String>,
    /// Another state, or none.
    pub state: Change<String>,
    /// Other postcodes, or none.
    pub postcode: Change<String>,
    /// Another class of goods.
    pub tax_class: Option<String>,
    /// Whether it is charged.
    pub enabled: Option<bool>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// Adds a tax rate.
pub async fn create(core: &Core, ctx: &Context, new: NewTaxRate) -> Result<TaxRate> {
    let rate = new.build(core.ids.id(), ctx.now)?;
    let mut work = core.begin(ctx).await?;
    work.tax_rates().insert(&rate).await?;
    work.audit(Action::TaxRateCreated, audit::created(&rate));
    work.commit().await?;
    Ok(rate)
}

/// One tax rate.
pub async fn get(core: &Core, ctx: &Context, id: TaxRateId) -> Result<TaxRate> {
    core.db.terms().tax_rate(ctx.store, id).await?.ok_or_else(not_found)
}

/// The store's tax rates, disabled ones too.
pub async fn list(
    core: &Core,
    ctx: &Context,
    sort: Sort<TaxRateSort>,
    window: &Window,
) -> Result<Slice<TaxRate>> {
    Ok(core.db.terms().tax_rates(ctx.store, sort, window).await?)
}

/// Changes a tax rate. Orders placed under it keep what they paid.
pub async fn update(core: &Core, ctx: &Context, id: TaxRateId, changes: TaxRateChanges) -> Result<TaxRate> {
    let mut work = core.begin(ctx).await?;
    let mut rate = work.tax_rates().find(id).await?.ok_or_else(not_found)?;
    Error::check_version(changes.if_version, rate.version)?;
    let before = rate.clone();
    changes.apply(&mut rate)?;
    rate.updated_at = ctx.now;
    check(&rate)?;
    work.tax_rates().update(&mut rate).await?;
    work.audit(Action::TaxRateUpdated, audit::changed(&before, &rate));
    work.commit().await?;
    Ok(rate)
}

/// Removes a tax rate.
pub async fn delete(core: &Core, ctx: &Context, id: TaxRateId, if_version: Option<i32>) -> Result<()> {
    let mut work = core.begin(ctx).await?;
    let rate = work.tax_rates().find(id).await?.ok_or_else(not_found)?;
    Error::check_version(if_version, rate.version)?;
    work.tax_rates().delete(id).await?;
    work.audit(Action::TaxRateDeleted, audit::deleted(&rate));
    work.commit().await
}

impl NewTaxRate {
    fn build(self, id: TaxRateId, now: DateTime<Utc>) -> Result<TaxRate> {
        let country = self.country.as_deref().map(read_country).transpose()?;
        let rate = TaxRate {
            id,
            name: self.name.trim().to_owned(),
            rate: read_rate(self.rate)?,
            country,
            state: self.state.map(|state| read_state(country, &state)).transpose()?,
            postcode: self.postcode.as_deref().map(read_postcode).transpose()?,
            class: self.tax_class.as_deref().map(read_class).transpose()?.unwrap_or_default(),
            enabled: self.enabled,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        check(&rate).map(|()| rate)
    }
}

impl TaxRateChanges {
    fn apply(self, rate: &mut TaxRate) -> Result<()> {
        if let Some(name) = self.name {
            name.trim().clone_into(&mut rate.name);
        }
        if let Some(fraction) = self.rate {
            rate.rate = read_rate(fraction)?;
        }
        if let Some(class) = self.tax_class {
            rate.class = read_class(&class)?;
        }
        let before = rate.country;
        self.country.try_map(|code| read_country(&code))?.apply(&mut rate.country);
        // A state of another country would be looked for in vain.
        if rate.country != before && self.state == Change::Keep {
            rate.state = rate.state.take().map(|state| read_state(rate.country, &state)).transpose()?;
        }
        self.state.try_map(|state| read_state(rate.country, &state))?.apply(&mut rate.state);
        self.postcode.try_map(|pattern| read_postcode(&pattern))?.apply(&mut rate.postcode);
        rate.enabled = self.enabled.unwrap_or(rate.enabled);
        Ok(())
    }
}

fn not_found() -> Error {
    Error::not_found("tax rate")
}

fn check(rate: &TaxRate) -> Result<()> {
    let faults = rate.faults().into_iter().map(|fault| (fault.field().to_owned(), fault.to_string()));
    Error::from_faults(faults).map_or(Ok(()), Err)
}

fn read_rate(fraction: Decimal) -> Result<Rate> {
    Rate::from_fraction(fraction).map_err(|fault| {
        let message = match fault {
            RateError::OutOfRange => "must be a fraction between 0 and 1, such as 0.2 for 20 %",
            RateError::TooPrecise => "must have at most 6 decimals",
        };
        Error::invalid("rate", message)
    })
}

fn read_country(code: &str) -> Result<CountryCode> {
    CountryCode::parse(code).map_err(|fault| Error::invalid("country", fault.to_string()))
}

/// A state by its code. Without a country it is kept as it is, for the rate itself to complain about.
fn read_state(country: Option<CountryCode>, state: &str) -> Result<String> {
    let Some(country) = country else { return Ok(state.to_owned()) };
    state_code(country, state).ok_or_else(|| Error::invalid("state", unknown_state(country)))
}

fn read_postcode(pattern: &str) -> Result<PostcodePattern> {
    PostcodePattern::parse(pattern).map_err(|fault| Error::invalid("postcode", fault.to_string()))
}

fn read_class(class: &str) -> Result<TaxClass> {
    TaxClass::parse(class).map_err(|fault| Error::invalid("taxClass", fault.to_string()))
}
