//! From a request to a plan.

use super::{RefundError, RefundLine, RefundPlan, RefundRequest};
use crate::{
    allocation::allocate,
    id::LineId,
    money::{Money, MoneyError},
    order::{Order, OrderAction, OrderLine, Restock},
    payment::Payment,
};

/// What the units `from..from + count` of a line that sold for `total` are worth. Units differ by one
/// minor unit at the most, the dearer ones first.
///
/// Errors with an overflow when the line has no such units.
pub fn unit_share(total: Money, quantity: u32, from: u32, count: u32) -> Result<Money, MoneyError> {
    let to = from.checked_add(count).filter(|end| *end <= quantity).ok_or(MoneyError::Overflow)?;
    worth_of_first(total, quantity, to)?.checked_sub(worth_of_first(total, quantity, from)?)
}

fn worth_of_first(total: Money, quantity: u32, count: u32) -> Result<Money, MoneyError> {
    let (quantity, count) = (i64::from(quantity), i64::from(count));
    let base = total.minor().checked_div(quantity).ok_or(MoneyError::Overflow)?;
    let dearer = total.minor().checked_rem(quantity).ok_or(MoneyError::Overflow)?;
    Money::new(base, total.currency())
        .checked_mul(count)?
        .checked_add(Money::new(dearer.min(count), total.currency()))
}

/// A line's part of a refund, before amounts are settled.
struct Part<'a> {
    line: &'a OrderLine,
    quantity: u32,
    share: Money,
}

impl<'a> Part<'a> {
    fn of(line: &'a OrderLine, quantity: u32) -> Result<Self, RefundError> {
        let share = unit_share(line.total, line.quantity, line.refunded, quantity)?;
        Ok(Self { line, quantity, share })
    }
}

/// Works out what a refund of `order` through `payment` does. Nothing is changed: the plan is then
/// noted on both, with [`Payment::reserve_refund`] and [`Order::refund`].
pub fn plan(order: &Order, payment: &Payment, request: &RefundRequest) -> Result<RefundPlan, RefundError> {
    if payment.order_id != order.id {
        return Err(RefundError::ForeignPayment);
    }
    order.require(OrderAction::Refund)?;
    let available = payment.refundable()?;
    if available.minor() <= 0 {
        return Err(RefundError::NothingLeft);
    }
    if let Some(amount) = request.amount {
        require_within(amount, available)?;
    }
    let names_parts = !request.lines.is_empty() || request.include_shipping;
    match request.amount {
        Some(amount) if !names_parts && amount != available => Ok(RefundPlan {
            amount,
            lines: Vec::new(),
            shipping: Money::zero(order.currency),
            restock: Vec::new(),
        }),
        _ if !names_parts => plan_everything(order, available, request.restock),
        _ => plan_parts(order, available, request),
    }
}

fn require_within(amount: Money, available: Money) -> Result<(), RefundError> {
    if amount.minor() <= 0 {
        return Err(RefundError::NotPositive);
    }
    if amount.at_most(available)? != amount {
        return Err(RefundError::AboveRefundable { available });
    }
    Ok(())
}

/// Sweeps up all that is left, to the last minor unit.
fn plan_everything(order: &Order, available: Money, restock: bool) -> Result<RefundPlan, RefundError> {
    let parts = order
        .lines
        .iter()
        .filter(|line| line.unrefunded() > 0)
        .map(|line| Part::of(line, line.unrefunded()))
        .collect::<Result<Vec<_>, _>>()?;
    let shipping = shipping_left(order)?;
    // Earlier refunds by amount were tied to no line, so less can be left than the units are worth;
    // earlier goodwill reductions of units leave more.
    let spread = worth(&parts, shipping, order)?.at_most(available)?;
    let mut plan = settle(&parts, shipping, spread, order)?;
    plan.amount = available;
    if restock {
        let whole = order.lines.iter().map(|line| (line, line.restockable()));
        plan.restock = restocks(whole);
    }
    Ok(plan)
}

fn plan_parts(order: &Order, available: Money, request: &RefundRequest) -> Result<RefundPlan, RefundError> {
    let mut parts = Vec::new();
    for (id, quantity) in merged(&request.lines)? {
        let line = order.line(id).ok_or(RefundError::UnknownLine(id))?;
        let remaining = line.unrefunded();
        if quantity == 0 || quantity > remaining {
            return Err(RefundError::WrongQuantity { line: id, remaining });
        }
        parts.push(Part::of(line, quantity)?);
    }
    let shipping = if request.include_shipping { shipping_left(order)? } else { Money::zero(order.currency) };
    let worth = worth(&parts, shipping, order)?;
    let amount = request.amount.unwrap_or(worth);
    if amount.at_most(worth)? != amount {
        return Err(RefundError::AboveWorth { worth });
    }
    require_within(amount, available)?;
    let mut plan = settle(&parts, shipping, amount, order)?;
    if request.restock {
        plan.restock =
            restocks(parts.iter().map(|part| (part.line, part.quantity.min(part.line.restockable()))));
    }
    Ok(plan)
}

/// Adds up a line that is named twice.
fn merged(lines: &[(LineId, u32)]) -> Result<Vec<(LineId, u32)>, RefundError> {
    let mut sums: Vec<(LineId, u32)> = Vec::new();
    for (id, quantity) in lines {
        match sums.iter_mut().find(|(known, _)| known == id) {
            Some((_, sum)) => *sum = sum.checked_add(*quantity).ok_or(MoneyError::Overflow)?,
            None => sums.push((*id, *quantity)),
        }
    }
    Ok(sums)
}

fn shipping_left(order: &Order) -> Result<Money, MoneyError> {
    match &order.shipping {
        Some(shipping) => shipping.total.checked_sub(shipping.refunded),
        None => Ok(Money::zero(order.currency)),
    }
}

fn worth(parts: &[Part<'_>], shipping: Money, order: &Order) -> Result<Money, MoneyError> {
    Money::sum(parts.iter().map(|part| part.share).chain([shipping]), order.currency)
}

/// Spreads `amount` over the parts in proportion to their shares; exactly their shares when it is
/// their worth.
fn settle(
    parts: &[Part<'_>],
    shipping: Money,
    amount: Money,
    order: &Order,
) -> Result<RefundPlan, RefundError> {
    let weights = parts
        .iter()
        .map(|part| part.share)
        .chain([shipping])
        .map(|share| u64::try_from(share.minor()).map_err(|_| MoneyError::Overflow))
        .collect::<Result<Vec<_>, _>>()?;
    let nothing = Money::zero(order.currency);
    let mut amounts =
        if amount.is_zero() { vec![nothing; weights.len()] } else { allocate(amount, &weights)? };
    let shipping = amounts.pop().unwrap_or(nothing);
    let lines = parts
        .iter()
        .zip(amounts)
        .map(|(part, amount)| RefundLine { line: part.line.id, quantity: part.quantity, amount })
        .collect();
    Ok(RefundPlan { amount, lines, shipping, restock: Vec::new() })
}

fn restocks<'a>(units: impl Iterator<Item = (&'a OrderLine, u32)>) -> Vec<Restock> {
    units
        .filter(|(_, quantity)| *quantity > 0)
        .map(|(line, quantity)| Restock { line: line.id, variant: line.variant_id, quantity })
        .collect()
}
