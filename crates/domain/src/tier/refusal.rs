//! How meeting a plan's limit is told.

use std::fmt;

use thiserror::Error;

use super::{Feature, Tier};

/// Which limit of a plan was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TierLimit {
    /// Published products.
    Products,
    /// Live orders in a month.
    MonthlyOrders,
    /// Active coupons.
    Coupons,
    /// Size of an upload, in megabytes.
    UploadMegabytes,
    /// A kind of shipping method.
    Shipping {
        /// Code of the kind, `tiered`.
        kind: String,
    },
    /// A feature.
    Feature(Feature),
}

impl TierLimit {
    /// The error code of the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Products => "tier_product_limit",
            Self::MonthlyOrders => "tier_order_limit",
            Self::Coupons => "tier_coupon_limit",
            Self::UploadMegabytes => "tier_upload_limit",
            Self::Shipping { .. } => "tier_shipping_restricted",
            Self::Feature(_) => "tier_feature_restricted",
        }
    }
}

/// What is limited, as it stands after a number: "5 active products".
impl fmt::Display for TierLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Products => f.write_str("active products"),
            Self::MonthlyOrders => f.write_str("orders a month"),
            Self::Coupons => f.write_str("active coupons"),
            Self::UploadMegabytes => f.write_str("MB an upload"),
            Self::Shipping { kind } => write!(f, "{kind} shipping"),
            Self::Feature(feature) => f.write_str(match feature {
                Feature::LocalPickup => "local pickup",
                Feature::B2b => "B2B accounts and price lists",
            }),
        }
    }
}

/// How much a plan gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitValue {
    /// So many.
    Count(u32),
    /// As many as you like.
    Unlimited,
    /// Has it or has it not.
    Included(bool),
}

impl LimitValue {
    /// Whether this is a better offer than `other` for the same limit.
    pub fn is_more_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::Count(more), Self::Count(less)) => more > less,
            (Self::Unlimited, Self::Count(_)) => true,
            (Self::Included(is), Self::Included(was)) => is && !was,
            _ => false,
        }
    }
}

/// A plan's limit was met: what it is, and which plan gives more.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.sentence())]
pub struct TierRefusal {
    /// The plan of the store.
    pub tier: Tier,
    /// Which limit.
    pub limit: TierLimit,
    /// What the store's plan gives.
    pub allowed: LimitValue,
    /// The smallest plan that gives more, and what it gives.
    pub next: Option<(Tier, LimitValue)>,
}

impl TierRefusal {
    /// The error code of the API: `tier_product_limit`.
    pub const fn code(&self) -> &'static str {
        self.limit.code()
    }

    fn sentence(&self) -> String {
        let (tier, limit) = (self.tier, &self.limit);
        let met = match self.allowed {
            LimitValue::Count(most) => format!("The {tier} plan allows {most} {limit}"),
            LimitValue::Unlimited => format!("The {tier} plan allows any number of {limit}"),
            LimitValue::Included(_) => format!("The {tier} plan does not include {limit}"),
        };
        match self.next {
            Some((next, LimitValue::Count(most))) => format!("{met}; the {next} plan allows {most}."),
            Some((next, LimitValue::Unlimited)) => format!("{met}; the {next} plan has no limit."),
            Some((next, LimitValue::Included(_))) => format!("{met}; the {next} plan does."),
            None => format!("{met}."),
        }
    }
}
