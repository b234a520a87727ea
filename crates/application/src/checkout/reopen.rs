//! Giving an attempt up, so that the shopper can change the cart or pay in another way.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    cart::{Cart, CartState},
    order::Order,
    payment::{GatewayReport, GatewayStatus, Payment, PaymentState},
};
use ports::stores::StoreConfig;

use super::{
    account::account_of,
    charge::report_of,
    place::{Placement, in_progress, view},
    settle,
};
use crate::{Context, Core, Error, Result};

/// Gives up the payment of a cart that is being paid, if it waits for the shopper, and answers with the
/// cart, open again. Refused while the payment is with the gateway, and once the money is there.
pub async fn reopen(core: &Core, ctx: &Context, cart: &Cart) -> Result<Cart> {
    let config = crate::store_config(core, ctx).await?;
    let Placement { order, payment } = Placement::of(view(core, ctx, cart).await?);
    match payment {
        Some(payment) if payment.state == PaymentState::RequiresAction => {
            call_off(core, ctx, &config, &order, &payment).await?;
        }
        Some(payment) if matches!(payment.state, PaymentState::Failed | PaymentState::Cancelled) => {}
        _ => return Err(in_progress()),
    }
    let mut work = core.begin(ctx).await?;
    let cart = work.carts().find(cart.id).await?.ok_or_else(|| Error::not_found("cart"))?;
    if cart.state == CartState::Open { Ok(cart) } else { Err(in_progress()) }
}

/// Cancels an attempt at its gateway and lets the answer take effect: usually that it is cancelled,
/// sometimes that the money came first.
pub(crate) async fn call_off(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    order: &Order,
    payment: &Payment,
) -> Result<Placement> {
    let report = match (core.gateways.of(payment.provider), &payment.provider_ref) {
        (Some(gateway), Some(reference)) => {
            let account = account_of(core, config, payment.mode, payment.provider)?;
            let key = format!("{}-cancel", payment.idempotency_key);
            report_of(gateway.cancel_charge(&account, reference, &key).await?)
        }
        _ => GatewayReport { provider_ref: None, status: GatewayStatus::Cancelled },
    };
    settle::apply(core, ctx, order.id, payment.id, &report, None).await
}

/// Whether an attempt has waited for its shopper for longer than the store reserves stock.
pub(super) fn is_overdue(config: &StoreConfig, payment: &Payment, now: DateTime<Utc>) -> bool {
    let minutes = i64::from(config.settings.checkout.reservation_minutes);
    let patience = TimeDelta::try_minutes(minutes).unwrap_or(TimeDelta::MAX);
    now.signed_duration_since(payment.created_at) >= patience
}
