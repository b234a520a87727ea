//! The sale, as one story: reserve, commit, call the gateway, record.
//!
//! 1. [`place`] prices the cart anew and, in one unit of work, holds it still, reserves the stock, the
//!    use of the coupon and the plan's order, and writes the order's draft with its payment.
//! 2. The gateway is called outside any transaction, with an idempotency key of that payment.
//! 3. What it answers is recorded by [`settle`], the one way in which any news of a payment takes
//!    effect, whether it comes as the answer to our call, by webhook, from the shopper's 3-D Secure page
//!    or because the reconciler asked. Money taken makes the draft a numbered order; a refusal gives
//!    everything back and hands the cart to the shopper again.
//!
//! A crash anywhere leaves a payment that [`reconcile`] finds and finishes. An order has the id of its
//! cart, so a cart can never become two orders.
//!
//! Locks are taken in one order everywhere: cart, order, payment, stock, promotion, counters.

mod account;
mod at_once;
mod charge;
mod late;
mod lookup;
mod method;
mod place;
mod price;
mod promise;
pub mod reconcile;
mod reopen;
mod reserve;
pub mod settle;

pub use account::account_of;
pub(crate) use charge::{is_open, report_of};
pub use lookup::{Proof, find_order};
pub use place::{PlaceOrder, Placement, place};
pub(crate) use reopen::call_off;
pub use reopen::reopen;
