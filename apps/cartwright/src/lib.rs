//! The command line's library: configuration, the making of the core, and serving.
//!
//! This is the composition root: the one place that knows which adapter stands behind each port.
//! `public-server` and `private-server` are thin binaries over it.
#![warn(missing_docs)]

pub mod config;
pub mod demo;
pub mod import;
pub mod serve;
pub mod telemetry;

/// What was found, or nothing where it does not exist.
pub(crate) fn present<T>(found: application::Result<T>) -> application::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code == application::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
