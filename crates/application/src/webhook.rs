//! What gateways tell us unasked.

use std::collections::BTreeMap;

use domain::{
    access::Mode,
    id::{Handle, PaymentId, RefundId, StoreId},
    payment::{Payment, Provider},
};
use ports::gateway::{Charge, GatewayEvent, News, RefundReceipt, WebhookError};

use crate::{
    Actor, Context, Core, Error, ErrorCode, Result,
    checkout::{account_of, report_of, settle},
    order::refund::{book_outside, settle_refund},
};

/// Takes a webhook of Stripe for a store in: checks its signature over the raw body and lets what it
/// tells take effect, once. `headers` have lower-case names. An event that concerns nothing of ours is
/// accepted and forgotten, so that it is not sent again.
pub async fn stripe(
    core: &Core,
    store: StoreId,
    headers: &BTreeMap<String, String>,
    body: &[u8],
) -> Result<()> {
    let (mode, event) = read(core, store, headers, body).await?;
    let ctx = Context::of_system(core, store, mode, Actor::Gateway("stripe"));
    match event.news {
        News::Charge { payment, charge } => charge_changed(core, &ctx, &event.id, payment, charge).await,
        News::Refund { refund: Some(refund), charge_ref, receipt, .. } => {
            if !is_ours(core, &ctx, refund, &charge_ref, &receipt).await? {
                tracing::info!(refund = receipt.provider_ref, "a webhook about a refund that is not ours");
                return Ok(());
            }
            let event = Some((Provider::Stripe, event.id.as_str()));
            settle_refund(core, &ctx, refund, &receipt, event).await.map(drop)
        }
        // Made in the dashboard; the sum that comes with the charge books it.
        News::Refund { refund: None, .. } => Ok(()),
        News::Refunded { payment, charge_ref, total } => {
            let Some(payment) = find(core, &ctx, payment, &charge_ref).await? else { return Ok(()) };
            let event = (Provider::Stripe, event.id.as_str());
            book_outside(core, &ctx, payment.order_id, payment.id, total, event).await
        }
        News::Other { kind } => {
            tracing::debug!(kind, "a webhook of no concern");
            Ok(())
        }
    }
}

/// Live and test sales have accounts of their own; the one whose secret the signature fits is meant.
async fn read(
    core: &Core,
    store: StoreId,
    headers: &BTreeMap<String, String>,
    body: &[u8],
) -> Result<(Mode, GatewayEvent)> {
    let config = core.db.stores().config(store).await?.ok_or_else(|| Error::not_found("store"))?;
    let mut refused = WebhookError::NotConfigured;
    for mode in [Mode::Live, Mode::Test] {
        let account = account_of(core, &config, mode, Provider::Stripe)?;
        match core.gateways.stripe.read_webhook(&account, headers, body, core.clock.now()) {
            Ok(event) => return Ok((mode, event)),
            Err(WebhookError::NotConfigured) => {}
            Err(other) => refused = other,
        }
    }
    Err(match refused {
        WebhookError::BadSignature => {
            Error::new(ErrorCode::InvalidSignature, "The signature of the webhook does not hold.")
        }
        WebhookError::Malformed => Error::new(ErrorCode::MalformedRequest, "The webhook cannot be read."),
        WebhookError::NotConfigured => ports::gateway::GatewayError::NotConfigured.into(),
    })
}

async fn charge_changed(
    core: &Core,
    ctx: &Context,
    event: &str,
    payment: Option<PaymentId>,
    charge: Charge,
) -> Result<()> {
    let Some(payment) = find(core, ctx, payment, &charge.provider_ref).await? else {
        tracing::info!(charge = charge.provider_ref, "a webhook about a charge that is not ours");
        return Ok(());
    };
    let report = report_of(charge);
    let receipt = Some((Provider::Stripe, event));
    settle::apply(core, ctx, payment.order_id, payment.id, &report, receipt).await.map(drop)
}

/// Whether a refund that a webhook names is one of that charge, in this mode. What the gateway keeps of our names may be
/// of another installation, or written by somebody else.
async fn is_ours(
    core: &Core,
    ctx: &Context,
    refund: RefundId,
    charge: &str,
    receipt: &RefundReceipt,
) -> Result<bool> {
    let Some(payment) = find(core, ctx, None, charge).await? else { return Ok(false) };
    let order = Handle::Id(payment.order_id);
    let Some(view) = core.db.orders().order(ctx.store, ctx.mode, &order).await? else { return Ok(false) };
    let known = view.refunds.iter().find(|known| known.id == refund && known.payment_id == payment.id);
    Ok(known
        .is_some_and(|known| known.provider_ref.as_ref().is_none_or(|name| *name == receipt.provider_ref)))
}

/// The payment a webhook is about: by the id that we gave the gateway, else by the gateway's own name.
async fn find(
    core: &Core,
    ctx: &Context,
    payment: Option<PaymentId>,
    charge: &str,
) -> Result<Option<Payment>> {
    let orders = core.db.orders();
    if let Some(id) = payment {
        let known = orders.payment(ctx.store, id).await?;
        // Keys of another mode must not move this one's payments.
        return Ok(known.filter(|payment| payment.mode == ctx.mode && payment.provider == Provider::Stripe));
    }
    let known = orders.payment_by_ref(ctx.store, Provider::Stripe, charge).await?;
    Ok(known.filter(|payment| payment.mode == ctx.mode))
}
