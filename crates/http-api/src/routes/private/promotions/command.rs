//! Promotions as merchants send them.

use application::promotion::{NewPromotion, PromotionChanges};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::body::KindBody;
use crate::{
    exact::Exact,
    patch::{Patch, not_null},
    timestamp::Timestamp,
};

/// A promotion to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewPromotion)]
pub(super) struct NewPromotionBody {
    /// What shoppers type: letters, digits, hyphens and underscores. Kept in upper case.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64, examples("WELCOME20"))]
    code: String,
    /// What the shop calls it.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, examples("Welcome"))]
    name: Option<String>,
    /// What it gives.
    #[serde(rename = "type")]
    kind: KindBody,
    /// Percent of a percentage, minor units of a fixed amount; left out for free shipping.
    #[schema(examples(20))]
    value: Option<Exact>,
    /// What the basket must be worth before discounts, in minor units.
    #[validate(range(min = 0, max = 1_000_000_000_000_i64))]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, examples(1000))]
    min_order_amount: Option<i64>,
    /// Orders that may use it in all.
    #[validate(range(min = 1, max = 2_147_483_647))]
    #[schema(minimum = 1, maximum = 2_147_483_647, examples(500))]
    max_uses: Option<u32>,
    /// Orders of one customer that may use it.
    #[validate(range(min = 1, max = 2_147_483_647))]
    #[schema(minimum = 1, maximum = 2_147_483_647, examples(1))]
    max_uses_per_customer: Option<u32>,
    /// When it begins; at once when left out.
    starts_at: Option<Timestamp>,
    /// When it is over, in the future; never when left out.
    expires_at: Option<Timestamp>,
    /// Ids of products of this store that it is limited to.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_items = 1000)]
    product_ids: Vec<String>,
    /// Ids of categories of this store that it is limited to.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_items = 1000)]
    category_ids: Vec<String>,
    /// Whether it is for first orders only.
    #[serde(default)]
    first_order_only: bool,
    /// Whether it is switched on.
    #[schema(default = true, nullable = false)]
    active: Option<bool>,
}

impl From<NewPromotionBody> for NewPromotion {
    fn from(body: NewPromotionBody) -> Self {
        let NewPromotionBody {
            code,
            name,
            kind,
            value,
            min_order_amount,
            max_uses,
            max_uses_per_customer,
            starts_at,
            expires_at,
            product_ids,
            category_ids,
            first_order_only,
            active,
        } = body;
        Self {
            code,
            name,
            kind: kind.into(),
            size: value.map(|value| value.0),
            min_order_amount,
            max_uses,
            max_uses_per_customer,
            starts_at: starts_at.map(Into::into),
            expires_at: expires_at.map(Into::into),
            product_ids,
            category_ids,
            first_order_only,
            active: active.unwrap_or(true),
        }
    }
}

/// What to change of a promotion.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangePromotion)]
pub(super) struct ChangePromotionBody {
    /// A new code.
    #[validate(length(min = 1, max = 64))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 64, nullable = false)]
    code: Option<String>,
    /// A new name, or `null` for none.
    #[validate(length(min = 1, max = 200))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    name: Patch<String>,
    /// Another thing to give; comes with its value.
    #[serde(rename = "type", default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    kind: Option<KindBody>,
    /// Another percentage, or another amount in minor units.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(examples(25), nullable = false)]
    value: Option<Exact>,
    /// Another minimum in minor units, or `null` for none.
    #[validate(range(min = 0, max = 1_000_000_000_000_i64))]
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    min_order_amount: Patch<i64>,
    /// Another limit, not below the uses so far, or `null` for none.
    #[validate(range(min = 1, max = 2_147_483_647))]
    #[serde(default)]
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    max_uses: Patch<u32>,
    /// Another limit for each customer, or `null` for none.
    #[validate(range(min = 1, max = 2_147_483_647))]
    #[serde(default)]
    #[schema(minimum = 1, maximum = 2_147_483_647)]
    max_uses_per_customer: Patch<u32>,
    /// Another beginning, or `null` for at once.
    #[serde(default)]
    starts_at: Patch<Timestamp>,
    /// Another end, or `null` for never. One in the past ends it.
    #[serde(default)]
    expires_at: Patch<Timestamp>,
    /// The products it is limited to from now on.
    #[validate(length(max = 1000))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 1000, nullable = false)]
    product_ids: Option<Vec<String>>,
    /// The categories it is limited to from now on.
    #[validate(length(max = 1000))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 1000, nullable = false)]
    category_ids: Option<Vec<String>>,
    /// Whether it is for first orders only.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    first_order_only: Option<bool>,
    /// Whether it is switched on.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    active: Option<bool>,
}

impl ChangePromotionBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> PromotionChanges {
        let Self {
            code,
            name,
            kind,
            value,
            min_order_amount,
            max_uses,
            max_uses_per_customer,
            starts_at,
            expires_at,
            product_ids,
            category_ids,
            first_order_only,
            active,
        } = self;
        PromotionChanges {
            code,
            name: name.into(),
            kind: kind.map(Into::into),
            size: value.map(|value| value.0),
            min_order_amount: min_order_amount.into(),
            max_uses: max_uses.into(),
            max_uses_per_customer: max_uses_per_customer.into(),
            starts_at: starts_at.map(Into::into).into(),
            expires_at: expires_at.map(Into::into).into(),
            product_ids,
            category_ids,
            first_order_only,
            active,
            if_version,
        }
    }
}
