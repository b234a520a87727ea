//! The moves of a cart through its life, and the details it gathers on the way.

use chrono::{DateTime, TimeDelta, Utc};

use super::{ABANDONED_AFTER, Cart, CartError, CartState, Checkout, PRIVACY_WINDOW, forgotten_at};
use crate::{
    discount::CouponCode,
    id::{CustomerId, ShippingMethodId},
};

impl Cart {
    /// Refuses unless the cart can be edited.
    pub fn require_open(&self, now: DateTime<Utc>) -> Result<(), CartError> {
        match self.state {
            CartState::Open if self.is_expired(now) => Err(CartError::Expired),
            CartState::Open => Ok(()),
            CartState::Paying => Err(CartError::PaymentInProgress),
            CartState::Completed => Err(CartError::Completed),
            CartState::Superseded => Err(CartError::Superseded),
        }
    }

    /// Whether it was left alone for too long. A cart whose payment is under way, or that became an
    /// order, is never forgotten.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        matches!(self.state, CartState::Open | CartState::Superseded) && now >= self.expires_at
    }

    /// Whether personal data may be shown: only for a while after the last change.
    pub fn shows_contact(&self, now: DateTime<Utc>) -> bool {
        self.idle(now) < PRIVACY_WINDOW
    }

    /// Whether it was filled and then left alone.
    pub fn is_abandoned(&self, now: DateTime<Utc>) -> bool {
        self.state == CartState::Open
            && !self.lines.is_empty()
            && !self.is_expired(now)
            && self.idle(now) >= ABANDONED_AFTER
    }

    fn idle(&self, now: DateTime<Utc>) -> TimeDelta {
        now.signed_duration_since(self.updated_at)
    }

    /// Enters a coupon. Whether it gives anything is found out by pricing the cart.
    pub fn apply_coupon(&mut self, code: CouponCode, now: DateTime<Utc>) -> Result<(), CartError> {
        self.edit(now, |cart| cart.coupon = Some(code))
    }

    /// Takes the coupon off.
    pub fn remove_coupon(&mut self, now: DateTime<Utc>) -> Result<(), CartError> {
        self.edit(now, |cart| cart.coupon = None)
    }

    /// Replaces the shopper's details, which [`Checkout::faults`] found no fault with.
    pub fn set_contact(&mut self, contact: Checkout, now: DateTime<Utc>) -> Result<(), CartError> {
        self.edit(now, |cart| cart.contact = contact)
    }

    /// Chooses how the goods travel. Whether the method goes there is found out by pricing the cart.
    pub fn choose_shipping(&mut self, method: ShippingMethodId, now: DateTime<Utc>) -> Result<(), CartError> {
        self.require_open(now)?;
        if self.contact.shipping_address.is_none() {
            return Err(CartError::AddressMissing);
        }
        self.edit(now, |cart| cart.shipping_method = Some(method))
    }

    /// Signs a customer in, or out.
    pub fn identify(&mut self, customer: Option<CustomerId>, now: DateTime<Utc>) -> Result<(), CartError> {
        self.edit(now, |cart| cart.customer_id = customer)
    }

    /// Holds the cart still while it is paid for.
    pub fn begin_payment(&mut self, now: DateTime<Utc>) -> Result<(), CartError> {
        self.require_open(now)?;
        if self.lines.is_empty() {
            return Err(CartError::Empty);
        }
        self.edit(now, |cart| {
            cart.state = CartState::Paying;
            cart.attempts = cart.attempts.saturating_add(1);
        })
    }

    /// Hands the cart back to the shopper after a payment came to nothing. Answers whether it changed.
    pub fn reopen(&mut self, now: DateTime<Utc>) -> Result<bool, CartError> {
        match self.state {
            CartState::Open => Ok(false),
            CartState::Paying => {
                self.state = CartState::Open;
                self.touch(now);
                Ok(true)
            }
            CartState::Completed => Err(CartError::Completed),
            CartState::Superseded => Err(CartError::Superseded),
        }
    }

    /// Notes that the cart became an order. Answers whether it changed, so that doing it twice is
    /// doing it once.
    pub fn complete(&mut self, now: DateTime<Utc>) -> bool {
        let changes = self.state != CartState::Completed;
        if changes {
            self.state = CartState::Completed;
            self.touch(now);
        }
        changes
    }

    /// Notes that another cart has taken its place, also when this one was left alone for too long.
    /// Answers whether it changed.
    pub fn supersede(&mut self, now: DateTime<Utc>) -> Result<bool, CartError> {
        match self.require_open(now) {
            Ok(()) | Err(CartError::Expired) => {
                self.state = CartState::Superseded;
                self.touch(now);
                Ok(true)
            }
            Err(CartError::Superseded) => Ok(false),
            Err(refusal) => Err(refusal),
        }
    }

    fn edit(&mut self, now: DateTime<Utc>, change: impl FnOnce(&mut Self)) -> Result<(), CartError> {
        self.require_open(now)?;
        change(self);
        self.touch(now);
        Ok(())
    }

    pub(super) fn touch(&mut self, now: DateTime<Utc>) {
        self.updated_at = now;
        self.expires_at = forgotten_at(now);
    }
}
