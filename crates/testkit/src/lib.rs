//! testkit

pub mod sandbox;
