//! What a merchant says of a shipping method, and what it means.

use chrono::{DateTime, Utc};
use domain::{
    id::ShippingMethodId,
    money::{Currency, Money},
    shipping::ShippingMethod,
};

use super::{Rates, Tier, ZoneInput, zones};
use crate::{Change, Error, Result};

/// What a merchant says of a new shipping method.
#[derive(Debug, Clone, Default)]
pub struct NewShippingMethod {
    /// What shoppers see it called.
    pub name: String,
    /// What shoppers read about it.
    pub description: Option<String>,
    /// Code of the kind, `flat_rate`.
    pub kind: String,
    /// The fields of the kind.
    pub rates: Rates,
    /// Worth of the basket from which it costs nothing, in minor units.
    pub free_threshold: Option<i64>,
    /// Where it goes; everywhere when empty.
    pub zones: Vec<ZoneInput>,
    /// Days until delivery at least.
    pub min_days: Option<u32>,
    /// Days until delivery at most.
    pub max_days: Option<u32>,
    /// Whether it is offered.
    pub enabled: bool,
    /// Place among the methods, lowest first.
    pub sort_order: i32,
}

impl NewShippingMethod {
    pub(super) fn build(
        self,
        id: ShippingMethodId,
        currency: Currency,
        now: DateTime<Utc>,
    ) -> Result<ShippingMethod> {
        Ok(ShippingMethod {
            id,
            name: self.name.trim().to_owned(),
            description: self.description,
            kind: self.rates.into_kind(&self.kind, currency)?,
            free_from: self.free_threshold.map(|minor| Money::new(minor, currency)),
            zones: zones::read(self.zones)?,
            min_days: self.min_days,
            max_days: self.max_days,
            enabled: self.enabled,
            sort_order: self.sort_order,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }
}

/// What a merchant wants changed about a shipping method. With another kind, its fields have to be
/// given; those of the old kind are forgotten.
#[derive(Debug, Clone, Default)]
pub struct ShippingMethodChanges {
    /// A new name.
    pub name: Option<String>,
    /// A new description, or none.
    pub description: Change<String>,
    /// Code of another kind.
    pub kind: Option<String>,
    /// Another price.
    pub rate: Option<i64>,
    /// Another price of the first unit, or none.
    pub first_item_rate: Change<i64>,
    /// Other steps.
    pub tiers: Option<Vec<Tier>>,
    /// Other instructions, or none.
    pub instructions: Change<String>,
    /// Another threshold for free shipping, or none.
    pub free_threshold: Change<i64>,
    /// Where it goes from now on.
    pub zones: Option<Vec<ZoneInput>>,
    /// Other days until delivery at least, or none.
    pub min_days: Change<u32>,
    /// Other days until delivery at most, or none.
    pub max_days: Change<u32>,
    /// Whether it is offered.
    pub enabled: Option<bool>,
    /// Another place among the methods.
    pub sort_order: Option<i32>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

impl ShippingMethodChanges {
    pub(super) fn apply(self, method: &mut ShippingMethod, currency: Currency) -> Result<()> {
        let present = method.kind.code();
        let code = self.kind.as_deref().unwrap_or(present).to_owned();
        let mut rates = if code == present { Rates::from(&method.kind) } else { Rates::default() };
        rates.rate = self.rate.or(rates.rate);
        rates.tiers = self.tiers.or(rates.tiers);
        self.first_item_rate.apply(&mut rates.first_item_rate);
        self.instructions.apply(&mut rates.instructions);
        method.kind = rates.into_kind(&code, currency)?;
        if let Some(name) = self.name {
            name.trim().clone_into(&mut method.name);
        }
        if let Some(zones) = self.zones {
            method.zones = zones::read(zones)?;
        }
        let free_from = self.free_threshold.try_map(|minor| Ok::<_, Error>(Money::new(minor, currency)))?;
        free_from.apply(&mut method.free_from);
        self.description.apply(&mut method.description);
        self.min_days.apply(&mut method.min_days);
        self.max_days.apply(&mut method.max_days);
        method.enabled = self.enabled.unwrap_or(method.enabled);
        method.sort_order = self.sort_order.unwrap_or(method.sort_order);
        Ok(())
    }
}
