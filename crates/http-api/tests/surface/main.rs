//! Both surfaces in process, over a real database.

mod access;
mod brands;
mod cart;
mod client;
mod docs;
mod edge;
mod public;
mod server;
