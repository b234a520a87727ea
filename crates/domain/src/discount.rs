//! Promotions and coupons: who may use them, and what they take off a basket.

use std::fmt;

use chrono::{DateTime, Utc};
use thiserror::Error;

pub use self::{
    evaluation::{CustomerHistory, Discount, DiscountLine, EvaluateError, Refusal, evaluate, preview},
    fault::PromotionError,
};
use crate::{
    id::{CategoryId, ProductId, PromotionId},
    money::Money,
    rate::Rate,
    text_enum,
};

mod evaluation;
mod fault;
#[cfg(test)]
mod tests;

/// Characters a coupon code may have at most.
pub const COUPON_MAX: usize = 64;

/// What a shopper types to get a discount. Upper-case ASCII letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CouponCode(String);

/// The text is no coupon code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be 1 to {COUPON_MAX} letters, digits, hyphens and underscores")]
pub struct InvalidCouponCode;

impl CouponCode {
    /// Reads a code as typed: blanks around it and the case of its letters do not matter.
    pub fn parse(text: &str) -> Result<Self, InvalidCouponCode> {
        let code = text.trim().to_ascii_uppercase();
        let plain = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_".contains(&b));
        if plain && (1..=COUPON_MAX).contains(&code.len()) { Ok(Self(code)) } else { Err(InvalidCouponCode) }
    }

    /// The code in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a promotion gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountValue {
    /// This much of what is eligible, rounded down.
    Percentage(Rate),
    /// This amount, but never more than what is eligible costs.
    Fixed(Money),
    /// Shipping without charge.
    FreeShipping,
}

impl DiscountValue {
    /// Every kind, in its written form.
    pub const KINDS: &'static [&'static str] = &["percentage", "fixed", "free_shipping"];

    /// The kind in its written form, in the API and in storage.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Percentage(_) => "percentage",
            Self::Fixed(_) => "fixed",
            Self::FreeShipping => "free_shipping",
        }
    }
}

/// A discount that shoppers claim with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// Identifies the promotion.
    pub id: PromotionId,
    /// The code, unique in its store.
    pub code: CouponCode,
    /// What the shop calls it.
    pub name: Option<String>,
    /// What it gives.
    pub value: DiscountValue,
    /// What the basket must be worth, before discounts, for the code to be taken.
    pub minimum_subtotal: Option<Money>,
    /// How many orders may use it in all.
    pub max_uses: Option<u32>,
    /// How many orders of one customer may use it.
    pub max_uses_per_customer: Option<u32>,
    /// First moment it is valid; from the beginning when absent.
    pub starts_at: Option<DateTime<Utc>>,
    /// First moment it is valid no more; forever when absent.
    pub ends_at: Option<DateTime<Utc>>,
    /// The products it is limited to. With `category_ids` empty too, everything is eligible; else
    /// what either list names.
    pub product_ids: Vec<ProductId>,
    /// The categories it is limited to.
    pub category_ids: Vec<CategoryId>,
    /// Whether it is for a customer's first order only.
    pub first_order_only: bool,
    /// Whether the shop has it switched on.
    pub active: bool,
    /// Counts the changes, for optimistic locking.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

text_enum! {
    /// Whether a promotion can be used, and if not, why.
    pub enum PromotionStatus {
        /// It can be used.
        Active = "active",
        /// It has not begun.
        Scheduled = "scheduled",
        /// It is over.
        Expired = "expired",
        /// Every use is taken.
        Exhausted = "exhausted",
        /// The shop has switched it off.
        Inactive = "inactive",
    }
}

impl Promotion {
    /// Whether the promotion takes up one of the coupons of the store's plan: switched on and not over.
    pub fn counts_towards_plan(&self, now: DateTime<Utc>) -> bool {
        self.active && self.ends_at.is_none_or(|end| now < end)
    }

    /// The status at `now`, after `used` uses.
    pub fn status(&self, used: u32, now: DateTime<Utc>) -> PromotionStatus {
        if !self.active {
            PromotionStatus::Inactive
        } else if self.ends_at.is_some_and(|end| end <= now) {
            PromotionStatus::Expired
        } else if self.max_uses.is_some_and(|max| used >= max) {
            PromotionStatus::Exhausted
        } else if self.starts_at.is_some_and(|start| now < start) {
            PromotionStatus::Scheduled
        } else {
            PromotionStatus::Active
        }
    }

    /// Whether the promotion takes something off this product, given all categories it is in.
    pub fn covers(&self, product: ProductId, categories: &[CategoryId]) -> bool {
        let unlimited = self.product_ids.is_empty() && self.category_ids.is_empty();
        unlimited
            || self.product_ids.contains(&product)
            || categories.iter().any(|category| self.category_ids.contains(category))
    }
}
