//! Levels and their changes on the wire.

use application::inventory::{StandingLevel, StockChange, StockChanged};
use domain::{
    id::kind,
    inventory::{Adjustment, StockLevel, StockStatus},
};
use ports::{list::Sort, stock::LevelRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::{fields::Resource, id::IdText, list::ListSpec, patch::Patch, timestamp::Timestamp};

/// How much there is of a variant.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InventoryLevel)]
pub(super) struct LevelBody {
    /// Identity of the row: the variant's.
    #[schema(examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// The product, and the variant where there are several.
    #[schema(examples("Classic T-shirt — Small / White"))]
    name: String,
    /// Stock keeping unit, the variant's own or else the product's.
    #[schema(required, examples("TS-WHT-S"))]
    sku: Option<String>,
    /// Units that can be sold now.
    #[schema(examples(42))]
    inventory_count: u32,
    /// Units held for payments under way.
    #[schema(examples(3))]
    reserved: u32,
    /// How it stands by its threshold.
    inventory_status: StatusBody,
    /// The variant.
    #[schema(examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    variant_id: String,
    /// The product that it is a variant of.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    product_id: String,
    /// Units at or below which stock is low; `null` where the store's setting holds.
    #[schema(required, examples(5))]
    low_stock_threshold: Option<u32>,
    /// When the level last changed.
    updated_at: Timestamp,
}

impl Resource for LevelBody {}

impl From<StandingLevel> for LevelBody {
    fn from(StandingLevel { row, status }: StandingLevel) -> Self {
        let LevelRow { level, product, name, sku, updated_at } = row;
        let StockLevel { variant, available, reserved, low_threshold } = level;
        Self {
            id: variant.to_string(),
            name,
            sku,
            inventory_count: available,
            reserved,
            inventory_status: status.into(),
            variant_id: variant.to_string(),
            product_id: product.to_string(),
            low_stock_threshold: low_threshold,
            updated_at: updated_at.into(),
        }
    }
}

/// How a variant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = InventoryStatus)]
pub(super) enum StatusBody {
    /// Enough.
    #[serde(rename = "in_stock")]
    Enough,
    /// At or below the threshold.
    #[serde(rename = "low_stock", alias = "low")]
    Low,
    /// None left.
    #[serde(rename = "out_of_stock", alias = "out")]
    Gone,
}

impl From<StockStatus> for StatusBody {
    fn from(status: StockStatus) -> Self {
        match status {
            StockStatus::InStock => Self::Enough,
            StockStatus::Low => Self::Low,
            StockStatus::OutOfStock => Self::Gone,
        }
    }
}

impl From<StatusBody> for StockStatus {
    fn from(status: StatusBody) -> Self {
        match status {
            StatusBody::Enough => Self::InStock,
            StatusBody::Low => Self::Low,
            StatusBody::Gone => Self::OutOfStock,
        }
    }
}

/// The list of levels.
#[derive(Debug)]
pub(super) struct Levels;

impl ListSpec for Levels {
    type Row = LevelBody;
    type By = ();
    const NAME: &'static str = "inventory";
    const SORTS: &'static [(&'static str, ())] = &[];
    const DEFAULT: Sort<()> = Sort { by: (), descending: false };
}

/// Which levels to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct LevelFilters {
    /// With exactly this stock keeping unit.
    #[param(example = "TS-WHT-S")]
    pub(super) sku: Option<String>,
    /// That stand so.
    pub(super) status: Option<StatusBody>,
}

/// What to do with stock.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeInventory)]
pub(super) struct ChangeStockBody {
    /// Which variant; only needed where the product has several.
    #[schema(value_type = Option<String>, examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    variant_id: Option<IdText<kind::VariantId>>,
    /// What to do.
    operation: OperationBody,
    /// Units to set, add or take away.
    #[schema(examples(50))]
    quantity: u32,
    /// A note for the book of movements.
    #[schema(max_length = 500, examples("Stock take"))]
    reason: Option<String>,
    /// The variant's own threshold for low stock, or `null` to go by the store's setting.
    #[serde(default)]
    low_stock_threshold: Patch<u32>,
}

/// What to do with a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InventoryOperation)]
enum OperationBody {
    /// There are so many, as counted.
    Set,
    /// So many more.
    Increment,
    /// So many fewer.
    Decrement,
}

impl From<ChangeStockBody> for StockChange {
    fn from(body: ChangeStockBody) -> Self {
        let ChangeStockBody { variant_id, operation, quantity, reason, low_stock_threshold } = body;
        let adjustment = match operation {
            OperationBody::Set => Adjustment::Set(quantity),
            OperationBody::Increment => Adjustment::Increment(quantity),
            OperationBody::Decrement => Adjustment::Decrement(quantity),
        };
        Self {
            variant: variant_id.map(|variant| variant.id),
            adjustment,
            reason,
            low_threshold: low_stock_threshold.into(),
        }
    }
}

/// Stock before and after a change.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InventoryChange)]
pub(super) struct StockChangedBody {
    /// The product.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    product_id: String,
    /// The variant.
    #[schema(examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    variant_id: String,
    /// Units that could be sold before.
    #[schema(examples(47))]
    stock_before: u32,
    /// Units that can be sold now.
    #[schema(examples(97))]
    stock_after: u32,
    /// Units at or below which stock is low; `null` where the store's setting holds.
    #[schema(required, examples(5))]
    low_stock_threshold: Option<u32>,
    /// When it changed.
    updated_at: Timestamp,
}

impl From<StockChanged> for StockChangedBody {
    fn from(changed: StockChanged) -> Self {
        let StockChanged { product, variant, before, after, low_threshold, at } = changed;
        Self {
            product_id: product.to_string(),
            variant_id: variant.to_string(),
            stock_before: before,
            stock_after: after,
            low_stock_threshold: low_threshold,
            updated_at: at.into(),
        }
    }
}
