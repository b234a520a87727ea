//! Asking what a coupon would give: the same question and nearly the same answer on both surfaces.

use application::promotion::{CouponQuestion, CouponVerdict};
use domain::{
    discount::{DiscountValue, Promotion, Refusal},
    money::Money,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{exact::Exact, money::MoneyBody};

/// The reason given for every code that a shopper has no business knowing of.
const UNKNOWN_REASON: &str = "coupon_not_found";
const UNKNOWN_MESSAGE: &str = "This coupon is not valid";

/// A coupon, and what is known of the basket.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CouponQuestion)]
pub(crate) struct CouponQuestionBody {
    /// As the shopper typed it.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, examples("WELCOME20"))]
    code: String,
    /// What the basket is worth before discounts, in minor units of the store's currency. Also taken as
    /// `cartTotal`.
    #[validate(range(min = 0, max = 1_000_000_000_000_000_i64))]
    #[serde(alias = "cartTotal")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, examples(4999))]
    subtotal: i64,
    /// Who buys; limits for each customer are looked at when it is given.
    #[schema(examples("jane@example.com"))]
    email: Option<String>,
}

impl From<CouponQuestionBody> for CouponQuestion {
    fn from(CouponQuestionBody { code, subtotal, email }: CouponQuestionBody) -> Self {
        Self { code, subtotal, email }
    }
}

/// Whether a coupon can be used, and what it takes off.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CouponVerdict)]
pub(crate) struct CouponVerdictBody {
    /// Whether it can be used.
    valid: bool,
    /// The code as it is kept. Valid ones only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("WELCOME20"))]
    code: Option<String>,
    /// `percentage`, `fixed` or `free_shipping`. Valid ones only.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("percentage"))]
    kind: Option<&'static str>,
    /// Percent, or minor units. Valid ones only, and not for free shipping.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(20))]
    value: Option<Exact>,
    /// What it takes off a basket that is eligible as a whole. Valid ones only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    discount: Option<MoneyBody>,
    /// Why it cannot be used, for a program: `coupon_expired`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("coupon_expired"))]
    reason: Option<&'static str>,
    /// The same for the shopper.
    #[schema(examples("20% off"))]
    message: String,
    /// The promotion. Private surface, valid ones only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    promotion: Option<PromotionSummaryBody>,
}

/// The promotion behind a coupon.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PromotionSummary)]
pub(crate) struct PromotionSummaryBody {
    /// Identity.
    #[schema(examples("promo_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// The code.
    #[schema(examples("WELCOME20"))]
    code: String,
    /// `percentage`, `fixed` or `free_shipping`.
    #[serde(rename = "type")]
    #[schema(examples("percentage"))]
    kind: &'static str,
    /// Percent, or minor units; `null` for free shipping.
    #[schema(required, examples(20))]
    value: Option<Exact>,
}

impl CouponVerdictBody {
    /// For a shopper: a coupon that was switched off is as unknown as one that never was.
    pub(crate) fn for_shopper(verdict: CouponVerdict, locale: &str) -> Self {
        match verdict {
            CouponVerdict::Valid { promotion, discount } => Self::valid(&promotion, discount, locale),
            CouponVerdict::Unknown | CouponVerdict::Refused(Refusal::Inactive) => Self::unknown(),
            CouponVerdict::Refused(refusal) => Self::refused(refusal),
        }
    }

    /// For the merchant: with the promotion, and with every reason.
    pub(crate) fn for_merchant(verdict: CouponVerdict, locale: &str) -> Self {
        match verdict {
            CouponVerdict::Valid { promotion, discount } => {
                let summary = PromotionSummaryBody {
                    id: promotion.id.to_string(),
                    code: promotion.code.to_string(),
                    kind: promotion.value.kind(),
                    value: value_of(promotion.value),
                };
                Self { promotion: Some(summary), ..Self::valid(&promotion, discount, locale) }
            }
            CouponVerdict::Unknown => Self::unknown(),
            CouponVerdict::Refused(refusal) => Self::refused(refusal),
        }
    }

    fn valid(promotion: &Promotion, discount: Money, locale: &str) -> Self {
        let message = match promotion.value {
            DiscountValue::Percentage(rate) => format!("{}% off", rate.as_percent()),
            DiscountValue::Fixed(amount) => format!("{} off", MoneyBody::new(amount, locale).formatted),
            DiscountValue::FreeShipping => "Free shipping".to_owned(),
        };
        Self {
            valid: true,
            code: Some(promotion.code.to_string()),
            kind: Some(promotion.value.kind()),
            value: value_of(promotion.value),
            discount: Some(MoneyBody::new(discount, locale)),
            reason: None,
            message,
            promotion: None,
        }
    }

    fn unknown() -> Self {
        Self::invalid(UNKNOWN_REASON, UNKNOWN_MESSAGE.to_owned())
    }

    fn refused(refusal: Refusal) -> Self {
        Self::invalid(refusal.code(), refusal.message())
    }

    fn invalid(reason: &'static str, message: String) -> Self {
        Self {
            valid: false,
            code: None,
            kind: None,
            value: None,
            discount: None,
            reason: Some(reason),
            message,
            promotion: None,
        }
    }
}

/// The size of a discount in one number: percent, or minor units.
pub(crate) fn value_of(value: DiscountValue) -> Option<Exact> {
    match value {
        DiscountValue::Percentage(rate) => Some(rate.as_percent().into()),
        DiscountValue::Fixed(amount) => Some(Exact(amount.minor().into())),
        DiscountValue::FreeShipping => None,
    }
}
