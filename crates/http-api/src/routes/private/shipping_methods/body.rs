//! Shipping methods as answered.

use domain::{
    money::Money,
    shipping::{ShippingKind, ShippingMethod, Zone},
};
use ports::{list::Sort, terms::MethodSort};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{fields::Resource, list::ListSpec, money::MoneyBody, timestamp::Timestamp};

/// A way to get a basket to the customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ShippingMethod)]
pub(super) struct ShippingMethodBody {
    /// Identity.
    #[schema(examples("shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What shoppers see it called.
    #[schema(examples("Tracked 48"))]
    name: String,
    /// What shoppers read about it.
    #[schema(required, examples("2-3 working days"))]
    description: Option<String>,
    /// `flat_rate`, `per_item`, `tiered`, `weight`, `free` or `local_pickup`.
    #[serde(rename = "type")]
    #[schema(examples("flat_rate"))]
    kind: &'static str,
    /// The price, or that of each unit: `flat_rate`, `per_item`.
    #[schema(required)]
    rate: Option<MoneyBody>,
    /// The price of the first unit, where it differs: `per_item`.
    #[schema(required)]
    first_item_rate: Option<MoneyBody>,
    /// The steps of `tiered` and `weight`.
    tiers: Vec<TierBody>,
    /// Where and when to collect: `local_pickup`.
    #[schema(required)]
    instructions: Option<String>,
    /// Worth of the basket, after discounts, from which it costs nothing.
    #[schema(required)]
    free_threshold: Option<MoneyBody>,
    /// Where it goes; everywhere that the store ships to when empty.
    zones: Vec<ZoneBody>,
    /// Days until delivery at least.
    #[schema(required, examples(2))]
    estimated_min_days: Option<u32>,
    /// Days until delivery at most.
    #[schema(required, examples(3))]
    estimated_max_days: Option<u32>,
    /// Whether it is offered.
    enabled: bool,
    /// Place among the methods, lowest first.
    #[schema(examples(10))]
    sort_order: i32,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for ShippingMethodBody {}

/// One step of a price: from a worth on, or up to a weight.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ShippingTier)]
pub(super) struct TierBody {
    /// Least worth of the basket after discounts: `tiered`.
    #[schema(required)]
    min_subtotal: Option<MoneyBody>,
    /// Most that the basket weighs, in grams: `weight`.
    #[schema(required, examples(2000))]
    max_weight_grams: Option<u32>,
    /// The price.
    rate: MoneyBody,
}

/// A country, or parts of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ShippingZone)]
pub(super) struct ZoneBody {
    /// Code of the country.
    #[schema(examples("US"))]
    country: &'static str,
    /// Codes of states; all when empty.
    #[schema(examples(json!(["CA"])))]
    states: Vec<String>,
    /// Patterns of postcodes; all when empty.
    #[schema(examples(json!(["90*", "95000-95999"])))]
    postcodes: Vec<String>,
}

impl From<Zone> for ZoneBody {
    fn from(Zone { country, states, postcodes }: Zone) -> Self {
        let postcodes = postcodes.iter().map(ToString::to_string).collect();
        Self { country: country.as_str(), states, postcodes }
    }
}

impl ShippingMethodBody {
    pub(super) fn new(method: ShippingMethod, locale: &str) -> Self {
        let ShippingMethod {
            id,
            name,
            description,
            kind,
            free_from,
            zones,
            min_days,
            max_days,
            enabled,
            sort_order,
            version: _,
            created_at,
            updated_at,
        } = method;
        let money = |amount: Money| MoneyBody::new(amount, locale);
        let (rate, first_item_rate) = match &kind {
            ShippingKind::FlatRate { rate } => (Some(money(*rate)), None),
            ShippingKind::PerItem { rate, first } => (Some(money(*rate)), first.map(money)),
            _ => (None, None),
        };
        Self {
            id: id.to_string(),
            name,
            description,
            kind: kind.code(),
            rate,
            first_item_rate,
            tiers: tiers(&kind, money),
            instructions: match kind {
                ShippingKind::LocalPickup { instructions } => instructions,
                _ => None,
            },
            free_threshold: free_from.map(money),
            zones: zones.into_iter().map(ZoneBody::from).collect(),
            estimated_min_days: min_days,
            estimated_max_days: max_days,
            enabled,
            sort_order,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

fn tiers(kind: &ShippingKind, money: impl Fn(Money) -> MoneyBody) -> Vec<TierBody> {
    match kind {
        ShippingKind::Tiered { tiers } => tiers
            .iter()
            .map(|(from, rate)| TierBody {
                min_subtotal: Some(money(*from)),
                max_weight_grams: None,
                rate: money(*rate),
            })
            .collect(),
        ShippingKind::Weight { tiers } => tiers
            .iter()
            .map(|(up_to, rate)| TierBody {
                min_subtotal: None,
                max_weight_grams: Some(*up_to),
                rate: money(*rate),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The list of shipping methods.
#[derive(Debug)]
pub(super) struct ShippingMethods;

impl ListSpec for ShippingMethods {
    type Row = ShippingMethodBody;
    type By = MethodSort;
    const NAME: &'static str = "shipping-methods";
    const SORTS: &'static [(&'static str, MethodSort)] = &[
        ("sortOrder", MethodSort::SortOrder),
        ("name", MethodSort::Name),
        ("createdAt", MethodSort::CreatedAt),
    ];
    const DEFAULT: Sort<MethodSort> = Sort { by: MethodSort::SortOrder, descending: false };
}
