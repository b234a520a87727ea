//! Shipping methods as merchants send them.

use application::shipping::{NewShippingMethod, Rates, ShippingMethodChanges, Tier, ZoneInput};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::patch::{Patch, not_null};

/// A step of a price.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewShippingTier)]
pub(super) struct NewTierBody {
    /// Least worth of the basket after discounts, in minor units: `tiered`.
    #[validate(range(min = 0, max = 1_000_000_000_000_i64))]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, examples(5000))]
    min_subtotal: Option<i64>,
    /// Most that the basket weighs, in grams: `weight`.
    #[schema(examples(2000))]
    max_weight_grams: Option<u32>,
    /// The price in minor units.
    #[validate(range(min = 0, max = 1_000_000_000_000_i64))]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, examples(499))]
    rate: i64,
}

impl From<NewTierBody> for Tier {
    fn from(NewTierBody { min_subtotal, max_weight_grams, rate }: NewTierBody) -> Self {
        Self { min_subtotal, max_weight_grams, rate }
    }
}

/// A country that a method goes to, or parts of it.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewShippingZone)]
pub(super) struct NewZoneBody {
    /// Code of the country.
    #[schema(examples("US"))]
    country: String,
    /// Codes or names of states; all when left out.
    #[serde(default)]
    #[validate(length(max = 200))]
    #[schema(max_items = 200, examples(json!(["CA"])))]
    states: Vec<String>,
    /// Postcodes, beginnings (`90*`) or ranges (`95000-95999`); all when left out.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_items = 1000, examples(json!(["90*"])))]
    postcodes: Vec<String>,
}

impl From<NewZoneBody> for ZoneInput {
    fn from(NewZoneBody { country, states, postcodes }: NewZoneBody) -> Self {
        Self { country, states, postcodes }
    }
}

/// A shipping method to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewShippingMethod)]
pub(super) struct NewShippingMethodBody {
    /// What shoppers see it called.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100, examples("Tracked 48"))]
    name: String,
    /// What shoppers read about it.
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000, examples("2-3 working days"))]
    description: Option<String>,
    /// `flat_rate`, `per_item`, `tiered`, `weight`, `free` or `local_pickup`.
    #[serde(rename = "type")]
    #[schema(examples("flat_rate"))]
    kind: String,
    /// The price in minor units, or that of each unit.
    #[validate(range(min = 0, max = 1_000_000_000_000_i64))]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, examples(499))]
    rate: Option<i64>,
    /// The price of the first unit, in minor units.
    #[validate(range(min = 0, max = 1_000_000_000_000_i64))]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    first_item_rate: Option<i64>,
    /// The steps, by rising threshold.
    #[validate(length(min = 1, max = 50), nested)]
    #[schema(min_items = 1, max_items = 50)]
    tiers: Option<Vec<NewTierBody>>,
    /// Where and when to collect.
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    instructions: Option<String>,
    /// Worth of the basket, after discounts, from which it costs nothing, in minor units.
    #[validate(range(min = 0, max = 1_000_000_000_000_000_i64))]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, examples(5000))]
    free_threshold: Option<i64>,
    /// Where it goes; everywhere that the store ships to when left out.
    #[serde(default)]
    #[validate(length(max = 250), nested)]
    #[schema(max_items = 250)]
    zones: Vec<NewZoneBody>,
    /// Days until delivery at least.
    #[validate(range(max = 3650))]
    #[schema(maximum = 3650, examples(2))]
    estimated_min_days: Option<u32>,
    /// Days until delivery at most.
    #[validate(range(max = 3650))]
    #[schema(maximum = 3650, examples(3))]
    estimated_max_days: Option<u32>,
    /// Whether it is offered.
    #[schema(default = true, nullable = false)]
    enabled: Option<bool>,
    /// Place among the methods, lowest first.
    #[serde(default)]
    #[schema(examples(10))]
    sort_order: i32,
}

impl From<NewShippingMethodBody> for NewShippingMethod {
    fn from(body: NewShippingMethodBody) -> Self {
        let NewShippingMethodBody {
            name,
            description,
            kind,
            rate,
            first_item_rate,
            tiers,
            instructions,
            free_threshold,
            zones,
            estimated_min_days,
            estimated_max_days,
            enabled,
            sort_order,
        } = body;
        let tiers = tiers.map(|tiers| tiers.into_iter().map(Tier::from).collect());
        Self {
            name,
            description,
            kind,
            rates: Rates { rate, first_item_rate, tiers, instructions },
            free_threshold,
            zones: zones.into_iter().map(ZoneInput::from).collect(),
            min_days: estimated_min_days,
            max_days: estimated_max_days,
            enabled: enabled.unwrap_or(true),
            sort_order,
        }
    }
}

/// What to change of a shipping method.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeShippingMethod)]
pub(super) struct ChangeShippingMethodBody {
    /// A new name.
    #[validate(length(min = 1, max = 100))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    name: Option<String>,
    /// A new description, or `null` for none.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[schema(max_length = 2000)]
    description: Patch<String>,
    /// Another type; comes with the fields it needs.
    #[serde(rename = "type", default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    kind: Option<String>,
    /// Another price in minor units.
    #[validate(range(min = 0, max = 1_000_000_000_000_i64))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, nullable = false)]
    rate: Option<i64>,
    /// Another price of the first unit, or `null` for none of its own.
    #[validate(range(min = 0, max = 1_000_000_000_000_i64))]
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    first_item_rate: Patch<i64>,
    /// Other steps, all of them.
    #[validate(length(min = 1, max = 50), nested)]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_items = 1, max_items = 50, nullable = false)]
    tiers: Option<Vec<NewTierBody>>,
    /// Other instructions, or `null` for none.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[schema(max_length = 2000)]
    instructions: Patch<String>,
    /// Another threshold in minor units, or `null` for never free.
    #[validate(range(min = 0, max = 1_000_000_000_000_000_i64))]
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    free_threshold: Patch<i64>,
    /// Where it goes from now on, all of it.
    #[validate(length(max = 250), nested)]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 250, nullable = false)]
    zones: Option<Vec<NewZoneBody>>,
    /// Other days until delivery at least, or `null`.
    #[validate(range(max = 3650))]
    #[serde(default)]
    #[schema(maximum = 3650)]
    estimated_min_days: Patch<u32>,
    /// Other days until delivery at most, or `null`.
    #[validate(range(max = 3650))]
    #[serde(default)]
    #[schema(maximum = 3650)]
    estimated_max_days: Patch<u32>,
    /// Whether it is offered.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
    /// Another place among the methods.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    sort_order: Option<i32>,
}

impl ChangeShippingMethodBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> ShippingMethodChanges {
        let tiers = self.tiers.map(|tiers| tiers.into_iter().map(Tier::from).collect());
        let zones = self.zones.map(|zones| zones.into_iter().map(ZoneInput::from).collect());
        ShippingMethodChanges {
            name: self.name,
            description: self.description.into(),
            kind: self.kind,
            rate: self.rate,
            first_item_rate: self.first_item_rate.into(),
            tiers,
            instructions: self.instructions.into(),
            free_threshold: self.free_threshold.into(),
            zones,
            min_days: self.estimated_min_days.into(),
            max_days: self.estimated_max_days.into(),
            enabled: self.enabled,
            sort_order: self.sort_order,
            if_version,
        }
    }
}
