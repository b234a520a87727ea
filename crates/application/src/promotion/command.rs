//! What a merchant says of a promotion, and what it means.

use chrono::{DateTime, Utc};
use domain::{
    discount::{CouponCode, DiscountValue, Promotion},
    id::{CategoryId, ProductId, PromotionId},
    money::{Currency, Money},
    rate::Rate,
    text_enum,
};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use super::targets;
use crate::{Change, Error, Result};

text_enum! {
    /// What a promotion gives, without how much.
    pub enum DiscountKind {
        /// A share of what is eligible.
        Percentage = "percentage",
        /// An amount.
        Fixed = "fixed",
        /// Shipping without charge.
        FreeShipping = "free_shipping",
    }
}

impl DiscountKind {
    const fn of(value: &DiscountValue) -> Self {
        match value {
            DiscountValue::Percentage(_) => Self::Percentage,
            DiscountValue::Fixed(_) => Self::Fixed,
            DiscountValue::FreeShipping => Self::FreeShipping,
        }
    }

    /// The kind with its size: percent of a percentage, minor units of a fixed amount.
    fn sized(self, size: Option<Decimal>, currency: Currency) -> Result<DiscountValue> {
        let needed = || Error::invalid("value", format!("is needed for {self}"));
        match self {
            Self::Percentage => {
                let rate = Rate::from_percent(size.ok_or_else(needed)?);
                let rate = rate.map_err(|_| {
                    Error::invalid(
                        "value",
                        "must be a percentage above 0 and up to 100, with at most 4 decimals",
                    )
                })?;
                Ok(DiscountValue::Percentage(rate))
            }
            Self::Fixed => {
                let size = size.ok_or_else(needed)?;
                let minor = if size.is_integer() { size.to_i64() } else { None };
                let minor = minor.ok_or_else(|| {
                    Error::invalid("value", "must be a whole number of minor units, such as 500 for 5.00")
                })?;
                Ok(DiscountValue::Fixed(Money::new(minor, currency)))
            }
            Self::FreeShipping if size.is_some_and(|size| !size.is_zero()) => {
                Err(Error::invalid("value", "has no meaning for free_shipping; leave it out"))
            }
            Self::FreeShipping => Ok(DiscountValue::FreeShipping),
        }
    }
}

/// What a merchant says of a new promotion.
#[derive(Debug, Clone)]
pub struct NewPromotion {
    /// What shoppers type.
    pub code: String,
    /// What the shop calls it.
    pub name: Option<String>,
    /// What it gives.
    pub kind: DiscountKind,
    /// How much of that: percent, or minor units.
    pub size: Option<Decimal>,
    /// Least worth of the basket, in minor units.
    pub min_order_amount: Option<i64>,
    /// Orders that may use it in all.
    pub max_uses: Option<u32>,
    /// Orders of one customer that may use it.
    pub max_uses_per_customer: Option<u32>,
    /// When it begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it is over; in the future.
    pub expires_at: Option<DateTime<Utc>>,
    /// Ids of the products it is limited to.
    pub product_ids: Vec<String>,
    /// Ids of the categories it is limited to.
    pub category_ids: Vec<String>,
    /// Whether it is for first orders only.
    pub first_order_only: bool,
    /// Whether it is switched on.
    pub active: bool,
}

impl NewPromotion {
    pub(super) fn build(self, id: PromotionId, currency: Currency, now: DateTime<Utc>) -> Result<Promotion> {
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(Error::invalid("expiresAt", "must lie in the future"));
        }
        Ok(Promotion {
            id,
            code: read_code(&self.code)?,
            name: self.name,
            value: self.kind.sized(self.size, currency)?,
            minimum_subtotal: self.min_order_amount.map(|minor| Money::new(minor, currency)),
            max_uses: self.max_uses,
            max_uses_per_customer: self.max_uses_per_customer,
            starts_at: self.starts_at,
            ends_at: self.expires_at,
            product_ids: targets::read("productIds", &self.product_ids)?,
            category_ids: targets::read("categoryIds", &self.category_ids)?,
            first_order_only: self.first_order_only,
            active: self.active,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }
}

/// What a merchant wants changed about a promotion.
#[derive(Debug, Clone, Default)]
pub struct PromotionChanges {
    /// A new code.
    pub code: Option<String>,
    /// A new name, or none.
    pub name: Change<String>,
    /// Another thing to give.
    pub kind: Option<DiscountKind>,
    /// Another size: percent, or minor units.
    pub size: Option<Decimal>,
    /// Another minimum in minor units, or none.
    pub min_order_amount: Change<i64>,
    /// Another limit, or none. Never below the uses so far.
    pub max_uses: Change<u32>,
    /// Another limit for each customer, or none.
    pub max_uses_per_customer: Change<u32>,
    /// Another beginning, or none.
    pub starts_at: Change<DateTime<Utc>>,
    /// Another end, or none. One in the past ends the promotion.
    pub expires_at: Change<DateTime<Utc>>,
    /// The products it is limited to from now on.
    pub product_ids: Option<Vec<String>>,
    /// The categories it is limited to from now on.
    pub category_ids: Option<Vec<String>>,
    /// Whether it is for first orders only.
    pub first_order_only: Option<bool>,
    /// Whether it is switched on.
    pub active: Option<bool>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

impl PromotionChanges {
    /// The products and categories that the change names.
    pub(super) fn new_targets(&self) -> Result<(Vec<ProductId>, Vec<CategoryId>)> {
        let products = targets::read("productIds", self.product_ids.as_deref().unwrap_or_default())?;
        let categories = targets::read("categoryIds", self.category_ids.as_deref().unwrap_or_default())?;
        Ok((products, categories))
    }

    pub(super) fn apply(self, promotion: &mut Promotion, currency: Currency) -> Result<()> {
        let (products, categories) = self.new_targets()?;
        if let Some(code) = &self.code {
            promotion.code = read_code(code)?;
        }
        if self.kind.is_some() || self.size.is_some() {
            let kind = self.kind.unwrap_or(DiscountKind::of(&promotion.value));
            let same = kind == DiscountKind::of(&promotion.value) && self.size.is_none();
            if !same {
                promotion.value = kind.sized(self.size, currency)?;
            }
        }
        if self.product_ids.is_some() {
            promotion.product_ids = products;
        }
        if self.category_ids.is_some() {
            promotion.category_ids = categories;
        }
        let minimum = self.min_order_amount.try_map(|minor| Ok::<_, Error>(Money::new(minor, currency)))?;
        minimum.apply(&mut promotion.minimum_subtotal);
        self.name.apply(&mut promotion.name);
        self.max_uses.apply(&mut promotion.max_uses);
        self.max_uses_per_customer.apply(&mut promotion.max_uses_per_customer);
        self.starts_at.apply(&mut promotion.starts_at);
        self.expires_at.apply(&mut promotion.ends_at);
        promotion.first_order_only = self.first_order_only.unwrap_or(promotion.first_order_only);
        promotion.active = self.active.unwrap_or(promotion.active);
        Ok(())
    }
}

fn read_code(text: &str) -> Result<CouponCode> {
    CouponCode::parse(text).map_err(|fault| Error::invalid("code", fault.to_string()))
}
