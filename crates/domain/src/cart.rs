//! A cart: what a shopper means to buy, before any of it is promised.
//!
//! A cart holds choices, never prices; it is priced anew each time it is looked at. Lines of one
//! variant are merged, so that the stock of a variant is checked against all that is wanted of it.
//!
//! | from \ move | edit              | begin payment     | reopen  | complete  | supersede         |
//! |-------------|-------------------|-------------------|---------|-----------|-------------------|
//! | open        | open              | paying            | same    | completed | superseded        |
//! | paying      | refused           | refused           | open    | completed | refused           |
//! | completed   | refused           | refused           | refused | same      | refused           |
//! | superseded  | refused           | refused           | refused | completed | same              |
//!
//! Money can arrive for an attempt that was given up, so a cart can be completed from everywhere.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use crate::{
    access::Mode,
    catalog::sellable::Sellable,
    discount::CouponCode,
    geography::CountryCode,
    id::{CartId, CustomerId, LineId, ProductId, ShippingMethodId, VariantId},
    money::Currency,
    text_enum,
};

/// The most lines a cart holds.
pub const MAX_LINES: usize = 100;
/// How long a cart lives after it was last changed, and then to the end of that hour.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// How long after its last change a cart still shows personal data. Whoever finds the tab open
/// tomorrow does not read the address.
pub const PRIVACY_WINDOW: TimeDelta = TimeDelta::hours(2);
/// How long a filled cart is left alone before it counts as abandoned.
pub const ABANDONED_AFTER: TimeDelta = TimeDelta::hours(1);

text_enum! {
    /// Where a cart is in its life.
    pub enum CartState {
        /// Being filled.
        Open = "open",
        /// Its payment is under way; it holds still.
        Paying = "paying",
        /// It became an order.
        Completed = "completed",
        /// Another cart has taken its place.
        Superseded = "superseded",
    }
}

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// Identifier; the order's line keeps it.
    pub id: LineId,
    /// The product wanted.
    pub product_id: ProductId,
    /// The variant wanted; no other line of the cart has it.
    pub variant_id: VariantId,
    /// Units wanted, from 1 to [`ORDER_QUANTITY_MAX`](crate::catalog::product::ORDER_QUANTITY_MAX).
    pub quantity: u32,
    /// When it was first added.
    pub added_at: DateTime<Utc>,
}

/// What one shopper has gathered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Identifier.
    pub id: CartId,
    /// Whether it is about real money.
    pub mode: Mode,
    /// Currency it is priced in.
    pub currency: Currency,
    /// What is wanted, in the order it was added. At most [`MAX_LINES`].
    pub lines: Vec<CartLine>,
    /// The coupon entered.
    pub coupon: Option<CouponCode>,
    /// Who buys and where it goes.
    pub contact: Checkout,
    /// The shipping method chosen.
    pub shipping_method: Option<ShippingMethodId>,
    /// The customer signed in.
    pub customer_id: Option<CustomerId>,
    /// Where the shopper seems to be, for estimates.
    pub visitor_country: Option<CountryCode>,
    /// Where it is in its life.
    pub state: CartState,
    /// How often its payment was begun.
    pub attempts: u32,
    /// Grows with every stored change.
    pub version: i32,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it is forgotten unless it changes again.
    pub expires_at: DateTime<Utc>,
}

impl Cart {
    /// An empty cart.
    pub fn open(id: CartId, mode: Mode, currency: Currency, now: DateTime<Utc>) -> Self {
        Self {
            id,
            mode,
            currency,
            lines: Vec::new(),
            coupon: None,
            contact: Checkout::default(),
            shipping_method: None,
            customer_id: None,
            visitor_country: None,
            state: CartState::Open,
            attempts: 0,
            version: 1,
            created_at: now,
            updated_at: now,
            expires_at: forgotten_at(now),
        }
    }

    /// Finds a line.
    pub fn line(&self, id: LineId) -> Result<&CartLine, CartError> {
        self.lines.iter().find(|line| line.id == id).ok_or(CartError::UnknownLine(id))
    }

    /// Units wanted of a variant.
    pub fn quantity_of(&self, variant: VariantId) -> u32 {
        self.lines.iter().find(|line| line.variant_id == variant).map_or(0, |line| line.quantity)
    }

    /// Adds units of a variant, to its line when there is one, else as a line of the id `fresh`.
    /// Answers with the id of the line that holds them.
    pub fn add(
        &mut self,
        fresh: LineId,
        sellable: &Sellable,
        quantity: u32,
        now: DateTime<Utc>,
    ) -> Result<LineId, CartError> {
        self.require_open(now)?;
        if quantity == 0 {
            return Err(CartError::NoQuantity);
        }
        // Saturated, it is still above what any order may hold.
        let wanted = self.quantity_of(sellable.variant_id).saturating_add(quantity);
        check_quantity(sellable, wanted)?;
        let known = self.lines.iter_mut().find(|line| line.variant_id == sellable.variant_id);
        let id = if let Some(line) = known {
            line.quantity = wanted;
            line.id
        } else {
            if self.lines.len() >= MAX_LINES {
                return Err(CartError::TooManyLines);
            }
            let Sellable { product_id, variant_id, .. } = *sellable;
            self.lines.push(CartLine { id: fresh, product_id, variant_id, quantity: wanted, added_at: now });
            fresh
        };
        self.touch(now);
        Ok(id)
    }

    /// Wants exactly `quantity` units of a line. For none, the line is removed: see [`Cart::remove`].
    pub fn set_quantity(
        &mut self,
        id: LineId,
        sellable: &Sellable,
        quantity: u32,
        now: DateTime<Utc>,
    ) -> Result<(), CartError> {
        if quantity == 0 {
            return self.remove(id, now);
        }
        self.require_open(now)?;
        let line = self.lines.iter_mut().find(|line| line.id == id).ok_or(CartError::UnknownLine(id))?;
        if line.variant_id != sellable.variant_id {
            return Err(CartError::OtherVariant(id));
        }
        check_quantity(sellable, quantity)?;
        line.quantity = quantity;
        self.touch(now);
        Ok(())
    }

    /// Takes a line out.
    pub fn remove(&mut self, id: LineId, now: DateTime<Utc>) -> Result<(), CartError> {
        self.require_open(now)?;
        self.line(id)?;
        self.lines.retain(|line| line.id != id);
        self.touch(now);
        Ok(())
    }
}

fn check_quantity(sellable: &Sellable, wanted: u32) -> Result<(), CartError> {
    sellable
        .check_quantity(wanted)
        .map_err(|refusal| CartError::Quantity { variant: sellable.variant_id, refusal })
}

/// A moment `by` after `now`; the end of time instead of wrapping beyond it.
/// When a cart that changes now is forgotten. To the hour, so that most of its changes leave alone whatever
/// finds carts by that time.
fn forgotten_at(now: DateTime<Utc>) -> DateTime<Utc> {
    const HOUR: TimeDelta = TimeDelta::hours(1);
    let end = now.checked_add_signed(LIFETIME).and_then(|end| end.duration_round_up(HOUR).ok());
    end.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

mod checkout;
mod error;
mod life;

pub use checkout::Checkout;
pub use error::CartError;

#[cfg(test)]
pub(crate) mod tests;
