//! The moves of a payment.

use chrono::{DateTime, Utc};

use super::{
    GatewayReport, GatewayStatus, Payment, PaymentError, PaymentStart, PaymentState, Provider, Transition,
};
use crate::money::Money;

impl Payment {
    /// Writes an attempt down before the gateway is called. Offline providers have no gateway: their
    /// payments start out awaited.
    pub fn begin(start: PaymentStart, now: DateTime<Utc>) -> Result<Self, PaymentError> {
        let PaymentStart {
            id,
            order_id,
            mode,
            provider,
            method,
            amount,
            attempt,
            idempotency_key,
            return_url,
        } = start;
        require_positive(amount)?;
        let state = if provider.is_offline() { PaymentState::Processing } else { PaymentState::Initiated };
        Ok(Self {
            id,
            order_id,
            mode,
            provider,
            method,
            provider_ref: None,
            amount,
            captured: Money::zero(amount.currency()),
            refunded: Money::zero(amount.currency()),
            told_refunded: Money::zero(amount.currency()),
            state,
            next_action_url: None,
            failure: None,
            attempt,
            idempotency_key,
            return_url,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    /// Takes in what a gateway says, by the table of the module. Repetitions and old news are
    /// [`Transition::Unchanged`].
    ///
    /// Errors: a report about another reference, in another currency, or of more money than was asked
    /// for. None of these can be understood by us, and each deserves a human's eye.
    pub fn apply(&mut self, report: &GatewayReport, now: DateTime<Utc>) -> Result<Transition, PaymentError> {
        let adopts_reference = match (&self.provider_ref, &report.provider_ref) {
            (Some(known), Some(reported)) if known != reported => return Err(PaymentError::ForeignReference),
            (None, Some(_)) => true,
            _ => false,
        };
        let captured = self.captured_after(&report.status)?;
        let (from, to) = (self.state, report.status.state());
        let rises = to.rank() > from.rank();
        let takes_more = captured != self.captured;
        if !(rises || takes_more || adopts_reference) {
            return Ok(Transition::Unchanged);
        }
        if adopts_reference {
            self.provider_ref.clone_from(&report.provider_ref);
        }
        self.captured = captured;
        if rises {
            self.enter(&report.status);
        }
        self.updated_at = now;
        let given_up = matches!(from, PaymentState::Failed | PaymentState::Cancelled);
        Ok(Transition::Changed {
            from,
            to: self.state,
            needs_settlement: rises && given_up && to.is_secured(),
        })
    }

    /// What will have been captured. Captures are reported as running totals, so that the largest one
    /// is the truth whatever the order of arrival.
    fn captured_after(&self, status: &GatewayStatus) -> Result<Money, PaymentError> {
        let GatewayStatus::Captured { amount } = *status else { return Ok(self.captured) };
        require_positive(amount)?;
        if amount.at_most(self.amount)? != amount {
            return Err(PaymentError::AboveAmount { limit: self.amount });
        }
        Ok(if amount.minor() > self.captured.minor() { amount } else { self.captured })
    }

    fn enter(&mut self, status: &GatewayStatus) {
        self.state = status.state();
        self.next_action_url = None;
        match status {
            GatewayStatus::RequiresAction { url } => self.next_action_url = Some(url.clone()),
            GatewayStatus::Failed(failure) => self.failure = Some(failure.clone()),
            GatewayStatus::Authorized | GatewayStatus::Captured { .. } => self.failure = None,
            GatewayStatus::Processing | GatewayStatus::Cancelled => {}
        }
    }

    /// Notes that awaited money has arrived, as the shopkeeper says.
    ///
    /// Errors: the provider has a gateway to tell us, or the payment is not awaited any more.
    pub fn mark_received(&mut self, now: DateTime<Utc>) -> Result<(), PaymentError> {
        if !self.provider.is_offline() {
            return Err(PaymentError::NotOffline(self.provider));
        }
        if self.state != PaymentState::Processing {
            return Err(self.invalid("mark as paid"));
        }
        self.captured = self.amount;
        self.state = PaymentState::Captured;
        self.updated_at = now;
        Ok(())
    }

    /// What a capture would take: the whole hold. Refused unless money is held.
    pub fn capturable(&self) -> Result<Money, PaymentError> {
        if self.state == PaymentState::Authorized { Ok(self.amount) } else { Err(self.invalid("capture")) }
    }

    /// Whether the attempt can be given up without giving money back.
    pub const fn can_cancel(&self) -> bool {
        self.state.is_open() || matches!(self.state, PaymentState::Authorized)
    }

    /// What can still be given back.
    pub fn refundable(&self) -> Result<Money, PaymentError> {
        Ok(self.captured.checked_sub(self.refunded)?)
    }

    /// Sets `amount` aside for a refund, before the gateway is asked, so that two refunds at once
    /// cannot give back more than was taken.
    pub fn reserve_refund(&mut self, amount: Money, now: DateTime<Utc>) -> Result<(), PaymentError> {
        require_positive(amount)?;
        if self.state != PaymentState::Captured {
            return Err(self.invalid("refund"));
        }
        let available = self.refundable()?;
        if amount.at_most(available)? != amount {
            return Err(PaymentError::AboveRefundable { available });
        }
        self.refunded = self.refunded.checked_add(amount)?;
        self.updated_at = now;
        Ok(())
    }

    /// Puts `amount` back after the gateway refused to refund it. Where it had made the refund first (`was_made`), what
    /// it told of may hold that amount too.
    pub fn release_refund(
        &mut self,
        amount: Money,
        was_made: bool,
        now: DateTime<Utc>,
    ) -> Result<(), PaymentError> {
        require_positive(amount)?;
        if amount.at_most(self.refunded)? != amount {
            return Err(self.invalid("release a refund of"));
        }
        self.refunded = self.refunded.checked_sub(amount)?;
        if was_made {
            self.told_refunded = self.told_refunded.checked_sub(amount.at_most(self.told_refunded)?)?;
        }
        self.updated_at = now;
        Ok(())
    }

    /// Notes that `total` has gone back, as the gateway tells. A smaller sum is old news.
    pub fn hear_refunded(&mut self, total: Money) -> Result<(), PaymentError> {
        if self.told_refunded.at_most(total)? == self.told_refunded {
            self.told_refunded = total;
        }
        Ok(())
    }

    /// What went back without us, as far as it is not in [`Payment::refunded`] yet. While a refund of ours is pending,
    /// what the gateway tells of is taken for that one.
    pub fn refunded_elsewhere(&self) -> Result<Option<Money>, PaymentError> {
        let beyond = self.told_refunded.checked_sub(self.refunded)?;
        Ok(Some(beyond).filter(|beyond| beyond.minor() > 0))
    }

    /// Whether everything that was taken has been given back, or is on its way back.
    pub fn is_fully_refunded(&self) -> bool {
        !self.captured.is_zero() && self.captured == self.refunded
    }

    /// Whether a test-only provider would be used for real money.
    pub const fn provider_fits(provider: Provider, mode: crate::access::Mode) -> bool {
        !matches!((provider, mode), (Provider::Sandbox, crate::access::Mode::Live))
    }

    const fn invalid(&self, action: &'static str) -> PaymentError {
        PaymentError::InvalidState { action, state: self.state }
    }
}

fn require_positive(amount: Money) -> Result<(), PaymentError> {
    if amount.minor() > 0 { Ok(()) } else { Err(PaymentError::NotPositive) }
}
