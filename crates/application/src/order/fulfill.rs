//! Sending goods.

use domain::{
    audit::Action,
    event::EventKind,
    fulfillment::{self, Fulfillment, FulfillmentError},
    id::LineId,
};
use ports::orders::OrderView;

use super::{OrderHandle, identify, lock, refused, view};
use crate::{Context, Core, Error, ErrorCode, Result, audit, effects::order_event};

/// What leaves, and how it can be followed.
#[derive(Debug, Clone, Default)]
pub struct FulfillOrder {
    /// Units by line; everything that is still owed when absent.
    pub lines: Option<Vec<(LineId, u32)>>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's number for it.
    pub tracking_number: Option<String>,
    /// Where the customer can follow it.
    pub tracking_url: Option<String>,
    /// Whether the customer is told.
    pub notify: bool,
    /// The version that this was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// Notes that goods have left.
pub async fn fulfill(
    core: &Core,
    ctx: &Context,
    order: &OrderHandle,
    command: FulfillOrder,
) -> Result<OrderView> {
    let id = identify(core, ctx, order).await?;
    let mut work = core.begin(ctx).await?;
    let mut order = lock(&mut *work, ctx, id).await?;
    Error::check_version(command.if_version, order.version)?;
    let lines = fulfillment::plan(&order, command.lines.as_deref())
        .map_err(|cause| not_sent(cause, command.lines.as_deref()))?;
    let parcel = Fulfillment {
        id: core.ids.id(),
        order_id: id,
        lines,
        carrier: command.carrier,
        tracking_number: command.tracking_number,
        tracking_url: command.tracking_url,
        created_at: ctx.now,
    };
    Error::check(parcel.faults())?;
    let before = order.clone();
    order.fulfill(&parcel.lines, ctx.now).map_err(refused)?;
    work.orders().update(&mut order).await?;
    work.fulfillments().insert(&parcel).await?;
    let record = audit::changed(&before, &order).with("fulfillment", audit::order::parcel(&parcel));
    work.audit(Action::OrderFulfilled, record);
    let mut told = order_event(core, ctx, EventKind::OrderFulfilled, &order)
        .with("fulfillmentId", parcel.id.to_string())
        .with("notifyCustomer", command.notify);
    let tracking = [
        ("carrier", parcel.carrier),
        ("trackingNumber", parcel.tracking_number),
        ("trackingUrl", parcel.tracking_url),
    ];
    for (key, value) in tracking {
        if let Some(value) = value {
            told = told.with(key, value);
        }
    }
    work.outbox().append(&[told]).await?;
    work.commit().await?;
    view(core, ctx, id).await
}

fn not_sent(cause: FulfillmentError, requested: Option<&[(LineId, u32)]>) -> Error {
    let message = cause.to_string();
    match cause {
        FulfillmentError::NothingToFulfill if requested.is_some() => Error::invalid("items", message),
        FulfillmentError::NothingToFulfill => {
            Error::new(ErrorCode::InvalidState, "There is nothing left to fulfil.")
        }
        FulfillmentError::UnknownLine(line) => Error::invalid(line_field(requested, line, "id"), message),
        FulfillmentError::WrongQuantity { line, .. } => {
            Error::invalid(line_field(requested, line, "quantity"), message)
        }
        FulfillmentError::Order(cause) => refused(cause),
    }
}

/// The path of what is wrong with the request's last mention of a line.
pub(super) fn line_field(requested: Option<&[(LineId, u32)]>, line: LineId, field: &str) -> String {
    let at = requested.and_then(|lines| lines.iter().rposition(|(named, _)| *named == line));
    at.map_or_else(|| "items".to_owned(), |index| format!("items.{index}.{field}"))
}
