//! Promotions as answered.

use application::{Context, Error, promotion::DiscountKind};
use domain::{
    discount::{CouponCode, DiscountValue, Promotion, PromotionStatus},
    money::Money,
};
use ports::{
    list::Sort,
    promotions::{PromotionFilter, PromotionRow, PromotionSort},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::{
    coupon::value_of, exact::Exact, fields::Resource, list::ListSpec, money::MoneyBody, timestamp::Timestamp,
};

/// A coupon that shoppers type.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Promotion)]
pub(super) struct PromotionBody {
    /// Identity.
    #[schema(examples("promo_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What shoppers type, in upper case.
    #[schema(examples("WELCOME20"))]
    code: String,
    /// What the shop calls it.
    #[schema(required, examples("Welcome"))]
    name: Option<String>,
    /// `percentage`, `fixed` or `free_shipping`.
    #[serde(rename = "type")]
    #[schema(examples("percentage"))]
    kind: &'static str,
    /// Percent of a percentage, minor units of a fixed amount; `null` for free shipping.
    #[schema(required, examples(20))]
    value: Option<Exact>,
    /// The amount of a fixed one.
    #[schema(required)]
    amount: Option<MoneyBody>,
    /// `active`, `scheduled`, `expired`, `exhausted` or `inactive`.
    #[schema(examples("active"))]
    status: &'static str,
    /// Whether it is switched on.
    active: bool,
    /// Orders that used it, in the mode of the key.
    #[schema(examples(14))]
    used_count: u32,
    /// Orders that may use it in all; any number when `null`.
    #[schema(required, examples(500))]
    max_uses: Option<u32>,
    /// Orders of one customer that may use it; any number when `null`.
    #[schema(required, examples(1))]
    max_uses_per_customer: Option<u32>,
    /// What the basket must be worth.
    #[schema(required)]
    min_order_amount: Option<MoneyBody>,
    /// When it begins.
    #[schema(required)]
    starts_at: Option<Timestamp>,
    /// When it is over.
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// Ids of the products it is limited to; with `categoryIds` empty too, everything is eligible.
    product_ids: Vec<String>,
    /// Ids of the categories it is limited to.
    category_ids: Vec<String>,
    /// Whether it is for first orders only.
    first_order_only: bool,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for PromotionBody {}

impl PromotionBody {
    pub(super) fn new(row: PromotionRow, ctx: &Context) -> Self {
        let PromotionRow { promotion, used } = row;
        let status = promotion.status(used, ctx.now);
        let Promotion {
            id,
            code,
            name,
            value,
            minimum_subtotal,
            max_uses,
            max_uses_per_customer,
            starts_at,
            ends_at,
            product_ids,
            category_ids,
            first_order_only,
            active,
            version: _,
            created_at,
            updated_at,
        } = promotion;
        let money = |amount: Money| MoneyBody::new(amount, &ctx.locale);
        let amount = match value {
            DiscountValue::Fixed(amount) => Some(money(amount)),
            DiscountValue::Percentage(_) | DiscountValue::FreeShipping => None,
        };
        Self {
            id: id.to_string(),
            code: code.to_string(),
            name,
            kind: value.kind(),
            value: value_of(value),
            amount,
            status: status.as_str(),
            active,
            used_count: used,
            max_uses,
            max_uses_per_customer,
            min_order_amount: minimum_subtotal.map(money),
            starts_at: starts_at.map(Timestamp),
            expires_at: ends_at.map(Timestamp),
            product_ids: product_ids.iter().map(ToString::to_string).collect(),
            category_ids: category_ids.iter().map(ToString::to_string).collect(),
            first_order_only,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// The list of promotions.
#[derive(Debug)]
pub(super) struct Promotions;

impl ListSpec for Promotions {
    type Row = PromotionBody;
    type By = PromotionSort;
    const NAME: &'static str = "promotions";
    const SORTS: &'static [(&'static str, PromotionSort)] =
        &[("code", PromotionSort::Code), ("createdAt", PromotionSort::CreatedAt)];
    const DEFAULT: Sort<PromotionSort> = Sort { by: PromotionSort::CreatedAt, descending: true };
}

/// Which promotions to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PromotionFilters {
    /// In this status: `active`, `scheduled`, `expired`, `exhausted` or `inactive`.
    #[param(example = "active")]
    status: Option<String>,
    /// With this code.
    #[param(example = "WELCOME20")]
    code: Option<String>,
}

impl PromotionFilters {
    pub(super) fn read(&self) -> Result<PromotionFilter, Error> {
        let status = self.status.as_deref().map(|text| {
            PromotionStatus::parse(&text.to_ascii_lowercase()).ok_or_else(|| {
                let known: Vec<_> = PromotionStatus::ALL.iter().map(|status| status.as_str()).collect();
                Error::invalid("status", format!("must be one of {}", known.join(", ")))
            })
        });
        let code = self.code.as_deref().map(CouponCode::parse).transpose();
        let code = code.map_err(|fault| Error::invalid("code", fault.to_string()))?;
        Ok(PromotionFilter { status: status.transpose()?, code })
    }
}

/// What a promotion gives, as requests say it. The words of other systems are understood too.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PromotionType)]
pub(super) enum KindBody {
    /// A share of what is eligible.
    #[serde(alias = "percent_off", alias = "PERCENTAGE")]
    Percentage,
    /// An amount.
    #[serde(alias = "fixed_amount", alias = "FIXED_AMOUNT", alias = "FIXED")]
    Fixed,
    /// Shipping without charge.
    #[serde(alias = "FREE_SHIPPING")]
    FreeShipping,
}

impl From<KindBody> for DiscountKind {
    fn from(kind: KindBody) -> Self {
        match kind {
            KindBody::Percentage => Self::Percentage,
            KindBody::Fixed => Self::Fixed,
            KindBody::FreeShipping => Self::FreeShipping,
        }
    }
}
