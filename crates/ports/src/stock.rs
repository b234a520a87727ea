//! How much there is of each variant, by mode.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    id::{OrderId, ProductId, StoreId, VariantId},
    inventory::{Adjustment, StockLevel, StockMovement, StockStatus},
};

use crate::{
    RepoError,
    list::{Slice, Window},
};

/// Some units of one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Units {
    /// Which variant.
    pub variant: VariantId,
    /// How many, at least one.
    pub quantity: u32,
}

/// Less was there than asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// Of which variant.
    pub variant: VariantId,
    /// How many were asked for.
    pub requested: u32,
    /// How many are left.
    pub available: u32,
}

/// What changed the stock, for the book of movements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The mode whose stock is meant.
    pub mode: Mode,
    /// The order, when there is one.
    pub order: Option<OrderId>,
    /// Who did it.
    pub actor: String,
    /// A note.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Stock after a change, to tell whether it fell below the threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The variant.
    pub variant: VariantId,
    /// Its product.
    pub product: ProductId,
    /// Available before.
    pub before: u32,
    /// Available after.
    pub after: u32,
    /// The variant's own threshold, if it has one.
    pub low_threshold: Option<u32>,
}

/// Stock inside a unit of work. Methods that take several variants need each variant once only; they
/// lock rows in the order of ids, so that two units of work never wait for each other in a circle.
/// Every change of what is available is written to the book of movements.
#[async_trait]
pub trait Stock: Send {
    /// Starts the stock of a new variant in both modes.
    async fn start(
        &mut self,
        variant: VariantId,
        product: ProductId,
        available: u32,
        low_threshold: Option<u32>,
        cause: &Cause,
    ) -> Result<(), RepoError>;

    /// Reads one level and locks it.
    async fn level(&mut self, mode: Mode, variant: VariantId) -> Result<Option<StockLevel>, RepoError>;

    /// Changes what is available of one variant. The outer error is storage's, the inner one the rule's;
    /// `None` when there is no such variant.
    async fn adjust(
        &mut self,
        variant: VariantId,
        adjustment: Adjustment,
        cause: &Cause,
    ) -> Result<Option<Result<Changed, domain::inventory::StockError>>, RepoError>;

    /// Sets or clears the variant's own threshold for low stock.
    async fn set_low_threshold(
        &mut self,
        mode: Mode,
        variant: VariantId,
        threshold: Option<u32>,
    ) -> Result<bool, RepoError>;

    /// Moves units from available to reserved, all of them or, with the shortages told, none: the unit
    /// of work must then be dropped.
    async fn reserve(
        &mut self,
        units: &[Units],
        cause: &Cause,
    ) -> Result<Result<Vec<Changed>, Vec<Shortage>>, RepoError>;

    /// Moves reserved units to sold: the payment succeeded. Availability does not change.
    async fn sell_reserved(&mut self, units: &[Units], cause: &Cause) -> Result<(), RepoError>;

    /// Moves reserved units back to available: the payment failed or was given up.
    async fn release(&mut self, units: &[Units], cause: &Cause) -> Result<Vec<Changed>, RepoError>;

    /// Moves sold units back to available: a cancelled or refunded order.
    async fn restock(&mut self, units: &[Units], cause: &Cause) -> Result<Vec<Changed>, RepoError>;
}

/// Which levels to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LevelFilter {
    /// With exactly this stock keeping unit, the variant's own or else its product's.
    pub sku: Option<String>,
    /// That stand so, measured by the variant's own threshold or else `default_threshold`.
    pub status: Option<StockStatus>,
    /// Units at or below which stock is low where a variant has no threshold of its own.
    pub default_threshold: u32,
}

/// A level with the names of what is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelRow {
    /// The level.
    pub level: StockLevel,
    /// The product that the variant belongs to.
    pub product: ProductId,
    /// Name of the product, and of the variant where the product has several.
    pub name: String,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// When the level last changed.
    pub updated_at: DateTime<Utc>,
}

/// Which movements to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MovementFilter {
    /// Of this variant only.
    pub variant: Option<VariantId>,
    /// Of this product only.
    pub product: Option<ProductId>,
}

/// A movement with the names of what moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementRow {
    /// The movement.
    pub movement: StockMovement,
    /// Name of the product, and of the variant where the product has several.
    pub name: String,
    /// Stock keeping unit.
    pub sku: Option<String>,
}

/// Reads stock outside a transaction.
#[async_trait]
pub trait StockReader: Send + Sync {
    /// The levels of one mode, oldest variant first. Left out is what is not counted, and what belongs
    /// to archived products.
    async fn levels(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &LevelFilter,
        window: &Window,
    ) -> Result<Slice<LevelRow>, RepoError>;

    /// The book of movements of one mode, newest first. What has since been removed keeps its entries,
    /// with an empty name.
    async fn movements(
        &self,
        store: StoreId,
        mode: Mode,
        filter: &MovementFilter,
        window: &Window,
    ) -> Result<Slice<MovementRow>, RepoError>;
}
