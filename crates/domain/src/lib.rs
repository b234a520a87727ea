//! The commerce rules, as a shopkeeper would state them: money, pricing, tax, discounts, shipping,
//! plans, and the life of carts, orders, payments and parcels.
//!
//! What this crate may know: nothing but its arguments. No I/O, no async, no clock, no randomness, no
//! serialization, no floats. Callers pass the time and fresh ids in. Every fallible rule returns an
//! error enum of its own module, and arithmetic on amounts is checked.
//!
//! To add a rule: put it in the module named for its aggregate, give it an error variant for each way
//! it can refuse, and write its table or property test beside it.
#![warn(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::unwrap_used, clippy::as_conversions)]
// Tests may add and divide plainly: a panic there is a failed test.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

pub mod access;
pub mod address;
pub mod allocation;
pub mod audit;
pub mod cart;
pub mod catalog;
pub mod discount;
pub mod event;
pub mod fulfillment;
pub mod geography;
pub mod id;
pub mod inventory;
pub mod money;
pub mod order;
pub mod payment;
pub mod payment_method;
pub mod pricing;
pub mod quote;
pub mod rate;
pub mod refund;
pub mod settings;
pub mod shipping;
pub mod staff;
pub mod store;
pub mod tax;
pub mod text;
pub mod tier;
