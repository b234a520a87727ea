//! What a promotion takes off a basket, or why it may not.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::{DiscountValue, Promotion, PromotionStatus};
use crate::{
    allocation::allocate,
    id::{CategoryId, LineId, ProductId},
    money::{Currency, Money, MoneyError},
};

/// A line of a basket, as a promotion sees it.
#[derive(Debug, Clone, Copy)]
pub struct DiscountLine<'a> {
    /// The line.
    pub line: LineId,
    /// The product.
    pub product: ProductId,
    /// Every category the product is in, ancestors included.
    pub categories: &'a [CategoryId],
    /// Quantity times unit price. Not negative.
    pub subtotal: Money,
}

/// What is known of a customer's earlier orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerHistory {
    /// How often the customer has used the promotion.
    pub uses_by_customer: u32,
    /// Whether the customer has placed any order.
    pub has_earlier_order: bool,
}

/// What a promotion takes off a basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// What it takes off the lines in all.
    pub total: Money,
    /// What it takes off each line, in their order; sums to `total`.
    pub per_line: Vec<Money>,
    /// Whether shipping costs nothing.
    pub free_shipping: bool,
}

/// Why a shopper may not use a promotion now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The shop has switched it off.
    #[error("This coupon is not active")]
    Inactive,
    /// It has not begun.
    #[error("This coupon is not valid yet")]
    NotStarted {
        /// When it will.
        at: DateTime<Utc>,
    },
    /// It is over.
    #[error("This coupon has expired")]
    Expired {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// Every use is taken.
    #[error("This coupon has been used up")]
    Exhausted,
    /// It is counted in another currency than the basket.
    #[error("This coupon is for orders in {currency}")]
    WrongCurrency {
        /// The currency it is for.
        currency: Currency,
    },
    /// The customer has had every use a customer gets.
    #[error("You have already used this coupon")]
    CustomerLimit,
    /// The customer has ordered before.
    #[error("This coupon is for a first order only")]
    NotFirstOrder,
    /// Nothing in the basket is covered.
    #[error("This coupon applies to nothing in the cart")]
    NothingEligible,
    /// The basket is worth too little.
    #[error("The cart has not reached the minimum for this coupon")]
    MinimumNotMet {
        /// What it must be worth.
        minimum: Money,
        /// What is missing from that.
        missing: Money,
    },
}

impl Refusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Inactive => "coupon_inactive",
            Self::NotStarted { .. } => "coupon_not_started",
            Self::Expired { .. } => "coupon_expired",
            Self::Exhausted => "coupon_exhausted",
            Self::WrongCurrency { .. } => "coupon_wrong_currency",
            Self::CustomerLimit => "coupon_customer_limit",
            Self::NotFirstOrder => "coupon_not_first_order",
            Self::NothingEligible => "coupon_not_applicable",
            Self::MinimumNotMet { .. } => "coupon_minimum_not_met",
        }
    }

    /// The reason in words for a shopper.
    pub fn message(&self) -> String {
        self.to_string()
    }
}

/// Why there is no discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EvaluateError {
    /// The promotion may not be used.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The amounts do not add up.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What the promotion takes off the lines of a basket in `currency`, after `used` uses by anybody.
///
/// Without a `history` the customer is not known yet, and what is allowed to a customer is checked
/// later; it must be known by the time an order is placed.
pub fn evaluate(
    promotion: &Promotion,
    lines: &[DiscountLine<'_>],
    currency: Currency,
    used: u32,
    history: Option<CustomerHistory>,
    now: DateTime<Utc>,
) -> Result<Discount, EvaluateError> {
    check_use(promotion, currency, used, history, now)?;
    let subtotal = Money::sum(lines.iter().map(|line| line.subtotal), currency)?;
    let eligible: Vec<bool> =
        lines.iter().map(|line| promotion.covers(line.product, line.categories)).collect();
    if !eligible.contains(&true) {
        return Err(Refusal::NothingEligible.into());
    }
    check_minimum(promotion, subtotal)?;
    let weight = |(line, eligible): (&DiscountLine<'_>, &bool)| {
        if *eligible { u64::try_from(line.subtotal.minor()).unwrap_or(0) } else { 0 }
    };
    let weights: Vec<u64> = lines.iter().zip(&eligible).map(weight).collect();
    let covered =
        lines.iter().zip(&eligible).filter(|(_, eligible)| **eligible).map(|(line, _)| line.subtotal);
    let total = taken_off(promotion.value, Money::sum(covered, currency)?)?;
    Ok(Discount {
        total,
        per_line: allocate(total, &weights)?,
        free_shipping: promotion.value == DiscountValue::FreeShipping,
    })
}

/// What the promotion would take off a basket of which only the worth is known. Everything counts as
/// eligible, since the products are unknown.
pub fn preview(
    promotion: &Promotion,
    subtotal: Money,
    used: u32,
    history: Option<CustomerHistory>,
    now: DateTime<Utc>,
) -> Result<Money, EvaluateError> {
    check_use(promotion, subtotal.currency(), used, history, now)?;
    check_minimum(promotion, subtotal)?;
    Ok(taken_off(promotion.value, subtotal)?)
}

/// Refuses uses that the state of the promotion or the customer rules out, whatever the basket holds.
fn check_use(
    promotion: &Promotion,
    currency: Currency,
    used: u32,
    history: Option<CustomerHistory>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    match promotion.status(used, now) {
        PromotionStatus::Active => {}
        PromotionStatus::Inactive => return Err(Refusal::Inactive),
        PromotionStatus::Exhausted => return Err(Refusal::Exhausted),
        PromotionStatus::Scheduled => {
            return Err(Refusal::NotStarted { at: promotion.starts_at.unwrap_or(now) });
        }
        PromotionStatus::Expired => return Err(Refusal::Expired { at: promotion.ends_at.unwrap_or(now) }),
    }
    let fixed = match promotion.value {
        DiscountValue::Fixed(amount) => Some(amount),
        DiscountValue::Percentage(_) | DiscountValue::FreeShipping => None,
    };
    let foreign = |amount: &Money| amount.currency() != currency;
    if let Some(amount) = fixed.into_iter().chain(promotion.minimum_subtotal).find(foreign) {
        return Err(Refusal::WrongCurrency { currency: amount.currency() });
    }
    let Some(history) = history else { return Ok(()) };
    if promotion.max_uses_per_customer.is_some_and(|max| history.uses_by_customer >= max) {
        return Err(Refusal::CustomerLimit);
    }
    if promotion.first_order_only && history.has_earlier_order {
        return Err(Refusal::NotFirstOrder);
    }
    Ok(())
}

fn check_minimum(promotion: &Promotion, subtotal: Money) -> Result<(), EvaluateError> {
    let Some(minimum) = promotion.minimum_subtotal else { return Ok(()) };
    let missing = minimum.checked_sub(subtotal)?;
    if missing.minor() > 0 {
        return Err(Refusal::MinimumNotMet { minimum, missing }.into());
    }
    Ok(())
}

fn taken_off(value: DiscountValue, eligible: Money) -> Result<Money, MoneyError> {
    match value {
        DiscountValue::Percentage(rate) => rate.of_rounded_down(eligible),
        DiscountValue::Fixed(amount) => amount.at_most(eligible),
        DiscountValue::FreeShipping => Ok(Money::zero(eligible.currency())),
    }
}
