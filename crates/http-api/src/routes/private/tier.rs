//! The store's plan.

use actix_web::get;
use application::tier::{self, TierStatus};
use domain::tier::{Tier, TierLimits};
use ports::stores::Usage;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{Secret, scope},
    error::ApiResult,
    respond::{self, Data},
    routes::Routes,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(show);
}

/// A plan, from the smallest to the largest.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Plan)]
pub(super) enum PlanBody {
    /// For trying it out.
    Free,
    /// For a small shop.
    Standard,
    /// For a shop that is a living.
    Pro,
    /// Without limits on the catalogue and on sales.
    Expert,
}

impl From<PlanBody> for Tier {
    fn from(plan: PlanBody) -> Self {
        match plan {
            PlanBody::Free => Self::Free,
            PlanBody::Standard => Self::Standard,
            PlanBody::Pro => Self::Pro,
            PlanBody::Expert => Self::Expert,
        }
    }
}

impl From<Tier> for PlanBody {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Free => Self::Free,
            Tier::Standard => Self::Standard,
            Tier::Pro => Self::Pro,
            Tier::Expert => Self::Expert,
        }
    }
}

/// A plan with what it gives and what is taken of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tier)]
struct TierBody {
    /// The plan.
    tier: PlanBody,
    /// What it gives.
    limits: LimitsBody,
    /// What is taken.
    usage: UsageBody,
}

/// What a plan gives; `null` is without limit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TierLimits)]
struct LimitsBody {
    /// Published products.
    #[schema(required, examples(25))]
    max_products: Option<u32>,
    /// Live orders in a calendar month.
    #[schema(required, examples(500))]
    max_monthly_orders: Option<u32>,
    /// Active coupons.
    #[schema(required, examples(5))]
    max_coupons: Option<u32>,
    /// Size of one upload, in megabytes.
    #[serde(rename = "maxUploadMB")]
    #[schema(examples(25))]
    max_upload_mb: u32,
    /// Kinds of shipping method; all of them when `null`.
    #[schema(required, examples(json!(["flat_rate", "free"])))]
    allowed_shipping_methods: Option<Vec<String>>,
    /// Whether orders can be collected.
    local_pickup: bool,
    /// Whether there are business accounts and price lists.
    b2b: bool,
    /// Requests to the private surface a minute.
    #[schema(examples(300))]
    requests_per_minute: u32,
    /// Requests to the private surface an hour.
    #[schema(examples(10_000))]
    requests_per_hour: u32,
}

/// What is taken of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TierUsage)]
struct UsageBody {
    /// Published products.
    #[schema(examples(12))]
    active_products: u32,
    /// Active coupons.
    #[schema(examples(2))]
    active_coupons: u32,
    /// Live orders in this calendar month, by UTC. Test orders never count.
    #[schema(examples(47))]
    monthly_orders: u32,
}

impl From<TierStatus> for TierBody {
    fn from(TierStatus { tier, limits, usage }: TierStatus) -> Self {
        let TierLimits {
            price_cents_usd: _,
            max_products,
            max_monthly_orders,
            max_coupons,
            max_upload_mb,
            shipping_kinds,
            local_pickup,
            b2b,
            requests_per_minute,
            requests_per_hour,
        } = limits;
        let Usage { products, coupons, monthly_orders } = usage;
        Self {
            tier: tier.into(),
            limits: LimitsBody {
                max_products,
                max_monthly_orders,
                max_coupons,
                max_upload_mb,
                allowed_shipping_methods: shipping_kinds,
                local_pickup,
                b2b,
                requests_per_minute,
                requests_per_hour,
            },
            usage: UsageBody { active_products: products, active_coupons: coupons, monthly_orders },
        }
    }
}

/// Get the plan of the store
///
/// With its limits and what is taken of them now.
#[utoipa::path(
    operation_id = "getTier",
    tag = "Store",
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The plan.", body = Data<TierBody>))
)]
#[get("/tier")]
async fn show(caller: Secret<scope::ReadSettings>) -> ApiResult {
    let status = tier::status(&caller.core, &caller.context).await?;
    respond::ok(TierBody::from(status))
}
