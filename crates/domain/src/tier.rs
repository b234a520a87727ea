//! Plans: what a store may have, by the tier it pays for.
//!
//! The table is configuration; its defaults are the published plans. Counting happens where the counted
//! things are written, in the same transaction; these rules say what the count may be, and how a refusal
//! is told to the person who met it.

use crate::text_enum;

mod refusal;

pub use refusal::{LimitValue, TierLimit, TierRefusal};

text_enum! {
    /// A plan, from the smallest to the largest.
    pub enum Tier {
        /// For trying it out; costs nothing.
        Free = "free",
        /// For a small shop.
        Standard = "standard",
        /// For a shop that is a living.
        Pro = "pro",
        /// Without limits on the catalogue and on sales.
        Expert = "expert",
    }
}

text_enum! {
    /// Something that a plan has or has not.
    pub enum Feature {
        /// Collecting orders at the shop.
        LocalPickup = "local_pickup",
        /// Business accounts and price lists.
        B2b = "b2b",
    }
}

/// What one plan gives. `None` means without limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierLimits {
    /// Price a month in US cents.
    pub price_cents_usd: u32,
    /// Published products.
    pub max_products: Option<u32>,
    /// Live orders placed in a calendar month.
    pub max_monthly_orders: Option<u32>,
    /// Active coupons.
    pub max_coupons: Option<u32>,
    /// Size of one upload, in megabytes of 1024 × 1024 bytes.
    pub max_upload_mb: u32,
    /// Codes of the kinds of shipping method (`flat_rate`); collecting is governed by `local_pickup`.
    pub shipping_kinds: Option<Vec<String>>,
    /// Whether orders can be collected.
    pub local_pickup: bool,
    /// Whether there are business accounts and price lists.
    pub b2b: bool,
    /// Requests to the private surface a minute.
    pub requests_per_minute: u32,
    /// Requests to the private surface an hour.
    pub requests_per_hour: u32,
}

impl TierLimits {
    /// Whether a shipping method of this kind may be offered.
    pub fn ships_by(&self, kind: &str) -> bool {
        if kind == Feature::LocalPickup.as_str() {
            self.local_pickup
        } else {
            self.shipping_kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|known| known == kind))
        }
    }

    /// Whether the plan has the feature.
    pub const fn has(&self, feature: Feature) -> bool {
        match feature {
            Feature::LocalPickup => self.local_pickup,
            Feature::B2b => self.b2b,
        }
    }

    /// The limit as a refusal names it.
    fn value(&self, limit: &TierLimit) -> LimitValue {
        let count = |most: Option<u32>| most.map_or(LimitValue::Unlimited, LimitValue::Count);
        match limit {
            TierLimit::Products => count(self.max_products),
            TierLimit::MonthlyOrders => count(self.max_monthly_orders),
            TierLimit::Coupons => count(self.max_coupons),
            TierLimit::UploadMegabytes => LimitValue::Count(self.max_upload_mb),
            TierLimit::Shipping { kind } => LimitValue::Included(self.ships_by(kind)),
            TierLimit::Feature(feature) => LimitValue::Included(self.has(*feature)),
        }
    }
}

/// The plans on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierTable {
    /// What [`Tier::Free`] gives.
    pub free: TierLimits,
    /// What [`Tier::Standard`] gives.
    pub standard: TierLimits,
    /// What [`Tier::Pro`] gives.
    pub pro: TierLimits,
    /// What [`Tier::Expert`] gives.
    pub expert: TierLimits,
}

