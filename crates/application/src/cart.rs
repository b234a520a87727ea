//! Carts: what a shopper gathers. A cart keeps choices and is priced anew each time it is shown.
//!
//! A change reads the cart, looks up what it holds, decides, prices the outcome and writes it on the
//! condition that nobody else did meanwhile; if somebody did, all of it is done again on what they
//! wrote. So no change is lost, nothing is locked, and a cart that cannot be priced is never stored.
//!
//! - [`get`] shows the cart of a token, beginning one where there is none;
//! - [`add_item`], [`set_quantity`], [`remove`]: the lines;
//! - [`apply_discount`], [`remove_discount`]: the coupon;
//! - [`checkout_data`], [`save_checkout_data`]: who buys, and where it goes;
//! - [`estimate`], [`shipping_options`], [`choose_shipping`]: what it costs to get there.
//!
//! A cart that became an order is shown as that order until something is added: then a new cart begins.

mod change;
mod contact;
mod current;
mod discount;
mod items;
mod message;
mod price;
mod shipping;
mod sold;
mod view;

pub(crate) use contact::normalized;
pub use contact::{ContactChanges, PostalAddress, checkout_data, save_checkout_data};
pub use current::get;
pub(crate) use current::remembered_open;
pub use discount::{apply_discount, remove_discount};
pub use items::{NewItem, add_item, remove, set_quantity};
pub use message::{Message, Weight};
pub use shipping::{Estimate, choose_shipping, estimate, shipping_options};
pub use view::{CartCoupon, CartImage, CartItem, CartShipping, CartView};
