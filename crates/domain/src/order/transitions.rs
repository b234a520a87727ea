//! The moves of an order.

use chrono::{DateTime, Utc};

use super::{FulfillmentStatus, Order, OrderAction, OrderError, OrderLine, OrderNumber, PaymentStatus};
use crate::{
    address::Address,
    id::{LineId, VariantId},
    money::Money,
    refund::RefundPlan,
};

/// Units of one line that go back into stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restock {
    /// The line they were sold in.
    pub line: LineId,
    /// Whose stock rises.
    pub variant: VariantId,
    /// How many. At least one.
    pub quantity: u32,
}

impl Order {
    /// Whether the sale is final and the order has its number.
    pub const fn is_placed(&self) -> bool {
        self.number.is_some()
    }

    /// Finds a line.
    pub fn line(&self, id: LineId) -> Option<&OrderLine> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// Whether the table of the module allows `action` now.
    pub fn allows(&self, action: OrderAction) -> bool {
        use PaymentStatus::{Cancelled, Failed, Paid, PartiallyRefunded, Pending};
        let untouched = self.fulfillment_status == FulfillmentStatus::Unfulfilled;
        match (action, self.payment_status) {
            (OrderAction::Place, Pending | Paid)
            | (OrderAction::Fail, Pending)
            | (OrderAction::Redraft, Pending | Failed) => !self.is_placed(),
            (OrderAction::MarkPaid, Pending | Failed)
            | (OrderAction::Refund, Paid | PartiallyRefunded | Cancelled) => true,
            (OrderAction::Cancel | OrderAction::Readdress, Pending | Paid | PartiallyRefunded | Failed) => {
                untouched
            }
            (OrderAction::Fulfill, Paid | PartiallyRefunded) => {
                self.is_placed() && self.fulfillment_status != FulfillmentStatus::Fulfilled
            }
            _ => false,
        }
    }

    /// Refuses unless [`Order::allows`] it.
    pub fn require(&self, action: OrderAction) -> Result<(), OrderError> {
        if self.allows(action) {
            return Ok(());
        }
        Err(OrderError::InvalidState {
            action,
            payment_status: self.payment_status,
            fulfillment_status: self.fulfillment_status,
        })
    }

    /// Makes the sale final. The number has to be drawn in the transaction that stores the order, so
    /// that the sequence has no gaps.
    pub fn place(&mut self, number: OrderNumber, now: DateTime<Utc>) -> Result<(), OrderError> {
        self.require(OrderAction::Place)?;
        self.number = Some(number);
        self.placed_at = Some(now);
        self.updated_at = now;
        Ok(())
    }

    /// Notes that the money was taken.
    pub fn mark_paid(&mut self, now: DateTime<Utc>) -> Result<(), OrderError> {
        self.require(OrderAction::MarkPaid)?;
        self.payment_status = PaymentStatus::Paid;
        self.paid_at = Some(now);
        self.updated_at = now;
        Ok(())
    }

    /// Notes that the money could not be taken. What was reserved for the order has to be released.
    pub fn fail(&mut self, now: DateTime<Utc>) -> Result<(), OrderError> {
        self.require(OrderAction::Fail)?;
        self.payment_status = PaymentStatus::Failed;
        self.updated_at = now;
        Ok(())
    }

    /// Calls the order off and answers with the stock that comes back. Money that was held or taken
    /// is for the caller to release or refund.
    pub fn cancel(&mut self, reason: Option<String>, now: DateTime<Utc>) -> Result<Vec<Restock>, OrderError> {
        self.require(OrderAction::Cancel)?;
        // A failed order has already given back what was reserved for it.
        let holds_stock = self.payment_status != PaymentStatus::Failed;
        let restock = if holds_stock { self.restock_rest() } else { Vec::new() };
        self.payment_status = PaymentStatus::Cancelled;
        self.cancelled_at = Some(now);
        self.cancel_reason = reason;
        self.updated_at = now;
        Ok(restock)
    }

    fn restock_rest(&mut self) -> Vec<Restock> {
        let mut restock = Vec::new();
        for line in &mut self.lines {
            let quantity = line.restockable();
            if quantity > 0 {
                restock.push(Restock { line: line.id, variant: line.variant_id, quantity });
                line.restocked = line.quantity;
            }
        }
        restock
    }

    /// Sends the goods elsewhere. The address is validated by the caller; amounts stay frozen.
    pub fn readdress(&mut self, address: Address, now: DateTime<Utc>) -> Result<(), OrderError> {
        self.require(OrderAction::Readdress)?;
        self.shipping_address = Some(address);
        self.updated_at = now;
        Ok(())
    }

