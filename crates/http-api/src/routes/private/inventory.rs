//! Inventory: levels of stock, the book of its movements, and counting.

use actix_web::{get, patch, web::Path};
use application::inventory;
use serde::Deserialize;

use self::{
    body::{ChangeStockBody, LevelBody, LevelFilters, Levels, StockChangedBody},
    movement::{MovementBody, MovementFilters, Movements},
};
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::ApiResult,
    list::{List, ListBody},
    respond::{self, Data},
    routes::Routes,
};

mod body;
mod movement;

pub(super) fn configure(config: &mut Routes) {
    config.service(movements).service(levels).service(adjust);
}

#[derive(Debug, Deserialize)]
struct ProductPath {
    product: String,
}

/// List stock levels
///
/// One row for each variant whose stock is counted, archived products left out. Live and test mode have
/// stock of their own; the key says which is meant.
#[utoipa::path(
    operation_id = "listInventory",
    tag = "Inventory",
    params(List<Levels, LevelFilters>),
    security(("secretKey" = ["read:inventory"])),
    responses((status = 200, description = "One page of levels, oldest variant first.", body = ListBody<LevelBody>))
)]
#[get("/inventory")]
async fn levels(caller: Secret<scope::ReadInventory>, list: List<Levels, LevelFilters>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let (sku, status) = (list.filters.sku.clone(), list.filters.status.map(Into::into));
    let slice = inventory::levels(&caller.core, &caller.context, sku, status, &list.window).await?;
    list.answer(slice.map(LevelBody::from))
}

/// List stock movements
///
/// The book of stock in the mode of the key: every change of what can be sold, with what made it. Entries
/// are never changed.
#[utoipa::path(
    operation_id = "listInventoryMovements",
    tag = "Inventory",
    params(List<Movements, MovementFilters>),
    security(("secretKey" = ["read:inventory"])),
    responses((status = 200, description = "One page of movements, newest first.", body = ListBody<MovementBody>))
)]
#[get("/inventory/movements")]
async fn movements(
    caller: Secret<scope::ReadInventory>,
    list: List<Movements, MovementFilters>,
) -> ApiResult {
    let list = list.of(&caller.context)?;
    let filter = (&list.filters).into();
    let slice = inventory::movements(&caller.core, &caller.context, &filter, &list.window).await?;
    list.answer(slice.map(MovementBody::from))
}

/// Change stock
///
/// Sets, raises or lowers what can be sold of a variant, in the mode of the key. Units that are held for
/// payments under way are not among them. Apart from product changes, so that frequent counts and edits
/// never get in each other's way.
#[utoipa::path(
    operation_id = "updateInventory",
    tag = "Inventory",
    params(("product" = String, Path, description = "Id or slug of the product.", example = "soy-candle")),
    request_body = ChangeStockBody,
    security(("secretKey" = ["write:inventory"])),
    responses(
        (status = 200, description = "Stock before and after.", body = Data<StockChangedBody>),
        (status = 409, description = "`out_of_stock`: fewer are left than shall be taken away; \
            `details` says how many."),
    )
)]
#[patch("/products/{product}/inventory")]
async fn adjust(
    caller: Secret<scope::WriteInventory>,
    path: Path<ProductPath>,
    body: Body<ChangeStockBody>,
) -> ApiResult {
    let handle = path.product.as_str().into();
    let change = body.into_inner().into();
    let changed = inventory::adjust(&caller.core, &caller.context, &handle, change).await?;
    respond::ok(StockChangedBody::from(changed))
}
