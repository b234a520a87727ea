//! Movements of stock on the wire.

use domain::{
    id::kind,
    inventory::{MovementKind, StockMovement},
};
use ports::{
    list::Sort,
    stock::{MovementFilter, MovementRow},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::{fields::Resource, id::IdText, list::ListSpec, timestamp::Timestamp};

/// One entry in the book of stock.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InventoryMovement)]
pub(super) struct MovementBody {
    /// Identity.
    #[schema(examples("mov_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// The variant that moved.
    #[schema(examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    variant_id: String,
    /// The product that it is a variant of.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    product_id: String,
    /// The product, and the variant where there are several; empty once it is gone.
    #[schema(examples("Classic T-shirt — Small / White"))]
    name: String,
    /// Stock keeping unit as it is now.
    #[schema(required, examples("TS-WHT-S"))]
    sku: Option<String>,
    /// What made it move.
    kind: KindBody,
    /// Units more, or fewer when negative.
    #[schema(examples(-2))]
    delta: i64,
    /// Units that could be sold before.
    #[schema(examples(44))]
    stock_before: u32,
    /// Units that could be sold after.
    #[schema(examples(42))]
    stock_after: u32,
    /// What somebody wrote about it.
    #[schema(required, examples("Stock take"))]
    reason: Option<String>,
    /// The order that it moved for.
    #[schema(required, examples("ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    order_id: Option<String>,
    /// Who did it.
    #[schema(examples("shopper"))]
    actor: String,
    /// When.
    created_at: Timestamp,
}

impl Resource for MovementBody {}

impl From<MovementRow> for MovementBody {
    fn from(MovementRow { movement, name, sku }: MovementRow) -> Self {
        let StockMovement {
            id,
            variant_id,
            product_id,
            mode: _,
            delta,
            before,
            after,
            kind,
            reason,
            order,
            actor,
            created_at,
        } = movement;
        Self {
            id: id.to_string(),
            variant_id: variant_id.to_string(),
            product_id: product_id.to_string(),
            name,
            sku,
            kind: kind.into(),
            delta,
            stock_before: before,
            stock_after: after,
            reason,
            order_id: order.map(|order| order.to_string()),
            actor,
            created_at: created_at.into(),
        }
    }
}

/// What made stock move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InventoryMovementKind)]
enum KindBody {
    /// Somebody counted or corrected.
    Adjustment,
    /// Sold, or held for a payment under way.
    Sale,
    /// Back on the shelf.
    Restock,
    /// Read from a file.
    Import,
    /// The stock that a variant began with.
    Initial,
}

impl From<MovementKind> for KindBody {
    fn from(kind: MovementKind) -> Self {
        match kind {
            MovementKind::Adjustment => Self::Adjustment,
            MovementKind::Sale => Self::Sale,
            MovementKind::Restock => Self::Restock,
            MovementKind::Import => Self::Import,
            MovementKind::Initial => Self::Initial,
        }
    }
}

/// The list of movements.
#[derive(Debug)]
pub(super) struct Movements;

impl ListSpec for Movements {
    type Row = MovementBody;
    type By = ();
    const NAME: &'static str = "inventoryMovements";
    const SORTS: &'static [(&'static str, ())] = &[];
    const DEFAULT: Sort<()> = Sort { by: (), descending: true };
}

/// Which movements to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MovementFilters {
    /// Of this variant.
    #[param(value_type = Option<String>, example = "var_01HXYZ6R9M3K8Q2B7V5N4C1D0E")]
    variant_id: Option<IdText<kind::VariantId>>,
    /// Of this product.
    #[param(value_type = Option<String>, example = "prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E")]
    product_id: Option<IdText<kind::ProductId>>,
}

impl From<&MovementFilters> for MovementFilter {
    fn from(filters: &MovementFilters) -> Self {
        let MovementFilters { variant_id, product_id } = filters;
        Self { variant: variant_id.map(|variant| variant.id), product: product_id.map(|product| product.id) }
    }
}
