//! Giving money back.
//!
//! 1. In one unit of work the money and the units are set aside, on the payment and on the order, and
//!    the refund is written down as pending: two refunds at once cannot give back more than was taken.
//! 2. The gateway is called outside any transaction, under the refund's own idempotency key.
//! 3. What it says is recorded by [`settle_refund`], the one way in which news of a refund takes effect,
//!    whether it is the answer to our call, a webhook, or what the reconciler was told. Success puts the
//!    goods back into stock; a refusal gives back what was set aside.
//!
//! Money that came by an offline method is given back by hand, so such a refund succeeds at once.

mod gateway;
mod outside;
mod reconcile;
mod settle;

use domain::{
    audit::Action,
    event::{Event, EventKind},
    id::{LineId, OrderId, RefundId},
    money::Money,
    order::{Order, OrderAction},
    payment::Payment,
    refund::{self, Refund, RefundError, RefundPlan, RefundReason, RefundReport, RefundRequest, RefundState},
};
use ports::{UnitOfWork, orders::OrderView};

use super::{OrderHandle, fulfill::line_field, identify, lock, refused, view};
use crate::{Context, Core, Error, ErrorCode, Result, audit, idempotency::Repeatable};

pub(super) use gateway::call;
pub use outside::book_outside;
pub use reconcile::reconcile;
pub use settle::settle_refund;

/// What is given back, and why.
#[derive(Debug, Clone)]
pub struct RefundOrder {
    /// How much, in minor units of the order's currency; all that is left, or the worth of what is named,
    /// when absent.
    pub amount: Option<i64>,
    /// Units by line.
    pub lines: Vec<(LineId, u32)>,
    /// Whether what was paid for shipping is given back with the lines.
    pub include_shipping: bool,
    /// Whether the units go back into stock.
    pub restock: bool,
    /// Why.
    pub reason: RefundReason,
    /// Whether the customer is told.
    pub notify: bool,
    /// The version that this was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// An order after a refund was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunded {
    /// The order as it is now.
    pub view: OrderView,
    /// The refund. Still pending when the gateway has not said how it ended.
    pub refund: Refund,
}

/// Gives money of an order back through the payment that it came by. Refused by the gateway, nothing has
/// changed and the error says why.
pub async fn refund(
    core: &Core,
    ctx: &Context,
    order: &OrderHandle,
    command: RefundOrder,
) -> Result<Refunded> {
    let id = identify(core, ctx, order).await?;
    let resumed = resume(core, ctx, id).await?;
    let is_repeated = resumed.is_some();
    let (payment, claimed) = match resumed {
        Some(begun) => begun,
        None => claim(core, ctx, id, &command).await?,
    };
    let refund = if claimed.state == RefundState::Pending {
        call(core, ctx, &payment, claimed, is_repeated).await?
    } else {
        claimed
    };
    match refund.failure {
        Some(failure) => Err(Error::new(ErrorCode::RefundRefused, failure.message)),
        None => Ok(Refunded { view: view(core, ctx, id).await?, refund }),
    }
}

/// The refund that an earlier attempt at this request has written down.
async fn resume(core: &Core, ctx: &Context, id: OrderId) -> Result<Option<(Payment, Refund)>> {
    if ctx.resumed().is_none() {
        return Ok(None);
    }
    Ok(begun(ctx, view(core, ctx, id).await?))
}

/// As [`resume`], in an order at hand.
pub(super) fn begun(ctx: &Context, view: OrderView) -> Option<(Payment, Refund)> {
    let id = RefundId::from_bytes(ctx.resumed()?);
    let refund = view.refunds.into_iter().find(|refund| refund.id == id)?;
    let payment = view.payments.into_iter().find(|payment| payment.id == refund.payment_id)?;
    Some((payment, refund))
}

/// Sets money and units aside and writes the refund down; an offline one is done thereby.
async fn claim(core: &Core, ctx: &Context, id: OrderId, command: &RefundOrder) -> Result<(Payment, Refund)> {
    let mut work = core.begin(ctx).await?;
    let mut order = lock(&mut *work, ctx, id).await?;
    Error::check_version(command.if_version, order.version)?;
    order.require(OrderAction::Refund).map_err(refused)?;
    let before = order.clone();
    let mut payment = taken(work.payments().of_order(id).await?).ok_or_else(nothing_left)?;
    let request = RefundRequest {
        amount: command.amount.map(|minor| Money::new(minor, order.currency)),
        lines: command.lines.clone(),
        include_shipping: command.include_shipping,
        restock: command.restock,
    };
    let mut refund = set_aside(core, ctx, &mut *work, &mut order, &mut payment, &request, command.reason)
        .await
        .map_err(|stop| stop.told(command))?;
    let told = if payment.provider.is_offline() {
        by_hand(core, ctx, &mut *work, &mut order, &mut refund).await?
    } else {
        vec![settle::news_of(core, ctx, EventKind::OrderUpdated, &order, &refund)]
    };
    let told: Vec<_> = told.into_iter().map(|event| event.with("notifyCustomer", command.notify)).collect();
    work.outbox().append(&told).await?;
    work.orders().update(&mut order).await?;
    work.payments().update(&mut payment, None).await?;
    let record = audit::changed(&before, &order).with("refund", audit::order::refund(&refund));
    work.audit(Action::OrderRefunded, record);
    work.commit().await?;
    Ok((payment, refund))
}

