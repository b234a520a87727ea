//! Promotions, and how often they were used.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    discount::{CouponCode, CustomerHistory, Promotion, PromotionStatus},
    id::{CategoryId, OrderId, ProductId, PromotionId, StoreId},
};

use crate::{
    RepoError,
    list::{Slice, Sort, Window},
};

/// A promotion with its uses in one mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromotionRow {
    /// The promotion.
    pub promotion: Promotion,
    /// Uses so far.
    pub used: u32,
}

/// Which promotions to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PromotionFilter {
    /// In this state at `now`.
    pub status: Option<PromotionStatus>,
    /// With this code.
    pub code: Option<CouponCode>,
}

/// What promotions can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromotionSort {
    /// By code.
    Code,
    /// By age.
    CreatedAt,
}

/// Reads promotions outside a transaction.
#[async_trait]
pub trait PromotionReader: Send + Sync {
    /// One promotion by id.
    async fn promotion(
        &self,
        store: StoreId,
        mode: Mode,
        id: PromotionId,
    ) -> Result<Option<PromotionRow>, RepoError>;

    /// One promotion by code.
    async fn by_code(
        &self,
        store: StoreId,
        mode: Mode,
        code: &CouponCode,
    ) -> Result<Option<PromotionRow>, RepoError>;

    /// The store's promotions.
    async fn promotions(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &PromotionFilter,
        now: DateTime<Utc>,
        sort: Sort<PromotionSort>,
        window: &Window,
    ) -> Result<Slice<PromotionRow>, RepoError>;

    /// Which of these products and categories the store does not have; in two statements.
    async fn unknown_targets(
        &self,
        store: StoreId,
        products: &[ProductId],
        categories: &[CategoryId],
    ) -> Result<(Vec<ProductId>, Vec<CategoryId>), RepoError>;

    /// What a customer, known by `email_key` (lower case), has done so far; `promotion` limits the count
    /// of uses to one.
    async fn history(
        &self,
        store: StoreId,
        mode: Mode,
        promotion: PromotionId,
        email_key: &str,
    ) -> Result<CustomerHistory, RepoError>;
}

/// Uses of promotions inside a unit of work.
#[async_trait]
pub trait PromotionUses: Send {
    /// How many promotions take up a place of the plan: switched on and not over at `now`. Exact only
    /// while the store's row is locked.
    async fn count_active(&mut self, now: DateTime<Utc>) -> Result<u32, RepoError>;

    /// Starts counting a new promotion in both modes, and keeps the limit where the count is.
    /// [`RepoError::Conflict`] when more uses than `max_uses` were made in either mode.
    async fn set_limit(&mut self, promotion: PromotionId, max_uses: Option<u32>) -> Result<(), RepoError>;

    /// Counts one use for an order if the limits allow it: the total one, and `max_per_customer` for
    /// `email_key`. `false` when a limit is reached; the unit of work must then be dropped. Claiming
    /// twice for one order counts once.
    async fn claim(
        &mut self,
        mode: Mode,
        promotion: PromotionId,
        order: OrderId,
        email_key: &str,
        max_per_customer: Option<u32>,
        at: DateTime<Utc>,
    ) -> Result<bool, RepoError>;

    /// Takes back the use of an order, if it has one.
    async fn release(&mut self, mode: Mode, promotion: PromotionId, order: OrderId) -> Result<(), RepoError>;

    /// Whether a customer has an order that was placed, reread inside the transaction.
    async fn has_order(&mut self, mode: Mode, email_key: &str, except: OrderId) -> Result<bool, RepoError>;
}
