//! The two writes of an ordinary sale, each in one go. They come to what the repositories of a unit of work make of
//! the same sale step by step, and save what asking so often costs.
//!
//! Neither has to be had: a database that gains nothing by it, and a sale that is not ordinary, answer with nothing
//! done, and the steps say why.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    cart::Cart,
    event::Event,
    id::StoreId,
    order::{Order, OrderNumber},
    payment::Payment,
};

use crate::{
    RepoError,
    stock::{Cause, Units},
};

/// What is promised before the gateway is called.
#[derive(Debug, Clone, Copy)]
pub struct Reservation<'a> {
    /// The cart as it is to be, in the version that it was read at.
    pub cart: &'a Cart,
    /// Hash of the token that is the capability to it.
    pub token_hash: &'a str,
    /// The order's first draft.
    pub order: &'a Order,
    /// The first attempt to pay it.
    pub payment: &'a Payment,
    /// When the gateway is asked about it, unless it has answered by then.
    pub check_at: DateTime<Utc>,
    /// What is taken off the shelf, each variant once, in the order of ids.
    pub units: &'a [Units],
    /// Why.
    pub cause: &'a Cause,
    /// Where a variant counts as low that says nothing itself.
    pub low_threshold: u32,
    /// What the order counts against, if it counts.
    pub count: Option<OrderCount<'a>>,
}

/// An order counted against the plan of its store.
#[derive(Debug, Clone, Copy)]
pub struct OrderCount<'a> {
    /// The month, `2026-11`.
    pub month: &'a str,
    /// How many the plan allows in it; any number when absent.
    pub limit: Option<u32>,
}

/// What becomes of a reservation when its money is there.
#[derive(Debug, Clone, Copy)]
pub struct Closing<'a> {
    /// The cart, completed, in the version that it was read at. What is in it stays as it is stored.
    pub cart: &'a Cart,
    /// The order, paid for, in the version that it was read at. What does not tell of that stays as it is stored.
    pub order: &'a Order,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// What its number begins with.
    pub number_prefix: &'a str,
    /// The payment with its money, in the version that it was read at. What was asked for stays as it is stored.
    pub payment: &'a Payment,
    /// What was reserved and is sold now, each variant once, in the order of ids.
    pub units: &'a [Units],
    /// Why.
    pub cause: &'a Cause,
    /// What is told of it.
    pub events: &'a [Told],
}

/// An event, and what it calls the order's number if it tells it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The event without the number.
    pub event: Event,
    /// Name of the fact that the number is added as, the last.
    pub number_as: Option<&'static str>,
}

/// Writes ordinary sales.
#[async_trait]
pub trait Sales: Send + Sync {
    /// Reserves all that a sale needs. `false`, and nothing is changed, unless the cart is stored in its version, and
    /// more is left of every variant than makes it low, and the plan allows the order.
    async fn reserve(&self, store: StoreId, sale: &Reservation<'_>) -> Result<bool, RepoError>;

    /// Makes the draft a numbered order, for the money is there, and answers with the number. `None`, and nothing is
    /// changed, unless cart, order and payment are stored in their versions.
    async fn close(&self, store: StoreId, sale: &Closing<'_>) -> Result<Option<OrderNumber>, RepoError>;
}
