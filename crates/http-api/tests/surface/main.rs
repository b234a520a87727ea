//! Both surfaces in process, over a real database.

mod access;
mod api_keys;
mod brands;
mod cart;
mod categories;
mod client;
mod docs;
mod edge;
mod inventory;
mod payment_methods;
mod products;
mod promotions;
mod orders;
mod public;
mod server;
mod settings;
mod shipping;
mod stores;
mod tax;