    /// Notes that units have left, as [`crate::fulfillment::plan`] laid out.
    pub fn fulfill(&mut self, units: &[(LineId, u32)], now: DateTime<Utc>) -> Result<(), OrderError> {
        self.require(OrderAction::Fulfill)?;
        let mut lines = self.lines.clone();
        for (id, quantity) in units {
            let line = find(&mut lines, *id)?;
            line.fulfilled = raise(line.fulfilled, *quantity, line.unfulfilled(), *id)?;
        }
        self.lines = lines;
        self.settle_fulfillment(now);
        self.updated_at = now;
        Ok(())
    }

    /// Notes what a refund gives back, as [`crate::refund::plan`] laid out. `everything` says that no
    /// captured money is left after it.
    pub fn refund(
        &mut self,
        plan: &RefundPlan,
        everything: bool,
        now: DateTime<Utc>,
    ) -> Result<(), OrderError> {
        self.require(OrderAction::Refund)?;
        let mut changed = self.clone();
        changed.refunded = self.refunded.checked_add(plan.amount)?;
        for part in &plan.lines {
            let line = find(&mut changed.lines, part.line)?;
            line.refunded = raise(line.refunded, part.quantity, line.unrefunded(), part.line)?;
            line.refunded_amount = line.refunded_amount.checked_add(part.amount)?;
        }
        for part in &plan.restock {
            let line = find(&mut changed.lines, part.line)?;
            line.restocked = raise(line.restocked, part.quantity, line.restockable(), part.line)?;
        }
        if let Some(shipping) = &mut changed.shipping {
            shipping.refunded = shipping.refunded.checked_add(plan.shipping)?;
        }
        changed.settle_refunds(everything);
        changed.settle_fulfillment(now);
        changed.updated_at = now;
        *self = changed;
        Ok(())
    }

    /// Takes a refund back that the gateway refused in the end. Legal in every state, because it only
    /// undoes what [`Order::refund`] noted before.
    pub fn revert_refund(&mut self, plan: &RefundPlan, now: DateTime<Utc>) -> Result<(), OrderError> {
        let mut changed = self.clone();
        changed.refunded = self.refunded.checked_sub(plan.amount)?;
        for part in &plan.lines {
            let line = find(&mut changed.lines, part.line)?;
            line.refunded = lower(line.refunded, part.quantity, part.line)?;
            line.refunded_amount = line.refunded_amount.checked_sub(part.amount)?;
        }
        for part in &plan.restock {
            let line = find(&mut changed.lines, part.line)?;
            line.restocked = lower(line.restocked, part.quantity, part.line)?;
        }
        if let Some(shipping) = &mut changed.shipping {
            shipping.refunded = shipping.refunded.checked_sub(plan.shipping)?;
        }
        changed.settle_refunds(false);
        changed.settle_fulfillment(now);
        changed.updated_at = now;
        *self = changed;
        Ok(())
    }

    fn settle_refunds(&mut self, everything: bool) {
        self.payment_status = match self.payment_status {
            PaymentStatus::Cancelled => PaymentStatus::Cancelled,
            _ if everything => PaymentStatus::Refunded,
            _ if self.refunded == Money::zero(self.currency) => PaymentStatus::Paid,
            _ => PaymentStatus::PartiallyRefunded,
        };
    }

    /// A refund of units that were still to be sent can complete a fulfilment, so both settle it.
    fn settle_fulfillment(&mut self, now: DateTime<Utc>) {
        let any_sent = self.lines.iter().any(|line| line.fulfilled > 0);
        let any_owed = self.lines.iter().any(|line| line.unfulfilled() > 0);
        self.fulfillment_status = match (any_sent, any_owed) {
            (false, _) => FulfillmentStatus::Unfulfilled,
            (true, true) => FulfillmentStatus::Partial,
            (true, false) => FulfillmentStatus::Fulfilled,
        };
        let complete = self.fulfillment_status == FulfillmentStatus::Fulfilled;
        self.fulfilled_at = complete.then(|| self.fulfilled_at.unwrap_or(now));
    }
}

fn find(lines: &mut [OrderLine], id: LineId) -> Result<&mut OrderLine, OrderError> {
    lines.iter_mut().find(|line| line.id == id).ok_or(OrderError::NoSuchUnits(id))
}

/// `count + by`, when `by` is within what is left.
fn raise(count: u32, by: u32, left: u32, line: LineId) -> Result<u32, OrderError> {
    if by > left {
        return Err(OrderError::NoSuchUnits(line));
    }
    count.checked_add(by).ok_or(OrderError::NoSuchUnits(line))
}

fn lower(count: u32, by: u32, line: LineId) -> Result<u32, OrderError> {
    count.checked_sub(by).ok_or(OrderError::NoSuchUnits(line))
}
