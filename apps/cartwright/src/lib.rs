//! The command line's library: configuration, the making of the core, and serving.
//!
//! This is the composition root: the one place that knows which adapter stands behind each port.
//! `public-server` and `private-server` are thin binaries over it.
#![warn(missing_docs)]

pub mod config;
pub mod demo;
pub mod serve;
pub mod telemetry;
