//! http-api
#![warn(missing_docs)]
pub mod address;
pub mod auth;
pub mod body;
pub mod error;
pub mod etag;
pub mod exact;
pub mod fields;
pub mod health;
pub mod id;
pub mod list;
pub mod locale;
pub mod money;
pub mod openapi;
pub mod patch;
pub mod query;
pub mod respond;
pub mod routes;
pub mod server;
pub mod timestamp;
pub mod view;

mod docs;
mod edge;
