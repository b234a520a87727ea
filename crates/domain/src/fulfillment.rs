//! Sending goods: which units leave, and how their parcel is followed.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    id::{FulfillmentId, LineId, OrderId},
    order::{Order, OrderAction, OrderError},
    text::{Fault, Faults},
};

/// Characters a carrier's name or a tracking number may have at most.
const NAME_MAX: usize = 100;
/// Characters a tracking address may have at most.
const URL_MAX: usize = 2000;

/// A parcel, or any other handing-over of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfillment {
    /// Identifier.
    pub id: FulfillmentId,
    /// The order it belongs to.
    pub order_id: OrderId,
    /// Units by line. Never empty, no line twice, at least one unit each.
    pub lines: Vec<(LineId, u32)>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's number for it.
    pub tracking_number: Option<String>,
    /// Where the customer can follow it.
    pub tracking_url: Option<String>,
    /// When it left.
    pub created_at: DateTime<Utc>,
}

impl Fulfillment {
    /// What is wrong with the tracking details. The address is shown to customers as a link, so it
    /// must be one that browsers open and not run.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.optional_text("carrier", self.carrier.as_deref(), NAME_MAX);
        faults.optional_text("trackingNumber", self.tracking_number.as_deref(), NAME_MAX);
        faults.optional_text("trackingUrl", self.tracking_url.as_deref(), URL_MAX);
        let is_link = self.tracking_url.as_deref().is_none_or(is_web_address);
        faults.require(is_link, "trackingUrl", "must start with https:// or http://");
        faults.into_vec()
    }
}

fn is_web_address(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        let head = url.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme)) && url.len() > scheme.len()
    })
}

/// Why goods cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FulfillmentError {
    /// Nothing was named, or nothing is owed any more.
    #[error("there is nothing left to fulfil")]
    NothingToFulfill,
    /// The order has no such line.
    #[error("the order has no line {0}")]
    UnknownLine(LineId),
    /// No units, or more than are still owed.
    #[error("line {line} has {remaining} units left to fulfil")]
    WrongQuantity {
        /// The line.
        line: LineId,
        /// Units still owed.
        remaining: u32,
    },
    /// The order does not allow it.
    #[error(transparent)]
    Order(#[from] OrderError),
}

/// Lays out which units leave: those `requested`, or all that are still owed. A line named twice
/// counts for the sum. Nothing is changed: the answer is then noted with [`Order::fulfill`].
///
/// Only a placed order that is paid for is sent, offline methods included: staff marks it paid first.
pub fn plan(
    order: &Order,
    requested: Option<&[(LineId, u32)]>,
) -> Result<Vec<(LineId, u32)>, FulfillmentError> {
    order.require(OrderAction::Fulfill)?;
    let units = match requested {
        None => order
            .lines
            .iter()
            .map(|line| (line.id, line.unfulfilled()))
            .filter(|(_, owed)| *owed > 0)
            .collect(),
        Some(requested) => chosen(order, requested)?,
    };
    if units.is_empty() { Err(FulfillmentError::NothingToFulfill) } else { Ok(units) }
}

fn chosen(order: &Order, requested: &[(LineId, u32)]) -> Result<Vec<(LineId, u32)>, FulfillmentError> {
    let mut units: Vec<(LineId, u32)> = Vec::new();
    for (id, quantity) in requested {
        let line = order.line(*id).ok_or(FulfillmentError::UnknownLine(*id))?;
        let wrong = FulfillmentError::WrongQuantity { line: *id, remaining: line.unfulfilled() };
        let named = units.iter().position(|(known, _)| known == id);
        let before = named.and_then(|at| units.get(at)).map_or(0, |(_, sum)| *sum);
        let sum = before.checked_add(*quantity).filter(|sum| *quantity > 0 && *sum <= line.unfulfilled());
        let sum = sum.ok_or(wrong)?;
        match named.and_then(|at| units.get_mut(at)) {
            Some(entry) => entry.1 = sum,
            None => units.push((*id, sum)),
        }
    }
    Ok(units)
}

#[cfg(test)]
mod tests;
