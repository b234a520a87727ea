//! What the store's owner has decided about tax, shipping, orders and the checkout.

use actix_web::{get, put};
use application::settings;

use self::{
    body::{CheckoutBody, OrderBody, SettingsBody, ShippingBody, TaxBody},
    change::{ChangeCheckoutBody, ChangeOrderBody, ChangeShippingBody, ChangeTaxBody},
};
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::ApiResult,
    etag::IfMatch,
    respond::{self, Data},
    routes::Routes,
    view::View,
};

mod body;
mod change;

pub(super) fn configure(config: &mut Routes) {
    config.service(show_all);
    config.service(show_tax).service(change_tax).service(show_shipping).service(change_shipping);
    config.service(show_order).service(change_order).service(show_checkout).service(change_checkout);
}

/// Get all settings
///
/// All groups in one answer.
#[utoipa::path(
    operation_id = "getSettings",
    tag = "Store",
    params(View<SettingsBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The settings.", body = Data<SettingsBody>))
)]
#[get("/settings")]
async fn show_all(caller: Secret<scope::ReadSettings>, view: View<SettingsBody>) -> ApiResult {
    let found = settings::get(&caller.core, &caller.context).await?;
    view.answer("settings", found.version, &found.settings.into())
}

/// Get the tax settings
///
/// How tax is charged; the rates are a list of their own.
#[utoipa::path(
    operation_id = "getTaxSettings",
    tag = "Tax",
    params(View<TaxBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The settings.", body = Data<TaxBody>))
)]
#[get("/settings/tax")]
async fn show_tax(caller: Secret<scope::ReadSettings>, view: View<TaxBody>) -> ApiResult {
    let found = settings::get(&caller.core, &caller.context).await?;
    view.answer("tax", found.version, &found.settings.tax.into())
}

/// Change how tax is charged
///
/// Fields left out stay as they are. Orders placed keep what they paid.
#[utoipa::path(
    operation_id = "updateTaxSettings",
    tag = "Tax",
    params(IfMatch),
    request_body = ChangeTaxBody,
    security(("secretKey" = ["write:settings"])),
    responses((status = 200, description = "The settings as they are now.", body = Data<TaxBody>))
)]
#[put("/settings/tax")]
async fn change_tax(
    caller: Secret<scope::WriteSettings>,
    if_match: IfMatch,
    body: Body<ChangeTaxBody>,
) -> ApiResult {
    let changes = body.into_inner().into();
    let now = settings::put_tax(&caller.core, &caller.context, changes, if_match.version()?).await?;
    respond::changed("tax", now.version, TaxBody::from(now.settings.tax))
}

/// Get the shipping settings
///
/// Where parcels come from and go to; the methods are a list of their own.
#[utoipa::path(
    operation_id = "getShippingSettings",
    tag = "Shipping",
    params(View<ShippingBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The settings.", body = Data<ShippingBody>))
)]
#[get("/settings/shipping")]
async fn show_shipping(caller: Secret<scope::ReadSettings>, view: View<ShippingBody>) -> ApiResult {
    let found = settings::get(&caller.core, &caller.context).await?;
    view.answer("shipping", found.version, &found.settings.shipping.into())
}

/// Change where parcels come from and go to
///
/// Fields left out stay as they are; `null` empties those that may be empty.
#[utoipa::path(
    operation_id = "updateShippingSettings",
    tag = "Shipping",
    params(IfMatch),
    request_body = ChangeShippingBody,
    security(("secretKey" = ["write:settings"])),
    responses((status = 200, description = "The settings as they are now.", body = Data<ShippingBody>))
)]
#[put("/settings/shipping")]
async fn change_shipping(
    caller: Secret<scope::WriteSettings>,
    if_match: IfMatch,
    body: Body<ChangeShippingBody>,
) -> ApiResult {
    let changes = body.into_inner().into();
    let now = settings::put_shipping(&caller.core, &caller.context, changes, if_match.version()?).await?;
    respond::changed("shipping", now.version, ShippingBody::from(now.settings.shipping))
}

/// Get the order settings
///
/// How orders are numbered, and when stock is low.
#[utoipa::path(
    operation_id = "getOrderSettings",
    tag = "Orders",
    params(View<OrderBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The settings.", body = Data<OrderBody>))
)]
#[get("/settings/order")]
async fn show_order(caller: Secret<scope::ReadSettings>, view: View<OrderBody>) -> ApiResult {
    let found = settings::get(&caller.core, &caller.context).await?;
    view.answer("order", found.version, &found.settings.orders.into())
}

/// Change how orders are numbered
///
/// Fields left out stay as they are. The next order number can only be raised, for no number is given
/// twice.
#[utoipa::path(
    operation_id = "updateOrderSettings",
    tag = "Orders",
    params(IfMatch),
    request_body = ChangeOrderBody,
    security(("secretKey" = ["write:settings"])),
    responses((status = 200, description = "The settings as they are now.", body = Data<OrderBody>))
)]
#[put("/settings/order")]
async fn change_order(
    caller: Secret<scope::WriteSettings>,
    if_match: IfMatch,
    body: Body<ChangeOrderBody>,
) -> ApiResult {
    let changes = body.into_inner().into();
    let now = settings::put_orders(&caller.core, &caller.context, changes, if_match.version()?).await?;
    respond::changed("order", now.version, OrderBody::from(now.settings.orders))
}

/// Get the checkout settings
///
/// What is asked of shoppers on their way out.
#[utoipa::path(
    operation_id = "getCheckoutSettings",
    tag = "Checkout",
    params(View<CheckoutBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The settings.", body = Data<CheckoutBody>))
)]
#[get("/settings/checkout")]
async fn show_checkout(caller: Secret<scope::ReadSettings>, view: View<CheckoutBody>) -> ApiResult {
    let found = settings::get(&caller.core, &caller.context).await?;
    view.answer("checkout", found.version, &found.settings.checkout.into())
}

/// Change what is asked at the checkout
///
/// Fields left out stay as they are; `null` empties those that may be empty.
#[utoipa::path(
    operation_id = "updateCheckoutSettings",
    tag = "Checkout",
    params(IfMatch),
    request_body = ChangeCheckoutBody,
    security(("secretKey" = ["write:settings"])),
    responses((status = 200, description = "The settings as they are now.", body = Data<CheckoutBody>))
)]
#[put("/settings/checkout")]
async fn change_checkout(
    caller: Secret<scope::WriteSettings>,
    if_match: IfMatch,
    body: Body<ChangeCheckoutBody>,
) -> ApiResult {
    let changes = body.into_inner().into();
    let now = settings::put_checkout(&caller.core, &caller.context, changes, if_match.version()?).await?;
    respond::changed("checkout", now.version, CheckoutBody::from(now.settings.checkout))
}