/// Ends a refund that no gateway has a part in: staff gives the money back. The caller writes the order.
pub(super) async fn by_hand(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    order: &mut Order,
    refund: &mut Refund,
) -> Result<Vec<Event>> {
    let told = settle::take_effect(core, ctx, work, order, refund, &RefundReport::Succeeded).await?;
    work.refunds().update(refund, None).await?;
    Ok(told)
}

/// The payment that money can still come back from.
pub(super) fn taken(payments: Vec<Payment>) -> Option<Payment> {
    payments.into_iter().rfind(|payment| payment.refundable().is_ok_and(|left| left.minor() > 0))
}

fn nothing_left() -> Error {
    Error::new(ErrorCode::RefundRefused, "There is nothing left to refund.")
}

/// Why money could not be set aside.
pub(crate) enum Stop {
    Rule(RefundError),
    Other(Error),
}

impl From<ports::RepoError> for Stop {
    fn from(cause: ports::RepoError) -> Self {
        Self::Other(cause.into())
    }
}

impl Stop {
    /// As the caller who asked for `command` gets it.
    fn told(self, command: &RefundOrder) -> Error {
        match self {
            Self::Rule(cause) => not_refunded(cause, &command.lines),
            Self::Other(error) => error,
        }
    }

    /// As a fault of ours: nobody asked for anything that could be wrong.
    pub(crate) fn internal(self) -> Error {
        match self {
            Self::Rule(cause) => Error::internal(cause),
            Self::Other(error) => error,
        }
    }
}

/// Sets money and units aside on `payment` and `order`, which the caller writes, and writes the refund. One
/// that a repeatable request asks for has the name of that request, so that there is one.
pub(crate) async fn set_aside(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    order: &mut Order,
    payment: &mut Payment,
    request: &RefundRequest,
    reason: RefundReason,
) -> Result<Refund, Stop> {
    let plan = refund::plan(order, payment, request).map_err(Stop::Rule)?;
    payment.reserve_refund(plan.amount, ctx.now).map_err(|cause| Stop::Rule(cause.into()))?;
    let everything = payment.is_fully_refunded();
    order.refund(&plan, everything, ctx.now).map_err(|cause| Stop::Rule(cause.into()))?;
    let id = match ctx.repeatable {
        Some(Repeatable { request, .. }) => RefundId::from_bytes(request),
        None => core.ids.id(),
    };
    let refund = begin(id, ctx, payment, plan, reason);
    work.refunds().insert(&refund, settle::next_check(&refund, ctx.now)).await?;
    Ok(refund)
}

/// Sets all that a payment took aside, which the caller writes, and writes a refund of it that leaves the
/// order as it is: this money never was the order's.
pub(crate) async fn set_surplus_aside(
    core: &Core,
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    payment: &mut Payment,
) -> Result<()> {
    let amount = payment.refundable().map_err(Error::internal)?;
    payment.reserve_refund(amount, ctx.now).map_err(Error::internal)?;
    let shipping = Money::zero(amount.currency());
    let plan = RefundPlan { amount, lines: Vec::new(), shipping, restock: Vec::new() };
    let refund =
        Refund { surplus: true, ..begin(core.ids.id(), ctx, payment, plan, RefundReason::Duplicate) };
    Ok(work.refunds().insert(&refund, settle::next_check(&refund, ctx.now)).await?)
}

fn begin(id: RefundId, ctx: &Context, payment: &Payment, plan: RefundPlan, reason: RefundReason) -> Refund {
    Refund {
        id,
        order_id: payment.order_id,
        payment_id: payment.id,
        plan,
        reason,
        surplus: false,
        state: RefundState::Pending,
        provider_ref: None,
        idempotency_key: id.to_string(),
        failure: None,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
    }
}

fn not_refunded(cause: RefundError, lines: &[(LineId, u32)]) -> Error {
    let message = format!("{cause}.");
    let refusal = |field: &str| Error::new(ErrorCode::RefundRefused, message.clone()).on_field(field);
    match cause {
        RefundError::NotPositive => Error::invalid("amount", "must be above zero"),
        RefundError::NothingLeft => nothing_left(),
        RefundError::AboveRefundable { .. } | RefundError::AboveWorth { .. } => refusal("amount"),
        RefundError::UnknownLine(line) => Error::invalid(line_field(Some(lines), line, "id"), message),
        RefundError::WrongQuantity { line, .. } => refusal(&line_field(Some(lines), line, "quantity")),
        RefundError::Order(cause) => refused(cause),
        RefundError::Money(cause) => cause.into(),
        RefundError::ForeignPayment | RefundError::Payment(_) => Error::internal(cause),
    }
}
