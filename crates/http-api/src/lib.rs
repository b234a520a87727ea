//! http-api
#![warn(missing_docs)]
pub mod body;
pub mod error;
pub mod locale;
pub mod money;
