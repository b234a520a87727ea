//! Both surfaces in process, over a real database.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

mod access;
mod api_keys;
mod audit;
mod brands;
mod cart;
mod categories;
mod client;
mod docs;
mod edge;
mod idempotency;
mod inventory;
mod limits;
mod logins;
mod orders;
mod payment_methods;
mod products;
mod promotions;
mod public;
mod server;
mod settings;
mod shelf;
mod shipping;
mod signatures;
mod staff;
mod stores;
mod tax;