impl Default for TierTable {
    fn default() -> Self {
        let expert = TierLimits {
            price_cents_usd: 2500,
            max_products: None,
            max_monthly_orders: None,
            max_coupons: None,
            max_upload_mb: 500,
            shipping_kinds: None,
            local_pickup: true,
            b2b: true,
            requests_per_minute: 1000,
            requests_per_hour: 100_000,
        };
        let pro = TierLimits {
            price_cents_usd: 1000,
            max_products: Some(100),
            max_monthly_orders: Some(5000),
            max_coupons: Some(10),
            max_upload_mb: 50,
            requests_per_minute: 300,
            requests_per_hour: 10_000,
            ..expert.clone()
        };
        let standard = TierLimits {
            price_cents_usd: 500,
            max_products: Some(25),
            max_monthly_orders: Some(500),
            max_coupons: Some(5),
            max_upload_mb: 25,
            b2b: false,
            ..pro.clone()
        };
        let free = TierLimits {
            price_cents_usd: 0,
            max_products: Some(5),
            max_monthly_orders: Some(5),
            max_coupons: Some(1),
            max_upload_mb: 5,
            shipping_kinds: Some(vec!["flat_rate".to_owned(), "free".to_owned()]),
            local_pickup: false,
            requests_per_minute: 60,
            requests_per_hour: 1000,
            ..standard.clone()
        };
        Self { free, standard, pro, expert }
    }
}

impl TierTable {
    /// What a plan gives.
    pub const fn limits(&self, tier: Tier) -> &TierLimits {
        match tier {
            Tier::Free => &self.free,
            Tier::Standard => &self.standard,
            Tier::Pro => &self.pro,
            Tier::Expert => &self.expert,
        }
    }

    /// Whether one more product may be published beside `active` ones.
    pub fn check_product(&self, tier: Tier, active: u32) -> Result<(), TierRefusal> {
        self.check_one_more(tier, TierLimit::Products, active)
    }

    /// Whether one more live order may be placed in a month that has seen `placed`.
    pub fn check_order(&self, tier: Tier, placed: u32) -> Result<(), TierRefusal> {
        self.check_one_more(tier, TierLimit::MonthlyOrders, placed)
    }

    /// Whether one more coupon may be active beside `active` ones.
    pub fn check_coupon(&self, tier: Tier, active: u32) -> Result<(), TierRefusal> {
        self.check_one_more(tier, TierLimit::Coupons, active)
    }

    /// Whether a file of `bytes` may be uploaded.
    pub fn check_upload(&self, tier: Tier, bytes: u64) -> Result<(), TierRefusal> {
        let most = u64::from(self.limits(tier).max_upload_mb).saturating_mul(1024 * 1024);
        self.unless(bytes <= most, tier, TierLimit::UploadMegabytes)
    }

    /// Whether a shipping method of this kind, by its code, may be offered.
    pub fn check_shipping(&self, tier: Tier, kind: &str) -> Result<(), TierRefusal> {
        self.unless(self.limits(tier).ships_by(kind), tier, TierLimit::Shipping { kind: kind.to_owned() })
    }

    /// Whether the plan has the feature.
    pub fn check_feature(&self, tier: Tier, feature: Feature) -> Result<(), TierRefusal> {
        self.unless(self.limits(tier).has(feature), tier, TierLimit::Feature(feature))
    }

    /// The refusal for a limit that was met elsewhere, as by a conditional update that found no room.
    pub fn refusal(&self, tier: Tier, limit: TierLimit) -> TierRefusal {
        let allowed = self.limits(tier).value(&limit);
        let next = Tier::ALL
            .iter()
            .filter(|larger| **larger > tier)
            .map(|larger| (*larger, self.limits(*larger).value(&limit)))
            .find(|(_, given)| given.is_more_than(allowed));
        TierRefusal { tier, limit, allowed, next }
    }

    fn check_one_more(&self, tier: Tier, limit: TierLimit, already: u32) -> Result<(), TierRefusal> {
        let room = match self.limits(tier).value(&limit) {
            LimitValue::Count(most) => already < most,
            LimitValue::Unlimited | LimitValue::Included(_) => true,
        };
        self.unless(room, tier, limit)
    }

    fn unless(&self, fits: bool, tier: Tier, limit: TierLimit) -> Result<(), TierRefusal> {
        if fits { Ok(()) } else { Err(self.refusal(tier, limit)) }
    }
}

#[cfg(test)]
mod tests;
