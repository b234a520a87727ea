//! The gateway call of a sale, and recording what it answered.

use std::error::Error as _;

use domain::{
    order::Order,
    payment::{Failure, GatewayReport, GatewayStatus, Payment, PaymentState, Transition},
};
use ports::{
    RepoError,
    gateway::{Charge, ChargeRequest, ChargeState, GatewayError},
    stores::StoreConfig,
};

use super::{
    account::account_of, at_once, place::Placement, promise::next_number, reserve::ToCharge, settle,
};
use crate::{
    Context, Core, Details, Error, ErrorCode, Result,
    effects::{cause, counted_units, sale_events},
};

/// Calls the gateway for a reserved sale and records the answer. An answer that never came leaves the
/// payment for the reconciler; the shopper is told that it is under way. Where the call may have been made before
/// (`is_repeated`), that it is turned away now tells nothing of then.
pub(super) async fn charge(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    reserved: ToCharge,
    is_repeated: bool,
) -> Result<Placement> {
    let report = match call(core, config, &reserved.order, &reserved.payment).await {
        Ok(charge) => report_of(charge),
        Err(error) if is_open(&error, is_repeated) => {
            let cause = error.source();
            tracing::warn!(%error, cause, payment = %reserved.payment.id, "the gateway did not answer a charge");
            return Ok(Placement { order: reserved.order, payment: Some(reserved.payment) });
        }
        Err(refused) => {
            // The gateway did nothing and never will under this key: everything is given back.
            let report = GatewayReport { provider_ref: None, status: GatewayStatus::Cancelled };
            settle::apply(core, ctx, reserved.order.id, reserved.payment.id, &report, None).await?;
            return Err(refused_by_gateway(refused));
        }
    };
    let placement = record(core, ctx, config, reserved, &report).await?;
    match &placement.payment {
        Some(payment) if payment.state == PaymentState::Failed => Err(declined(payment)),
        _ => Ok(placement),
    }
}

/// Whether a call that failed may have had its effect after all, be it an earlier time that it was made.
pub(crate) fn is_open(error: &GatewayError, is_repeated: bool) -> bool {
    matches!(error, GatewayError::Unknown(_)) || (is_repeated && is_turned_away(error))
}

/// Whether a call was not even heard, for want of keys. A refusal of the call itself holds for its key, and thereby for
/// whatever was asked under it before.
pub(super) const fn is_turned_away(error: &GatewayError) -> bool {
    matches!(error, GatewayError::NotConfigured | GatewayError::InvalidKeys | GatewayError::Unauthorized)
}

/// Calls the gateway. The key of the payment makes a repeated call the same charge.
pub(super) async fn call(
    core: &Core,
    config: &StoreConfig,
    order: &Order,
    payment: &Payment,
) -> Result<Charge, GatewayError> {
    let gateway = core.gateways.of(payment.provider).ok_or(GatewayError::NotConfigured)?;
    let account =
        account_of(core, config, payment.mode, payment.provider).map_err(|_| GatewayError::NotConfigured)?;
    let request = ChargeRequest {
        payment: payment.id,
        order: order.id,
        amount: payment.amount,
        method: payment.method.clone(),
        email: order.email.as_str().to_owned(),
        description: order.id.to_string(),
        return_url: payment.return_url.clone(),
        idempotency_key: payment.idempotency_key.clone(),
    };
    gateway.charge(&account, &request).await
}

/// Records the answer to our own call. What was written a moment ago is still at hand, so nothing is
/// read again; if anybody was faster (a webhook), the general way is taken.
async fn record(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    reserved: ToCharge,
    report: &GatewayReport,
) -> Result<Placement> {
    let ids = (reserved.order.id, reserved.payment.id);
    if matches!(report.status, GatewayStatus::Captured { .. }) {
        match record_captured(core, ctx, config, reserved, report).await {
            Err(Recording::Raced) => {}
            Err(Recording::Failed(error)) => return Err(error),
            Ok(placement) => return Ok(placement),
        }
    }
    settle::apply(core, ctx, ids.0, ids.1, report, None).await
}

enum Recording {
    Raced,
    Failed(Error),
}

impl From<RepoError> for Recording {
    fn from(error: RepoError) -> Self {
        match error {
            RepoError::Stale => Self::Raced,
            other => Self::Failed(other.into()),
        }
    }
}

impl From<Error> for Recording {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

async fn record_captured(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    reserved: ToCharge,
    report: &GatewayReport,
) -> Result<Placement, Recording> {
    let ToCharge { mut cart, mut order, mut payment } = reserved;
    let now = core.clock.now();
    let transition = payment.apply(report, now).map_err(Error::internal)?;
    if !matches!(transition, Transition::Changed { to: PaymentState::Captured, needs_settlement: false, .. })
    {
        return Err(Recording::Raced);
    }
    cart.complete(now);
    order.mark_paid(now).map_err(Error::internal)?;
    if let Some(number) = at_once::close(core, ctx, config, &cart, &order, &payment).await? {
        order.place(number, now).map_err(Error::internal)?;
        for version in [&mut order.version, &mut payment.version] {
            *version = version.saturating_add(1);
        }
        return Ok(Placement { order, payment: Some(payment) });
    }
    let mut work = core.begin(ctx).await?;
    work.carts().update(&mut cart).await?;
    work.payments().update(&mut payment, None).await?;
    let units = counted_units(&order);
    if !units.is_empty() {
        work.stock().sell_reserved(&units, &cause(ctx, &order, None)).await?;
    }
    let number = next_number(config, &mut *work, &order).await?;
    order.place(number, now).map_err(Error::internal)?;
    work.outbox().append(&sale_events(core, ctx, &order, &payment)).await?;
    work.orders().update_head(&mut order).await?;
    work.commit().await?;
    Ok(Placement { order, payment: Some(payment) })
}

/// What the gateway said of a charge, as payments understand it.
pub(crate) fn report_of(charge: Charge) -> GatewayReport {
    let status = match charge.state {
        ChargeState::RequiresAction { url } => GatewayStatus::RequiresAction { url },
        ChargeState::Processing => GatewayStatus::Processing,
        ChargeState::Authorized => GatewayStatus::Authorized,
        ChargeState::Captured { amount } => GatewayStatus::Captured { amount },
        ChargeState::Failed { code, message } => GatewayStatus::Failed(Failure { code, message }),
        ChargeState::Cancelled => GatewayStatus::Cancelled,
    };
    GatewayReport { provider_ref: Some(charge.provider_ref), status }
}

/// The refusal of a payment, as the shopper gets it.
pub(super) fn declined(payment: &Payment) -> Error {
    let (code, message) = match &payment.failure {
        Some(Failure { code, message }) => (code.clone(), message.clone()),
        None => ("payment_cancelled".to_owned(), "The payment was cancelled.".to_owned()),
    };
    Error::new(ErrorCode::PaymentDeclined, message)
        .with_details(Details::Decline { decline_code: code, payment: payment.id.to_string() })
}

fn refused_by_gateway(error: GatewayError) -> Error {
    match error {
        GatewayError::Rejected { code, message } => {
            tracing::info!(?code, message, "the gateway rejected a charge");
            Error::new(ErrorCode::ValidationFailed, message).on_field("paymentMethod")
        }
        other => other.into(),
    }
}
