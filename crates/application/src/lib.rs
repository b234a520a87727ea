//! The use cases: what shoppers, merchants and the worker can ask for, one public async function each.
//!
//! What this crate may know: `domain` and `ports`. A use case takes the [`Core`], a [`Context`] and a
//! command of domain types, decides with `domain`, writes through a unit of work and answers with
//! domain types or read models. It holds no SQL and no JSON, and it never calls a gateway while a unit
//! of work is open.
//!
//! To add one: a function in the module of its aggregate, named as a shopkeeper would say it; errors
//! through [`Error`], with a code from [`ErrorCode`] (a new code also gets its status in `http-api`).
#![warn(missing_docs)]

pub mod access;
pub mod api_key;
pub mod audit;
pub mod cart;
pub mod catalog;
pub mod checkout;
pub mod event;
pub mod health;
pub mod idempotency;
pub mod inventory;
pub mod login;
pub mod order;
pub mod payment_method;
pub mod post;
pub mod pricing;
pub mod promotion;
pub mod sandbox;
pub mod settings;
pub mod shipping;
pub mod staff;
pub mod store;
pub mod tax;
pub mod tier;
pub mod webhook;
pub mod worker;

mod availability;
mod change;
mod context;
mod core;
mod effects;
mod error;
mod slug;
mod work;

pub use self::core::{Core, Gateways, Logins, Post};
pub use change::Change;
pub use context::{Actor, Context};
pub use error::{Details, Error, ErrorCode, FieldErrors, Result};
pub use work::Work;

/// The configuration of the store that a request is for.
pub(crate) async fn store_config(
    core: &Core,
    ctx: &Context,
) -> Result<std::sync::Arc<ports::stores::StoreConfig>> {
    core.db.stores().config(ctx.store).await?.ok_or_else(|| Error::not_found("store"))
}
