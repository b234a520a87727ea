//! Building the catalogue.

pub mod brand;
